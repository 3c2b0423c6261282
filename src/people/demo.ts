/** Counts the people of the demonstration estate, holding by holding, and brings them together. */
import type { PeopleCount } from './count.ts';
import { peopleCounter } from './count.ts';
import type { PersonSet } from './hash-set.ts';
import { personSet } from './hash-set.ts';
import { peopleSets } from './people-sets.ts';
import type { PersonKey } from './person-key.ts';
import type { DemoEstate, DemoHolding } from './synth/estate.ts';

/** The counted figures that `holdfast demo --json` prints. Special category and home entry are of living people. */
export interface DemoFigures {
  readonly customers: number;
  readonly customersExfiltrated: number;
  readonly persons: number;
  readonly deceased: number;
  readonly living: number;
  readonly specialCategory: number;
  readonly homeEntry: number;
}

export interface CountedDemoHolding {
  readonly holding: DemoHolding;
  readonly count: PeopleCount;
  readonly set: PersonSet;
}

export interface DemoCount {
  readonly figures: DemoFigures;
  readonly holdings: readonly CountedDemoHolding[];
}

interface DemoOptions {
  readonly key: PersonKey;
  readonly asOf: Date;
  readonly progress?: (done: number, of: number) => void;
  readonly signal?: AbortSignal;
}

/** Counts every extract of the estate and unites the sets. */
export async function countDemo(estate: DemoEstate, options: DemoOptions): Promise<DemoCount> {
  const holdings: CountedDemoHolding[] = [];
  const countable = estate.holdings.filter((holding) => holding.extract !== undefined);
  for (const holding of countable) {
    const extract = holding.extract?.();
    if (extract === undefined) continue;
    const counter = peopleCounter({
      key: options.key,
      source: holding.key,
      asOf: options.asOf,
      acceptTestNumbers: true,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    await counter.add(extract);
    const set = personSet(counter.identities, options.key);
    holdings.push({ holding, count: counter.count(), set });
    options.progress?.(holdings.length, countable.length);
  }
  return { figures: figuresOf(estate, holdings), holdings };
}

function figuresOf(estate: DemoEstate, counted: readonly CountedDemoHolding[]): DemoFigures {
  const sets = peopleSets(counted);
  const taken = counted.flatMap(({ holding }, i) => (holding.exfiltrated ? [i] : []));
  return {
    customers: estate.customers.length,
    customersExfiltrated: new Set(taken.map((i) => counted[i]?.holding.customer)).size,
    persons: sets.count(taken, 'persons'),
    deceased: sets.count(taken, 'deceased'),
    living: sets.count(taken, 'living'),
    specialCategory: sets.count(taken, 'special'),
    homeEntry: sets.count(taken, 'home-entry'),
  };
}
