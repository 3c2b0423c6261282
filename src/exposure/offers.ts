/** What could be done next: single fixes with their exact gain, and several together where only together they cut every way. */
import type { Assessment } from './assess.ts';
import { cheapestCut } from './cut.ts';
import type { Fix } from './model.ts';
import { closedNodes, reach } from './reach.ts';

/** Fixes done at once, and what that saves now. */
export interface Offer {
  /** Positions in the list of fixes, ascending. */
  readonly fixes: readonly number[];
  readonly cost: number;
  /** Distinct living people (best count), and holdings of unknown people. */
  readonly people: number;
  readonly unknown: number;
}

export interface FixList {
  readonly all: readonly Fix[];
  /** Fixes of each node. */
  readonly ofNode: ReadonlyMap<number, readonly number[]>;
}

export function fixList(all: readonly Fix[]): FixList {
  const ofNode = new Map<number, number[]>();
  all.forEach(({ nodes }, fix) => {
    for (const node of new Set(nodes)) {
      const list = ofNode.get(node);
      if (list === undefined) ofNode.set(node, [fix]);
      else list.push(fix);
    }
  });
  return { all, ofNode };
}

export function costOf({ cost = 1 }: Fix): number {
  return cost;
}

/** More people for the cost, then more unknown holdings for the cost, then fewer fixes, then their order. */
export function isBetter(a: Offer, b: Offer): boolean {
  const people = a.people * b.cost - b.people * a.cost;
  if (people !== 0) return people > 0;
  const unknown = a.unknown * b.cost - b.unknown * a.cost;
  if (unknown !== 0) return unknown > 0;
  if (a.fixes.length !== b.fixes.length) return a.fixes.length < b.fixes.length;
  return (a.fixes[0] ?? 0) < (b.fixes[0] ?? 0);
}

/** Every fix that saves something by itself, best first. */
export function singleOffers(state: Assessment, fixes: FixList): Offer[] {
  const offers: Offer[] = [];
  fixes.all.forEach((fix, i) => {
    const nodes = [...new Set(fix.nodes)].filter((node) => state.reach.reached[node] === 1);
    const [only] = nodes;
    if (only === undefined) return;
    const { people, unknown } = nodes.length === 1 ? state.saved(only) : state.losses(nodes);
    if (people > 0 || unknown > 0) offers.push({ fixes: [i], cost: costOf(fix), people, unknown });
  });
  return offers.sort((a, b) => (isBetter(a, b) ? -1 : 1));
}

export function offerOf(state: Assessment, fixes: FixList, chosen: readonly number[]): Offer {
  const list = [...new Set(chosen)].sort((a, b) => a - b);
  const { people, unknown } = state.losses(list.flatMap((fix) => fixes.all[fix]?.nodes ?? []));
  const cost = list.reduce((sum, fix) => sum + costOf(fixes.all[fix] as Fix), 0);
  return { fixes: list, cost, people, unknown };
}

/**
 * The cheapest fixes that put all these holdings out of reach, as far as a minimum cut finds them: exact where each fix closes one
 * node; where fixes close several, the better of two ways to price them. Undefined when nothing but `without` can.
 */
export function cutOffer(
  state: Assessment,
  fixes: FixList,
  positions: Iterable<number>,
  without: ReadonlySet<number> = new Set(),
): Offer | undefined {
  const wanted = new Set(positions);
  const { graph, held } = state;
  const targets = held.nodes.filter((node) => wanted.has(held.positionOf[node] as number));
  let best: Offer | undefined;
  for (const price of [cheapestFix, broadestFix]) {
    const question = price(state, fixes, without);
    const groups = cheapestCut(graph, state.reach, { ...question, targets });
    if (groups === undefined || groups.length === 0) continue;
    const offer = offerOf(
      state,
      fixes,
      groups.map((group) => question.fixAt[group] as number),
    );
    if (best === undefined || isBetter(offer, best)) best = offer;
  }
  return best;
}

interface Prices {
  readonly groupOf: Int32Array;
  readonly costs: readonly number[];
  /** The fix that closing a group stands for. */
  readonly fixAt: readonly number[];
}

/** Each node by itself, at the price of its cheapest fix. */
function cheapestFix(state: Assessment, fixes: FixList, without: ReadonlySet<number>): Prices {
  const groupOf = new Int32Array(state.graph.size).fill(-1);
  const fixAt: number[] = [];
  for (const [node, candidates] of fixes.ofNode) {
    const fix = cheapestOf(candidates, without, (each) => costOf(fixes.all[each] as Fix));
    if (fix === undefined) continue;
    groupOf[node] = fixAt.length;
    fixAt.push(fix);
  }
  return { groupOf, fixAt, costs: fixAt.map((fix) => wholeCost(fixes.all[fix] as Fix)) };
}

/** Nodes of one fix together at its price; of several fixes the one that closes most for its cost. */
function broadestFix(state: Assessment, fixes: FixList, without: ReadonlySet<number>): Prices {
  const groupOf = new Int32Array(state.graph.size).fill(-1);
  const { reached } = state.reach;
  const breadth = fixes.all.map(({ nodes }) => nodes.filter((node) => reached[node] === 1).length);
  for (const [node, candidates] of fixes.ofNode) {
    const fix = cheapestOf(
      candidates,
      without,
      (each) => costOf(fixes.all[each] as Fix) / (breadth[each] || 1),
    );
    if (fix !== undefined) groupOf[node] = fix;
  }
  return { groupOf, fixAt: [...fixes.all.keys()], costs: fixes.all.map(wholeCost) };
}

function cheapestOf(
  candidates: readonly number[],
  without: ReadonlySet<number>,
  price: (fix: number) => number,
): number | undefined {
  let found: number | undefined;
  for (const fix of candidates) {
    if (without.has(fix)) continue;
    if (found === undefined || price(fix) < price(found)) found = fix;
  }
  return found;
}

/** Costs are compared to the thousandth, so that flows are whole numbers. */
function wholeCost(fix: Fix): number {
  return Math.max(1, Math.round(costOf(fix) * 1000));
}

/** More fixes than this are taken as they are. */
const MANY = 200;

/** The offer without fixes, dearest first, whose part the others do as well. */
export function withoutNeedless(state: Assessment, fixes: FixList, offer: Offer): Offer {
  if (offer.fixes.length > MANY) return offer;
  let kept = offer;
  const dearest = [...offer.fixes].sort(
    (a, b) => costOf(fixes.all[b] as Fix) - costOf(fixes.all[a] as Fix) || b - a,
  );
  for (const fix of dearest) {
    if (kept.fixes.length === 1) break;
    const rest = offerOf(
      state,
      fixes,
      kept.fixes.filter((each) => each !== fix),
    );
    if (rest.people >= kept.people && rest.unknown >= kept.unknown) kept = rest;
  }
  return kept;
}

/** How many heavy classes of people, and how many services, are looked at for a cut of their own. */
const GROUPS = 4;

/**
 * Groups of holdings worth cutting off together: all that can be; the holdings of the largest classes of people; the largest
 * services. What stays in reach with every fix done is left out: nothing is gained there.
 */
export function heavyGroups(state: Assessment, fixes: FixList): number[][] {
  const { held, people, graph } = state;
  const every = [...fixes.all.keys()].flatMap((fix) => fixes.all[fix]?.nodes ?? []);
  const closed = closedNodes(graph, 'all', every);
  state.closed.forEach((each, node) => (closed[node] = (closed[node] as number) | each));
  const stuckNodes = reach(graph, closed).reached;
  const inReach = new Uint8Array(held.positions);
  for (const node of held.nodes) {
    const position = held.positionOf[node] as number;
    if (state.reach.reached[node] === 1) inReach[position] = (inReach[position] as number) | 1;
    if (stuckNodes[node] === 1) inReach[position] = (inReach[position] as number) | 2;
  }
  const closable = [...inReach.keys()].filter((position) => inReach[position] === 1);
  if (closable.length === 0) return [];
  const services = [...graph.subjects]
    .filter(([subject]) => subject.startsWith('service:'))
    .map(([, nodes]) => nodes.map((node) => held.positionOf[node] as number))
    .map((positions) => positions.filter((position) => inReach[position] === 1));
  const living = (positions: readonly number[]): number =>
    positions.reduce((sum, position) => sum + (people.living[position] ?? 0), 0);
  const large = services
    .filter((positions) => positions.length > 0)
    .sort((a, b) => living(b) - living(a))
    .slice(0, GROUPS);
  return [closable, ...largestClasses(state, inReach), ...large];
}

/** Holdings in reach of the largest classes of people of whom every holding in reach can be cut off. */
function largestClasses({ people }: Assessment, inReach: Uint8Array): number[][] {
  const { shared, alone } = people;
  const largest: { size: number; positions: number[] }[] = [];
  const offer = (size: number, positions: () => number[] | undefined): void => {
    if (size === 0 || size <= (largest[GROUPS - 1]?.size ?? 0)) return;
    const found = positions();
    if (found === undefined) return;
    largest.push({ size, positions: found });
    largest.sort((a, b) => b.size - a.size);
    largest.length = Math.min(largest.length, GROUPS);
  };
  alone.forEach((size, position) =>
    offer(size, () => (inReach[position] === 1 ? [position] : undefined)),
  );
  shared.sizes.forEach((size, each) =>
    offer(size, () => {
      const all = shared.holdings.subarray(shared.starts[each], shared.starts[each + 1]);
      const reached = [...all].filter((position) => inReach[position] !== 0);
      const isClosable = reached.length > 0 && reached.every((position) => inReach[position] === 1);
      return isClosable ? reached : undefined;
    }),
  );
  return largest.map(({ positions }) => positions);
}
