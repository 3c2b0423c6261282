/** What an attacker reaches, step by step from the start. */
import type { AttackGraph, Belief } from './model.ts';
import { START } from './model.ts';
import { PAGE_BITS, PAGE_MASK } from './rows.ts';
import { ANEW } from './space.ts';

export interface Reach {
  /** 1 where the attacker gets to. */
  readonly reached: Uint8Array;
  /** Reached nodes, nearest first, each with the node before it on one shortest way (-1 where it began and for unreached ones). */
  readonly order: Uint32Array;
  readonly before: Int32Array;
}

/** 1 for each node that is not there: closed, or not believed. */
export type Closed = Uint8Array;

/** Nodes that are left out under this belief, and those that `nodes` names. The start is never left out. */
export function closedNodes(
  graph: AttackGraph,
  belief: Belief = 'all',
  nodes: Iterable<number> = [],
): Closed {
  const closed = belief === 'proven' ? graph.assumed.slice() : new Uint8Array(graph.size);
  for (const node of nodes) if (node >= 0 && node < graph.size) closed[node] = 1;
  closed[START] = 0;
  return closed;
}

/** Every node that a way of open nodes leads to, from the attacker's start or from another node. */
export function reach(graph: AttackGraph, closed: Closed, from = START, space = ANEW): Reach {
  const reached = new Uint8Array(graph.size);
  const order = space.counts('reach order', graph.size);
  const before = space.places('reach before', graph.size).fill(-1, 0, graph.size);
  const { out } = graph;
  reached[from] = 1;
  order[0] = from;
  let size = 1;
  for (let at = 0; at < size; at++) {
    const node = order[at] as number;
    const page = out[node >>> PAGE_BITS] as Uint32Array;
    const end = page[(node & PAGE_MASK) + 1] as number;
    for (let i = page[node & PAGE_MASK] as number; i < end; i++) {
      const next = page[i] as number;
      if (reached[next] === 1 || closed[next] === 1) continue;
      reached[next] = 1;
      before[next] = node;
      order[size++] = next;
    }
  }
  return { reached, order: order.subarray(0, size), before };
}
