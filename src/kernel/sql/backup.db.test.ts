import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import {
  contents,
  fails,
  fill,
  folder,
  migrations,
  saved,
  version,
} from '../../../test/support/backup.ts';
import { testConnection } from '../../../test/support/database.ts';
import { backup } from './backup.ts';
import { openBackup } from './backup-file.ts';
import { openDatabase, openPool, type Connection } from './database.ts';
import { migrate } from './migrate.ts';
import { restore } from './restore.ts';
import { inOrder } from './tables.ts';

test('what is restored is what was backed up, every table and sequence', async (t) => {
  const { connection, file, result } = await saved(t);
  assert.equal(fs.statSync(file).mode & 0o777, 0o600, 'only its owner may read it');
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ['estate.backup']);
  const target = await testConnection(t);
  const said: [number, number][] = [];
  const restored = await restore(target.connection, file, {
    migrations,
    sha256: result.sha256,
    progress: (done, total) => said.push([done, total]),
  });
  assert.deepEqual([restored.rows, restored.sha256], [result.rows, result.sha256]);
  const before = await contents(connection);
  assert.deepEqual(await contents(target.connection), before);
  assert.deepEqual(await indexes(target.connection), await indexes(connection));
  assert.match(before['estate.observation'] ?? '', /^8[1-9] /);
  assert.deepEqual(said.at(-1), [2 * result.rows, 2 * result.rows]);
  // And it works on: new rows get new numbers, the role sees its scope only.
  await fill(target.connection, target.role, 41);
});

async function indexes(connection: Connection): Promise<unknown[]> {
  const pool = openPool(connection, { connections: 1 });
  const rows = await pool`select indexdef from pg_indexes where schemaname !~ '^pg' order by 1`;
  await pool.end();
  assert.ok(rows.length > 20);
  return [...rows];
}

test('sessions and one-time links are not in a backup, and do not hinder a restore', async (t) => {
  const { file } = await saved(t, 1);
  const opened = await openBackup(file);
  await opened.handle.close();
  const schemas = opened.manifest.tables.map((table) => table.schema);
  assert.ok(schemas.includes('estate'));
  assert.ok(!schemas.includes('server') && !schemas.includes('pgboss'));
  const target = await testConnection(t);
  const pool = openPool(target.connection, { connections: 1 });
  await pool`insert into server.sign_in_link values (sha256('x'), now(), now() + interval '1 hour', null)`;
  await restore(target.connection, file, { migrations });
  assert.equal((await pool`select 1 from server.sign_in_link`).length, 1);
  await pool.end();
});

test('a restored database guards its rows as a fresh one does', async (t) => {
  const { file } = await saved(t);
  const { connection, role } = await testConnection(t, { empty: true });
  await restore(connection, file, { migrations });
  const database = openDatabase(connection, { role, connections: 1 });
  const count = async (scope: 'everything' | { customer: number }) =>
    database.transaction(scope, async (sql) => (await sql`select 1 from estate.state`).length);
  assert.equal(await count('everything'), 81);
  assert.equal(await count({ customer: 99_999 }), 0);
  await database.close();
});

test('an older backup is brought forward by the migrations that came after it', async (t) => {
  const { connection } = await testConnection(t, { empty: true });
  const first = migrations.slice(0, 1);
  const pool = openPool(connection, { connections: 1 });
  await migrate(pool, first);
  await pool`set holdfast.scope = 'everything'`;
  await pool`insert into estate.entity (kind, key, learned_at) values ('asset', 'old', now())`;
  await pool.end();
  const file = path.join(folder(t), 'old');
  await backup(connection, file, { version });
  const later = {
    version: '9000',
    name: 'later',
    sha256: 'f'.repeat(64),
    text: `alter table estate.entity add column later int; update estate.entity set later = 7`,
  };
  for (const empty of [true, false]) {
    const target = await testConnection(t, { empty });
    await restore(target.connection, file, { migrations: [...migrations, later] });
    const check = openPool(target.connection, { connections: 1 });
    await check`set holdfast.scope = 'everything'`;
    assert.deepEqual(
      [...(await check`select key, later from estate.entity`)],
      [{ key: 'old', later: 7 }],
    );
    const applied = await check`select version from kernel.migration`;
    assert.equal(applied.length, migrations.length + 1);
    const bare = await check`
      select 1 from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'customer_id'
      where c.relkind = 'r' and not c.relforcerowsecurity`;
    assert.equal(bare.length, 0, 'every table is bound by row-level security again');
    await check.end();
  }
});

test('a backup made during writes is one moment of them', async (t) => {
  const { connection } = await testConnection(t, { empty: true });
  const pool = openPool(connection, { connections: 2 });
  await pool.unsafe(`create schema twin; create table twin.a (n int); create table twin.z (n int)`);
  await migrate(pool, migrations);
  let writing = true;
  let written = 0;
  const writer = (async () => {
    while (writing) {
      written += 1;
      await pool.begin(async (sql) => {
        await sql`insert into twin.z select ${written} from generate_series(1, 50)`;
        await sql`insert into twin.a select ${written} from generate_series(1, 50)`;
      });
    }
  })();
  const at = folder(t);
  for (let round = 0; round < 5; round += 1) {
    const file = path.join(at, String(round));
    await backup(connection, file, { version });
    const { manifest, handle } = await openBackup(file);
    await handle.close();
    const rows = (name: string) =>
      manifest.tables.find((table) => table.schema === 'twin' && table.name === name)?.rows;
    assert.equal(rows('a'), rows('z'));
    assert.equal((rows('a') ?? 1) % 50, 0);
  }
  writing = false;
  await writer;
  assert.ok(written > 5);
  await pool.end();
});

test('a cancelled backup leaves no file, a cancelled restore no row', async (t) => {
  const { connection } = await testConnection(t);
  await fill(connection, undefined, 5);
  const pool = openPool(connection, { connections: 1 });
  await pool.unsafe(`
    create schema bulk; create table bulk.row (n int, t text);
    insert into bulk.row select n, repeat(md5(n::text), 8) from generate_series(1, 60000) n`);
  await pool.end();
  const at = folder(t);
  const stop = new AbortController();
  const stopping = (done: number): void => {
    if (done > 20_000) stop.abort();
  };
  await fails(
    backup(connection, path.join(at, 'x'), { version, signal: stop.signal, progress: stopping }),
    'cancelled',
  );
  assert.deepEqual(fs.readdirSync(at), []);
  const target = await testConnection(t);
  const file = path.join(at, 'y');
  const { file: source } = await saved(t, 40);
  fs.copyFileSync(source, file);
  const before = await contents(target.connection);
  const late = new AbortController();
  await fails(
    restore(target.connection, file, {
      migrations,
      signal: late.signal,
      progress: (done, total) => {
        if (done > total * 0.8) late.abort();
      },
    }),
    'cancelled',
  );
  const sequences = (found: Record<string, string>) =>
    Object.fromEntries(Object.entries(found).filter(([name]) => !name.endsWith('_seq')));
  assert.deepEqual(sequences(await contents(target.connection)), sequences(before));
  await restore(target.connection, file, { migrations });
});

test('tables come after those that they refer to', () => {
  const ids = (nodes: { id: number; references: number[] }[]) =>
    inOrder(nodes).map((node) => node.id);
  assert.deepEqual(
    ids([
      { id: 1, references: [2, 9] },
      { id: 2, references: [] },
    ]),
    [2, 1],
  );
  assert.throws(
    () =>
      ids([
        { id: 1, references: [2] },
        { id: 2, references: [1] },
      ]),
    /circle/,
  );
});
