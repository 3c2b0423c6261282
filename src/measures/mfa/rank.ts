/** Worst first: doors by who can reach them and what lies behind, accounts by whose they are and what they reach. */
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
  /** People in the holdings behind it, added up: some may be counted twice. Exact after `rankByPeople`. */
  readonly peopleBehind: number;
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
    peopleBehind: peopleBehind(door, around),
  }));
  return {
    doors: doors.sort((a, b) => byDanger(a, b, around)),
    accounts: scores(coverage, around),
  };
}

/**
 * Doors by the distinct living people who are reached through each, as exposure counts them (src/exposure); of the same
 * people the more dangerous first, as above.
 */
export function rankByPeople(
  ranking: Ranking,
  reached: (door: string) => number | undefined,
): Ranking {
  const doors = ranking.doors.map((each) => ({
    ...each,
    peopleBehind: reached(each.door.key) ?? 0,
  }));
  // The order of before stands among doors of the same people: sorting keeps it.
  return { ...ranking, doors: doors.sort((a, b) => b.peopleBehind - a.peopleBehind) };
}

function byDanger(a: RankedDoor, b: RankedDoor, around: Surroundings): number {
  return (
    worstOf(a.counts) - worstOf(b.counts) ||
    reachOf(a.door, around) - reachOf(b.door, around) ||
    b.peopleBehind - a.peopleBehind ||
    open(b.counts) - open(a.counts) ||
    (a.door.key < b.door.key ? -1 : 1)
  );
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
