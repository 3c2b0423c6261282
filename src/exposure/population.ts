/** The people of all holdings as the engine asks for them: by position of the holding, by class, by facet. */
import { CATEGORIES } from '../estate/schema.ts';
import type { Category } from '../people/categories.ts';
import type { Range } from '../people/count.ts';
import type { PeopleClasses } from '../people/membership.ts';
import type { Facet, PeopleSets } from '../people/people-sets.ts';
import type { PeopleFigures } from './model.ts';

export type LivingFacet = Exclude<Facet, 'persons' | 'deceased'>;

export interface Population {
  readonly sets: PeopleSets;
  /** Living people in one holding only; a counts-only holding brings its best count, as if nobody of it were elsewhere. */
  readonly alone: Float64Array;
  /** Living people of each holding, by its best count. */
  readonly living: Float64Array;
  /** Living people in several holdings. */
  readonly shared: PeopleClasses;
  /** For each holding the classes of `shared` that it has: `classes[starts[h] … starts[h + 1] - 1]`. */
  readonly starts: Uint32Array;
  readonly classes: Uint32Array;
  /** 1 where nobody has counted: people unknown. Positions beyond the sets are unknown too. */
  readonly unknown: Uint8Array;
  /** Classes of a facet; kept once they were asked for. */
  facet(facet: LivingFacet): PeopleClasses;
  /** Living people of these holdings, by category, with bounds. */
  figures(holdings: Iterable<number>): PeopleFigures;
}

export function population(sets: PeopleSets): Population {
  const shared = sets.peopleClasses('living');
  const kept = new Map<LivingFacet, PeopleClasses>([['living', shared]]);
  const positions = [...Array(sets.size).keys()];
  const unknown = new Uint8Array(sets.size);
  for (const position of sets.notCounted(positions)) unknown[position] = 1;
  const alone = Float64Array.from(
    positions,
    (position) => (shared.alone[position] as number) + (countsOnly(sets, position)?.best ?? 0),
  );
  return {
    sets,
    shared,
    unknown,
    alone,
    living: livingOf(shared, alone),
    ...classesByHolding(shared, sets.size),
    facet(facet) {
      const held = kept.get(facet) ?? sets.peopleClasses(facet);
      kept.set(facet, held);
      return held;
    },
    figures: (holdings) => figuresOf(sets, [...new Set(holdings)]),
  };
}

/** Living people of a holding that is known by its own count alone. */
export function countsOnly(sets: PeopleSets, position: number): Range | undefined {
  const { living, hasSet } = sets.own(position);
  return hasSet ? undefined : living;
}

/** People of a facet in holdings that are known by their own counts alone, as if nobody were in two of them. */
export function ownCount(
  sets: PeopleSets,
  positions: readonly number[],
  facet: LivingFacet,
): number {
  return positions.reduce((sum, position) => {
    const { facets, hasSet } = sets.own(position);
    return hasSet ? sum : sum + (facets[facet] ?? 0);
  }, 0);
}

function livingOf({ starts, holdings, sizes }: PeopleClasses, alone: Float64Array): Float64Array {
  const living = alone.slice();
  for (let each = 0; each < sizes.length; each++) {
    const end = starts[each + 1] as number;
    for (let i = starts[each] as number; i < end; i++) {
      const holding = holdings[i] as number;
      living[holding] = (living[holding] as number) + (sizes[each] as number);
    }
  }
  return living;
}

function figuresOf(sets: PeopleSets, holdings: readonly number[]): PeopleFigures {
  const counted = holdings.filter((position) => position < sets.size);
  const categories = Object.fromEntries(
    CATEGORIES.map((category) => [
      category,
      sets.count(counted, category) + ownCount(sets, counted, category),
    ]),
  ) as Record<Category, number>;
  return {
    living: sets.range(counted),
    categories,
    children: sets.count(counted, 'children') + ownCount(sets, counted, 'children'),
    special: sets.count(counted, 'special') + ownCount(sets, counted, 'special'),
    holdings: holdings.length,
    unknownHoldings: holdings.length - counted.length + sets.notCounted(counted).length,
  };
}

function classesByHolding(
  { starts: cuts, holdings, sizes }: PeopleClasses,
  size: number,
): Pick<Population, 'starts' | 'classes'> {
  const starts = new Uint32Array(size + 1);
  for (const holding of holdings) starts[holding + 1] = (starts[holding + 1] as number) + 1;
  for (let h = 0; h < size; h++) starts[h + 1] = (starts[h + 1] as number) + (starts[h] as number);
  const next = starts.slice();
  const classes = new Uint32Array(holdings.length);
  for (let each = 0; each < sizes.length; each++) {
    const end = cuts[each + 1] as number;
    for (let i = cuts[each] as number; i < end; i++) {
      const holding = holdings[i] as number;
      const place = next[holding] as number;
      classes[place] = each;
      next[holding] = place + 1;
    }
  }
  return { starts, classes };
}
