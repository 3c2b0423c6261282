/**
 * Every package of a target against everything at hand: feeds of its ecosystem, Microsoft's updates, CVE records and the
 * hand-kept rules. What two of them say of one flaw in one component is one finding with the words of both.
 */
import type { AdvisoryIndex } from './index-open.ts';
import { matchPackages } from './match.ts';
import type { MatchPackage } from './match-model.ts';
import { mergeByRule, mergeFindings } from './merge-findings.ts';
import type { Feed } from './model.ts';
import { compareFindings } from './priority.ts';
import { matchProducts } from './products/match.ts';
import { rulesFeed } from './rules/index.ts';
import { matchRules } from './rules/match.ts';
import type { ComponentVerdict, Finding } from './verdict.ts';
import { withShownRevision, type WindowsFact } from './windows/host.ts';
import { matchWindows } from './windows/match.ts';

/** An inventory's `Package` is one. */
export interface MatchItem extends MatchPackage {
  /** Files that tell of it: packages of one file belong to one host. */
  readonly locations?: readonly { readonly path: string; readonly extractor?: string }[];
}

export interface MatchAllOptions {
  readonly now: Date;
  /** Also what is not affected though something speaks of it. */
  readonly all?: boolean;
  /** What files say of the machine besides packages. */
  readonly facts?: readonly WindowsFact[];
}

/** What matching gave, components in the order of the packages. */
export interface Matched {
  readonly findings: readonly Finding[];
  readonly components: readonly ComponentVerdict[];
  /** Every feed that was asked. */
  readonly feeds: readonly Feed[];
}

export function matchAll(
  packages: readonly MatchItem[],
  index: AdvisoryIndex,
  { now, all = false, facts = [] }: MatchAllOptions,
): Matched {
  const { findings, components } = matchPackages(packages, index, { now, all });
  const feeds = allFeeds(index);
  if (packages.every(({ type }) => type !== 'generic')) return { findings, components, feeds };
  const located = packages.map((each) => ({ ...each, locations: each.locations ?? [] }));
  const ruled = matchRules(withShownRevision(located, facts), index, now);
  const also = new Set(ruled.findings.map(({ finding }) => finding.key));
  const options = { now, all, also };
  const windows = matchWindows(located, index, { ...options, facts });
  const products = matchProducts(
    packages.filter(({ purl }) => !windows.components.has(purl)),
    index,
    options,
  );
  const byKey = new Map<string, Finding>();
  for (const finding of [...windows.findings, ...products.findings]) {
    const known = byKey.get(finding.key);
    byKey.set(finding.key, known === undefined ? finding : mergeFindings(known, finding));
  }
  for (const rule of ruled.findings)
    byKey.set(rule.finding.key, mergeByRule(rule, byKey.get(rule.finding.key)));
  const special = [...byKey.values()].filter(({ state }) => all || state !== 'not_affected');
  const verdictOf = (verdict: ComponentVerdict): ComponentVerdict =>
    windows.components.get(verdict.purl) ??
    products.components.get(verdict.purl) ??
    ruled.components.get(verdict.purl) ??
    verdict;
  return {
    findings: [...findings, ...special].sort(compareFindings),
    components: components.map(verdictOf),
    feeds,
  };
}

/** The feeds of the index and the rules, which need none. */
export function allFeeds(index: AdvisoryIndex): readonly Feed[] {
  return [...index.manifest.feeds, rulesFeed()];
}
