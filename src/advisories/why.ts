/** Why a component is, or is not, affected by an advisory: each feed's rows, walked step by step. */
import { schemeOf } from '../versions/index.ts';
import { coverageOf, problemWords, type AskedFeed } from './coverage.ts';
import type { AdvisoryIndex } from './index-open.ts';
import { judgeRow, rowWords } from './match-row.ts';
import type { MatchPackage } from './match-model.ts';
import { lookupsFor, type Lookup } from './match-names.ts';
import { allFeeds, matchAll } from './match-all.ts';
import { rangeSteps, type RangeStep } from './range-steps.ts';
import type { ComponentVerdict, Finding, FindingState, VerdictUnknownReason } from './verdict.ts';

export interface WhyRow {
  readonly record: string;
  readonly status: string;
  readonly aliases: readonly string[];
  readonly upstream: readonly string[];
  readonly lookup: Lookup;
  readonly state: string;
  readonly says: string;
  readonly because: string;
  readonly steps: readonly RangeStep[];
}

export interface WhyFeed {
  readonly feed: string;
  readonly asOf: string;
  readonly fresh: boolean;
  /** What is wrong with it, or why it is silent; empty where its rows speak. */
  readonly words: string;
  readonly rows: readonly WhyRow[];
}

export interface Why {
  readonly component: Pick<MatchPackage, 'purl' | 'ecosystem' | 'name' | 'version'>;
  readonly advisory: string;
  readonly state: FindingState;
  readonly reason?: VerdictUnknownReason;
  readonly sentence: string;
  readonly comparator: string;
  readonly limits: readonly string[];
  readonly feeds: readonly WhyFeed[];
  /** The verdict as scans show it; several where a notice and its parts are told apart. */
  readonly findings: readonly Finding[];
}

/** `advisory` is any name of it: an identifier, an alias, a CVE that a notice is made of. */
export function explainWhy(
  item: MatchPackage,
  advisory: string,
  index: AdvisoryIndex,
  now: Date,
): Why {
  const { findings, components } = matchAll([item], index, { now, all: true });
  const meant = findings.filter((finding) => isNamed(finding, advisory.toUpperCase()));
  const names = new Set(
    meant.flatMap((finding) => [...namesOf(finding), ...finding.explain.feeds.map(recordOf)]),
  );
  const coverage = coverageOf(index, item.ecosystem, now);
  const asked = coverage.feeds.map((each) => feedRows(item, each, names, index));
  const { purl, ecosystem, name, version } = item;
  return {
    component: { purl, ecosystem, name, version },
    advisory,
    ...verdictOf(item, advisory, meant, components[0], coverage.feeds, index),
    comparator: schemeOf(ecosystem)?.id ?? meant[0]?.explain.comparator ?? 'none',
    limits: coverage.limits,
    feeds: [...asked, ...wordsOfOthers(item, meant, asked, index)],
    findings: meant,
  };
}

function namesOf({ id, aliases }: Finding): readonly string[] {
  return [id, ...aliases];
}

function recordOf({ record }: { record: string | null }): string {
  return record ?? '';
}

function isNamed(finding: Finding, wanted: string): boolean {
  return (
    [...namesOf(finding), ...finding.upstream].some((name) => name.toUpperCase() === wanted) ||
    finding.explain.feeds.some(({ record }) => record?.toUpperCase() === wanted)
  );
}

type Verdict = Pick<Why, 'state' | 'sentence' | 'reason'>;

function verdictOf(
  item: MatchPackage,
  advisory: string,
  meant: readonly Finding[],
  component: ComponentVerdict | undefined,
  feeds: readonly AskedFeed[],
  index: AdvisoryIndex,
): Verdict {
  const assessed = component?.state === 'assessed';
  const first = strongestOf(meant);
  if (first !== undefined && (assessed || isSaid(first))) {
    const { state, reason, explain } = first;
    return { state, sentence: explain.sentence, ...(reason === undefined ? {} : { reason }) };
  }
  const what = `${item.name} ${item.version}`;
  if (assessed) {
    const elsewhere = feeds.some(({ feed }) => isKnown(index, feed, advisory));
    const sentence = elsewhere
      ? `${what} is not affected by ${advisory}: the feeds name it for other packages only.`
      : `${what} is not affected by ${advisory}, as far as the feeds know: none of them names it.`;
    return { state: 'not_affected', sentence };
  }
  const reason = component?.reason ?? 'no-feed';
  const sentence = `Whether ${advisory} affects ${what} is not known: ${reasonWords(reason, item)}.`;
  return { state: 'unknown', reason, sentence };
}

function strongestOf(meant: readonly Finding[]): Finding | undefined {
  return ['affected', 'unknown', 'not_affected']
    .map((wanted) => meant.find(({ state }) => state === wanted))
    .find((found) => found !== undefined);
}

/** By package silence counts only where a fresh feed answers; what a rule says of this very product is no silence. */
function isSaid({ state, explain }: Finding): boolean {
  return state !== 'not_affected' || explain.feeds.some(({ fresh }) => fresh);
}

function isKnown(index: AdvisoryIndex, feed: AskedFeed['feed'], advisory: string): boolean {
  return index.record(feed, advisory) !== undefined || index.namedBy(feed, advisory).length > 0;
}

function reasonWords(reason: VerdictUnknownReason, { ecosystem, version }: MatchPackage): string {
  switch (reason) {
    case 'no-ecosystem':
      return 'no feed that we know of answers for its kind';
    case 'no-feed':
      return `no feed for ${ecosystem === '' ? 'it' : ecosystem} is here (holdfast advisories update)`;
    case 'stale-feed':
      return `the feed for ${ecosystem} is too old (holdfast advisories update)`;
    case 'empty-feed':
    case 'canary':
      return `the feed for ${ecosystem} is not whole`;
    case 'no-version':
      return 'its version is not known';
    default:
      return `its version ${version} cannot be placed among those of ${ecosystem}`;
  }
}

/** What is said by product and not by package: by CVE records, Microsoft's updates and the hand-kept rules. */
function wordsOfOthers(
  { name, version }: MatchPackage,
  meant: readonly Finding[],
  asked: readonly WhyFeed[],
  index: AdvisoryIndex,
): WhyFeed[] {
  const known = new Set(asked.map(({ feed }) => feed));
  const words = meant.flatMap(({ explain, url }) => explain.feeds.map((each) => ({ each, url })));
  return allFeeds(index).flatMap(({ id, asOf }) => {
    const said = known.has(id) ? [] : words.filter(({ each }) => each.feed === id);
    if (said.length === 0) return [];
    const rows = said.map(({ each: { record, says, because }, url }): WhyRow => ({
      record: record ?? url,
      status: 'active',
      aliases: [],
      upstream: [],
      lookup: { name, version, by: 'component' },
      state: says,
      says,
      because,
      steps: [],
    }));
    return [{ feed: id, asOf, fresh: said.every(({ each }) => each.fresh), words: '', rows }];
  });
}

function feedRows(
  item: MatchPackage,
  { feed, problem }: AskedFeed,
  names: ReadonlySet<string>,
  index: AdvisoryIndex,
): WhyFeed {
  const rows = lookupsFor(item, feed).flatMap((lookup) =>
    index
      .rows(feed, item.ecosystem, lookup.name)
      .filter(({ id }) => names.has(id))
      .map((row): WhyRow => {
        const verdict = judgeRow(item, lookup, row);
        const record = index.record(feed, row.id);
        return {
          record: row.id,
          status: record?.status ?? 'active',
          aliases: record?.aliases ?? [],
          upstream: record?.upstream ?? [],
          lookup,
          state: row.state,
          says: verdict.says,
          because: rowWords(verdict),
          steps: rangeSteps(item.ecosystem, lookup.version, row),
        };
      }),
  );
  const words = [
    ...(problem === undefined ? [] : [problemWords(feed, problem)]),
    ...(rows.length === 0 ? ['has no record of it for this package'] : []),
  ];
  return {
    feed: feed.id,
    asOf: feed.asOf,
    fresh: problem === undefined,
    words: words.join('; '),
    rows,
  };
}
