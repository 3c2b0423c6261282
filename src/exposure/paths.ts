/** Ways to a node in the order of their steps: the shortest and the likeliest, and the one on through a gap to the people behind it. */
import type { Assessment } from './assess.ts';
import type { AttackGraph, AttackPath } from './model.ts';
import { START } from './model.ts';
import { backwards, likeliest } from './likeliest.ts';
import { widestWay } from './widest.ts';

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
 * The likeliest way to `node`, and on to the people behind it by the way on which most of them are lost (see `widestWay`).
 * Undefined when the node is not reached; a way that ends at the node when nothing is behind it.
 */
export function pathThrough(state: Assessment, node: number): AttackPath | undefined {
  const { graph, closed } = state;
  const first = likeliestPath(state, node);
  if (first === undefined) return undefined;
  // On from the node without turning back, where that leads to the same people.
  const fresh = closed.slice();
  for (const used of first.nodes) fresh[used] = 1;
  const onward = widestWay(state, fresh, node) ?? widestWay(state, closed, node) ?? [node];
  return pathOf(graph, [...first.nodes.slice(0, -1), ...onward]);
}

function pathOf(graph: AttackGraph, nodes: readonly number[]): AttackPath {
  return {
    nodes,
    likelihood: nodes.reduce((product, node) => product * (graph.likelihood[node] as number), 1),
    certainty: nodes.some((node) => graph.assumed[node] === 1) ? 'assumed' : 'proven',
  };
}
