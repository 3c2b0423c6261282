/** People at risk as the order of every list, for commands: exposure is worked out once, when a list asks for it. */
import { readExposure } from '../exposure/read.ts';
import { peopleRankings } from '../exposure/rankings.ts';
import type { PeopleRankings } from '../estate/reached.ts';
import type { Opened } from '../kernel/cli.ts';
import { personKeyOf } from './exposure.ts';

export async function rankingsOf({
  database,
  clock,
  config,
}: Pick<Opened, 'database' | 'clock' | 'config'>): Promise<PeopleRankings> {
  const key = await personKeyOf(config);
  return peopleRankings({
    database,
    clock,
    exposure: { read: (question) => readExposure({ database, clock, key }, question) },
  });
}
