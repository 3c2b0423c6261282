/**
 * pg-boss over our own postgres.js connections: it hands out waiting jobs and keeps schedules, nothing else.
 *
 * A job leaves pg-boss in the transaction that claims it, because pg-boss settles jobs by id alone: a worker that
 * stalled could complete what another has taken over, and its heartbeat cannot go under 10 seconds. The lease, the
 * fence and the outcome are in kernel.job.
 */
import { PgBoss, type Db } from 'pg-boss';
import { HoldfastError } from '../errors.ts';
import type { Log } from '../log.ts';
import { openPool, type Connection, type Pool, type Sql } from '../sql/database.ts';
import { QUEUE_SCHEMA } from '../sql/queue-schema.ts';

export interface Queue {
  /** A pool of one: pg-boss opens transactions by text, which only a single connection can carry. */
  readonly pool: Pool;
  /** Makes a job available `delay` seconds from now, in the caller's transaction. */
  send(sql: Sql, name: string, id: string, delay: number): Promise<void>;
  /** Takes one waiting job out, in the caller's transaction. `data` is what a schedule gave it. */
  take(sql: Sql, name: string): Promise<{ id: string; data: unknown } | undefined>;
  schedule(name: string, cron: string, input: object): Promise<void>;
  unschedule(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly connection: Connection;
  readonly role: string | undefined;
  readonly log: Log;
  readonly names: readonly string[];
  /** Whether this process also fires schedules and cleans up. */
  readonly tends: boolean;
}

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const pool = openPool(options.connection, { role: options.role, connections: 1 });
  const boss = new PgBoss({
    db: executorOf(pool),
    schema: QUEUE_SCHEMA,
    migrate: false,
    createSchema: false,
    supervise: options.tends,
    schedule: options.tends,
    // Both need to own the tables; autovacuum does well on queues of this size.
    reindex: false,
    monitorVacuum: false,
  });
  boss.on('error', (error) =>
    options.log.warn('the job queue met an error', { error: named(error) }),
  );
  try {
    await boss.start();
    await makeQueues(boss, options.names);
  } catch (error) {
    await pool.end({ timeout: 5 });
    throw error;
  }
  return {
    pool,
    send: async (sql, name, id, delay) => {
      const settings = { id, startAfter: delay, db: executorOf(sql) };
      const sent = await boss.send(name, null, settings);
      if (sent === null) throw new HoldfastError('conflict', `Job ${id} is waiting already`);
    },
    take: async (sql, name) => {
      const db = executorOf(sql);
      const [job] = await boss.fetch(name, { batchSize: 1, db });
      if (job === undefined) return undefined;
      await boss.deleteJob(name, job.id, { db });
      return { id: job.id, data: job.data };
    },
    schedule: (name, cron, input) => boss.schedule(name, cron, input),
    unschedule: (name) => boss.unschedule(name),
    close: async () => {
      await boss.stop({ graceful: false });
      await pool.end({ timeout: 5 });
    },
  };
}

async function makeQueues(boss: PgBoss, names: readonly string[]): Promise<void> {
  const there = new Set((await boss.getQueues()).map((queue) => queue.name));
  for (const name of names) {
    // What pg-boss drops after this time is found missing and sent again by the sweep.
    if (!there.has(name)) await boss.createQueue(name, { retentionSeconds: 30 * 86_400 });
  }
}

/** pg-boss's errors may carry the statement and its values. */
function named(error: unknown): unknown {
  if (!(error instanceof Error)) return 'unknown';
  return { name: error.name, code: 'code' in error ? error.code : undefined };
}

/** Any type: the server decides, as it does for a literal in quotes. */
const UNKNOWN_TYPE = 705;

/** What pg-boss expects of a connection: text parameters, and one result a statement. */
function executorOf(sql: Pool | Sql): Db {
  return {
    executeSql: async (text, values = []) => {
      const parameters = values.map((value) => sql.typed(asText(value), UNKNOWN_TYPE));
      const result: unknown = await sql.unsafe(text, parameters as never[]);
      if (!Array.isArray(result)) return { rows: [] };
      const several = !('command' in result);
      if (!several) return { rows: result };
      return result.map((rows: unknown) => ({ rows })) as unknown as { rows: unknown[] };
    },
  };
}

/** A value in PostgreSQL's text form, as pg-boss's own driver would write it. */
export function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(asElement).join(',')}}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function asElement(value: unknown): string {
  const text = asText(value);
  if (text === null) return 'NULL';
  return Array.isArray(value) ? text : `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
