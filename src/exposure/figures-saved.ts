/** Whom closing one node alone saves, by category and with bounds. */
import { CATEGORIES } from '../estate/schema.ts';
import type { Category } from '../people/categories.ts';
import type { Range } from '../people/count.ts';
import type { DominatorTree } from './dominators.ts';
import type { Holders } from './holders.ts';
import type { PeopleFigures } from './model.ts';
import type { LivingFacet, Population } from './population.ts';
import { countsOnly, ownCount } from './population.ts';
import { holdingPlaces, savedOf } from './saved.ts';

/** People saved at every place of the tree, for one facet; worked out when first asked for. */
export type SavedFacets = (facet: LivingFacet) => Float64Array;

export function savedFacets(tree: DominatorTree, people: Population, held: Holders): SavedFacets {
  const places = holdingPlaces(tree, held);
  const kept = new Map<LivingFacet, Float64Array>();
  return (facet) => {
    const known = kept.get(facet) ?? savedOf(tree, places, people.facet(facet));
    kept.set(facet, known);
    return known;
  };
}

export function savedFigures(
  tree: DominatorTree,
  node: number,
  people: Population,
  held: Holders,
  reached: readonly number[],
  facets: SavedFacets,
): PeopleFigures {
  const place = tree.placeOf[node] ?? -1;
  const lost = place < 0 ? [] : heldBelow(tree, place, held);
  const exact = (facet: LivingFacet): number => (place < 0 ? 0 : (facets(facet)[place] as number));
  const at = (facet: LivingFacet): number => exact(facet) + ownCount(people.sets, lost, facet);
  const isLost = new Set(lost);
  const kept = reached.filter((position) => !isLost.has(position));
  return {
    living: savedRange(people, lost, kept, exact('living')),
    categories: Object.fromEntries(CATEGORIES.map((each) => [each, at(each)])) as Record<
      Category,
      number
    >,
    children: at('children'),
    special: at('special'),
    holdings: lost.length,
    unknownHoldings: lost.filter((position) => people.unknown[position] !== 0).length,
  };
}

/** Positions of holdings to which every way leads through this place. */
function heldBelow(tree: DominatorTree, place: number, held: Holders): number[] {
  const isBelow = new Uint8Array(tree.size);
  isBelow[place] = 1;
  for (let each = place + 1; each < tree.size; each++) {
    isBelow[each] = isBelow[tree.above[each] as number] as number;
  }
  const places = holdingPlaces(tree, held);
  return [...places.keys()].filter((position) => isBelow[places[position] as number] === 1);
}

/**
 * Bounds of people saved. Each lost holding brings its own uncertainty; a counts-only one may lie wholly inside what is still
 * reached (low) or wholly outside (best, high), and one that is still reached may hold some of the people thought saved.
 */
function savedRange(
  { sets }: Population,
  lost: readonly number[],
  kept: readonly number[],
  exact: number,
): Range {
  if (kept.length === 0) return sets.range(lost.filter((position) => position < sets.size));
  let [low, best, high] = [exact, exact, exact];
  for (const position of lost) {
    const { living, hasSet } = sets.own(position);
    if (living === undefined) continue;
    if (hasSet) {
      low -= living.best - living.low;
      high += living.high - living.best;
    } else {
      best += living.best;
      high += living.high;
    }
  }
  for (const position of kept) low -= countsOnly(sets, position)?.high ?? 0;
  return { low: Math.max(0, low), best, high };
}
