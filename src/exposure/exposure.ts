/** One estate at one moment before one attacker: the graph with its evidence, the people, and the two beliefs. */
import type { Door } from '../measures/mfa/model.ts';
import { withDoor } from '../measures/mfa/coverage.ts';
import type { SourceState } from '../measures/mfa/model.ts';
import { exposureEngine, type Assessment, type Engine } from './assess.ts';
import { buildGraph } from './build-graph.ts';
import type { Drawn } from './drawing.ts';
import type { EstateFacts } from './facts.ts';
import type { AttackerModel } from './model.ts';
import { population, type Population } from './population.ts';
import type { HoldingPeople } from './read-people.ts';
import { redrawDoors } from './redraw.ts';

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
  const facts = { ...before.facts, mfa };
  const changed = [...mfa.judged].flatMap(([key, judged]) =>
    judged === before.facts.mfa.judged.get(key) ? [] : [key],
  );
  return assessed({ ...before, facts }, before, redrawDoors(before, facts, changed));
}
