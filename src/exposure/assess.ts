/** One state of the estate as an attacker sees it: who is reached, through what, and what closing one thing would save. */
import type { ReachedPeople } from '../estate/reached.ts';
import { components } from './components.ts';
import type { DominatorTree } from './dominators.ts';
import { dominatorTree } from './dominators.ts';
import { savedFacets, savedFigures } from './figures-saved.ts';
import type { Holders } from './holders.ts';
import { holders } from './holders.ts';
import type { HoldingSets } from './holding-sets.ts';
import { holdingSets } from './holding-sets.ts';
import type { Losses } from './loss.ts';
import { losses } from './loss.ts';
import type { AttackGraph, Belief, PeopleFigures } from './model.ts';
import { START } from './model.ts';
import type { Population } from './population.ts';
import type { Closed, Reach } from './reach.ts';
import { closedNodes, reach } from './reach.ts';
import { savedPeople } from './saved.ts';

/** Figures of one node, by the best count. */
export interface Impact {
  /** Distinct living people reached from this node on, when it is reached itself. */
  readonly through: number;
  /** Of all people reached, those who would not be if this node alone were closed. */
  readonly saved: number;
  /** Holdings of unknown people, the same two ways. */
  readonly unknownThrough: number;
  readonly unknownSaved: number;
}

export interface Assessment {
  readonly graph: AttackGraph;
  readonly people: Population;
  readonly closed: Closed;
  readonly reach: Reach;
  readonly held: Holders;
  readonly tree: DominatorTree;
  /** Everybody who is reached. */
  readonly total: PeopleFigures;
  impact(node: number): Impact;
  /** What `impact` says is saved, without working out what is reached through each node. */
  saved(node: number): { readonly people: number; readonly unknown: number };
  /** Positions of the holdings reached from this node on. */
  holdingsThrough(node: number): readonly number[];
  figuresThrough(node: number): PeopleFigures;
  /** Whom closing this node alone saves, by category, with bounds. */
  figuresSaved(node: number): PeopleFigures;
  /** Closing several nodes at once. */
  readonly losses: Losses;
  /** The holdings reached from any of these nodes on, as a set's people and its unknown holdings. */
  throughAny(nodes: Iterable<number>): { readonly people: number; readonly unknown: number };
  /** The same with bounds; nodes with the same holdings behind them share one figure. */
  behind(nodes: Iterable<number>): ReachedPeople;
}

export interface Engine {
  /** The graph with these nodes closed; `proven` leaves out what nobody has evidence for. */
  assess(graph: AttackGraph, belief?: Belief, closed?: Iterable<number>): Assessment;
}

/** Sets kept between assessments take at most this many bytes. */
const KEPT_BYTES = 256e6;

/**
 * Remembers counts of sets of holdings, so that a second state of the same estate costs its graph and not its people. What an
 * assessment is asked for is worked out then and kept.
 */
export function exposureEngine(people: Population): Engine {
  const strangers = new Map<string, number>();
  let kept: { positions: number; sets: HoldingSets } | undefined;
  const setsFor = (positions: number): HoldingSets => {
    const bytes = (kept?.sets.size ?? 0) * Math.ceil(positions / 8);
    if (kept?.positions !== positions || bytes > KEPT_BYTES) {
      kept = { positions, sets: holdingSets(people, positions) };
    }
    return kept.sets;
  };
  return {
    assess(graph, belief = 'all', nodes = []) {
      const closed = closedNodes(graph, belief, nodes);
      const held = holders(graph, people.sets.size, strangers);
      return assessment(graph, people, closed, held, () => setsFor(held.positions));
    },
  };
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => (done ??= { value: work() }).value;
}

function assessment(
  graph: AttackGraph,
  people: Population,
  closed: Closed,
  held: Holders,
  table: () => HoldingSets,
): Assessment {
  const reached = reach(graph, closed);
  const tree = once(() => dominatorTree(graph, closed));
  const saved = once(() => savedPeople(tree(), people, held));
  const sets = once(table);
  const through = once(() => setsThrough(graph, reached, held, sets()));
  const lossesOf = once(() => losses(graph, reached, people, held));
  const reachedHoldings = once(() => positionsReached(reached, held));
  const total = once(() => people.figures(reachedHoldings()));
  const facets = once(() => savedFacets(tree(), people, held));
  const bounds = new Map<number, ReachedPeople>();
  const joined = (nodes: Iterable<number>): number =>
    sets().join(
      [...nodes].map((node) => through()[node] ?? 0),
      [],
    );
  const holdingsThrough = (node: number): number[] => sets().holdings(through()[node] ?? 0);
  const savedBy = (node: number): { people: number; unknown: number } => {
    const place = tree().placeOf[node] ?? -1;
    if (place < 0) return { people: 0, unknown: 0 };
    return {
      people: saved().people[place] as number,
      unknown: saved().unknown[place] as number,
    };
  };
  return {
    graph,
    people,
    closed,
    reach: reached,
    held,
    get tree() {
      return tree();
    },
    get total() {
      return total();
    },
    get losses() {
      return lossesOf();
    },
    impact(node) {
      const set = through()[node] ?? 0;
      const { people: alone, unknown } = savedBy(node);
      return {
        through: sets().people(set),
        unknownThrough: sets().unknown(set),
        saved: alone,
        unknownSaved: unknown,
      };
    },
    saved: savedBy,
    holdingsThrough,
    figuresThrough: (node) => people.figures(holdingsThrough(node)),
    figuresSaved: (node) =>
      node === START
        ? total()
        : savedFigures(tree(), node, people, held, reachedHoldings(), facets()),
    throughAny(nodes) {
      const set = joined(nodes);
      return { people: sets().people(set), unknown: sets().unknown(set) };
    },
    behind(nodes) {
      const set = joined(nodes);
      const known = bounds.get(set);
      if (known !== undefined) return known;
      const counted = sets()
        .holdings(set)
        .filter((position) => position < people.sets.size);
      const range = people.sets.range(counted, sets().people(set));
      const figure = { ...range, unknownHoldings: sets().unknown(set) };
      bounds.set(set, figure);
      return figure;
    },
  };
}

/** For each node the set of holdings reached from it on; what is in a circle has one set, and so has what differs by a step. */
function setsThrough(
  graph: AttackGraph,
  reached: Reach,
  held: Holders,
  sets: HoldingSets,
): Uint32Array {
  const parts = components(graph, reached);
  const setOf = new Uint32Array(parts.size);
  const through = new Uint32Array(graph.size);
  for (let part = 0; part < parts.size; part++) {
    const after = new Set<number>();
    const own: number[] = [];
    const members = parts.nodes.subarray(parts.starts[part], parts.starts[part + 1]);
    for (const node of members) {
      const position = held.positionOf[node] as number;
      if (position >= 0) own.push(position);
      const end = graph.outStart[node + 1] as number;
      for (let i = graph.outStart[node] as number; i < end; i++) {
        const to = parts.of[graph.out[i] as number] as number;
        if (to >= 0 && to !== part) after.add(setOf[to] as number);
      }
    }
    const set = sets.join(after, own);
    setOf[part] = set;
    for (const node of members) through[node] = set;
  }
  return through;
}

function positionsReached({ reached }: Reach, { nodes, positionOf }: Holders): number[] {
  const positions = new Set<number>();
  for (const node of nodes) if (reached[node] === 1) positions.add(positionOf[node] as number);
  return [...positions].sort((a, b) => a - b);
}
