/** The worth of a door, an asset, a class of accounts, a customer or a service: that of the people behind all of its nodes. */
import type { Assessment } from './assess.ts';

export interface Criticality {
  /** As the graph names it: `door:…`, `asset:…`, `accounts:…`, `customer:…`, `service:…`. */
  readonly subject: string;
  /** Distinct living people reached from any of its nodes on, and those saved by closing all of them; best counts. */
  readonly through: number;
  readonly saved: number;
  /** Holdings of unknown people, the same two ways. */
  readonly unknownThrough: number;
  readonly unknownSaved: number;
}

/** Worst first: people through, people saved, unknown holdings, then by name. Only subjects that begin with `kind`, if given. */
export function criticality(state: Assessment, kind = ''): Criticality[] {
  const found: Criticality[] = [];
  for (const [subject, nodes] of state.graph.subjects) {
    if (subject.startsWith(kind)) found.push(criticalityOf(state, subject, nodes));
  }
  return found.sort(
    (a, b) =>
      b.through - a.through ||
      b.saved - a.saved ||
      b.unknownThrough - a.unknownThrough ||
      (a.subject < b.subject ? -1 : 1),
  );
}

function criticalityOf(state: Assessment, subject: string, all: readonly number[]): Criticality {
  const nodes = all.filter((node) => state.reach.reached[node] === 1);
  const [only] = nodes;
  if (only === undefined) {
    return { subject, through: 0, saved: 0, unknownThrough: 0, unknownSaved: 0 };
  }
  if (nodes.length === 1) return { subject, ...state.impact(only) };
  const through = state.throughAny(nodes);
  const loss = state.losses(nodes);
  return {
    subject,
    through: through.people,
    saved: loss.people,
    unknownThrough: through.unknown,
    unknownSaved: loss.unknown,
  };
}
