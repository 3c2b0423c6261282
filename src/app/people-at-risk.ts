/** People at risk as the order of every list, for commands: exposure is worked out once, when a list asks for it. */
import { readExposure, type ExposureTools } from '../exposure/read.ts';
import { peopleRankings } from '../exposure/rankings.ts';
import type { PeopleRankings } from '../estate/reached.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import type { Database } from '../kernel/sql/database.ts';
import { personKeyOf } from './exposure.ts';

/** @param mfa coverage of the present, where it was read already */
export async function rankingsOf(
  {
    database,
    clock,
    config,
  }: { readonly database: Database; readonly clock: Clock; readonly config: Pick<Config, 'data'> },
  mfa?: ExposureTools['mfa'],
): Promise<PeopleRankings> {
  const tools = { database, clock, mfa, key: await personKeyOf(config) };
  return peopleRankings({
    database,
    clock,
    exposure: { read: (question) => readExposure(tools, question) },
  });
}
