/** What an attacker loses when several nodes are closed at once, without walking the whole graph again. */
import type { Holders } from './holders.ts';
import type { AttackGraph } from './model.ts';
import { START } from './model.ts';
import type { Population } from './population.ts';
import type { Reach } from './reach.ts';
import { PAGE_BITS, PAGE_MASK, rowOf } from './rows.ts';
import { ANEW, type Space } from './space.ts';

export interface Loss {
  /** Distinct living people who are reached no more, by the best count. */
  readonly people: number;
  /** Positions of holdings that are reached no more, and how many of them nobody counted. */
  readonly holdings: readonly number[];
  readonly unknown: number;
}

/** Closing `nodes` together, measured against everything being as in `reach`. */
export type Losses = (nodes: Iterable<number>) => Loss;

export function losses(
  graph: AttackGraph,
  reach: Reach,
  people: Population,
  held: Holders,
  space = ANEW,
  scratch = space,
): Losses {
  const lostNodes = nodeLosses(graph, reach, space, scratch);
  const count = peopleLosses(reach, people, held, space);
  return (nodes) => count(lostNodes(nodes));
}

/**
 * Nodes that are reached no more. Only those below the closed ones in the tree of shortest ways can be lost; of these, any with
 * a way in from outside are saved, and whatever they lead to. The work is that of the branches cut, not of the graph.
 */
export function nodeLosses(
  { out, into, size }: AttackGraph,
  { reached, before, order }: Reach,
  space = ANEW,
  scratch = space,
): (nodes: Iterable<number>) => readonly number[] {
  const branches = childrenOf(size, before, order, space, scratch);
  // 0: outside; `turn`: cut off so far; 1 less than `turn` and older: from an earlier question.
  const cut = space.counts('loss cut', size).fill(0, 0, size);
  let turn = 0;

  function cutBranches(nodes: Iterable<number>): number[] {
    const list: number[] = [];
    const add = (node: number): void => {
      if (cut[node] === turn) return;
      cut[node] = turn;
      list.push(node);
    };
    for (const node of nodes) if (node !== START && reached[node] === 1) add(node);
    for (let at = 0; at < list.length; at++) {
      const node = list[at] as number;
      const end = branches.starts[node + 1] as number;
      for (let i = branches.starts[node] as number; i < end; i++) add(branches.list[i] as number);
    }
    return list;
  }
  function hasWayIn(node: number): boolean {
    const page = into[node >>> PAGE_BITS] as Uint32Array;
    const end = page[(node & PAGE_MASK) + 1] as number;
    for (let i = page[node & PAGE_MASK] as number; i < end; i++) {
      const from = page[i] as number;
      if (reached[from] === 1 && cut[from] !== turn) return true;
    }
    return false;
  }
  return (nodes) => {
    turn++;
    const closed = new Set(nodes);
    const list = cutBranches(closed);
    const rescued: number[] = [];
    const rescue = (node: number): void => {
      if (cut[node] !== turn || closed.has(node)) return;
      cut[node] = 0;
      rescued.push(node);
    };
    for (const node of list) if (cut[node] === turn && hasWayIn(node)) rescue(node);
    for (let at = 0; at < rescued.length; at++) {
      const node = rescued[at] as number;
      for (const next of rowOf(out, node)) rescue(next);
    }
    return list.filter((node) => cut[node] === turn);
  };
}

function childrenOf(
  size: number,
  before: Int32Array,
  order: Uint32Array,
  space: Space,
  scratch: Space,
): { starts: Uint32Array; list: Uint32Array } {
  const starts = space.counts('loss starts', size + 1).fill(0, 0, size + 1);
  for (let at = 0; at < order.length; at++) {
    const up = before[order[at] as number] as number;
    if (up >= 0) starts[up + 1] = (starts[up + 1] as number) + 1;
  }
  for (let v = 0; v < size; v++) starts[v + 1] = (starts[v + 1] as number) + (starts[v] as number);
  const next = scratch.counts('loss next', size);
  for (let v = 0; v < size; v++) next[v] = starts[v] as number;
  const list = space.counts('loss list', order.length);
  for (let at = 0; at < order.length; at++) {
    const node = order[at] as number;
    const up = before[node] as number;
    if (up < 0) continue;
    const place = next[up] as number;
    list[place] = node;
    next[up] = place + 1;
  }
  return { starts, list };
}

/** Turns lost nodes into the people who are in no holding that is still reached. */
function peopleLosses(
  { reached }: Reach,
  { shared, starts, classes, alone, unknown }: Population,
  { positions, nodes: holdingNodes, positionOf }: Holders,
  space: Space,
): (lost: readonly number[]) => Loss {
  const ways = space.counts('loss ways', positions).fill(0, 0, positions);
  for (const node of holdingNodes) {
    if (reached[node] !== 1) continue;
    const position = positionOf[node] as number;
    ways[position] = (ways[position] as number) + 1;
  }
  const lostWays = space.counts('loss lost ways', positions).fill(0, 0, positions);
  const seen = space.counts('loss seen', shared.sizes.length).fill(0, 0, shared.sizes.length);
  let turn = 0;
  const isKept = (position: number): boolean =>
    (ways[position] as number) > (lostWays[position] as number);

  function lostShared(position: number): number {
    let total = 0;
    const end = starts[position + 1] as number;
    for (let i = starts[position] as number; i < end; i++) {
      const each = classes[i] as number;
      if (seen[each] === turn) continue;
      seen[each] = turn;
      if (!isReachedElsewhere(each)) total += shared.sizes[each] as number;
    }
    return total;
  }
  function isReachedElsewhere(each: number): boolean {
    const end = shared.starts[each + 1] as number;
    for (let i = shared.starts[each] as number; i < end; i++) {
      if (isKept(shared.holdings[i] as number)) return true;
    }
    return false;
  }
  return (lost) => {
    turn++;
    const touched = lost
      .map((node) => positionOf[node] as number)
      .filter((position) => position >= 0);
    for (const position of touched) lostWays[position] = (lostWays[position] as number) + 1;
    const holdings = [...new Set(touched)]
      .filter((position) => !isKept(position))
      .sort((a, b) => a - b);
    const counted = holdings.filter((position) => unknown[position] === 0);
    const gone = counted.reduce(
      (sum, position) => sum + (alone[position] as number) + lostShared(position),
      0,
    );
    for (const position of touched) lostWays[position] = 0;
    return { people: gone, holdings, unknown: holdings.length - counted.length };
  };
}
