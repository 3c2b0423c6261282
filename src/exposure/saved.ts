/**
 * People saved by closing one node alone: those who are in no holding that another way leads to. A class of people is safe when
 * the node dominates every holding it is in, so its size counts at the lowest common place of these holdings and at all above.
 */
import type { DominatorTree } from './dominators.ts';
import type { Holders } from './holders.ts';
import type { PeopleClasses } from '../people/membership.ts';
import type { Population } from './population.ts';
import { ANEW } from './space.ts';

/** By place of the dominator tree: the place of the start has everybody that is reached. */
export interface Saved {
  readonly people: Float64Array;
  /** Holdings that nobody counted. */
  readonly unknown: Uint32Array;
}

export function savedPeople(
  tree: DominatorTree,
  people: Population,
  held: Holders,
  space = ANEW,
): Saved {
  const places = holdingPlaces(tree, held);
  const saved = savedOf(tree, places, people.shared, people.alone, space);
  const unknown = space.counts('unknown saved', tree.size).fill(0, 0, tree.size);
  for (let position = 0; position < places.length; position++) {
    const place = places[position] as number;
    if (place >= 0 && people.unknown[position] !== 0)
      unknown[place] = (unknown[place] as number) + 1;
  }
  for (let place = tree.size - 1; place > 0; place--) {
    const up = tree.above[place] as number;
    unknown[up] = (unknown[up] as number) + (unknown[place] as number);
  }
  return { people: saved, unknown };
}

/** The same for the people of one facet. */
export function savedOf(
  tree: DominatorTree,
  places: Int32Array,
  classes: PeopleClasses,
  alone: ArrayLike<number> = classes.alone,
  space = ANEW,
): Float64Array {
  const saved = space.sums('people saved', tree.size).fill(0, 0, tree.size);
  for (let position = 0; position < alone.length; position++) {
    const place = places[position] as number;
    if (place >= 0) saved[place] = (saved[place] as number) + (alone[position] as number);
  }
  const { starts, holdings, sizes } = classes;
  for (let each = 0; each < sizes.length; each++) {
    const place = commonPlace(
      tree,
      places,
      holdings,
      starts[each] as number,
      starts[each + 1] as number,
    );
    if (place >= 0) saved[place] = (saved[place] as number) + (sizes[each] as number);
  }
  for (let place = tree.size - 1; place > 0; place--) {
    const up = tree.above[place] as number;
    saved[up] = (saved[up] as number) + (saved[place] as number);
  }
  return saved;
}

/** Holdings that are not reached have no part in it; -1 when none is. */
function commonPlace(
  tree: DominatorTree,
  places: Int32Array,
  holdings: Uint32Array,
  from: number,
  to: number,
): number {
  let common = -1;
  for (let i = from; i < to && common !== 0; i++) {
    const place = places[holdings[i] as number] as number;
    if (place < 0) continue;
    common = common < 0 ? place : tree.common(common, place);
  }
  return common;
}

/** Where each holding hangs in the tree: -1 when it is not reached. */
export function holdingPlaces(tree: DominatorTree, held: Holders): Int32Array {
  const places = new Int32Array(held.positions).fill(-1);
  for (const node of held.nodes) {
    const place = tree.placeOf[node] as number;
    if (place < 0) continue;
    const position = held.positionOf[node] as number;
    const known = places[position] as number;
    places[position] = known < 0 ? place : tree.common(known, place);
  }
  return places;
}
