/** Records that name the same flaw: aliases form clusters, over feeds and not only in pairs. */
import type { AdvisoryRecord, Feed } from './model.ts';

/** One record of one feed. */
export interface Member {
  readonly feed: Feed;
  readonly id: string;
  /** Undefined where the feed has rows of it and no record. */
  readonly record: AdvisoryRecord | undefined;
}

export interface Cluster {
  readonly members: readonly Member[];
  /** Every name, sorted as `orderNames` does. */
  readonly names: readonly string[];
}

/** Where the records are looked up; only records about the component in question belong to its clusters. */
export interface ClusterSource {
  readonly feeds: readonly Feed[];
  /** Whether the feed's record speaks of the component. */
  concerns(feed: Feed, id: string): boolean;
  record(feed: Feed, id: string): AdvisoryRecord | undefined;
  /** Ids of records that give the name as an alias or as what they are made of. */
  namedBy(feed: Feed, name: string): readonly string[];
}

/** A cluster with more names than this is no flaw but an attack on the reader. */
const MOST_NAMES = 1000;

export function clustersOf(seeds: readonly Member[], source: ClusterSource): Cluster[] {
  const hits = new Map<string, Member[]>();
  for (const member of seeds) {
    for (const name of namesOf(member)) hits.set(name, [...(hits.get(name) ?? []), member]);
  }
  const taken = new Set<string>();
  const clusters: Cluster[] = [];
  for (const seed of seeds) {
    if (taken.has(keyOf(seed))) continue;
    clusters.push(grow(seed, hits, taken, source));
  }
  return clusters;
}

function keyOf({ feed, id }: Pick<Member, 'feed' | 'id'>): string {
  return `${feed.id}\0${id}`;
}

function grow(
  seed: Member,
  hits: ReadonlyMap<string, readonly Member[]>,
  taken: Set<string>,
  source: ClusterSource,
): Cluster {
  const members: Member[] = [seed];
  const names = new Set(namesOf(seed));
  taken.add(keyOf(seed));
  const join = (member: Member): void => {
    if (taken.has(keyOf(member))) return;
    taken.add(keyOf(member));
    members.push(member);
    for (const name of namesOf(member)) names.add(name);
  };
  for (const name of names) {
    if (names.size > MOST_NAMES) break;
    for (const member of hits.get(name) ?? []) join(member);
    for (const member of elsewhere(name, source)) join(member);
  }
  return { members, names: orderNames(names) };
}

/** Records without a hit of their own: what they say of the component is shown beside. */
function elsewhere(name: string, source: ClusterSource): Member[] {
  if (source.feeds.length < 2) return [];
  return source.feeds.flatMap((feed) =>
    [name, ...source.namedBy(feed, name)]
      .filter((id) => source.concerns(feed, id))
      .map((id): Member => ({ feed, id, record: source.record(feed, id) }))
      .filter((member) => namesOf(member).includes(name)),
  );
}

/** The record's own name and the names of the same flaw; not the flaws that a notice is made of. */
export function namesOf({ id, record }: Pick<Member, 'id' | 'record'>): string[] {
  if (record === undefined) return [id];
  const { aliases, upstream } = record;
  const [only] = upstream;
  const same = upstream.length === 1 && only !== undefined && id.endsWith(only) ? [only] : [];
  return [id, ...aliases, ...same];
}

/** CVEs first, by year and number, then GitHub's, then the others: the first names the cluster for good. */
export function orderNames(names: Iterable<string>): string[] {
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || natural(a, b));
}

function rank(name: string): number {
  if (name.startsWith('CVE-')) return 0;
  return name.startsWith('GHSA-') ? 1 : 2;
}

function natural(a: string, b: string): number {
  const first = cveNumbers(a);
  const second = cveNumbers(b);
  if (first !== undefined && second !== undefined) {
    const byNumber = first.year - second.year || first.number - second.number;
    if (byNumber !== 0) return byNumber;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function cveNumbers(name: string): { year: number; number: number } | undefined {
  const match = /^CVE-(\d+)-(\d+)$/.exec(name);
  return match === null ? undefined : { year: Number(match[1]), number: Number(match[2]) };
}
