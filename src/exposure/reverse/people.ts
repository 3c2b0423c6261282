/** How many people any holdings have together: exact by their sets, bounded where only a number is known, unknown where nothing is. */
import type { HoldingLink } from '../../estate/store-columns.ts';
import { CATEGORY_BIT, type Category } from '../../people/categories.ts';
import type { Range } from '../../people/count.ts';
import { peopleSets, type CountedHolding } from '../../people/people-sets.ts';
import type { PeopleCount } from './model.ts';

export interface People {
  /** Of the holdings at these positions together. */
  count(holdings: readonly number[]): PeopleCount;
  /** Whether nobody has counted or declared the people of this one. */
  isUnknown(holding: number): boolean;
  readonly bytes: number;
}

const CATEGORIES = Object.keys(CATEGORY_BIT) as Category[];

/** `counted`: what was counted of each holding, by the holding's position; undefined where nothing was stored. */
export function peopleOfHoldings(
  holdings: readonly HoldingLink[],
  counted: readonly (CountedHolding | undefined)[],
): People {
  const known = holdings.map(({ people }, i): CountedHolding => {
    const stored = counted[i];
    const living = stored?.living ?? people;
    return {
      ...(stored?.set === undefined ? {} : { set: stored.set }),
      ...(living === null ? {} : { living }),
    };
  });
  const sets = peopleSets(known);
  const hasSet = known.map(({ set }) => set !== undefined);

  const isUnknown = (i: number): boolean => hasSet[i] !== true && known[i]?.living === undefined;
  function count(chosen: readonly number[]): PeopleCount {
    const without = chosen.filter((i) => hasSet[i] !== true);
    const said = without.filter((i) => known[i]?.living !== undefined);
    const facet = (name: Category | 'children'): Range => {
      const exact = chosen.length === without.length ? 0 : sets.count(chosen, name);
      return bounded(exact, said, (i) => saidOf(holdings[i], known[i], name));
    };
    const by: Record<string, Range> = {};
    for (const name of ['children', ...CATEGORIES] as const) {
      const range = facet(name);
      if (range.high > 0) by[name] = range;
    }
    return {
      living: sets.range(chosen),
      by,
      unknownHoldings: without.filter(isUnknown).length,
      exact: without.every(isUnknown),
    };
  }
  return {
    count,
    isUnknown,
    get bytes() {
      return sets.bytes;
    },
  };
}

/** A number without a set may lie wholly inside the rest, or wholly outside of it. */
function bounded(exact: number, others: readonly number[], of: (i: number) => Range): Range {
  let [low, best, high] = [exact, exact, exact];
  for (const i of others) {
    const range = of(i);
    low = Math.max(low, range.low);
    best += range.best;
    high += range.high;
  }
  return { low, best, high };
}

/** Where the breakdown was not told, any of its people may be of that kind. */
function saidOf(
  holding: HoldingLink | undefined,
  known: CountedHolding | undefined,
  name: Category | 'children',
): Range {
  if (holding === undefined) return range(0, 0);
  const told = name === 'children' ? holding.children : holding.categories?.[name];
  if (typeof told === 'number') return range(told, told);
  const isBrokenDown = name !== 'children' && holding.categories !== null;
  return range(0, isBrokenDown ? 0 : (known?.living?.high ?? 0));
}

function range(low: number, high: number): Range {
  return { low, best: low, high };
}
