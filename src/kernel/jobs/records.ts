/** Looking at jobs and asking them to end; needs the database only, not the queue. */
import { HoldfastError } from '../errors.ts';
import type { Database, Scope } from '../sql/database.ts';
import {
  notifyWorkers,
  readJob,
  readJobs,
  requestCancel,
  type JobFilter,
  type JobRecord,
} from './store.ts';

/** What runs and waits first, then the latest. */
export function listJobs(
  database: Database,
  filter: JobFilter = {},
  scope: Scope = 'everything',
): Promise<JobRecord[]> {
  return database.transaction(scope, (sql) => readJobs(sql, filter));
}

/** @throws HoldfastError `not_found` */
export async function getJob(
  database: Database,
  id: string,
  scope: Scope = 'everything',
): Promise<JobRecord> {
  const record = isId(id)
    ? await database.transaction(scope, (sql) => readJob(sql, id))
    : undefined;
  return record ?? notFound();
}

/**
 * A waiting job ends now; a running one is told and ends when it heeds its signal.
 *
 * @throws HoldfastError `not_found`, `conflict` when it has ended already.
 */
export function cancelJob(
  database: Database,
  id: string,
  scope: Scope = 'everything',
): Promise<JobRecord> {
  return database.transaction(scope, async (sql) => {
    const record = isId(id) ? await requestCancel(sql, id) : undefined;
    if (record === undefined) return notFound();
    if (record.state === 'done' || record.state === 'failed')
      throw new HoldfastError('conflict', `The job has ended already (${record.state})`);
    // A waiting one stays in the queue until its turn: taking it out here would lock in the order opposite to a worker.
    await notifyWorkers(sql, `cancel ${id}`);
    return record;
  });
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}

function notFound(): never {
  throw new HoldfastError('not_found', 'There is no such job', {
    remedy: 'holdfast jobs lists them.',
  });
}
