/** All SQL on kernel.job. Times are the database's own: workers' clocks differ. */
import type { Sql } from '../sql/database.ts';
import type { PublicError } from './retry.ts';
import type { JobState } from './states.ts';

/** A job as it is shown. */
export interface JobRecord {
  readonly id: string;
  readonly customer: number;
  readonly name: string;
  readonly state: JobState;
  readonly attempt: number;
  readonly failures: number;
  readonly done: number;
  readonly total: number | null;
  readonly what: string | null;
  readonly cancelRequested: boolean;
  readonly createdAt: Date;
  readonly notBefore: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

/** A claimed job. `attempt` is the fence: every later statement of this worker names it. */
export interface Claim {
  readonly id: string;
  readonly customer: number;
  readonly name: string;
  readonly input: unknown;
  readonly attempt: number;
  readonly failures: number;
  readonly checkpoint: unknown;
}

const shown = (sql: Sql) => sql`
  job_id as id, customer_id as customer, name, state, attempt, failures, done, total, what,
  cancel_requested as "cancelRequested", created_at as "createdAt", not_before as "notBefore",
  started_at as "startedAt", ended_at as "endedAt", error_code as "errorCode", error_message as "errorMessage"`;

interface NewJob {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly key: string | undefined;
  readonly delay: number;
}

/** Adds a waiting job; false when one with its key waits or runs already. */
export async function insertJob(sql: Sql, job: NewJob): Promise<boolean> {
  const rows = await sql`
    insert into kernel.job (job_id, name, key, input, not_before)
    values (${job.id}, ${job.name}, ${job.key ?? null}, ${sql.json(job.input as never)},
            now() + ${job.delay} * interval '1 second')
    on conflict (name, key) where key is not null and state in ('waiting', 'running') do nothing
    returning 1`;
  return rows.length === 1;
}

export async function idOfKey(sql: Sql, name: string, key: string): Promise<string | undefined> {
  const [row] = await sql<{ id: string }[]>`
    select job_id as id from kernel.job
    where name = ${name} and key = ${key} and state in ('waiting', 'running')`;
  return row?.id;
}

/** Starts the next attempt of a waiting job; a schedule's job gets its record here. Undefined: no longer wanted. */
export async function claimJob(
  sql: Sql,
  job: { id: string; name: string; data: unknown },
  worker: string,
  lease: number,
): Promise<Claim | undefined> {
  const [row] = await sql<Claim[]>`
    insert into kernel.job as j
      (job_id, name, input, state, attempt, started_at, lease_until, worker)
    values (${job.id}, ${job.name}, ${sql.json((job.data ?? {}) as never)}, 'running', 1, clock_timestamp(),
            clock_timestamp() + ${lease} * interval '1 second', ${worker})
    on conflict (job_id) do update set
      state = 'running', attempt = j.attempt + 1, worker = excluded.worker, lease_until = excluded.lease_until,
      started_at = coalesce(j.started_at, excluded.started_at), error_code = null, error_message = null
    where j.state = 'waiting'
    returning job_id as id, customer_id as customer, name, input, attempt, failures, checkpoint`;
  return row;
}

export interface Told {
  readonly done: number;
  readonly total: number | undefined;
  readonly what: string | undefined;
}

type Fence = Pick<Claim, 'id' | 'attempt'>;

/** Renews the lease; undefined when the job is no longer this attempt's. */
export async function renewLease(
  sql: Sql,
  { id, attempt }: Fence,
  lease: number,
  told: Told | undefined,
): Promise<{ cancelRequested: boolean } | undefined> {
  const progress =
    told === undefined
      ? sql``
      : sql`, done = ${told.done}, total = ${told.total ?? null}, what = ${told.what ?? null}`;
  const [row] = await sql<{ cancelRequested: boolean }[]>`
    update kernel.job set lease_until = clock_timestamp() + ${lease} * interval '1 second' ${progress}
    where job_id = ${id} and attempt = ${attempt} and state = 'running'
    returning cancel_requested as "cancelRequested"`;
  return row;
}

export async function writeCheckpoint(
  sql: Sql,
  { id, attempt }: Fence,
  data: unknown,
): Promise<boolean> {
  const rows = await sql`
    update kernel.job set checkpoint = ${sql.json(data as never)}
    where job_id = ${id} and attempt = ${attempt} and state = 'running' returning 1`;
  return rows.length === 1;
}

/** Ends an attempt for good; false when the job is no longer this attempt's. */
export async function endJob(
  sql: Sql,
  { id, attempt }: Fence,
  state: 'done' | 'failed' | 'cancelled',
  error?: PublicError,
): Promise<boolean> {
  const rows = await sql`
    update kernel.job set state = ${state}, ended_at = clock_timestamp(), lease_until = null,
      failures = failures + ${state === 'failed' ? 1 : 0},
      error_code = ${error?.code ?? null}, error_message = ${error?.message ?? null}
    where job_id = ${id} and attempt = ${attempt} and state = 'running' returning 1`;
  return rows.length === 1;
}

/** Ends an attempt that another one follows; false when the job is no longer this attempt's. */
export async function releaseJob(
  sql: Sql,
  { id, attempt }: Fence,
  delay: number,
  error?: PublicError,
): Promise<boolean> {
  const rows = await sql`
    update kernel.job set state = 'waiting', lease_until = null,
      not_before = clock_timestamp() + ${delay} * interval '1 second',
      failures = failures + ${error === undefined ? 0 : 1},
      error_code = ${error?.code ?? null}, error_message = ${error?.message ?? null}
    where job_id = ${id} and attempt = ${attempt} and state = 'running' returning 1`;
  return rows.length === 1;
}

/** Asks for the end of a job: a waiting one ends now, a running one is told. Undefined: there is no such job. */
export async function requestCancel(sql: Sql, id: string): Promise<JobRecord | undefined> {
  const [row] = await sql<JobRecord[]>`
    update kernel.job set
      cancel_requested = cancel_requested or state in ('waiting', 'running'),
      ended_at = case when state = 'waiting' then clock_timestamp() else ended_at end,
      state = case when state = 'waiting' then 'cancelled' else state end
    where job_id = ${id}
    returning ${shown(sql)}`;
  return row;
}

export async function readJob(sql: Sql, id: string): Promise<JobRecord | undefined> {
  const [row] = await sql<JobRecord[]>`select ${shown(sql)} from kernel.job where job_id = ${id}`;
  return row;
}

export interface JobFilter {
  readonly name?: string | undefined;
  readonly state?: JobState | undefined;
  readonly limit?: number | undefined;
}

/** What runs and waits first, then the latest. */
export async function readJobs(sql: Sql, filter: JobFilter): Promise<JobRecord[]> {
  return [
    ...(await sql<JobRecord[]>`
      select ${shown(sql)} from kernel.job
      where (${filter.name ?? null}::text is null or name = ${filter.name ?? null})
        and (${filter.state ?? null}::text is null or state = ${filter.state ?? null})
      order by state in ('waiting', 'running') desc, created_at desc, job_id
      limit ${filter.limit ?? 100}`),
  ];
}

export interface Lapsed {
  readonly id: string;
  readonly name: string;
  readonly attempt: number;
  readonly failures: number;
  readonly cancelRequested: boolean;
}

/** Jobs whose worker has not renewed its lease, locked for this transaction. */
export async function lapsedJobs(sql: Sql): Promise<Lapsed[]> {
  return [
    ...(await sql<Lapsed[]>`
      select job_id as id, name, attempt, failures, cancel_requested as "cancelRequested" from kernel.job
      where state = 'running' and lease_until < clock_timestamp()
      order by lease_until limit 100 for update skip locked`),
  ];
}

/** Waiting jobs that nothing would hand out: restored from a backup, or dropped by the queue. Locked. */
export async function strayJobs(sql: Sql): Promise<{ id: string; name: string; delay: number }[]> {
  return [
    ...(await sql<{ id: string; name: string; delay: number }[]>`
      select job_id as id, name, greatest(0, ceil(extract(epoch from not_before - now())))::int as delay
      from kernel.job j
      where state = 'waiting'
        and not exists (select from pgboss.job q where q.name = j.name and q.id = j.job_id)
      order by created_at limit 100 for update skip locked`),
  ];
}

/** Forgets what ended long ago: what went well after `done` days, the rest after `other` days. */
export async function deleteOldJobs(sql: Sql, done: number, other: number): Promise<void> {
  await sql`
    delete from kernel.job
    where ended_at < now() - interval '1 day' * case when state = 'done' then ${done}::int else ${other}::int end`;
}

export const JOB_CHANNEL = 'holdfast_jobs';

/** Wakes the workers when the transaction commits. */
export async function notifyWorkers(sql: Sql, message: string): Promise<void> {
  await sql`select pg_notify(${JOB_CHANNEL}, ${message})`;
}
