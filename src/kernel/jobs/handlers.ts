/** Handlers of the routes of background jobs. */
import type { Handlers } from '../http/serve.ts';
import type { Database } from '../sql/database.ts';
import { cancelJob, getJob, listJobs } from './records.ts';
import type { Job, jobRoutes } from './routes.ts';
import type { JobRecord } from './store.ts';

export function jobHandlers({ database }: { database: Database }): Handlers<typeof jobRoutes> {
  return {
    listJobs: async (filter) => ({ jobs: (await listJobs(database, filter)).map(shownJob) }),
    readJob: async ({ id }) => shownJob(await getJob(database, id)),
    cancelJob: async ({ id }) => shownJob(await cancelJob(database, id)),
  };
}

/** A job as API and `--json` show it. */
export function shownJob(record: JobRecord): Job {
  return {
    id: record.id,
    name: record.name,
    state: record.state,
    attempt: record.attempt,
    failures: record.failures,
    done: record.done,
    total: record.total,
    what: record.what,
    cancelRequested: record.cancelRequested,
    createdAt: record.createdAt.toISOString(),
    notBefore: record.notBefore.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    endedAt: record.endedAt?.toISOString() ?? null,
    errorCode: record.errorCode,
    errorMessage: record.errorMessage,
  };
}
