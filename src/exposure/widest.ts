/** The way from a gap to the people behind it on which most of them are lost. */
import type { Assessment } from './assess.ts';
import type { Search } from './likeliest.ts';
import { backwards, likeliest } from './likeliest.ts';
import type { AttackGraph } from './model.ts';
import type { Closed } from './reach.ts';
import { rowOf } from './rows.ts';

/**
 * Follows the people: as long as nobody is lost from sight the likeliest way is taken, and where ways part it is the one behind
 * which most people are. So it shows the step that opens most, such as control of a domain, and not the shorter way to the
 * data of one customer. Holdings that nobody counted decide between equals.
 *
 * Ends at a holding; undefined when none is behind `from` without the closed nodes, or when they cut off what it follows.
 */
export function widestWay(state: Assessment, closed: Closed, from: number): number[] | undefined {
  const sight = sightOf(state);
  const isHolding = (node: number): boolean => (state.held.positionOf[node] as number) >= 0;
  const way = [from];
  for (let at = from; !isHolding(at);) {
    const mayEnd = (node: number): boolean => isHolding(node) || sight(node, at) < 0;
    const beyond = closed.map((shut, node) => (shut === 1 || mayEnd(node) ? 1 : 0));
    const search = likeliest(state.graph, beyond, at);
    const ends = (node: number): boolean => closed[node] === 0 && mayEnd(node);
    const next = widestAfter(state.graph, search, sight, ends);
    if (next === undefined) return undefined;
    way.push(...backwards(search.before, next.before).slice(1), next.node);
    at = next.node;
  }
  return way;
}

/** Below 0 when fewer people are behind the first node than behind the second. */
type Sight = (one: number, other: number) => number;

function sightOf(state: Assessment): Sight {
  const { size } = state.graph;
  const people = new Float64Array(size);
  const unknown = new Float64Array(size);
  for (let node = 0; node < size; node++) {
    const behind = state.throughAny([node]);
    people[node] = behind.people;
    unknown[node] = behind.unknown;
  }
  return (one, other) =>
    (people[one] as number) - (people[other] as number) ||
    (unknown[one] as number) - (unknown[other] as number);
}

interface Step {
  readonly node: number;
  readonly before: number;
}

/** The step out of what the search has found behind which most people are; of equal ones the likeliest to get to. */
function widestAfter(
  { size, out }: AttackGraph,
  { cost, steps }: Search,
  sight: Sight,
  ends: (node: number) => boolean,
): Step | undefined {
  let best: Step | undefined;
  const order = (one: Step, other: Step): number =>
    sight(other.node, one.node) ||
    (cost[one.before] as number) - (cost[other.before] as number) ||
    (steps[one.before] as number) - (steps[other.before] as number);
  for (let before = 0; before < size; before++) {
    if (cost[before] === Infinity) continue;
    for (const node of rowOf(out, before)) {
      const step = { node, before };
      if (ends(node) && (best === undefined || order(step, best) < 0)) best = step;
    }
  }
  return best;
}
