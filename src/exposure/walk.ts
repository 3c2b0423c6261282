/** Nodes from which the attacker gets everywhere among themselves are one component (Tarjan 1972, without recursion). */
import type { AttackGraph } from './model.ts';
import { START } from './model.ts';
import type { Closed } from './reach.ts';
import { PAGE_BITS, PAGE_MASK } from './rows.ts';
import { ANEW } from './space.ts';

/** A walk through everything that is reached, depth first, and the components that it shows. Arrays may be longer than told. */
export interface Walk {
  /** How many nodes are reached; places are counted in the order of the walk, the start has 0. */
  readonly size: number;
  /** The node at each place, and the place of each node or -1. */
  readonly nodeAt: Uint32Array;
  readonly placeOf: Int32Array;
  /** Places of the parents in the walk. */
  readonly parent: Int32Array;
  /** How many components there are. */
  readonly parts: number;
  /** The component of the node at each place; whatever a component leads to has a smaller number. */
  readonly partAt: Int32Array;
  /** Places of component `c`: `members[starts[c] … starts[c + 1] - 1]`. */
  readonly members: Uint32Array;
  readonly starts: Uint32Array;
}

export function walkOf(
  { size: nodes, out }: AttackGraph,
  closed: Closed,
  space = ANEW,
  scratch = space,
): Walk {
  const nodeAt = space.counts('walk nodes', nodes);
  const placeOf = space.places('walk places', nodes).fill(-1, 0, nodes);
  const parent = space.places('walk parents', nodes);
  const next = scratch.counts('walk next', nodes);
  const low = scratch.counts('walk low', nodes);
  const partAt = space.places('walk parts', nodes);
  const open = scratch.counts('walk open', nodes);
  const members = space.counts('walk members', nodes);
  const starts = space.counts('walk starts', nodes + 1);
  let [size, opened, used, parts] = [0, 0, 0, 0];
  function enter(node: number, from: number): number {
    placeOf[node] = size;
    nodeAt[size] = node;
    parent[size] = from;
    low[size] = size;
    partAt[size] = -1;
    open[opened++] = size;
    next[size] = (out[node >>> PAGE_BITS] as Uint32Array)[node & PAGE_MASK] as number;
    return size++;
  }
  /** Follows the edges of the node at this place to the first node that is new; -1 where none is. */
  function follow(place: number): number {
    const node = nodeAt[place] as number;
    const page = out[node >>> PAGE_BITS] as Uint32Array;
    const end = page[(node & PAGE_MASK) + 1] as number;
    let lowest = low[place] as number;
    let found = -1;
    let at = next[place] as number;
    while (at < end && found < 0) {
      const to = page[at++] as number;
      const known = placeOf[to] as number;
      if (known < 0) found = closed[to] === 1 ? -1 : to;
      else if (known < lowest && partAt[known] === -1) lowest = known;
    }
    next[place] = at;
    low[place] = lowest;
    return found;
  }
  function leave(place: number): number {
    const lowest = low[place] as number;
    if (lowest === place) {
      let member: number;
      do {
        member = open[--opened] as number;
        partAt[member] = parts;
        members[used++] = member;
      } while (member !== place);
      starts[++parts] = used;
    }
    const up = parent[place] as number;
    if (up >= 0 && lowest < (low[up] as number)) low[up] = lowest;
    return up;
  }
  starts[0] = 0;
  for (let place = enter(START, -1); place >= 0;) {
    const found = follow(place);
    place = found >= 0 ? enter(found, place) : leave(place);
  }
  return { size, nodeAt, placeOf, parent, parts, partAt, members, starts };
}
