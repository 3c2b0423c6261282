/** What changed between two states of the estate, and through which nodes. */
import type { Assessment } from './assess.ts';
import type { NodeGap, NodeKind, PeopleFigures } from './model.ts';
import { NODE_KINDS, START } from './model.ts';

export interface Cause {
  /** `came` and `went`: the step or place itself; `proven` and `assumed`: it is now, and was the other before. */
  readonly what: 'came' | 'went' | 'proven' | 'assumed';
  readonly key: string;
  readonly label: string;
  readonly kind: NodeKind;
  readonly gap?: NodeGap;
  /** Living people through it, and those whom its closing alone would save, in the state in which it is (the later of both). */
  readonly through: number;
  readonly saved: number;
}

export interface HoldingChange {
  readonly key: string;
  readonly label: string;
  /** Living people by the holding's best count; undefined where it was not in reach. */
  readonly before?: number;
  readonly after?: number;
}

export interface Change {
  readonly before: PeopleFigures;
  readonly after: PeopleFigures;
  /** Most people first. What is only in or out of reach because of another node is no cause. */
  readonly causes: readonly Cause[];
  /** Everybody whom closing all that came would save now, and whom all that went kept in reach before. */
  readonly throughCome: number;
  readonly throughGone: number;
  /** Holdings in reach that are new, gone, or have another number of people. */
  readonly holdings: readonly HoldingChange[];
}

export function changeBetween(before: Assessment, after: Assessment): Change {
  const came = missingIn(before, after);
  const went = missingIn(after, before);
  const causes = [
    ...came.map((node) => causeOf(after, node, 'came')),
    ...went.map((node) => causeOf(before, node, 'went')),
    ...turned(before, after),
  ];
  return {
    before: before.total,
    after: after.total,
    causes: causes.sort(
      (a, b) => b.through - a.through || b.saved - a.saved || (a.key < b.key ? -1 : 1),
    ),
    throughCome: after.losses(came).people,
    throughGone: before.losses(went).people,
    holdings: holdingChanges(before, after),
  };
}

function isOpen({ graph, closed }: Assessment, key: string): boolean {
  const node = graph.find(key);
  return node !== undefined && closed[node] !== 1;
}

/** Reached nodes of `state` that the other state has not, or has closed. */
function missingIn(other: Assessment, { graph, reach }: Assessment): number[] {
  return [...reach.order].filter(
    (node) => node !== START && !isOpen(other, graph.keys[node] as string),
  );
}

function turned(before: Assessment, after: Assessment): Cause[] {
  const causes: Cause[] = [];
  for (const node of after.reach.order) {
    const key = after.graph.keys[node] as string;
    const old = before.graph.find(key);
    if (old === undefined || before.closed[old] === 1) continue;
    const now = after.graph.assumed[node];
    if (before.graph.assumed[old] !== now)
      causes.push(causeOf(after, node, now === 1 ? 'assumed' : 'proven'));
  }
  return causes;
}

function causeOf(state: Assessment, node: number, what: Cause['what']): Cause {
  const { graph } = state;
  const { through, saved } = state.impact(node);
  const gap = graph.gaps.get(node);
  return {
    what,
    key: graph.keys[node] as string,
    label: graph.labels[node] as string,
    kind: NODE_KINDS[graph.kinds[node] as number] as NodeKind,
    ...(gap === undefined ? {} : { gap }),
    through,
    saved,
  };
}

function holdingChanges(before: Assessment, after: Assessment): HoldingChange[] {
  const old = holdingsInReach(before);
  const now = holdingsInReach(after);
  const changes: HoldingChange[] = [];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const [was, is] = [old.get(key), now.get(key)];
    if (was?.people === is?.people) continue;
    changes.push({
      key,
      label: is?.label ?? was?.label ?? key,
      ...(was === undefined ? {} : { before: was.people }),
      ...(is === undefined ? {} : { after: is.people }),
    });
  }
  return changes.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function holdingsInReach({
  graph,
  held,
  people,
  reach,
}: Assessment): Map<string, { label: string; people: number }> {
  const found = new Map<string, { label: string; people: number }>();
  for (const node of held.nodes) {
    if (reach.reached[node] !== 1) continue;
    found.set(graph.keys[node] as string, {
      label: graph.labels[node] as string,
      people: people.living[held.positionOf[node] as number] ?? 0,
    });
  }
  return found;
}
