/** What the graph is made of: facts of the estate and of its measures, each with its sources and times. */
import type { Entity } from '../estate/model.ts';
import type { Bodies, Kind } from '../estate/schema.ts';
import type { Coverage as MfaCoverage } from '../measures/mfa/coverage.ts';
import type { SourceState } from '../measures/mfa/model.ts';
import type { Flaw } from '../measures/scanning/flaw.ts';

/** One fact as evidence: what it is about, who said it, and when it was true and learned. */
export interface Fact {
  readonly kind: Kind | 'finding' | 'scan';
  readonly key: string;
  /** One line for a person. */
  readonly text: string;
  readonly sources: readonly number[];
  readonly trueAt: Date;
  readonly learnedAt: Date;
  /** A source that is not stale says so. */
  readonly fresh: boolean;
  /** Only people said so: believed where it opens a way, no proof where it closes one. */
  readonly declared: boolean;
}

/** An entity of the estate and how good the word for it is. */
export interface Told<K extends Kind> extends Omit<Fact, 'text'> {
  readonly kind: K;
  readonly body: Partial<Bodies[K]>;
}

/** Whether somebody looked at an asset: at its components, and at its listening services. */
export interface Looked {
  readonly components: 'covered' | 'uncovered' | 'unknown';
  readonly services: 'covered' | 'uncovered' | 'unknown';
  /** Why not, in words; empty where both are covered. */
  readonly reason: string;
  readonly at: Date | null;
}

export interface EstateFacts {
  readonly networks: readonly Told<'network'>[];
  readonly assets: readonly Told<'asset'>[];
  readonly doors: readonly Told<'door'>[];
  readonly services: readonly Told<'service'>[];
  readonly dependencies: readonly Told<'dependency'>[];
  /** Their order is that of the positions in the people sets. */
  readonly holdings: readonly Told<'holding'>[];
  readonly mfa: MfaCoverage;
  /** Flaws by the key of the asset that has them. */
  readonly flaws: ReadonlyMap<string, readonly Flaw[]>;
  readonly looked: ReadonlyMap<string, Looked>;
}

/** The entity with how good its word is, by its sources as they stand at the moment of asking. */
export function toldOf<K extends Kind>(
  entity: Entity & { readonly kind: K },
  sources: ReadonlyMap<number, SourceState>,
): Told<K> {
  const { kind, key, body, trueAt, learnedAt } = entity;
  const states = entity.sources.flatMap((id) => sources.get(id) ?? []);
  return {
    kind,
    key,
    body: body as Partial<Bodies[K]>,
    sources: entity.sources,
    trueAt,
    learnedAt,
    fresh: states.some(({ fresh }) => fresh),
    declared: states.length > 0 && states.every(({ declared }) => declared),
  };
}
