/**
 * Background jobs in PostgreSQL: started inside the caller's transaction, run by any worker, resumed after a crash,
 * never by two workers at once.
 */
import type { Clock } from '../clock.ts';
import { HoldfastError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Database, Scope, Sql } from '../sql/database.ts';
import { parseInput, type JobDefinition } from './define.ts';
import { openQueue } from './queue.ts';
import { cancelJob, getJob, listJobs } from './records.ts';
import { idOfKey, insertJob, notifyWorkers, type JobFilter, type JobRecord } from './store.ts';
import { startWorker, WORKER_TIMES, type Worker, type WorkerTimes } from './worker.ts';

interface StartOptions {
  /** The transaction that the job belongs to: it starts if and when that commits, in that transaction's scope. */
  readonly sql?: Sql;
  /** Whole seconds to wait first. */
  readonly delay?: number;
  /** With a key, a job of this name that already waits or runs under it is returned instead of starting another. */
  readonly key?: string;
}

export interface Jobs {
  /** Returns the job's id. @throws HoldfastError `bad_input` */
  start<Input>(
    definition: JobDefinition<Input>,
    input: Input,
    options?: StartOptions,
  ): Promise<string>;
  /** A waiting job ends now; a running one is told and ends when it heeds its signal. @throws `not_found`, `conflict` when it has ended */
  cancel(id: string, scope?: Scope): Promise<JobRecord>;
  get(id: string, scope?: Scope): Promise<JobRecord>;
  /** What runs and waits first, then the latest. */
  list(filter?: JobFilter, scope?: Scope): Promise<JobRecord[]>;
  /** Starts a job again and again by a cron expression (UTC) or RFC 5545 rule; one schedule a definition. */
  schedule<Input extends object>(
    definition: JobDefinition<Input>,
    cron: string,
    input: Input,
  ): Promise<void>;
  unschedule(definition: JobDefinition): Promise<void>;
  /** Stops the worker in order, then lets go of the database. */
  close(): Promise<void>;
}

interface JobsOptions {
  readonly database: Database;
  /** As for `openDatabase`: the role that rows are read and written as. */
  readonly role: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly definitions: readonly JobDefinition[];
  /** Whether this process runs jobs; with other times than `WORKER_TIMES` where given. */
  readonly worker: boolean | Partial<WorkerTimes>;
}

export async function openJobs(options: JobsOptions): Promise<Jobs> {
  const { database, definitions } = options;
  refuseTwice(definitions);
  const queue = await openQueue({
    connection: database.connection,
    role: options.role,
    log: options.log,
    names: definitions.map((definition) => definition.name),
    tends: options.worker !== false,
  });
  const times = { ...WORKER_TIMES, ...(typeof options.worker === 'object' ? options.worker : {}) };
  let worker: Worker | undefined;
  if (options.worker !== false) worker = await startWorker({ ...options, queue, times });

  const begin = async (sql: Sql, name: string, input: unknown, from: StartOptions) => {
    const { key, delay = 0 } = from;
    const id = newId();
    if (!(await insertJob(sql, { id, name, input, key, delay }))) {
      const other = key === undefined ? undefined : await idOfKey(sql, name, key);
      if (other !== undefined) return other;
      throw new HoldfastError('conflict', `A job ${name} with this key has just ended`, {
        remedy: 'Start it again.',
      });
    }
    await queue.send(sql, name, id, delay);
    if (delay === 0) await notifyWorkers(sql, `wake ${name}`);
    return id;
  };

  return {
    start: async (definition, input, from = {}) => {
      refuseUnknown(definitions, definition.name);
      const parsed = parseInput(definition, input);
      if (from.sql !== undefined) return begin(from.sql, definition.name, parsed, from);
      return database.transaction('everything', (sql) => begin(sql, definition.name, parsed, from));
    },
    cancel: (id, scope) => cancelJob(database, id, scope),
    get: (id, scope) => getJob(database, id, scope),
    list: (filter, scope) => listJobs(database, filter, scope),
    schedule: (definition, cron, input) => {
      refuseUnknown(definitions, definition.name);
      return queue.schedule(definition.name, cron, parseInput(definition, input));
    },
    unschedule: (definition) => queue.unschedule(definition.name),
    close: async () => {
      await worker?.stop();
      await queue.close();
    },
  };
}

function refuseTwice(definitions: readonly JobDefinition[]): void {
  const names = definitions.map((definition) => definition.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new HoldfastError('internal', `Two jobs are named ${twice}`);
}

function refuseUnknown(definitions: readonly JobDefinition[], name: string): void {
  if (!definitions.some((definition) => definition.name === name))
    throw new HoldfastError('internal', `Job ${name} is not in the list that openJobs was given`);
}
