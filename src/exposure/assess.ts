/** One state of the estate as an attacker sees it: who is reached, through what, and what closing one thing would save. */
import type { ReachedPeople } from '../estate/reached.ts';
import type { DominatorTree } from './dominators.ts';
import { dominatorTree } from './dominators.ts';
import { savedFacets, savedFigures } from './figures-saved.ts';
import type { Holders } from './holders.ts';
import { holdersKept } from './holders.ts';
import type { HoldingSets } from './holding-sets.ts';
import { holdingSets } from './holding-sets.ts';
import type { Loss, Losses } from './loss.ts';
import { losses } from './loss.ts';
import type { AttackGraph, Belief, PeopleFigures } from './model.ts';
import { START } from './model.ts';
import type { Population } from './population.ts';
import type { Closed, Reach } from './reach.ts';
import { closedNodes, reach } from './reach.ts';
import { PAGE_BITS, PAGE_MASK } from './rows.ts';
import { savedPeople, type Saved } from './saved.ts';
import { keptSpace, type Space } from './space.ts';
import { walkOf, type Walk } from './walk.ts';

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
  /** Made anew for whoever asks: keep it. */
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

/** So many assessments keep what they have worked out; one that is asked after others took its place works it out again. */
const DESKS = 4;

/**
 * Remembers counts of sets of holdings, so that a second state of the same estate costs its graph and not its people. What an
 * assessment is asked for is worked out then and kept for as long as few others are asked.
 */
export function exposureEngine(people: Population): Engine {
  const holdersOf = holdersKept(people.sets.size);
  let kept: { positions: number; sets: HoldingSets } | undefined;
  const setsFor = (positions: number): HoldingSets => {
    if (kept?.positions !== positions || kept.sets.bytes > KEPT_BYTES) {
      kept = { positions, sets: holdingSets(people, positions) };
    }
    return kept.sets;
  };
  const desks = desksFor(DESKS);
  const scratch = keptSpace();
  let nothing: Closed = new Uint8Array();
  const closedOf = (graph: AttackGraph, belief: Belief, nodes: Iterable<number>): Closed => {
    const closed = [...nodes];
    if (closed.length > 0) return closedNodes(graph, belief, closed);
    if (belief === 'proven') return graph.assumed;
    if (nothing.length < graph.size) nothing = new Uint8Array(graph.size * 2);
    return nothing;
  };
  return {
    assess(graph, belief = 'all', nodes = []) {
      const closed = closedOf(graph, belief, nodes);
      const held = holdersOf(graph);
      return assessment({ graph, people, closed, held, setsFor, desks, scratch });
    },
  };
}

/** What an assessment has worked out so far, in arrays that another one may take over. */
interface Desk {
  readonly space: Space;
  reach?: Reach | undefined;
  walk?: Walk | undefined;
  saved?: Saved | undefined;
  through?: { readonly sets: HoldingSets; readonly ofPart: Uint32Array } | undefined;
  losses?: Losses | undefined;
}

/** Gives each owner a desk, its own where it still has it: else a new one, or that of whoever was there longest ago. */
function desksFor(most: number): (owner: object) => Desk {
  const order: { owner: object; desk: Desk }[] = [];
  return (owner) => {
    const [first] = order;
    if (first?.owner === owner) return first.desk;
    const known = order.findIndex((each) => each.owner === owner);
    const at = known < 0 && order.length === most ? most - 1 : known;
    const [taken] = at < 0 ? [] : order.splice(at, 1);
    const place =
      known >= 0 && taken !== undefined
        ? taken
        : { owner, desk: { space: taken?.desk.space ?? keptSpace() } };
    order.unshift(place);
    return place.desk;
  };
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | undefined;
  return () => (done ??= { value: work() }).value;
}

interface Setting {
  readonly graph: AttackGraph;
  readonly people: Population;
  readonly closed: Closed;
  readonly held: Holders;
  readonly setsFor: (positions: number) => HoldingSets;
  readonly desks: (owner: object) => Desk;
  /** For what nobody needs after the work. */
  readonly scratch: Space;
}

function assessment(setting: Setting): Assessment {
  const { graph, people, closed, held } = setting;
  const desk = partsOf(setting);
  const { reached } = desk.reach();
  const reachedHoldings = once(() => positionsReached(reached, held));
  const total = once(() => people.figures(reachedHoldings()));
  const tree = once(() => dominatorTree(graph, closed));
  const facets = once(() => savedFacets(tree(), people, held));
  let bounds: { readonly sets: HoldingSets; readonly of: Map<number, ReachedPeople> } | undefined;
  const setOf = (node: number): number => {
    const { partAt, placeOf } = desk.walk();
    const place = node < graph.size ? (placeOf[node] as number) : -1;
    return place < 0 ? 0 : (desk.through().ofPart[partAt[place] as number] as number);
  };
  const holdingsThrough = (node: number): number[] => desk.through().sets.holdings(setOf(node));
  const saved = (node: number): { people: number; unknown: number } => {
    const place = node < graph.size ? (desk.walk().placeOf[node] as number) : -1;
    if (place < 0) return { people: 0, unknown: 0 };
    const { people: alone, unknown } = desk.saved();
    return { people: alone[place] as number, unknown: unknown[place] as number };
  };
  return {
    graph,
    people,
    closed,
    reach: {
      reached,
      get order() {
        return desk.reach().order;
      },
      get before() {
        return desk.reach().before;
      },
    },
    held,
    get tree() {
      return tree();
    },
    get total() {
      return total();
    },
    losses: (nodes): Loss => desk.losses()(nodes),
    impact(node) {
      const { people: alone, unknown } = saved(node);
      const { sets } = desk.through();
      const set = setOf(node);
      return {
        through: sets.people(set),
        unknownThrough: sets.unknown(set),
        saved: alone,
        unknownSaved: unknown,
      };
    },
    saved,
    holdingsThrough,
    figuresThrough: (node) => people.figures(holdingsThrough(node)),
    figuresSaved: (node) =>
      node === START
        ? total()
        : savedFigures(tree(), node, people, held, reachedHoldings(), facets()),
    throughAny(nodes) {
      const { sets } = desk.through();
      const set = sets.join(Array.from(nodes, setOf), []);
      return { people: sets.people(set), unknown: sets.unknown(set) };
    },
    behind(nodes) {
      const { sets } = desk.through();
      const set = sets.join(Array.from(nodes, setOf), []);
      if (bounds?.sets !== sets) bounds = { sets, of: new Map() };
      const known = bounds.of.get(set);
      if (known !== undefined) return known;
      const counted = sets.holdings(set).filter((position) => position < people.sets.size);
      const range = people.sets.range(counted, sets.people(set));
      const figure = { ...range, unknownHoldings: sets.unknown(set) };
      bounds.of.set(set, figure);
      return figure;
    },
  };
}

/** What is worked out when first asked for, and again where the desk was taken over. */
function partsOf({ graph, people, closed, held, setsFor, desks, scratch }: Setting) {
  const owner = {};
  const at = (): Desk => desks(owner);
  const reachOf = (): Reach => {
    const desk = at();
    return (desk.reach ??= reach(graph, closed, START, desk.space));
  };
  const walk = (): Walk => {
    const desk = at();
    return (desk.walk ??= walkOf(graph, closed, desk.space, scratch));
  };
  return {
    reach: reachOf,
    walk,
    saved: (): Saved => {
      const desk = at();
      return (desk.saved ??= savedPeople(
        dominatorTree(graph, closed, scratch, walk()),
        people,
        held,
        desk.space,
      ));
    },
    through: () => {
      const desk = at();
      return (desk.through ??= setsThrough(
        graph,
        walk(),
        held,
        setsFor(held.positions),
        desk.space,
      ));
    },
    losses: (): Losses => {
      const desk = at();
      return (desk.losses ??= losses(graph, reachOf(), people, held, desk.space, scratch));
    },
  };
}

/** For each component the set of holdings reached from it on; what differs by a step only has the same. */
function setsThrough(
  { out }: AttackGraph,
  walk: Walk,
  { positionOf }: Holders,
  sets: HoldingSets,
  space: Space,
): { readonly sets: HoldingSets; readonly ofPart: Uint32Array } {
  const { nodeAt, placeOf, partAt, parts, members, starts } = walk;
  const ofPart = space.counts('sets of parts', parts);
  /** What the nodes after this one lead to, where that is one set or none; -1 where it is several. */
  const onlyAfter = (node: number, part: number): number => {
    let only = 0;
    const page = out[node >>> PAGE_BITS] as Uint32Array;
    const end = page[(node & PAGE_MASK) + 1] as number;
    for (let i = page[node & PAGE_MASK] as number; i < end; i++) {
      const place = placeOf[page[i] as number] as number;
      const to = place < 0 ? part : (partAt[place] as number);
      const set = to === part ? 0 : (ofPart[to] as number);
      if (set === 0 || set === only) continue;
      if (only !== 0) return -1;
      only = set;
    }
    return only;
  };
  const addAfter = (node: number, part: number): void => {
    const page = out[node >>> PAGE_BITS] as Uint32Array;
    const end = page[(node & PAGE_MASK) + 1] as number;
    for (let i = page[node & PAGE_MASK] as number; i < end; i++) {
      const place = placeOf[page[i] as number] as number;
      const to = place < 0 ? part : (partAt[place] as number);
      if (to !== part) sets.add(ofPart[to] as number);
    }
  };
  for (let part = 0; part < parts; part++) {
    sets.begin();
    const last = starts[part + 1] as number;
    for (let member = starts[part] as number; member < last; member++) {
      const node = nodeAt[members[member] as number] as number;
      const position = positionOf[node] as number;
      if (position >= 0) sets.own(position);
      const only = onlyAfter(node, part);
      if (only >= 0) sets.add(only);
      else addAfter(node, part);
    }
    ofPart[part] = sets.end();
  }
  return { sets, ofPart };
}

function positionsReached(reached: Uint8Array, { nodes, positionOf }: Holders): number[] {
  const positions = new Set<number>();
  for (const node of nodes) if (reached[node] === 1) positions.add(positionOf[node] as number);
  return [...positions].sort((a, b) => a - b);
}
