/** One target against the advisories: its inventory, matched, in the order in which a person should look. */
import { ecosystemBase } from '../advisories/ecosystem.ts';
import type { Matched } from '../advisories/match-all.ts';
import { feedProblem, type Feed } from '../advisories/model.ts';
import type { ComponentVerdict, Finding } from '../advisories/verdict.ts';
import type { Package, TargetInventory } from '../inventory/schema.ts';
import {
  SCAN_SCHEMA,
  type ReportComponent,
  type ReportFeed,
  type ScanReport,
  type ScanSummary,
} from './report.ts';

export interface ReportOptions {
  readonly now: Date;
  /** Of the product. */
  readonly version: string;
  /** Also list what was matched by name and found not affected. */
  readonly all?: boolean;
}

/** Joins an inventory and its verdicts into the report. */
export function reportOf(
  inventory: TargetInventory,
  matched: Matched,
  { now, version, all = false }: ReportOptions,
): ScanReport {
  const components = inventory.packages.map((each, at) =>
    reportComponent(each, matched.components[at]),
  );
  // What a VEX statement settled stays in sight: somebody said so, and may be wrong.
  const shown = all
    ? matched.findings
    : matched.findings.filter(({ state, vex }) => state !== 'not_affected' || vex !== undefined);
  return {
    schema: SCAN_SCHEMA,
    at: now.toISOString(),
    version,
    target: inventory.target,
    summary: summarise(inventory, components, matched.findings),
    feeds: concerned(matched.feeds, inventory).map((feed) => reportFeed(feed, now)),
    extractors: inventory.extractors,
    unread: inventory.unread,
    skipped: inventory.skipped ?? [],
    components,
    findings: STATE_ORDER.flatMap((state) => shown.filter((finding) => finding.state === state)),
  };
}

/** Within a state the matcher's own order stands: known exploited, likely, severe. */
const STATE_ORDER = ['affected', 'unknown', 'not_affected'] as const;

function reportComponent(each: Package, verdict: ComponentVerdict | undefined): ReportComponent {
  if (verdict === undefined) return { ...each, verdict: { state: 'unknown', limits: [] } };
  const { state, reason, limits } = verdict;
  return { ...each, verdict: { state, limits, ...(reason === undefined ? {} : { reason }) } };
}

/** Feeds that answer for something in the target, and those of intelligence. */
function concerned(feeds: readonly Feed[], { packages }: TargetInventory): Feed[] {
  const seen = new Set(packages.map(({ ecosystem }) => ecosystemBase(ecosystem)));
  return feeds.filter(({ ecosystem }) => ecosystem === '' || seen.has(ecosystemBase(ecosystem)));
}

function reportFeed(feed: Feed, now: Date): ReportFeed {
  const problem = feedProblem(feed, now);
  const { id, ecosystem, asOf, rows, seesUnfixed } = feed;
  return {
    id,
    ecosystem,
    asOf,
    rows,
    fresh: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
    seesUnfixed,
  };
}

function summarise(
  inventory: TargetInventory,
  components: readonly ReportComponent[],
  findings: readonly Finding[],
): ScanSummary {
  const affected = findings.filter(({ state }) => state === 'affected');
  const unknown = components.filter(({ verdict }) => verdict.state === 'unknown').length;
  const undecided = findings.filter(({ state }) => state === 'unknown').length;
  const readWhole =
    inventory.unread.length === 0 &&
    inventory.extractors.every(({ status }) => status === 'complete' || status === 'not-needed');
  const bySeverity = { critical: 0, high: 0, medium: 0, low: 0, none: 0, unknown: 0 };
  for (const { severity } of affected) bySeverity[severity.word] += 1;
  return {
    components: components.length,
    assessed: components.length - unknown,
    unknown,
    affectedComponents: new Set(affected.map(({ purl }) => purl)).size,
    affected: affected.length,
    undecided,
    knownExploited: affected.filter(({ kev }) => kev !== null).length,
    fixable: affected.filter(({ fixed }) => fixed.length > 0).length,
    bySeverity,
    complete: readWhole && unknown === 0 && undecided === 0 && components.length > 0,
  };
}
