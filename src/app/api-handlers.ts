/** Who answers each route of the API: put together here, for the server and for the tests of it. */
import type { Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import type { Handlers } from '../kernel/http/serve.ts';
import { jobHandlers } from '../kernel/jobs/handlers.ts';
import type { Database } from '../kernel/sql/database.ts';
import { hostHandlers, type Take } from '../connectors/linux-host/push/handlers.ts';
import { estateHandlers } from '../estate/handlers.ts';
import { exposureHandlers } from '../exposure/handlers.ts';
import type { PeopleRankings } from '../estate/reached.ts';
import { peopleRankings } from '../exposure/rankings.ts';
import { exposureReader, type ExposureReader } from '../exposure/read.ts';
import { askDatabase } from '../exposure/reverse/ask.ts';
import { reverseHandlers, type Asker } from '../exposure/reverse/handlers.ts';
import { mfaHandlers } from '../measures/mfa/handlers.ts';
import { mfaReader, type MfaReader } from '../measures/mfa/read.ts';
import { patchingHandlers } from '../measures/patching/handlers.ts';
import { findingsReader, type FindingsReader } from '../measures/scanning/findings-reader.ts';
import { scanningHandlers } from '../measures/scanning/handlers.ts';
import { serverHandlers } from '../server/handlers.ts';
import type { apiRoutes } from '../server/table.ts';
import { lendTools } from './patches.ts';

export interface ApiTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly config: Pick<Config, 'data' | 'timeZone'>;
  /** Takes what a host pushed. */
  readonly take: Take;
  readonly mfa?: MfaReader;
  readonly exposure?: ExposureReader;
  /** The orders of lists by people at risk, and findings in them: kept where the server shares them. */
  readonly rankings?: PeopleRankings;
  readonly findings?: FindingsReader;
  /** Who answers which assets, customers and people a flaw concerns: the database unless given. */
  readonly reverse?: Asker;
}

export function apiHandlers({
  database,
  clock,
  config,
  take,
  mfa = mfaReader({ database, clock }),
  exposure = exposureReader({ database, clock, mfa }),
  rankings = peopleRankings({ database, clock, exposure }),
  findings = findingsReader({ database, rankings }),
  reverse = (...asked) => askDatabase({ database, clock }, ...asked),
}: ApiTools): Handlers<typeof apiRoutes> {
  return {
    ...serverHandlers({ database }),
    ...estateHandlers({ database, clock }),
    ...scanningHandlers({ database, clock, findings }),
    ...mfaHandlers({ reader: mfa, rankings, clock }),
    ...reverseHandlers(reverse),
    ...patchingHandlers({
      database,
      clock,
      lend: (work) => lendTools({ database, clock, config, rankings }, work),
    }),
    ...exposureHandlers({ reader: exposure, clock }),
    ...hostHandlers({ database, clock, take }),
    ...jobHandlers({ database }),
  };
}
