/** Ways to a node in the order of their steps: the shortest and the likeliest, and the one on through a gap to the people behind it. */
import type { Assessment } from './assess.ts';
import type { AttackGraph, AttackPath } from './model.ts';
import { START } from './model.ts';
import type { Closed } from './reach.ts';
import { reach } from './reach.ts';

/** The way with the fewest steps, or undefined when the node is not reached. */
export function shortestPath({ graph, reach }: Assessment, node: number): AttackPath | undefined {
  if (reach.reached[node] !== 1) return undefined;
  return pathOf(graph, backwards(reach.before, node));
}

/** The way an attacker most likely gets through, step by step; of equally likely ones the shortest. */
export function likeliestPath(state: Assessment, node: number): AttackPath | undefined {
  if (state.reach.reached[node] !== 1) return undefined;
  const { before } = likeliest(state.graph, state.closed, START);
  return pathOf(state.graph, backwards(before, node));
}

/**
 * The likeliest way to `node` and on to `target`, a node behind it; without a target, to the holding behind it with most
 * people. Undefined when the node is not reached; a way that ends at the node when nothing is behind it.
 */
export function pathThrough(
  state: Assessment,
  node: number,
  target = heaviestBehind(state, node),
): AttackPath | undefined {
  const { graph, closed } = state;
  const first = likeliestPath(state, node);
  if (first === undefined || target === undefined || target === node) return first;
  // On from the node without turning back, where that is possible.
  const fresh = closed.slice();
  for (const used of first.nodes) fresh[used] = 1;
  for (const away of [fresh, closed]) {
    const { before, cost } = likeliest(graph, away, node);
    if (cost[target] === Infinity) continue;
    return pathOf(graph, [...first.nodes.slice(0, -1), ...backwards(before, target)]);
  }
  return first;
}

/** The holding behind this node with most people; one that nobody counted only where no other is. */
export function heaviestBehind(state: Assessment, node: number): number | undefined {
  const { held, people, graph, closed } = state;
  if (state.reach.reached[node] !== 1) return undefined;
  const behind = reach(graph, closed, node).reached;
  let found: number | undefined;
  let most = -1;
  for (const holding of held.nodes) {
    const size = people.living[held.positionOf[holding] as number] ?? 0;
    if (behind[holding] === 1 && size > most) [found, most] = [holding, size];
  }
  return found;
}

function pathOf(graph: AttackGraph, nodes: readonly number[]): AttackPath {
  return {
    nodes,
    likelihood: nodes.reduce((product, node) => product * (graph.likelihood[node] as number), 1),
    certainty: nodes.some((node) => graph.assumed[node] === 1) ? 'assumed' : 'proven',
  };
}

function backwards(before: Int32Array, node: number): number[] {
  const nodes: number[] = [];
  for (let at = node; at >= 0; at = before[at] as number) nodes.push(at);
  return nodes.reverse();
}

interface Search {
  readonly cost: Float64Array;
  readonly before: Int32Array;
}

/** Dijkstra over -log(likelihood), then the number of steps, then the node's number. */
function likeliest(
  { size, out, outStart, likelihood }: AttackGraph,
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
    const end = outStart[node + 1] as number;
    for (let i = outStart[node] as number; i < end; i++) {
      const next = out[i] as number;
      if (done[next] === 1 || closed[next] === 1) continue;
      const total = (cost[node] as number) - Math.log(likelihood[next] as number);
      const length = (steps[node] as number) + 1;
      const known = cost[next] as number;
      if (total > known || (total === known && length >= (steps[next] as number))) continue;
      cost[next] = total;
      steps[next] = length;
      before[next] = node;
      queue.add(next);
    }
  }
  return { cost, before };
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
