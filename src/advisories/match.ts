/** Every component against every advisory: pure, given the index and the time. */
import { schemeOf } from '../versions/index.ts';
import { candidatesIn, type Candidate } from './candidates.ts';
import { clustersOf, type ClusterSource, type Member } from './cluster.ts';
import { judgeCluster } from './cluster-verdict.ts';
import type { Coverage } from './coverage.ts';
import { findingOf } from './finding.ts';
import type { AdvisoryIndex } from './index-open.ts';
import { inherit } from './inherit.ts';
import type { ComponentMatch, MatchOptions, MatchPackage } from './match-model.ts';
import { withoutCoveredNotices } from './notices.ts';
import { compareFindings } from './priority.ts';
import type { ComponentVerdict, Finding, VerdictUnknownReason } from './verdict.ts';

/** Components come as the packages do; findings in the order of what to look at first. */
export function matchPackages(
  packages: readonly MatchPackage[],
  index: AdvisoryIndex,
  options: MatchOptions,
): { findings: Finding[]; components: ComponentVerdict[] } {
  const match = matcher(index, options);
  const byPurl = new Map<string, MatchPackage>();
  for (const item of packages) if (item.ownedBy === undefined) byPurl.set(item.purl, item);
  const found = new Map<string, Finding>();
  const components = packages.map((item) => {
    const owner = item.ownedBy === undefined ? undefined : byPurl.get(item.ownedBy);
    const result =
      owner === undefined ? match(item) : inherit(match(item), match(owner), owner, options);
    for (const finding of result.findings) found.set(finding.key, finding);
    return result.component;
  });
  return { findings: [...found.values()].sort(compareFindings), components };
}

/** Of these nothing is left but configuration: no component. */
const ABSENT = new Set(['config-files', 'not-installed']);

/** What equal components ask twice is answered once. */
export function matcher(
  index: AdvisoryIndex,
  options: MatchOptions,
): (item: MatchPackage) => ComponentMatch {
  const candidates = candidatesIn(index, options.now);
  const answered = new Map<string, ComponentMatch>();
  return (item) => {
    const key = [
      item.purl,
      item.version,
      item.source?.name,
      item.source?.version,
      item.module,
    ].join('\0');
    let answer = answered.get(key);
    if (answer === undefined) {
      const coverage = candidates.coverage(item.ecosystem);
      answer = matchOne(item, coverage, ABSENT.has(item.state ?? '') ? [] : candidates.of(item), {
        index,
        options,
      });
      if (answered.size > 20_000) answered.clear();
      answered.set(key, answer);
    }
    return answer;
  };
}

function matchOne(
  item: MatchPackage,
  coverage: Coverage,
  candidates: readonly Candidate[],
  { index, options }: { index: AdvisoryIndex; options: MatchOptions },
): ComponentMatch {
  const component = componentOf(item, coverage);
  if (candidates.length === 0) return { component, findings: [] };
  const clusters = clustersOf(seedsOf(candidates, index, options), sourceOf(candidates, index));
  const findings: Finding[] = [];
  for (const cluster of clusters) {
    const verdict = judgeCluster(item, cluster, candidates, coverage, index);
    if (verdict.state === 'not_affected' && options.all !== true) continue;
    findings.push(findingOf(item, cluster, verdict, index));
  }
  return { component, findings: withoutCoveredNotices(findings) };
}

function seedsOf(
  candidates: readonly Candidate[],
  index: AdvisoryIndex,
  { all = false }: MatchOptions,
): Member[] {
  const seeds = new Map<string, Member>();
  for (const { feed, hits, ids } of candidates) {
    const hit = hits.filter(({ says }) => says === 'affected' || says === 'unknown');
    for (const id of all ? ids : hit.map(({ row }) => row.id)) {
      const key = `${feed.id}\0${id}`;
      if (!seeds.has(key)) seeds.set(key, { feed, id, record: index.record(feed, id) });
    }
  }
  return [...seeds.values()];
}

function sourceOf(candidates: readonly Candidate[], index: AdvisoryIndex): ClusterSource {
  const feeds = [...new Set(candidates.map(({ feed }) => feed))];
  return {
    feeds,
    concerns: (feed, id) =>
      candidates.some((candidate) => candidate.feed === feed && candidate.ids.has(id)),
    record: (feed, id) => index.record(feed, id),
    namedBy: (feed, name) => index.namedBy(feed, name),
  };
}

function componentOf(item: MatchPackage, { reason, limits }: Coverage): ComponentVerdict {
  const { purl } = item;
  if (ABSENT.has(item.state ?? '')) {
    return { purl, state: 'assessed', limits: ['removed: only its configuration is left'] };
  }
  const unknown = reason ?? versionProblem(item);
  return unknown === undefined
    ? { purl, state: 'assessed', limits }
    : { purl, state: 'unknown', reason: unknown, limits };
}

function versionProblem({ ecosystem, version }: MatchPackage): VerdictUnknownReason | undefined {
  if (version === '') return 'no-version';
  return schemeOf(ecosystem)?.parse(version) === undefined ? 'version' : undefined;
}
