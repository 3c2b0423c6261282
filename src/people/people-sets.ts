/**
 * All counted holdings of an estate together: how many distinct living people any set of them holds, also by category.
 * Exposure asks this thousands of times; nothing but class sizes stays in memory for it, no hash.
 */
import { HoldfastError } from '../kernel/errors.ts';
import { BY_DETAILS, BY_NHS_NUMBER, CATEGORY_BIT, CHILD, SPECIAL_BITS } from './categories.ts';
import type { Category } from './categories.ts';
import type { Range } from './count.ts';
import type { PersonSet } from './hash-set.ts';
import { orderOfPairs } from './hash-set.ts';
import { keyTable } from './key-table.ts';
import type { PeopleClasses, Whom } from './membership.ts';
import { membership } from './membership.ts';

/** Whom a union counts: living people, unless it is `persons` or `deceased`. */
export type Facet = 'persons' | 'deceased' | 'living' | 'children' | 'special' | Category;

export type OwnFacets = Readonly<Partial<Record<Facet, number>>>;

/** A holding of the estate: with its set, or in *counts only* mode with its living people alone, or not counted at all. */
export interface CountedHolding {
  readonly set?: PersonSet;
  /** Living people of the holding by its own count. */
  readonly living?: Range;
  /** The same by category, and of children: all that is known of them where there is no set. */
  readonly facets?: OwnFacets;
}

export interface PeopleSets {
  /** Distinct people of the facet in the holdings at these positions: exact over holdings that have a set. */
  count(holdings: Iterable<number>, facet?: Facet): number;
  /**
   * Distinct living people with bounds. Each holding's own uncertainty is carried over; a counts-only holding may lie wholly
   * inside the others (low) or wholly outside (best and high: the larger number is the one to report while it is unknown).
   *
   * @param best where the caller has counted them already
   */
  range(holdings: Iterable<number>, best?: number): Range;
  /** Which of these holdings nobody has counted: their people are unknown, never zero. */
  notCounted(holdings: Iterable<number>): number[];
  /**
   * People by the holdings they are in, for questions that a count of one union cannot answer, such as who is reached in one
   * way only. Exact over holdings that have a set, like `count`.
   */
  peopleClasses(facet?: Facet): PeopleClasses;
  /** What a holding says of itself: its own count, and whether a set stands behind it. */
  own(holding: number): {
    readonly living: Range | undefined;
    readonly facets: OwnFacets;
    readonly hasSet: boolean;
  };
  /** How many holdings there are, counted or not. */
  readonly size: number;
  readonly bytes: number;
}

/** Brings the sets together; all must be counted under one key. */
export function peopleSets(holdings: readonly CountedHolding[]): PeopleSets {
  const sets = holdings.map((holding) => holding.set);
  oneKey(sets);
  const index = membership(linkDetails(sets));
  const withSet = Uint8Array.from(sets, (set) => (set === undefined ? 0 : 1));
  const living = holdings.map((holding) => holding.living);
  const livingOf = (i: number): Range | undefined => living[i];
  const hasSet = (i: number): boolean => withSet[i] === 1;
  return {
    size: living.length,
    count: (chosen, facet = 'living') => index.union(chosen, whomOf(facet)),
    peopleClasses: (facet = 'living') => index.peopleClasses(whomOf(facet)),
    own: (i) => ({ living: livingOf(i), facets: holdings[i]?.facets ?? {}, hasSet: hasSet(i) }),
    range(chosen, counted) {
      const all = [...new Set(chosen)];
      let [below, above, countsOnly, least] = [0, 0, 0, 0];
      for (const i of all) {
        const living = livingOf(i);
        if (living === undefined) continue;
        least = Math.max(least, living.low);
        if (hasSet(i)) below += living.best - living.low;
        else countsOnly += living.best;
        above += living.high - living.best;
      }
      const best = counted ?? index.union(all, whomOf('living')) + countsOnly;
      const low = Math.max(best - countsOnly - below, least);
      return { low: Math.min(low, best), best, high: best + above };
    },
    notCounted: (chosen) => [...chosen].filter((i) => !hasSet(i) && livingOf(i) === undefined),
    bytes: index.bytes,
  };
}

function oneKey(sets: readonly (PersonSet | undefined)[]): void {
  const keys = new Set(sets.flatMap((set) => (set === undefined ? [] : [set.keyId])));
  if (keys.size > 1) {
    throw new HoldfastError(
      'conflict',
      `sets of ${keys.size} different person keys cannot be joined`,
      {
        remedy: 'Carry the older sets over to the newest key, or count their holdings again.',
      },
    );
  }
}

type Known = Pick<PersonSet, 'hi' | 'lo' | 'flags'>;

/**
 * People who were counted by their details in one holding and by an NHS number in another become one, where exactly one
 * number stands beside these details in the whole estate.
 */
function linkDetails(sets: readonly (PersonSet | undefined)[]): Known[] {
  const links = numberLinks(sets);
  return sets.map((set) => {
    if (set === undefined)
      return { hi: new Uint32Array(), lo: new Uint32Array(), flags: new Uint32Array() };
    const { hi, lo } = set;
    const linked: [number, number][] = [];
    for (let i = 0; i < hi.length; i++) {
      const kinds = (set.flags[i] as number) & (BY_DETAILS | BY_NHS_NUMBER);
      if (kinds !== BY_DETAILS) continue;
      const number = links(hi[i] as number, lo[i] as number);
      if (number >= 0) linked.push([i, number]);
    }
    return linked.length === 0 ? set : relinked(set, linked, links);
  });
}

interface Links {
  /** The one NHS number's position for a hash of details, or -1. */
  (hi: number, lo: number): number;
  hi(number: number): number;
  lo(number: number): number;
}

const SEVERAL = 0xffff_fffe;

function numberLinks(sets: readonly (PersonSet | undefined)[]): Links {
  const details = keyTable();
  const numbers = keyTable();
  const owner: number[] = [];
  for (const set of sets) {
    if (set === undefined) continue;
    const { aliases } = set;
    for (let i = 0; i < aliases.hi.length; i++) {
      const of = aliases.of[i] as number;
      const detail = details.add(aliases.hi[i] as number, aliases.lo[i] as number);
      const number = numbers.add(set.hi[of] as number, set.lo[of] as number);
      const held = owner[detail];
      owner[detail] = held === undefined || held === number ? number : SEVERAL;
    }
  }
  return Object.assign(
    (hi: number, lo: number): number => {
      const detail = details.find(hi, lo);
      const number = detail < 0 ? SEVERAL : (owner[detail] ?? SEVERAL);
      return number === SEVERAL ? -1 : number;
    },
    { hi: (number: number) => numbers.hi(number), lo: (number: number) => numbers.lo(number) },
  );
}

function relinked(set: PersonSet, linked: readonly [number, number][], links: Links): Known {
  const hi = set.hi.slice();
  const lo = set.lo.slice();
  for (const [person, number] of linked) {
    hi[person] = links.hi(number);
    lo[person] = links.lo(number);
  }
  const order = orderOfPairs({ hi, lo });
  const merged: Known = { hi: hi.slice(), lo: lo.slice(), flags: set.flags.slice() };
  let size = 0;
  for (const i of order) {
    const last = size - 1;
    if (size > 0 && merged.hi[last] === hi[i] && merged.lo[last] === lo[i]) {
      merged.flags[last] = (merged.flags[last] as number) | (set.flags[i] as number);
      continue;
    }
    merged.hi[size] = hi[i] as number;
    merged.lo[size] = lo[i] as number;
    merged.flags[size++] = set.flags[i] as number;
  }
  return {
    hi: merged.hi.subarray(0, size),
    lo: merged.lo.subarray(0, size),
    flags: merged.flags.subarray(0, size),
  };
}

function whomOf(facet: Facet): Whom {
  if (facet === 'persons' || facet === 'deceased' || facet === 'living') {
    return { bits: 0, of: facet };
  }
  if (facet === 'children') return { bits: CHILD, of: 'living' };
  return { bits: facet === 'special' ? SPECIAL_BITS : CATEGORY_BIT[facet], of: 'living' };
}
