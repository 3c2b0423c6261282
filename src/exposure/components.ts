/** Nodes from which the attacker gets everywhere among themselves are one component (Tarjan 1972, without recursion). */
import type { AttackGraph } from './model.ts';
import type { Reach } from './reach.ts';

export interface Components {
  readonly size: number;
  /** The component of each reached node, -1 elsewhere; whatever a component leads to has a smaller number. */
  readonly of: Int32Array;
  /** Nodes of component `c`: `nodes[starts[c] … starts[c + 1] - 1]`. */
  readonly nodes: Uint32Array;
  readonly starts: Uint32Array;
}

export function components(graph: AttackGraph, { reached, order }: Reach): Components {
  const { out, outStart } = graph;
  const of = new Int32Array(graph.size).fill(-1);
  const found = new Uint32Array(graph.size);
  const low = new Uint32Array(graph.size);
  const next = outStart.slice();
  const open = new Uint32Array(order.length);
  const calls = new Uint32Array(order.length);
  const nodes = new Uint32Array(order.length);
  const starts: number[] = [0];
  let [opened, depth, used, clock] = [0, 0, 0, 0];

  function enter(node: number): void {
    low[node] = found[node] = ++clock;
    open[opened++] = node;
    calls[depth++] = node;
  }
  function leave(node: number): void {
    depth--;
    if (low[node] === found[node]) {
      let member: number;
      do {
        member = open[--opened] as number;
        of[member] = starts.length - 1;
        nodes[used++] = member;
      } while (member !== node);
      starts.push(used);
    }
    if (depth > 0) lower(calls[depth - 1] as number, low[node] as number);
  }
  function lower(node: number, to: number): void {
    if (to < (low[node] as number)) low[node] = to;
  }

  // Everything reached is reached from the start, the first of the order.
  enter(order[0] as number);
  while (depth > 0) {
    const node = calls[depth - 1] as number;
    const at = next[node] as number;
    if (at === outStart[node + 1]) {
      leave(node);
      continue;
    }
    next[node] = at + 1;
    const to = out[at] as number;
    if (reached[to] === 0) continue;
    if (found[to] === 0) enter(to);
    else if (of[to] === -1) lower(node, found[to] as number);
  }
  return { size: starts.length - 1, of, nodes, starts: Uint32Array.from(starts) };
}
