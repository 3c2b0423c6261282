/** Takes waiting jobs and runs them; finds the jobs of workers that vanished. Any number of these may run. */
import type { Clock } from '../clock.ts';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Database } from '../sql/database.ts';
import type { JobDefinition } from './define.ts';
import type { Queue } from './queue.ts';
import { retryDelay } from './retry.ts';
import { DEFAULT_ATTEMPTS, DEFAULT_RETRY_SECONDS, runAttempt, type Attempt } from './running.ts';
import {
  claimJob,
  deleteOldJobs,
  endJob,
  JOB_CHANNEL,
  lapsedJobs,
  releaseJob,
  strayJobs,
  type Claim,
  type Lapsed,
} from './store.ts';

const DONE_KEPT_DAYS = 3;
const OTHERS_KEPT_DAYS = 30;

export interface WorkerTimes {
  /** A job whose worker gave no sign for so many seconds goes to another; 30. */
  readonly lease: number;
  /** Seconds between looks for delayed jobs; others are announced; 2. */
  readonly poll: number;
  /** Seconds between looks for jobs of vanished workers; 5. */
  readonly sweep: number;
  /** Seconds that running jobs get to end when the worker stops; 10. */
  readonly stop: number;
}

export const WORKER_TIMES: WorkerTimes = { lease: 30, poll: 2, sweep: 5, stop: 10 };

export interface Worker {
  /** Takes no more jobs, tells the running ones to stop, and hands back what did not end. */
  stop(): Promise<void>;
}

interface WorkerOptions {
  readonly database: Database;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
  readonly definitions: readonly JobDefinition[];
  readonly times: WorkerTimes;
}

export async function startWorker(options: WorkerOptions): Promise<Worker> {
  const { database, queue, log, times } = options;
  const name = newId();
  const running = new Map<string, Attempt>();
  let stopped = false;
  const isStopped = (): boolean => stopped;

  const guarded = (what: string, work: () => Promise<void>): (() => void) => {
    let busy = false;
    let again = false;
    const start = (): void => {
      if (stopped) return;
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      const done = (): void => {
        busy = false;
        if (!again) return;
        again = false;
        start();
      };
      work().then(done, (error: unknown) => {
        log.error(`a worker could not ${what}`, { error });
        done();
      });
    };
    return start;
  };

  const pumps = new Map(
    options.definitions.map((definition) => [
      definition.name,
      guarded('take a job', () => fill(definition)),
    ]),
  );
  async function fill(definition: JobDefinition): Promise<void> {
    const slots = definition.concurrency ?? 1;
    const count = (): number =>
      [...running.values()].filter((attempt) => attempt.claim.name === definition.name).length;
    while (!stopped && count() < slots) {
      const taken = await take(database, queue, definition.name, name, times.lease);
      if (taken === undefined) return;
      if (taken === 'unwanted') continue;
      const attempt = runAttempt({ ...options, lease: times.lease }, definition, taken);
      running.set(taken.id, attempt);
      if (isStopped()) attempt.stop('stopping');
      void attempt.ended.then(() => {
        running.delete(taken.id);
        pumps.get(definition.name)?.();
      });
    }
  }
  const pumpAll = (): void => {
    for (const pump of pumps.values()) pump();
  };
  const sweep = guarded('look for lost jobs', () => sweepOnce(options));

  const listening = await queue.pool.listen(
    JOB_CHANNEL,
    (message) => {
      const [verb, subject = ''] = message.split(' ');
      if (verb === 'cancel') running.get(subject)?.stop('cancelled');
      else pumps.get(subject)?.();
    },
    pumpAll,
  );
  const timers = [setInterval(pumpAll, times.poll * 1000), setInterval(sweep, times.sweep * 1000)];
  sweep();
  pumpAll();

  return {
    stop: async () => {
      stopped = true;
      timers.forEach(clearInterval);
      await listening.unlisten().catch(() => undefined);
      for (const attempt of running.values()) attempt.stop('stopping');
      const all = Promise.all([...running.values()].map((attempt) => attempt.ended));
      let limit: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        limit = setTimeout(resolve, times.stop * 1000);
      });
      await Promise.race([all, late]);
      clearTimeout(limit);
      if (running.size > 0)
        log.warn('jobs did not stop in time and go on elsewhere', { jobs: [...running.keys()] });
    },
  };
}

/** One transaction: out of the queue and marked as ours, or neither. */
function take(
  database: Database,
  queue: Queue,
  name: string,
  worker: string,
  lease: number,
): Promise<Claim | 'unwanted' | undefined> {
  return database.transaction('everything', async (sql) => {
    const job = await queue.take(sql, name);
    if (job === undefined) return undefined;
    return (await claimJob(sql, { ...job, name }, worker, lease)) ?? 'unwanted';
  });
}

async function sweepOnce({ database, queue, definitions, log }: WorkerOptions): Promise<void> {
  const known = new Map(definitions.map((definition) => [definition.name, definition]));
  await database.transaction('everything', async (sql) => {
    const end = async (job: Lapsed): Promise<void> => {
      const error = { code: 'incomplete', message: 'The worker of this job vanished' } as const;
      const definition = known.get(job.name);
      const failures = job.failures + 1;
      if (job.cancelRequested) await endJob(sql, job, 'cancelled');
      else if (failures >= (definition?.attempts ?? DEFAULT_ATTEMPTS))
        await endJob(sql, job, 'failed', error);
      else {
        // Not the job's fault the first time: it goes on at once. A job that kills its workers waits longer each time.
        const base = definition?.retrySeconds ?? DEFAULT_RETRY_SECONDS;
        const delay = failures === 1 ? 0 : retryDelay(failures, base);
        await releaseJob(sql, job, delay, error);
        await queue.send(sql, job.name, job.id, delay);
      }
      log.warn('the worker of a job vanished', { job: job.id, name: job.name, failures });
    };
    for (const job of await lapsedJobs(sql)) if (known.has(job.name)) await end(job);
    for (const job of await strayJobs(sql))
      if (known.has(job.name)) await queue.send(sql, job.name, job.id, job.delay);
  });
  await database.transaction('everything', (sql) =>
    deleteOldJobs(sql, DONE_KEPT_DAYS, OTHERS_KEPT_DAYS),
  );
}
