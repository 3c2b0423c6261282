/** Binds `holdfast holdings`: a count becomes a fact of the estate and, sealed, a set of the people schema. */
import type { Command } from 'commander';
import { collect } from '../estate/collect.ts';
import type { Observation, Outcome, Report } from '../estate/schema.ts';
import { findEntity } from '../estate/store-read.ts';
import type { Cli, Opened } from '../kernel/cli.ts';
import { sha256Hex } from '../kernel/ids.ts';
import type { Body } from '../ledger/kinds.ts';
import { record } from '../ledger/record.ts';
import { holdingsCommands, type CountedPlace } from '../people/commands.ts';
import { holdingFact } from '../people/holding-fact.ts';
import { sealSet } from '../people/seal-set.ts';
import { storeCount, type StoredCount } from '../people/store.ts';

/** A count is a statement about one day: after a quarter nobody should rely on it. */
const INTERVAL = 91 * 24 * 3600;

export function holdingsOfEstate(program: Command, cli: Cli): void {
  holdingsCommands(program, cli, async (opened, counted) => {
    const countedAt = opened.clock.now();
    for (const name of await unknownTo(opened, counted.place)) {
      cli.say(`The estate does not know ${name}: the holding hangs in the air until it does.`);
    }
    const record = await collect(
      {
        ...opened,
        source: { connector: 'holdings', name: counted.place.key, interval: INTERVAL },
      },
      reportsOf(
        [holdingFact(counted.place, counted.count, countedAt)],
        counted.count.partial ? 'partial' : 'complete',
      ),
    );
    await storeSet(opened, counted, countedAt);
    return record.outcome !== 'failed' && record.unseen.length === 0;
  });
}

/** What the place names that nothing in the estate is called: most often a typing error. */
async function unknownTo(
  { database }: Pick<Opened, 'database'>,
  place: CountedPlace['place'],
): Promise<string[]> {
  return database.transaction('everything', async (sql) => {
    const unknown: string[] = [];
    for (const kind of ['asset', 'customer', 'service'] as const) {
      const name = place[kind];
      if (name === undefined || (await findEntity(sql, kind, name)) !== undefined) continue;
      unknown.push(`${kind} ${name}`);
    }
    return unknown;
  });
}

/** Keeps the count and its sealed set beside the fact. */
export async function storeSet(
  { database }: Pick<Opened, 'database'>,
  { place, count, set }: CountedPlace,
  countedAt: Date,
): Promise<void> {
  await database.transaction('everything', async (sql) => {
    const customer =
      place.customer === undefined ? 0 : ((await findEntity(sql, 'customer', place.customer)) ?? 0);
    const sealed =
      set === undefined
        ? undefined
        : { keyId: set.key.id, bytes: sealSet(set.people, place.key, set.key) };
    const stored: StoredCount = {
      customer,
      holding: place.key,
      countedAt,
      living: count.living,
      deceased: count.deceased.best,
      partial: count.partial,
      ...(sealed === undefined ? {} : { sealed }),
    };
    await storeCount(sql, stored);
    await record(sql, 'holdings.counted', commitmentTo(stored, count.persons.best), countedAt);
  });
}

/** What the ledger keeps of a count: figures, and a digest of the stored row with its sealed set. */
function commitmentTo({ sealed, ...row }: StoredCount, people: number): Body<'holdings.counted'> {
  const set = sealed === undefined ? '' : sha256Hex(sealed.bytes);
  return {
    count: sha256Hex(`${row.holding}\n${row.countedAt.toISOString()}`),
    holdings: 1,
    people,
    deceased: row.deceased,
    digest: sha256Hex(JSON.stringify({ ...row, set })),
  };
}

/** Facts at hand as a collection. */
export async function* reportsOf(
  facts: Iterable<Observation>,
  outcome: Outcome,
): AsyncGenerator<Report, Outcome, void> {
  for (const fact of facts) yield await Promise.resolve(fact);
  return outcome;
}
