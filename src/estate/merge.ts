/** What all sources together say of one entity: known is the union, and where they disagree it is shown. */
import type { Kind } from './schema.ts';

/** The last word of one source on an entity. */
export interface Assertion {
  readonly source: number;
  /** Whether a person declared it, as against a connector that saw it. */
  readonly declared: boolean;
  readonly trueAt: Date;
  readonly learnedAt: Date;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Conflict {
  readonly field: string;
  readonly values: readonly { readonly source: number; readonly value: unknown }[];
}

export interface Merged {
  readonly body: Record<string, unknown>;
  readonly sources: readonly number[];
  readonly conflicts: readonly Conflict[];
  readonly trueAt: Date;
  readonly learnedAt: Date;
}

/** Fields that people know better than machines do; in every other field what was seen beats what was declared. */
const DECLARED_FIRST: Readonly<Partial<Record<Kind, ReadonlySet<string>>>> = {
  asset: new Set(['name', 'type', 'division', 'customer', 'networks']),
  door: new Set(['name', 'type', 'reachableFrom', 'accepts', 'opens']),
  account: new Set(['population', 'customer', 'division']),
};
/** Lists that sources complete for each other rather than contradict. */
const UNITED: Readonly<Partial<Record<Kind, ReadonlySet<string>>>> = {
  asset: new Set(['hostnames', 'addresses', 'networks']),
  service: new Set(['customers']),
  door: new Set(['reachableFrom', 'accepts', 'answers']),
};

/** Folds the last words of all sources that still report an entity; undefined where none does. */
export function merge(kind: Kind, assertions: readonly Assertion[]): Merged | undefined {
  const [first, ...others] = assertions;
  if (first === undefined) return undefined;
  if (others.length === 0) {
    const { source, trueAt, learnedAt, body } = first;
    return { body: { ...body }, sources: [source], conflicts: [], trueAt, learnedAt };
  }
  const body: Record<string, unknown> = {};
  const conflicts: Conflict[] = [];
  const fields = new Set(assertions.flatMap((assertion) => Object.keys(assertion.body)));
  for (const field of [...fields].sort()) {
    const voices = assertions
      .filter((assertion) => assertion.body[field] !== undefined)
      .sort(byWeight(kind, field));
    if (UNITED[kind]?.has(field) === true) {
      body[field] = united(voices.flatMap((voice) => voice.body[field] as unknown[]));
      continue;
    }
    body[field] = voices[0]?.body[field];
    if (new Set(voices.map((voice) => canonical(voice.body[field]))).size > 1) {
      conflicts.push({
        field,
        values: voices.map((voice) => ({ source: voice.source, value: voice.body[field] })),
      });
    }
  }
  return {
    body,
    sources: assertions.map((assertion) => assertion.source).sort((a, b) => a - b),
    conflicts,
    trueAt: latest(assertions.map((assertion) => assertion.trueAt)),
    learnedAt: latest(assertions.map((assertion) => assertion.learnedAt)),
  };
}

/** Each once, in an order that does not depend on who spoke first. */
function united(values: readonly unknown[]): unknown[] {
  const distinct = new Map(values.map((value) => [canonical(value), value]));
  return [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

/** The order in which voices count for a field: by kind of source, then the newest, then the older source. */
function byWeight(kind: Kind, field: string): (a: Assertion, b: Assertion) => number {
  const declaredFirst = DECLARED_FIRST[kind]?.has(field) === true;
  return (a, b) => {
    if (a.declared !== b.declared) return a.declared === declaredFirst ? -1 : 1;
    return b.trueAt.getTime() - a.trueAt.getTime() || a.source - b.source;
  };
}

function latest(times: readonly Date[]): Date {
  return times.reduce((last, time) => (time > last ? time : last));
}

/** One text for equal values, whatever the order of their fields. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    const entries = Object.entries(inner).filter(([, field]) => field !== undefined);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
