/** One estate at one moment before one attacker: the graph with its evidence, the people, and the two beliefs. */
import type { Door } from '../measures/mfa/model.ts';
import { withDoor } from '../measures/mfa/coverage.ts';
import type { SourceState } from '../measures/mfa/model.ts';
import { exposureEngine, type Assessment, type Engine } from './assess.ts';
import { buildGraph } from './build-graph.ts';
import type { Drawn } from './drawing.ts';
import type { Flaw } from '../measures/scanning/flaw.ts';
import type { EstateFacts, Looked } from './facts.ts';
import type { AttackerModel } from './model.ts';
import { population, type Population } from './population.ts';
import type { HoldingPeople } from './read-people.ts';
import { redrawn, type Verdicts } from './redraw.ts';

export interface Exposure extends Drawn {
  /** Now, or the past moment that was asked for. */
  readonly at: Date;
  readonly attacker: AttackerModel;
  readonly facts: EstateFacts;
  readonly people: HoldingPeople;
  readonly population: Population;
  /** `connector/name` of each source by number, for evidence. */
  readonly sources: ReadonlyMap<number, SourceState>;
  readonly engine: Engine;
  /** Only steps with evidence. */
  readonly proven: Assessment;
  /** Also those that nobody can rule out. */
  readonly all: Assessment;
}

interface Parts {
  readonly at: Date;
  readonly attacker: AttackerModel;
  readonly facts: EstateFacts;
  readonly people: HoldingPeople;
  readonly sources: ReadonlyMap<number, SourceState>;
  /** Kept from another state of the same people. */
  readonly counted?: Counted | undefined;
}

/** What is worked out of the people once, for every attacker and every state of the graph. */
export interface Counted {
  readonly population: Population;
  readonly engine: Engine;
}

export function countedOf({ sets }: HoldingPeople): Counted {
  const counted = population(sets);
  return { population: counted, engine: exposureEngine(counted) };
}

export function exposureOf({ counted, ...parts }: Parts): Exposure {
  return assessed(
    parts,
    counted ?? countedOf(parts.people),
    buildGraph(parts.facts, parts.attacker),
  );
}

function assessed(parts: Omit<Parts, 'counted'>, counted: Counted, drawn: Drawn): Exposure {
  const { population: people, engine } = counted;
  return {
    ...parts,
    ...drawn,
    population: people,
    engine,
    proven: engine.assess(drawn.graph, 'proven'),
    all: engine.assess(drawn.graph, 'all'),
  };
}

/**
 * The same estate with one door changed: its verdicts are judged anew with those of the doors that are reached through
 * it, only these doors are drawn anew, and the people stay counted.
 */
export function withChangedDoor(before: Exposure, door: Door): Exposure {
  const mfa = withDoor(before.facts.mfa, door);
  return withVerdicts(before, { ...before.facts, mfa });
}

/** The same estate where somebody looked at an asset, or found or mended a flaw there. */
export function withChangedAsset(
  before: Exposure,
  asset: string,
  { flaws, looked }: { readonly flaws?: readonly Flaw[]; readonly looked?: Looked },
): Exposure {
  return withVerdicts(before, {
    mfa: before.facts.mfa,
    flaws: withEntry(before.facts.flaws, asset, flaws),
    looked: withEntry(before.facts.looked, asset, looked),
  });
}

function withEntry<T>(map: ReadonlyMap<string, T>, key: string, value: T | undefined) {
  return value === undefined ? map : new Map(map).set(key, value);
}

/**
 * The same estate with other verdicts. What differs is found by comparing; only that is drawn anew, and the people stay
 * counted.
 */
function withVerdicts(before: Exposure, verdicts: Verdicts): Exposure {
  const { mfa, flaws, looked } = verdicts;
  const old = before.facts;
  const doors = mfa === old.mfa ? [] : differing(old.mfa.judged, mfa.judged);
  const assets = new Set([
    ...(flaws === old.flaws ? [] : differing(old.flaws, flaws)),
    ...(looked === old.looked ? [] : differing(old.looked, looked)),
  ]);
  const changed = { doors, assets: [...assets] };
  const facts = { ...old, mfa, flaws, looked };
  const drawn = isWorn(before)
    ? buildGraph(facts, before.attacker)
    : redrawn(before, facts, changed);
  return assessed({ ...before, facts }, before, drawn);
}

/** A graph that has grown so much by changes is half of nodes that are gone: it is drawn anew. */
function isWorn({ graph, reasons }: Drawn): boolean {
  return graph.size > reasons.drawn * 1.5;
}

/** Keys of which the two do not say the same. */
function differing<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): string[] {
  const changed = [...b].flatMap(([key, value]) => (a.get(key) === value ? [] : [key]));
  return a.size === b.size && changed.length === 0
    ? changed
    : [...changed, ...[...a.keys()].filter((key) => !b.has(key))];
}
