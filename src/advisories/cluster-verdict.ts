/** One component against one cluster: what every feed says, and what follows from it. */
import type { Candidate } from './candidates.ts';
import type { Cluster, Member } from './cluster.ts';
import { problemWords, type AskedFeed, type Coverage } from './coverage.ts';
import type { AdvisoryIndex } from './index-open.ts';
import { judgeRow, rowWords, type RowVerdict } from './match-row.ts';
import type { MatchPackage } from './match-model.ts';
import type { FeedWord, FindingState, VerdictUnknownReason } from './verdict.ts';

/** What one record says of the component, with the row that decides. */
export interface MemberVerdict {
  readonly member: Member;
  readonly says: FeedWord['says'];
  readonly decisive: RowVerdict;
  /** All rows of the record that hold the version. */
  readonly affecting: readonly RowVerdict[];
  readonly fresh: boolean;
}

export interface ClusterVerdict {
  readonly state: FindingState;
  readonly reason?: VerdictUnknownReason;
  readonly members: readonly MemberVerdict[];
  readonly words: readonly FeedWord[];
}

export function judgeCluster(
  item: MatchPackage,
  cluster: Cluster,
  candidates: readonly Candidate[],
  coverage: Coverage,
  index: AdvisoryIndex,
): ClusterVerdict {
  const fresh = new Map(
    coverage.feeds.map(({ feed, problem }) => [feed.id, problem === undefined]),
  );
  const members = cluster.members
    .flatMap((member) => memberVerdict(item, member, candidates, index, fresh) ?? [])
    .sort((a, b) => compare(a.member, b.member));
  return { ...concluded(members), members, words: wordsOf(members, coverage) };
}

function compare(a: Member, b: Member): number {
  const first = `${a.feed.id}\0${a.id}`;
  const second = `${b.feed.id}\0${b.id}`;
  return first < second ? -1 : first > second ? 1 : 0;
}

/** The source's explicit word beats its ranges: not affected, fixed, will not be fixed, affected, and so on. */
const STRENGTH = { not_affected: 5, fixed: 4, affected: 3, unknown: 2, outside: 1 } as const;

function memberVerdict(
  item: MatchPackage,
  member: Member,
  candidates: readonly Candidate[],
  index: AdvisoryIndex,
  fresh: ReadonlyMap<string, boolean>,
): MemberVerdict | undefined {
  const verdicts = candidates
    .filter(({ feed }) => feed.id === member.feed.id)
    .flatMap(
      ({ lookup, rows, hits }) =>
        hits.get(member.id) ?? rows.of(member.id).map((row) => judgeRow(item, lookup, row)),
    );
  if (verdicts.length > 1) verdicts.sort(byStrength);
  const [decisive] = verdicts;
  if (decisive === undefined) return undefined;
  const dead = deadWord(member, index);
  const says = dead ?? decisive.says;
  const affecting = says === 'affected' ? verdicts.filter((one) => one.says === 'affected') : [];
  return { member, says, decisive, affecting, fresh: fresh.get(member.feed.id) === true };
}

function byStrength(a: RowVerdict, b: RowVerdict): number {
  return strength(b) - strength(a) || compareTexts(a, b);
}

/** The reason first: the rest of a row stands in the order of its record. */
function compareTexts(a: RowVerdict, b: RowVerdict): number {
  const [first, second] = [a.reason ?? '', b.reason ?? ''];
  if (first !== second) return first < second ? -1 : 1;
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function strength({ says, row }: RowVerdict): number {
  return STRENGTH[says] + (says === 'affected' && row.state === 'wont_fix' ? 0.5 : 0);
}

/** Withdrawn and rejected records match nothing; nor does a record of a CVE, and of no more, that was rejected. */
function deadWord(
  { id, record }: Member,
  index: AdvisoryIndex,
): 'withdrawn' | 'rejected' | undefined {
  if (record?.status === 'withdrawn' || record?.status === 'rejected') return record.status;
  const cve = /CVE-\d+-\d+$/.exec(id)?.[0];
  return cve !== undefined && index.intel(cve).status === 'rejected' ? 'rejected' : undefined;
}

/** Where feeds disagree, affected wins; what one cannot tell, another that is fresh may deny. */
function concluded(members: readonly MemberVerdict[]): Pick<ClusterVerdict, 'state' | 'reason'> {
  const own = explicitFirst(members);
  if (own.some(({ says }) => says === 'affected')) return { state: 'affected' };
  const unsure = own.find(({ says }) => says === 'unknown');
  if (unsure === undefined || own.some((one) => one.fresh && DENIES.has(one.says))) {
    return { state: 'not_affected' };
  }
  const { reason } = unsure.decisive;
  return { state: 'unknown', ...(reason === undefined ? {} : { reason }) };
}

const DENIES: ReadonlySet<string> = new Set(['not_affected', 'fixed', 'outside']);

/** A feed that says "not affected" or "fixed" in so many words is not contradicted by ranges of its other records. */
function explicitFirst(members: readonly MemberVerdict[]): MemberVerdict[] {
  const denying = new Set(
    members
      .filter(({ says }) => says === 'not_affected' || says === 'fixed')
      .map(({ member }) => member.feed.id),
  );
  return members.filter(
    ({ member, says }) =>
      says === 'not_affected' || says === 'fixed' || !denying.has(member.feed.id),
  );
}

function wordsOf(members: readonly MemberVerdict[], coverage: Coverage): FeedWord[] {
  const words = members.map(({ member, says, decisive, fresh }): FeedWord => ({
    feed: member.feed.id,
    record: member.id,
    says,
    because: rowWords(decisive),
    fresh,
  }));
  const spoke = new Set(members.map(({ member }) => member.feed.id));
  const silent = coverage.feeds.filter(({ feed }) => !spoke.has(feed.id)).map(silence);
  return [...words, ...silent];
}

function silence({ feed, problem }: AskedFeed): FeedWord {
  const because =
    problem === undefined
      ? 'has no record of it for this package'
      : `${problemWords(feed, problem)}, and has no record of it`;
  return { feed: feed.id, record: null, says: 'silent', because, fresh: problem === undefined };
}
