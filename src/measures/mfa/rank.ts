/** Worst first: doors by who can reach them and what lies behind, accounts by whose they are and what they reach. */
import type { PeopleRanking, ReachedPeople } from '../../estate/reached.ts';
import { comparePositions, type Position } from '../../kernel/cursor.ts';
import { VERDICTS, type Account, type Door, type Population, type Verdict } from './model.ts';
import type { Coverage, Counts } from './coverage.ts';

/** What is needed of the estate beside accounts and doors. */
export interface Surroundings {
  /** Zone of each network by key. */
  readonly zones: ReadonlyMap<string, string | undefined>;
  readonly holdings: readonly {
    readonly asset: string;
    readonly customer: string | undefined;
    readonly service: string | undefined;
    /** Living people, counted or declared; undefined: nobody has counted. */
    readonly people: number | undefined;
  }[];
}

export interface Ranking {
  /** All doors, worst first. */
  readonly doors: readonly RankedDoor[];
  /** For each place of the table: the smaller, the sooner to be looked at. */
  readonly accounts: Float64Array;
}

export interface RankedDoor {
  readonly door: Door;
  readonly counts: Counts;
  /** Smaller is worse, the first difference decides: its verdicts, who reaches it, people declared behind it, open paths. */
  readonly danger: readonly [number, number, number, number];
  /** Its place by the living people whom an attacker reaches through it; 0 for all where nobody asked. */
  readonly place: number;
  /** These people, as exposure counts them; undefined: unknown. */
  readonly reached: ReachedPeople | undefined;
}

const REACH: Readonly<Record<string, number>> = {
  internet: 0,
  partner: 1,
  internal: 3,
  management: 4,
};
/** A door of which nobody says from where it is reached may be reached from anywhere. */
const REACH_UNKNOWN = 2;
/** Passwords of other organisations are theirs to lose: they come first. */
const WHOSE: readonly (Population | undefined)[] = [
  'customer',
  'supplier',
  'guest',
  undefined,
  'staff',
  'service',
  'break-glass',
  'system',
];

export function rank(coverage: Coverage, around: Surroundings): Ranking {
  const doors = [...coverage.judged.values()].map(({ door, counts }) => ({
    door,
    counts,
    danger: dangerOf(door, counts, around),
    place: 0,
    reached: undefined,
  }));
  return { doors: doors.sort(byPosition), accounts: scores(coverage, around) };
}

/**
 * Doors by the distinct living people who are reached through each, as exposure counts them (src/exposure); of the same
 * people the more dangerous first.
 */
export function rankByPeople(ranking: Ranking, people: PeopleRanking): Ranking {
  const doors = ranking.doors.map((each) => {
    const place = people.ofDoor(each.door.key);
    return { ...each, place, reached: people.places[place] };
  });
  return { ...ranking, doors: doors.sort(byPosition) };
}

/** Where a door stands, by value: it is the same as long as its verdicts and its people are. */
export function doorPosition({ place, danger, door }: RankedDoor): Position {
  return [place, ...danger, door.key];
}

/** Of the positions of doors: enough to tell one that no page gave. */
export const DOOR_SHAPE: Position = [0, 0, 0, 0, 0, ''];

/** A page of doors in this order, and where it ended; undefined: there is no further one. */
export function pagedDoors(
  { ranking }: { readonly ranking: Ranking },
  { order, after, count }: { order: 'people' | 'rank'; after: Position | undefined; count: number },
): { readonly doors: RankedDoor[]; readonly end: Position | undefined } {
  const positionOf = (door: RankedDoor): Position =>
    doorPosition(order === 'people' ? door : { ...door, place: 0 });
  const all = ranking.doors
    .map((door) => ({ door, position: positionOf(door) }))
    .filter(({ position }) => after === undefined || comparePositions(position, after) > 0)
    .sort((a, b) => comparePositions(a.position, b.position));
  const page = all.slice(0, count);
  return {
    doors: page.map(({ door }) => door),
    end: all.length > count ? page.at(-1)?.position : undefined,
  };
}

function byPosition(a: RankedDoor, b: RankedDoor): number {
  return comparePositions(doorPosition(a), doorPosition(b));
}

function dangerOf(door: Door, counts: Counts, around: Surroundings): RankedDoor['danger'] {
  return [worstOf(counts), reachOf(door, around), -peopleBehind(door, around), -open(counts)];
}

/** Doors that one password opens first, then unknown ones, then those that nobody uses. */
function worstOf(counts: Counts): number {
  if (open(counts) > 0) return 0;
  if (counts.unknown > 0) return 1;
  return counts.enforced > 0 ? 2 : 3;
}

/** Login paths that one factor opens. */
export function open(counts: Counts): number {
  return counts.none + counts['registered-not-enforced'];
}

export function gapsOf(counts: Counts): number {
  return open(counts) + counts.unknown;
}

export function pathsOf(counts: Counts): number {
  return VERDICTS.reduce((sum, verdict: Verdict) => sum + counts[verdict], 0);
}

function reachOf({ reachableFrom }: Door, { zones }: Surroundings): number {
  const reach = reachableFrom.map((network) => REACH[zones.get(network) ?? ''] ?? REACH_UNKNOWN);
  return reach.length === 0 ? REACH_UNKNOWN : Math.min(...reach);
}

/** People in the holdings behind it, added up: some may be counted twice. */
function peopleBehind({ opens }: Door, { holdings }: Surroundings): number {
  const services = new Set(opens.filter(({ kind }) => kind === 'service').map(({ key }) => key));
  const assets = new Set(opens.filter(({ kind }) => kind === 'asset').map(({ key }) => key));
  return holdings.reduce((sum, { service, asset, people = 0 }) => {
    const behind = assets.has(asset) || (service !== undefined && services.has(service));
    return behind ? sum + people : sum;
  }, 0);
}

const MOST_PEOPLE = 1e11;

function scores({ table }: Coverage, { holdings }: Surroundings): Float64Array {
  const people = new Map<string, number>();
  for (const { customer, people: count = 0 } of holdings) {
    if (customer !== undefined) people.set(customer, (people.get(customer) ?? 0) + count);
  }
  const byTraits = table.samples.map(traitsScore);
  return Float64Array.from({ length: table.size }, (_, at) => {
    const customer = table.customers[table.customer[at] ?? -1];
    const behind = customer === undefined ? 0 : Math.min(people.get(customer) ?? 0, MOST_PEOPLE);
    return (byTraits[table.traits[at] ?? 0] ?? 0) + (MOST_PEOPLE - behind) * 4;
  });
}

function traitsScore({ population, enabled, privileged }: Account): number {
  const whose = WHOSE.indexOf(population) * MOST_PEOPLE * 10;
  return whose + (enabled === false ? 2 : 0) + (privileged === true ? 0 : 1);
}
