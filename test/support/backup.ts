/** An estate to back up, and what to compare it by. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { collect } from '../../src/estate/collect.ts';
import type { Outcome, Report } from '../../src/estate/schema.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { HoldfastError, type ErrorCode } from '../../src/kernel/errors.ts';
import { createLog } from '../../src/kernel/log.ts';
import { packageRoot } from '../../src/kernel/paths.ts';
import { backup } from '../../src/kernel/sql/backup.ts';
import { openDatabase, openPool, type Connection } from '../../src/kernel/sql/database.ts';
import { readMigrations } from '../../src/kernel/sql/migrate.ts';
import { readTables } from '../../src/kernel/sql/tables.ts';
import { testConnection } from './database.ts';

export const migrations = readMigrations(path.join(packageRoot(), 'migrations'));
export const version = '0.0.0-test';
const log = createLog({ level: 'error', clock: systemClock, write: () => undefined });

export function folder(t: TestContext): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-backup-'));
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

export async function fill(
  connection: Connection,
  role: string | undefined,
  hosts = 40,
): Promise<void> {
  const database = openDatabase(connection, { role, connections: 2 });
  await collect(
    {
      database,
      clock: systemClock,
      log,
      source: { connector: 'test', name: 'one', interval: 60 },
    },
    reports(hosts),
  );
  await database.transaction('everything', async (sql) => {
    await sql`insert into kernel.job (job_id, name, input, checkpoint)
      values (gen_random_uuid(), 'scan', ${sql.json({ text: 'tab\t, line\n, back\\slash, é, 𝄞' })}, null)`;
  });
  await database.close();
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* reports(hosts: number): AsyncGenerator<Report, Outcome, void> {
  const seen = { type: 'observation', trueAt: '2026-10-01T00:00:00Z' } as const;
  yield { ...seen, kind: 'customer', key: 'oakfield', body: { name: 'Oakfield Care' } };
  for (let at = 0; at < hosts; at += 1) {
    const asset = `host${at}`;
    const name = `Host ${at} "quoted"\t\\N, ünïcode`;
    yield {
      ...seen,
      kind: 'asset',
      key: asset,
      body: { name, type: 'host', ...(at % 2 === 0 ? { customer: 'oakfield' } : {}) },
    };
    yield { ...seen, kind: 'door', key: `${asset}:22`, body: { name: 'ssh', type: 'ssh', asset } };
    yield {
      type: 'inventory',
      asset,
      section: 'dpkg',
      trueAt: '2026-10-01T00:00:00Z',
      components: Array.from({ length: 20 }, (_, number) => ({
        type: 'deb',
        release: 'debian-12',
        name: `lib${(at * 7 + number) % 50}`,
        version: '1.0-1',
        architecture: 'amd64',
        sourceName: 'lib',
        sourceVersion: '1.0-1',
      })),
    };
  }
  return 'complete';
}

/** Every table's rows as one digest, and where each sequence stands. */
export async function contents(connection: Connection): Promise<Record<string, string>> {
  const pool = openPool(connection, { connections: 1 });
  try {
    return await pool.begin(async (sql) => {
      await sql`set local holdfast.scope = 'everything'`;
      const found: Record<string, string> = {};
      for (const table of await readTables(sql)) {
        const [row] = await sql.unsafe<{ sum: string }[]>(
          `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as sum from ${table.quoted} t`,
        );
        found[table.quoted] = row?.sum ?? '';
      }
      const sequences = await sql<{ name: string; last: number | null }[]>`
        select schemaname || '.' || sequencename as name, last_value as last from pg_sequences where schemaname <> 'pgboss'`;
      for (const { name, last } of sequences) found[name] = String(last);
      return found;
    });
  } finally {
    await pool.end();
  }
}

export async function saved(t: TestContext, hosts?: number) {
  const { connection, role } = await testConnection(t);
  await fill(connection, role, hosts);
  const file = path.join(folder(t), 'estate.backup');
  const result = await backup(connection, file, { version });
  return { connection, role, file, result };
}

export function fails(work: Promise<unknown>, code: ErrorCode, text?: RegExp): Promise<void> {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof HoldfastError, String(error));
    assert.equal(error.code, code, error.message);
    if (text !== undefined) assert.match(error.message, text);
    return true;
  });
}
