/** Every component against every advisory: pure, given the index and the time. */
import { schemeOf } from '../versions/index.ts';
import { candidatesIn, type Candidate, type Candidates, type Question } from './candidates.ts';
import { clustersOf, type ClusterSource, type Member } from './cluster.ts';
import { judgeCluster } from './cluster-verdict.ts';
import type { Coverage } from './coverage.ts';
import { findingFor, findingOf } from './finding.ts';
import type { AdvisoryIndex } from './index-open.ts';
import { inherit } from './inherit.ts';
import type { ComponentMatch, MatchOptions, MatchPackage } from './match-model.ts';
import type { RowVerdict } from './match-row.ts';
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

/** What is the same for several components, the binaries of one source above all, is worked out once. */
export function matcher(
  index: AdvisoryIndex,
  options: MatchOptions,
): (item: MatchPackage) => ComponentMatch {
  const candidates = candidatesIn(index, options.now);
  const answered = new Map<string, readonly Finding[]>();
  return (item) => {
    const component = componentOf(item, candidates.coverage(item.ecosystem));
    if (ABSENT.has(item.state ?? '')) return { component, findings: [] };
    const questions = candidates.questions(item);
    const key = subjectKey(item, questions);
    let findings = answered.get(key);
    if (findings === undefined) {
      findings = findingsOf(item, questions, { candidates, index, options });
      if (answered.size > MOST_ANSWERS) answered.clear();
      answered.set(key, findings);
    }
    return { component, findings: findings.map((finding) => findingFor(item, finding)) };
  };
}

const MOST_ANSWERS = 20_000;

/** Everything that the answer depends on, besides the name that it is given. */
function subjectKey(item: MatchPackage, questions: readonly Question[]): string {
  const { ecosystem, arch = '', module = '' } = item;
  const asked = questions.map(({ feed, lookup: { name, version, by } }) =>
    [feed.id, name, version, by].join('\0'),
  );
  return [ecosystem, arch, module, ...asked].join('\0');
}

interface Context {
  readonly candidates: Candidates;
  readonly index: AdvisoryIndex;
  readonly options: MatchOptions;
}

function findingsOf(
  item: MatchPackage,
  questions: readonly Question[],
  { candidates, index, options }: Context,
): readonly Finding[] {
  const found = candidates.of(item, questions);
  if (found.length === 0) return [];
  const coverage = candidates.coverage(item.ecosystem);
  const source = sourceOf(found, candidates, index);
  const findings: Finding[] = [];
  for (const cluster of clustersOf(seedsOf(found, source, options), source)) {
    const verdict = judgeCluster(item, cluster, found, coverage, index);
    if (verdict.state === 'not_affected' && options.all !== true) continue;
    findings.push(findingOf(item, cluster, verdict, index));
  }
  return withoutCoveredNotices(findings);
}

function seedsOf(
  candidates: readonly Candidate[],
  source: ClusterSource,
  { all = false }: MatchOptions,
): Member[] {
  const seeds = new Map<string, Member>();
  for (const { feed, hits, rows } of candidates) {
    for (const id of all ? rows.ids : hits.keys()) {
      const key = `${feed.id}\0${id}`;
      if (!seeds.has(key) && (all || hits.get(id)?.some(isOpen) === true)) {
        seeds.set(key, { feed, id, record: source.record(feed, id) });
      }
    }
  }
  return [...seeds.values()];
}

function isOpen({ says }: RowVerdict): boolean {
  return says === 'affected' || says === 'unknown';
}

function sourceOf(
  found: readonly Candidate[],
  candidates: Candidates,
  index: AdvisoryIndex,
): ClusterSource {
  return {
    feeds: [...new Set(found.map(({ feed }) => feed))],
    concerns: (feed, id) =>
      found.some((candidate) => candidate.feed === feed && candidate.rows.has(id)),
    record: (feed, id) => candidates.record(feed, id),
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
