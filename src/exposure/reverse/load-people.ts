/** The people of all holdings, opened once and kept until something else was counted: each opening leaves a record. */
import type { Clock } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Database } from '../../kernel/sql/database.ts';
import type { HoldingLink } from '../../estate/store-columns.ts';
import type { CountedHolding } from '../../people/people-sets.ts';
import type { PersonKey } from '../../people/person-key.ts';
import { openSet } from '../../people/seal-set.ts';
import { readCountStamp, readSets, type StoredCount } from '../../people/store.ts';
import { peopleOfHoldings, type People } from './people.ts';

export interface PeopleTools {
  readonly database: Database;
  readonly clock: Clock;
  /** Without it people are bounds: what was counted of each holding, and nothing of who is in several. */
  readonly personKey?: PersonKey | undefined;
}

export interface PeopleSource {
  /** The people of these holdings, made anew only where holdings or counts are others than before. */
  of(holdings: readonly HoldingLink[]): Promise<People>;
  /** Why the sets could not be opened, where they could not. */
  readonly problem: string | undefined;
}

export function peopleSource({ database, clock, personKey }: PeopleTools): PeopleSource {
  let stamp: string | undefined;
  let counted: ReadonlyMap<string, CountedHolding> = new Map();
  let made: { readonly from: string; readonly people: People } | undefined;
  let problem: string | undefined;

  async function open(): Promise<void> {
    const stored = await database.transaction('everything', (sql) =>
      readSets(sql, { purpose: 'exposure', at: clock.now() }),
    );
    problem = undefined;
    if (personKey !== undefined) {
      try {
        counted = new Map(stored.map((each) => [each.holding, opened(each, personKey)]));
        return;
      } catch (error) {
        problem = messageOf(error);
      }
    }
    counted = new Map(stored.map(({ holding, living }) => [holding, { living }]));
  }
  return {
    async of(holdings) {
      const now = await database.transaction('everything', readCountStamp);
      const from = `${now}\n${JSON.stringify(holdings)}`;
      if (made?.from === from) return made.people;
      if (now !== stamp) await open();
      stamp = now;
      const people = peopleOfHoldings(
        holdings,
        holdings.map(({ key }) => counted.get(key)),
      );
      // Asked once for everything, so that no question waits for an index of a category.
      people.count([...holdings.keys()]);
      made = { from, people };
      return people;
    },
    get problem() {
      return problem;
    },
  };
}

function opened({ living, sealed, holding }: StoredCount, key: PersonKey): CountedHolding {
  if (sealed === undefined) return { living };
  return { living, set: openSet(sealed.bytes, holding, key) };
}
