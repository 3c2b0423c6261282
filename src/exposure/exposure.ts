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
  const { population: people, engine } = counted ?? countedOf(parts.people);
  const drawn = buildGraph(parts.facts, parts.attacker);
  return {
    ...parts,
    ...drawn,
    population: people,
    engine,
    proven: engine.assess(drawn.graph, 'proven'),
    all: engine.assess(drawn.graph, 'all'),
  };
}

/** The same estate with one door changed: its verdicts are judged anew, the graph is drawn anew, the people stay counted. */
export function withChangedDoor(before: Exposure, door: Door): Exposure {
  const facts = { ...before.facts, mfa: withDoor(before.facts.mfa, door) };
  return exposureOf({ ...before, facts, counted: before });
}
