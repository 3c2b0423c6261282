/**
 * The cheapest nodes whose closing keeps the attacker from all targets, where no single one does: a minimum vertex cut by maximum
 * flow (Dinic 1970, without recursion). Nodes of one group are closed together and cost once.
 */
import type { AttackGraph } from './model.ts';
import { START } from './model.ts';
import type { Reach } from './reach.ts';
import { rowOf } from './rows.ts';

export interface CutQuestion {
  /** The group that each node is closed with, -1 where it cannot be closed. */
  readonly groupOf: Int32Array;
  /** What closing a group costs: whole numbers above 0. */
  readonly costs: ArrayLike<number>;
  /** Nodes that are to be out of reach. */
  readonly targets: Iterable<number>;
}

/** Groups whose closing cuts off the targets, ascending; undefined when nothing can. */
export function cheapestCut(
  graph: AttackGraph,
  { reached, order }: Reach,
  { groupOf, costs, targets }: CutQuestion,
): number[] | undefined {
  const goals = new Set([...targets].filter((node) => reached[node] === 1));
  if (goals.size === 0) return [];
  const wanted = leadingTo(graph, reached, goals);
  const nodes = order.filter((node) => wanted[node] === 1);
  const { placeOf, groupAt } = placed(graph.size, nodes, groupOf);
  // A place goes in at 2i and out at 2i + 1; only a group's way through has a limit.
  const net = network(groupAt.length * 2 + 1);
  const sink = groupAt.length * 2;
  groupAt.forEach((group, i) =>
    net.arc(i * 2, i * 2 + 1, group < 0 ? Infinity : (costs[group] as number)),
  );
  for (const node of nodes) {
    const place = placeOf[node] as number;
    if (goals.has(node)) net.arc(place * 2 + 1, sink, Infinity);
    for (const after of rowOf(graph.out, node)) {
      const next = placeOf[after] as number;
      if (next >= 0 && next !== place) net.arc(place * 2 + 1, next * 2, Infinity);
    }
  }
  const side = net.fill((placeOf[START] as number) * 2, sink);
  if (side === undefined) return undefined;
  const isCut = (_: number, i: number): boolean => side[i * 2] === 1 && side[i * 2 + 1] === 0;
  return groupAt.filter(isCut).sort((a, b) => a - b);
}

/** One place for each group, and for each node without one. */
function placed(
  size: number,
  nodes: Uint32Array,
  groupOf: Int32Array,
): { placeOf: Int32Array; groupAt: number[] } {
  const placeOf = new Int32Array(size).fill(-1);
  const placeOfGroup = new Map<number, number>();
  const groupAt: number[] = [];
  for (const node of nodes) {
    const group = node === START ? -1 : (groupOf[node] as number);
    const place = placeOfGroup.get(group) ?? groupAt.length;
    placeOf[node] = place;
    if (place < groupAt.length) continue;
    if (group >= 0) placeOfGroup.set(group, place);
    groupAt.push(group);
  }
  return { placeOf, groupAt };
}

/** Reached nodes from which a goal is reached. */
function leadingTo(
  { into, size }: AttackGraph,
  reached: Uint8Array,
  goals: ReadonlySet<number>,
): Uint8Array {
  const wanted = new Uint8Array(size);
  const list = [...goals];
  for (const node of list) wanted[node] = 1;
  for (let at = 0; at < list.length; at++) {
    const node = list[at] as number;
    for (const from of rowOf(into, node)) {
      if (wanted[from] === 1 || reached[from] !== 1) continue;
      wanted[from] = 1;
      list.push(from);
    }
  }
  return wanted;
}

interface Network {
  arc(from: number, to: number, room: number): void;
  /** Sends as much as goes and gives the places that still have a way from the source; undefined when there is no limit. */
  fill(source: number, sink: number): Uint8Array | undefined;
}

function network(size: number): Network {
  const first = new Int32Array(size).fill(-1);
  const next: number[] = [];
  const heads: number[] = [];
  const room: number[] = [];
  const level = new Int32Array(size);
  const at = new Int32Array(size);
  const queue = new Uint32Array(size);

  function half(from: number, to: number, space: number): void {
    next.push(first[from] as number);
    first[from] = heads.length;
    heads.push(to);
    room.push(space);
  }
  /** Layers by distance over arcs with room; false when the sink has none. */
  function hasLayers(source: number, sink: number): boolean {
    level.fill(-1);
    level[source] = 0;
    queue[0] = source;
    let length = 1;
    for (let i = 0; i < length; i++) {
      const place = queue[i] as number;
      for (let arc = first[place] as number; arc >= 0; arc = next[arc] as number) {
        const to = heads[arc] as number;
        if (level[to] !== -1 || (room[arc] as number) <= 0) continue;
        level[to] = (level[place] as number) + 1;
        queue[length++] = to;
      }
    }
    return level[sink] !== -1;
  }
  /** One way with room left, as its arcs. */
  function way(source: number, sink: number): number[] | undefined {
    const arcs: number[] = [];
    let place = source;
    while (place !== sink) {
      const arc = at[place] as number;
      if (arc < 0) {
        const last = arcs.pop();
        if (last === undefined) return undefined;
        place = heads[last ^ 1] as number;
        at[place] = next[last] as number;
        continue;
      }
      const to = heads[arc] as number;
      if ((room[arc] as number) > 0 && level[to] === (level[place] as number) + 1) {
        arcs.push(arc);
        place = to;
      } else at[place] = next[arc] as number;
    }
    return arcs;
  }
  function send(arcs: readonly number[]): boolean {
    const amount = arcs.reduce((least, arc) => Math.min(least, room[arc] as number), Infinity);
    if (amount === Infinity) return false;
    for (const arc of arcs) {
      room[arc] = (room[arc] as number) - amount;
      room[arc ^ 1] = (room[arc ^ 1] as number) + amount;
    }
    return true;
  }
  return {
    arc(from, to, space) {
      half(from, to, space);
      half(to, from, 0);
    },
    fill(source, sink) {
      while (hasLayers(source, sink)) {
        at.set(first);
        for (let arcs = way(source, sink); arcs !== undefined; arcs = way(source, sink)) {
          if (!send(arcs)) return undefined;
        }
      }
      return Uint8Array.from(level, (each) => (each === -1 ? 0 : 1));
    },
  };
}
