/** A graph with some doors drawn anew: what stands behind them and beside them stays as it is. */
import { drawDoor } from './draw-doors.ts';
import { drawingTools, reasonsByKey, type Drawn } from './drawing.ts';
import type { EstateFacts } from './facts.ts';
import { splicedGraph } from './splice.ts';
import type { NodeInput } from './model.ts';

/** `facts` may differ from what was drawn in the verdicts at these doors and in nothing else. */
export function redrawDoors(before: Drawn, facts: EstateFacts, doors: readonly string[]): Drawn {
  const ground = { ...before.ground, facts: { ...before.ground.facts, mfa: facts.mfa } };
  const ofDoor = new Map(before.ofDoor);
  const gone = new Set(doors.flatMap((door) => [...(before.ofDoor.get(door) ?? [])]));
  const nodes = new Map<string, NodeInput>();
  const edges: (readonly [string, string])[] = [];
  const reasons = reasonsByKey(before.evidence);
  const stands = (key: string): boolean =>
    key === '' || (!gone.has(key) && before.graph.find(key) !== undefined);
  const to = drawingTools(ground, {
    add(input, because) {
      if (stands(input.key)) return;
      nodes.set(input.key, input);
      reasons.add(input.key, because);
    },
    edge(from, target) {
      if (!stands(from) || !stands(target)) edges.push([from, target]);
    },
    has: (key) => nodes.has(key) || stands(key),
  });
  for (const key of doors) {
    const door = ground.index.doors.get(key);
    if (door !== undefined) ofDoor.set(key, drawDoor(to, door));
  }
  const graph = splicedGraph(before.graph, { gone, nodes: [...nodes.values()], edges });
  return { graph, evidence: reasons.evidence, ground, ofDoor };
}
