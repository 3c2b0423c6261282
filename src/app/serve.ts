/** The server process: API and console, background jobs, and the collections that are due. */
import { DEMONSTRATION, isDemonstration } from './demonstration.ts';
import { apiHandlers } from './api-handlers.ts';
import type { App } from './open.ts';
import { estateViews } from '../server/views.ts';
import { createServer } from '../server/create-server.ts';
import { assetJoinedViews } from '../server/asset-joined.ts';
import { coverageViews } from '../server/coverage-view.ts';
import { exposureViews } from '../server/exposure-view.ts';
import { patchViews } from '../server/patches-view.ts';
import { listenPlace, startListening, type Listening } from '../server/listen.ts';
import { createSessions, type Sessions } from '../server/session.ts';
import { apiRoutes } from '../server/table.ts';
import { exposureReader } from '../exposure/read.ts';
import { peopleRankings } from '../exposure/rankings.ts';
import { mfaReader } from '../measures/mfa/read.ts';
import { findingsReader } from '../measures/scanning/findings-reader.ts';
import { failInterrupted } from '../estate/store.ts';
import { systemFetch } from '../kernel/http/outgoing.ts';
import { openJobs } from '../kernel/jobs/jobs.ts';
import { answerAsWitness } from '../ledger/follow.ts';
import { checkOrigin, placeOf } from '../ledger/sequence.ts';
import { startSequencer } from '../ledger/sequencer.ts';
import { collectionJobs, pushedTaker } from './collections.ts';
import { createEnrolments } from '../connectors/linux-host/push/enrolment.ts';
import { reverseThread } from './reverse-thread.ts';
import { personKeyOf } from './exposure.ts';
import { patchDeadlineJob } from './patch-deadlines.ts';
import { lendTools } from './patches.ts';
import { scanEstateJob } from './scan-estate.ts';
import type { ConfiguredSource } from './sources.ts';

export interface Serving {
  /** `http://127.0.0.1:8311`, or `unix:/…`. */
  readonly address: string;
  readonly sessions: Sessions;
  stop(): Promise<void>;
}

/** With a database of its own every running collection is a dead one; with a shared one only an old one is. */
const INTERRUPTED_AFTER_MS = 6 * 3600 * 1000;

export async function serve(app: App, sources: readonly ConfiguredSource[]): Promise<Serving> {
  const { config, clock, database, log, role } = app;
  const ledger = placeOf(app);
  await checkOrigin(ledger);
  const place = await listenPlace(
    config.socket === undefined
      ? `${hostText(config.host)}:${config.port}`
      : `unix:${config.socket}`,
  );
  const now = clock.now();
  const before = app.cluster === undefined ? new Date(now.getTime() - INTERRUPTED_AFTER_MS) : now;
  await database.transaction('everything', (sql) => failInterrupted(sql, now, before));
  const collections = collectionJobs(database, clock, sources);
  const scans = scanEstateJob({ database, clock, config });
  const deadlines = patchDeadlineJob({ database, clock, config });
  const jobs = await openJobs({
    database,
    role,
    clock,
    log,
    definitions: [...collections.definitions, ...scans.definitions, ...deadlines.definitions],
    worker: true,
  });
  const reverse = reverseThread({ connection: database.connection, role, clock });
  let listening: Listening | undefined;
  try {
    await collections.schedule(jobs);
    await scans.schedule(jobs);
    await deadlines.schedule(jobs);
    const mfa = mfaReader({ database, clock });
    const exposure = exposureReader({ database, clock, mfa, key: await personKeyOf(config) });
    const rankings = peopleRankings({ database, clock, exposure });
    const findings = findingsReader({ database, rankings });
    const sessions = createSessions({ database, clock });
    const enrolments = createEnrolments({ database, clock });
    const patches = patchViews({
      database,
      clock,
      lend: (work) => lendTools({ database, clock, config, rankings }, work),
    });
    const server = createServer({
      routes: apiRoutes,
      handlers: apiHandlers({
        database,
        clock,
        config,
        mfa,
        exposure,
        rankings,
        findings,
        reverse: reverse.ask,
        take: pushedTaker({ database, clock, log }, config.collectInterval),
      }),
      views: {
        ...estateViews({ database, clock, mfa, rankings, findings }),
        ...exposureViews({ reader: exposure, clock }),
        ...coverageViews({ database, clock, rankings }),
        ...patches,
        ...assetJoinedViews({
          database,
          clock,
          exposure,
          findings,
          patches: (asked, after) => patches.patches(asked, after),
        }),
      },
      sessions,
      bearer: (token) => enrolments.identify(token),
      log,
      clock,
      witness: (body) => answerAsWitness(ledger, body),
      ...(isDemonstration(config.data) ? { banner: DEMONSTRATION } : {}),
    });
    listening = await startListening(server, place);
    const { address, stop } = listening;
    const sequencer = startSequencer({ place: ledger, log, fetch: systemFetch });
    return {
      address,
      sessions,
      stop: async () => {
        await stop();
        await sessions.flush().catch((error: unknown) => {
          log.error('refused sign-ins could not be recorded', { error });
        });
        await reverse.close();
        await jobs.close();
        await sequencer.stop();
      },
    };
  } catch (error) {
    await reverse.close();
    await jobs.close();
    throw error;
  }
}

function hostText(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
