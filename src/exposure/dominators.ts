/**
 * Dominators: the nodes that every way to a node goes through. Semi-NCA (Georgiadis 2005), without recursion, so that a chain of
 * any length is no danger to the stack.
 */
import type { AttackGraph } from './model.ts';
import { START } from './model.ts';
import type { Closed } from './reach.ts';

/** A tree whose root is the start. Places count reached nodes so that each comes after its dominator: 0 is the start. */
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

export function dominatorTree(graph: AttackGraph, closed: Closed): DominatorTree {
  const walk = depthFirst(graph, closed);
  const above = nearest(graph, walk);
  return { size: walk.size, nodeAt: walk.nodeAt, placeOf: walk.placeOf, above, ...commons(above) };
}

interface Walk {
  readonly size: number;
  readonly nodeAt: Uint32Array;
  readonly placeOf: Int32Array;
  /** Places of the parents in the walk. */
  readonly parent: Int32Array;
}

function depthFirst({ size: nodes, out, outStart }: AttackGraph, closed: Closed): Walk {
  const nodeAt = new Uint32Array(nodes);
  const placeOf = new Int32Array(nodes).fill(-1);
  const parent = new Int32Array(nodes).fill(-1);
  const next = outStart.slice();
  const stack = new Uint32Array(nodes);
  let depth = 1;
  let size = 1;
  placeOf[START] = 0;
  while (depth > 0) {
    const node = stack[depth - 1] as number;
    const at = next[node] as number;
    if (at === outStart[node + 1]) {
      depth--;
      continue;
    }
    next[node] = at + 1;
    const to = out[at] as number;
    if (placeOf[to] !== -1 || closed[to] === 1) continue;
    placeOf[to] = size;
    nodeAt[size] = to;
    parent[size++] = placeOf[node] as number;
    stack[depth++] = to;
  }
  return { size, nodeAt: nodeAt.slice(0, size), placeOf, parent: parent.slice(0, size) };
}

function nearest({ into, intoStart }: AttackGraph, walk: Walk): Uint32Array {
  const { size, nodeAt, placeOf, parent } = walk;
  const ancestor = parent.slice();
  const semi = Uint32Array.from({ length: size }, (_, place) => place);
  const best = semi.slice();
  const stack = new Uint32Array(size);

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
    const end = intoStart[node + 1] as number;
    for (let i = intoStart[node] as number; i < end; i++) {
      const from = placeOf[into[i] as number] as number;
      if (from < 0) continue;
      const reaches = semi[lowest(from, place + 1)] as number;
      if (reaches < least) least = reaches;
    }
    semi[place] = least;
  }
  const above = new Uint32Array(size);
  for (let place = 1; place < size; place++) {
    let up = parent[place] as number;
    while (up > (semi[place] as number)) up = above[up] as number;
    above[place] = up;
  }
  return above;
}

/** Lowest common places by heavy paths: few jumps for any shape of tree. */
function commons(above: Uint32Array): Pick<DominatorTree, 'common'> {
  const weight = new Uint32Array(above.length).fill(1);
  for (let place = above.length - 1; place > 0; place--) {
    const up = above[place] as number;
    weight[up] = (weight[up] as number) + (weight[place] as number);
  }
  const heavy = new Uint32Array(above.length);
  for (let place = above.length - 1; place > 0; place--) {
    const up = above[place] as number;
    const held = heavy[up] as number;
    if (held === 0 || (weight[place] as number) >= (weight[held] as number)) heavy[up] = place;
  }
  const head = new Uint32Array(above.length);
  for (let place = 1; place < above.length; place++) {
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
