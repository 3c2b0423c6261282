/**
 * Dominators: the nodes that every way to a node goes through. Semi-NCA (Georgiadis 2005), without recursion, so that a chain of
 * any length is no danger to the stack.
 */
import type { AttackGraph } from './model.ts';
import { START } from './model.ts';
import type { Closed } from './reach.ts';
import { PAGE_BITS, PAGE_MASK } from './rows.ts';
import { ANEW, type Space } from './space.ts';
import { walkOf, type Walk } from './walk.ts';

/**
 * A tree whose root is the start. Places count reached nodes so that each comes after its dominator: 0 is the start. Arrays may be
 * longer than told.
 */
export interface DominatorTree {
  readonly size: number;
  /** The node at each place, and the place of each node or -1. */
  readonly nodeAt: Uint32Array;
  readonly placeOf: Int32Array;
  /** The nearest dominator's place; 0 for the root itself. */
  readonly above: Uint32Array;
  /** The lowest place that dominates both. */
  common(a: number, b: number): number;
}

export function dominatorTree(
  graph: AttackGraph,
  closed: Closed,
  space = ANEW,
  walk = walkOf(graph, closed, space),
): DominatorTree {
  const above = nearest(graph, walk, space);
  const { size, nodeAt, placeOf } = walk;
  return { size, nodeAt, placeOf, above, ...commons(above, size, space) };
}

function nearest({ into }: AttackGraph, walk: Walk, space: Space): Uint32Array {
  const { size, nodeAt, placeOf, parent } = walk;
  const ancestor = space.places('tree ancestors', size);
  const semi = space.counts('tree semi', size);
  const best = space.counts('tree best', size);
  const stack = space.counts('tree stack', size);
  for (let place = 0; place < size; place++) {
    ancestor[place] = parent[place] as number;
    semi[place] = place;
    best[place] = place;
  }

  /** The place with the smallest semidominator on the way up to the last place that is joined already. */
  function lowest(place: number, joined: number): number {
    if ((ancestor[place] as number) < joined) return best[place] as number;
    let depth = 0;
    let at = place;
    do {
      stack[depth++] = at;
      at = ancestor[at] as number;
    } while ((ancestor[at] as number) >= joined);
    const root = ancestor[at] as number;
    let found = best[at] as number;
    while (depth > 0) {
      at = stack[--depth] as number;
      ancestor[at] = root;
      if ((semi[found] as number) < (semi[best[at] as number] as number)) best[at] = found;
      else found = best[at] as number;
    }
    return best[place] as number;
  }

  for (let place = size - 1; place > 0; place--) {
    const node = nodeAt[place] as number;
    let least = parent[place] as number;
    const page = into[node >>> PAGE_BITS] as Uint32Array;
    const end = page[(node & PAGE_MASK) + 1] as number;
    for (let i = page[node & PAGE_MASK] as number; i < end; i++) {
      const from = placeOf[page[i] as number] as number;
      if (from < 0) continue;
      const reaches = semi[lowest(from, place + 1)] as number;
      if (reaches < least) least = reaches;
    }
    semi[place] = least;
  }
  const above = space.counts('tree above', size);
  above[0] = 0;
  for (let place = 1; place < size; place++) {
    let up = parent[place] as number;
    while (up > (semi[place] as number)) up = above[up] as number;
    above[place] = up;
  }
  return above;
}

/** Lowest common places by heavy paths: few jumps for any shape of tree. */
function commons(above: Uint32Array, size: number, space: Space): Pick<DominatorTree, 'common'> {
  const weight = space.counts('tree weights', size).fill(1, 0, size);
  for (let place = size - 1; place > 0; place--) {
    const up = above[place] as number;
    weight[up] = (weight[up] as number) + (weight[place] as number);
  }
  const heavy = space.counts('tree heavy', size).fill(0, 0, size);
  for (let place = size - 1; place > 0; place--) {
    const up = above[place] as number;
    const held = heavy[up] as number;
    if (held === 0 || (weight[place] as number) >= (weight[held] as number)) heavy[up] = place;
  }
  const head = space.counts('tree heads', size);
  head[0] = 0;
  for (let place = 1; place < size; place++) {
    const up = above[place] as number;
    head[place] = heavy[up] === place ? (head[up] as number) : place;
  }
  return {
    common(a, b) {
      let [one, other] = [a, b];
      // A path's head comes after everything above it, so the later head is never above the place that is sought.
      while (head[one] !== head[other]) {
        if ((head[one] as number) > (head[other] as number))
          one = above[head[one] as number] as number;
        else other = above[head[other] as number] as number;
      }
      return Math.min(one, other);
    },
  };
}

/** The nodes that every way to `node` goes through, from the start to the node itself; none when it is not reached. */
export function dominatorsOf(tree: DominatorTree, node: number): number[] {
  let place = tree.placeOf[node] ?? -1;
  if (place < 0) return [];
  const nodes: number[] = [];
  for (; place > 0; place = tree.above[place] as number) nodes.push(tree.nodeAt[place] as number);
  nodes.push(START);
  return nodes.reverse();
}
