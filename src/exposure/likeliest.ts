/** The likeliest ways from one node to all others. */
import type { AttackGraph } from './model.ts';
import type { Closed } from './reach.ts';
import { rowOf } from './rows.ts';

/** Of each node the cost, -log(likelihood), and the steps of the likeliest way from where the search began, and the node before it. */
export interface Search {
  readonly cost: Float64Array;
  readonly steps: Uint32Array;
  readonly before: Int32Array;
}

/**
 * Dijkstra over -log(likelihood), then the number of steps; of ways that are equal in both the one by the gap that stands for
 * most login paths or findings, then by the node's number.
 */
export function likeliest(
  { size, out, likelihood, gaps }: AttackGraph,
  closed: Closed,
  from: number,
): Search {
  const cost = new Float64Array(size).fill(Infinity);
  const steps = new Uint32Array(size);
  const before = new Int32Array(size).fill(-1);
  const done = new Uint8Array(size);
  const queue = nodeQueue(size, (a, b) => {
    if (cost[a] !== cost[b]) return (cost[a] as number) < (cost[b] as number);
    return steps[a] === steps[b] ? a < b : (steps[a] as number) < (steps[b] as number);
  });
  cost[from] = 0;
  queue.add(from);
  for (let node = queue.take(); node !== undefined; node = queue.take()) {
    done[node] = 1;
    for (const next of rowOf(out, node)) {
      if (done[next] === 1 || closed[next] === 1) continue;
      const total = (cost[node] as number) - Math.log(likelihood[next] as number);
      const length = (steps[node] as number) + 1;
      const known = cost[next] as number;
      if (total === known && length === steps[next] && isMore(gaps, node, before[next] as number))
        before[next] = node;
      if (total > known || (total === known && length >= (steps[next] as number))) continue;
      cost[next] = total;
      steps[next] = length;
      before[next] = node;
      queue.add(next);
    }
  }
  return { cost, steps, before };
}

function isMore(gaps: AttackGraph['gaps'], a: number, b: number): boolean {
  return (gaps.get(a)?.count ?? 0) > (gaps.get(b)?.count ?? 0);
}

/** The nodes from where the search began to this one. */
export function backwards(before: Int32Array, node: number): number[] {
  const nodes: number[] = [];
  for (let at = node; at >= 0; at = before[at] as number) nodes.push(at);
  return nodes.reverse();
}

interface NodeQueue {
  /** Adds a node, or moves it forward after it has become better. */
  add(node: number): void;
  take(): number | undefined;
}

/** A binary heap that knows where each node is. */
function nodeQueue(size: number, isBefore: (a: number, b: number) => boolean): NodeQueue {
  const heap: number[] = [];
  const placeOf = new Int32Array(size).fill(-1);
  const put = (node: number, place: number): void => {
    heap[place] = node;
    placeOf[node] = place;
  };
  function rise(node: number, from: number): void {
    let place = from;
    while (place > 0) {
      const up = (place - 1) >>> 1;
      const above = heap[up] as number;
      if (!isBefore(node, above)) break;
      put(above, place);
      place = up;
    }
    put(node, place);
  }
  function sink(node: number): void {
    let place = 0;
    for (;;) {
      let below = place * 2 + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && isBefore(heap[below + 1] as number, heap[below] as number))
        below++;
      const lower = heap[below] as number;
      if (!isBefore(lower, node)) break;
      put(lower, place);
      place = below;
    }
    put(node, place);
  }
  return {
    add(node) {
      const known = placeOf[node] as number;
      rise(node, known < 0 ? heap.length : known);
    },
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      placeOf[first] = -1;
      if (heap.length > 0) sink(last);
      return first;
    },
  };
}
