/** A graph with some doors and assets drawn anew: what stands behind them and beside them stays as it is. */
import { drawWorkstations, workstationKeys } from './draw-credentials.ts';
import { drawDoor } from './draw-doors.ts';
import { drawExploitsOf, exploitKeys } from './draw-exploits.ts';
import {
  drawingTools,
  evidenceOf,
  gatherReasons,
  type Because,
  type Drawn,
  type Ground,
} from './drawing.ts';
import type { EstateFacts, Told } from './facts.ts';
import { splicedGraph } from './splice.ts';
import type { AttackGraph, NodeInput } from './model.ts';

/** What a changed verdict changes: everything else of the estate stands as it was drawn. */
export type Verdicts = Pick<EstateFacts, 'mfa' | 'flaws' | 'looked'>;

interface Changed {
  /** Doors whose login paths have other verdicts. */
  readonly doors: readonly string[];
  /** Assets with other flaws, or at which somebody looked, or no longer. */
  readonly assets: readonly string[];
}

/** `facts` may differ from what was drawn in the verdicts at these doors and assets and in nothing else. */
export function redrawn(before: Drawn, facts: Verdicts, changed: Changed): Drawn {
  const { mfa, flaws, looked } = facts;
  const ground = { ...before.ground, facts: { ...before.ground.facts, mfa, flaws, looked } };
  const doors = doorsToDraw(ground, changed);
  const ofDoor = new Map(before.ofDoor);
  const gone = new Set([
    ...doors.flatMap(({ key }) => [...(before.ofDoor.get(key) ?? [])]),
    ...doors.flatMap(workstationKeys),
    ...changed.assets.flatMap(exploitKeys),
  ]);
  const nodes = new Map<string, NodeInput>();
  const edges: (readonly [string, string])[] = [];
  const gathered = gatherReasons();
  const stands = (key: string): boolean =>
    key === '' || (!gone.has(key) && before.graph.find(key) !== undefined);
  const to = drawingTools(ground, {
    add(input, because) {
      if (stands(input.key)) return;
      nodes.set(input.key, input);
      gathered.add(input.key, because);
    },
    edge(from, target) {
      if (!stands(from) || !stands(target)) edges.push([from, target]);
    },
    has: (key) => nodes.has(key) || stands(key),
  });
  for (const key of changed.assets) {
    const asset = ground.index.assets.get(key);
    if (asset !== undefined) drawExploitsOf(to, asset);
  }
  for (const door of doors) ofDoor.set(door.key, drawDoor(to, door));
  drawWorkstations(to, besides(ground, doors));
  const graph = splicedGraph(before.graph, { gone, nodes: [...nodes.values()], edges });
  const reasons = { ...before.reasons, later: laterReasons(before, graph, gathered.byKey) };
  return { graph, evidence: evidenceOf(graph, reasons), reasons, ground, ofDoor };
}

/** The changed doors, and those by which somebody comes to use a flaw of a changed asset in a session of their own. */
function doorsToDraw({ index }: Ground, { doors, assets }: Changed): Told<'door'>[] {
  const all = new Set([
    ...doors.flatMap((key) => index.doors.get(key) ?? []),
    ...assets.flatMap((key) => index.sessionsOn.get(key) ?? []),
  ]);
  return [...all];
}

/** With them every door of the same assets: administrators may sign in at the one or the other. */
function besides({ index }: Ground, doors: readonly Told<'door'>[]): Told<'door'>[] {
  const assets = new Set(doors.flatMap(({ body }) => body.asset ?? []));
  return [...assets].flatMap((asset) => index.doorsOf.get(asset) ?? []);
}

/** Versions that share the graph's columns share its reasons too: each adds its own under new numbers. */
function laterReasons(
  { graph: old, reasons }: Drawn,
  graph: AttackGraph,
  byKey: ReadonlyMap<string, readonly Because[]>,
): ReadonlyMap<number, readonly Because[]> {
  const later =
    old.keys === graph.keys
      ? (reasons.later as Map<number, readonly Because[]>)
      : new Map([...reasons.later].filter(([node]) => node < old.size));
  for (const [key, because] of byKey) later.set(graph.find(key) ?? 0, because);
  return later;
}
