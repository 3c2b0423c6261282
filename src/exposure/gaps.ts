/** Every gap that the attacker can use, ranked by the people behind it. */
import type { Assessment } from './assess.ts';
import type { Exposure } from './exposure.ts';
import { NOBODY as NO_PEOPLE, type ReachedPeople } from '../estate/reached.ts';
import { NODE_KINDS, type NodeGap } from './model.ts';

/** Distinct living people by the best count, and holdings whose people nobody counted. */
export interface Reached {
  readonly people: number;
  readonly unknownHoldings: number;
}

export interface RankedGap {
  readonly measure: NodeGap['measure'];
  /** As its measure names it: a class of login paths at a door, an asset. */
  readonly key: string;
  readonly label: string;
  /** Login paths or findings. */
  readonly count: number;
  /** Nodes of the graph that it stands for. */
  readonly nodes: readonly number[];
  /** Reached through it by steps that are all proven; none where the gap itself is only assumed. */
  readonly proven: Reached;
  /** Reached through it when what nobody can rule out is assumed. */
  readonly assumed: Reached;
  /** Of all people reached, those who would not be if it alone were closed; the same two ways. */
  readonly savedProven: Reached;
  readonly savedAssumed: Reached;
}

/** Gaps that the attacker gets to, worst first; worked out once for each exposure. */
export function rankGaps(exposure: Exposure): readonly RankedGap[] {
  const known = kept.get(exposure) ?? ranked(exposure);
  kept.set(exposure, known);
  return known;
}

const kept = new WeakMap<Exposure, readonly RankedGap[]>();

function ranked({ graph, proven, all }: Exposure): RankedGap[] {
  const groups = new Map<string, { gap: NodeGap; nodes: number[] }>();
  for (const [node, gap] of graph.gaps) {
    if (all.reach.reached[node] !== 1) continue;
    const name = `${gap.measure} ${gap.key}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { gap, nodes: [node] });
    else group.nodes.push(node);
  }
  const found = [...groups.values()].map(({ gap, nodes }): RankedGap => {
    const [first = 0] = nodes;
    return {
      measure: gap.measure,
      key: gap.key,
      label: graph.labels[first] ?? '',
      count: Math.max(...nodes.map((node) => graph.gaps.get(node)?.count ?? 0)),
      nodes,
      proven: reachedThrough(proven, nodes),
      assumed: reachedThrough(all, nodes),
      savedProven: savedBy(proven, nodes),
      savedAssumed: savedBy(all, nodes),
    };
  });
  const whose = new Map(found.map((gap) => [gap, whoseOf(gap)]));
  return found.sort((a, b) => compareGaps(a, b, whose));
}

function reachedThrough(state: Assessment, nodes: readonly number[]): Reached {
  const there = nodes.filter((node) => state.reach.reached[node] === 1);
  if (there.length === 0) return NOBODY;
  if (there.length > 1) {
    const { people, unknown } = state.throughAny(there);
    return { people, unknownHoldings: unknown };
  }
  const { through, unknownThrough } = state.impact(there[0] ?? 0);
  return { people: through, unknownHoldings: unknownThrough };
}

function savedBy(state: Assessment, nodes: readonly number[]): Reached {
  const there = nodes.filter((node) => state.reach.reached[node] === 1);
  if (there.length === 0) return NOBODY;
  if (there.length > 1) {
    const { people, unknown } = state.losses(there);
    return { people, unknownHoldings: unknown };
  }
  const { saved, unknownSaved } = state.impact(there[0] ?? 0);
  return { people: saved, unknownHoldings: unknownSaved };
}

const NOBODY: Reached = { people: 0, unknownHoldings: 0 };

/**
 * People proven to be reached first, then those saved by closing it alone, then what is unknown or assumed; of the same
 * people, a way in before what it leads to, other organisations' passwords first, and of those the most login paths.
 */
function compareGaps(a: RankedGap, b: RankedGap, whose: ReadonlyMap<RankedGap, number>): number {
  return (
    compareReached(a.proven, b.proven) ||
    compareReached(a.savedProven, b.savedProven) ||
    compareReached(a.assumed, b.assumed) ||
    compareReached(a.savedAssumed, b.savedAssumed) ||
    MEASURES.indexOf(a.measure) - MEASURES.indexOf(b.measure) ||
    (whose.get(a) ?? 0) - (whose.get(b) ?? 0) ||
    b.count - a.count ||
    (a.key < b.key ? -1 : 1)
  );
}

function compareReached(a: Reached, b: Reached): number {
  return b.people - a.people || b.unknownHoldings - a.unknownHoldings;
}

const MEASURES: readonly NodeGap['measure'][] = ['mfa', 'patching', 'scanning', 'other'];
const WHOSE = [
  'customer',
  'supplier',
  'guest',
  'unknown',
  'staff',
  'service',
  'break-glass',
  'system',
];

/** The population in the name of a class of login paths (draw-doors.ts): `door/customer-privileged/none/stale`. */
const CLASS = /\/([a-z]+(?:-glass)?)(?:-perhaps)?(?:-privileged)?\/[a-z-]+(?:\/stale)?$/;

function whoseOf({ measure, key }: RankedGap): number {
  if (measure !== 'mfa') return 0;
  const found = WHOSE.indexOf(CLASS.exec(key)?.[1] ?? '');
  return found < 0 ? WHOSE.length : found;
}

export interface RankedSubject {
  /** `door`, `asset`, `accounts`, `customer` or `service`, and its key. */
  readonly kind: string;
  readonly key: string;
  readonly proven: Reached;
  readonly assumed: Reached;
}

/**
 * The same for each door, asset, class of accounts, customer or service: whom an attacker reaches who is there. Of a
 * customer or service these are the people of its own holdings that are reached.
 */
export function rankSubjects(
  { graph, proven, all }: Exposure,
  kind: 'door' | 'asset' | 'accounts' | 'customer' | 'service',
): RankedSubject[] {
  const ranked = subjectNodes(graph, kind).flatMap(([key, nodes]): RankedSubject[] => {
    const assumed = reachedThrough(all, nodes);
    if (nodes.every((node) => all.reach.reached[node] !== 1)) return [];
    return [{ kind, key, proven: reachedThrough(proven, nodes), assumed }];
  });
  return ranked.sort(
    (a, b) =>
      compareReached(a.proven, b.proven) ||
      compareReached(a.assumed, b.assumed) ||
      (a.key < b.key ? -1 : 1),
  );
}

const PLACE = {
  door: 'door',
  asset: 'asset',
  accounts: 'enter',
  customer: 'holding',
  service: 'holding',
} as const;

/**
 * Whom an attacker reaches who is there, by key, when what nobody can rule out is assumed; a place that this attacker
 * does not get to leads to nobody.
 */
export function reachedFrom(
  { graph, all }: Exposure,
  kind: 'door' | 'asset',
): Map<string, ReachedPeople> {
  return new Map(
    subjectNodes(graph, kind).map(([key, nodes]) => {
      const there = nodes.filter((node) => all.reach.reached[node] === 1);
      return [key, there.length === 0 ? NO_PEOPLE : all.behind(there)] as const;
    }),
  );
}

function subjectNodes(
  { kinds, keys, subjects }: Exposure['graph'],
  kind: keyof typeof PLACE,
): (readonly [string, readonly number[]])[] {
  const wanted = NODE_KINDS.indexOf(PLACE[kind]);
  if (kind === 'asset') {
    return keys.flatMap((key, node) =>
      kinds[node] === wanted ? [[key.slice('asset:'.length), [node]] as const] : [],
    );
  }
  return [...subjects].flatMap(([subject, nodes]) => {
    if (!subject.startsWith(`${kind}:`)) return [];
    const places = nodes.filter((node) => kinds[node] === wanted);
    return places.length === 0 ? [] : [[subject.slice(kind.length + 1), places] as const];
  });
}

/** Holdings that are reached and that nobody has counted, by key: their people come on top. */
export function unknownHoldings({ facts, all, population }: Exposure): string[] {
  const { nodes, positionOf } = all.held;
  const keys = [...nodes].flatMap((node) => {
    const position = positionOf[node] ?? -1;
    if (all.reach.reached[node] !== 1 || population.unknown[position] === 0) return [];
    return [facts.holdings[position]?.key ?? ''];
  });
  return [...new Set(keys)].sort();
}
