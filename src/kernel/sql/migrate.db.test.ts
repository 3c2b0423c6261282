import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../errors.ts';
import { testConnection, testDatabase } from '../../../test/support/database.ts';
import { openDatabase, openPool } from './database.ts';
import { migrate, readMigrations, type Migration } from './migrate.ts';
import { packageRoot } from '../paths.ts';

const ours = readMigrations(`${packageRoot()}/migrations`);

function migration(version: string, text: string): Migration {
  return { version, name: 'test', text, sha256: `sum of ${text}` };
}

test('migrations apply once, in order, and a second run changes nothing', async (t) => {
  const { connection } = await testConnection(t, { empty: true });
  const pool = openPool(connection, { connections: 1 });
  t.after(() => pool.end());
  const said: string[] = [];
  await migrate(pool, ours, (line) => said.push(line));
  assert.equal(said.length, ours.length);
  await migrate(pool, ours, (line) => said.push(line));
  assert.equal(said.length, ours.length);
});

test('two processes that migrate at once both succeed', async (t) => {
  const { connection } = await testConnection(t, { empty: true });
  const pools = [openPool(connection), openPool(connection)];
  t.after(() => Promise.all(pools.map((pool) => pool.end())));
  await Promise.all(pools.map((pool) => migrate(pool, ours)));
});

test('a failing migration leaves nothing of itself and names no later one applied', async (t) => {
  const { connection } = await testConnection(t, { empty: true });
  const pool = openPool(connection, { connections: 1 });
  t.after(() => pool.end());
  const list = [migration('0001', 'create table half (x int); select 1/0')];
  await assert.rejects(migrate(pool, list));
  assert.deepEqual([...(await pool`select to_regclass('half') as found`)], [{ found: null }]);
  assert.deepEqual([...(await pool`select count(*)::int as n from kernel.migration`)], [{ n: 0 }]);
});

test('a changed migration and a database from the future are refused', async (t) => {
  const { connection } = await testConnection(t, { empty: true });
  const pool = openPool(connection, { connections: 1 });
  t.after(() => pool.end());
  await migrate(pool, [migration('0001', 'select 1'), migration('0002', 'select 2')]);
  await assert.rejects(
    migrate(pool, [migration('0001', 'select 1')]),
    (error) => error instanceof HoldfastError && error.code === 'newer_data',
  );
  await assert.rejects(
    migrate(pool, [migration('0001', 'select 1 '), migration('0002', 'select 2')]),
    (error) => error instanceof HoldfastError && error.code === 'migration_changed',
  );
});

test('every table that names a customer is bound by row-level security, its owner too', async (t) => {
  const database = await testDatabase(t);
  const open = await database.transaction(
    'everything',
    (sql) => sql<{ name: string }[]>`
    select c.oid::regclass::text as name
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'customer_id'
    where c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`,
  );
  assert.deepEqual([...open], []);
});

test('a transaction sees the rows of its scope only, and without a scope none', async (t) => {
  const { connection, role } = await testConnection(t);
  const database = openDatabase(connection, { role });
  const pool = openPool(connection, { role, connections: 1 });
  t.after(() => Promise.all([database.close(), pool.end()]));
  await database.transaction('everything', async (sql) => {
    for (const customer of [0, 7, 8]) {
      await sql`insert into estate.entity (customer_id, kind, key, learned_at) values (${customer}, 'asset', ${`a${customer}`}, now())`;
    }
  });
  const keysFor = (scope: 'everything' | { customer: number }) =>
    database.transaction(scope, async (sql) =>
      (await sql<{ key: string }[]>`select key from estate.entity order by key`).map(
        (row) => row.key,
      ),
    );
  assert.deepEqual(await keysFor('everything'), ['a0', 'a7', 'a8']);
  assert.deepEqual(await keysFor({ customer: 7 }), ['a7']);
  assert.deepEqual([...(await pool`select key from estate.entity`)], []);
  await assert.rejects(
    database.transaction(
      { customer: 7 },
      (sql) =>
        sql`insert into estate.entity (customer_id, kind, key, learned_at) values (8, 'asset', 'b', now())`,
    ),
  );
});

test('the role that the product works as cannot rewrite an append-only table', async (t) => {
  const { connection, role } = await testConnection(t);
  if (role === undefined) {
    t.skip('the login owns the tables: PostgreSQL lets an owner grant itself what it lacks');
    return;
  }
  const database = openDatabase(connection, { role });
  t.after(() => database.close());
  for (const statement of [
    'update estate.observation set body = null',
    'delete from estate.inventory_change',
  ]) {
    await assert.rejects(database.transaction('everything', (sql) => sql.unsafe(statement)));
  }
});

test('what PostgreSQL says of a row never leaves in an error', async (t) => {
  const database = await testDatabase(t);
  const insert = () =>
    database.transaction(
      'everything',
      (sql) =>
        sql`insert into estate.entity (kind, key, learned_at) values ('account', 'planted-person', now())`,
    );
  await insert();
  const error = await insert().then(
    () => assert.fail('the second insert must be refused'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HoldfastError);
  assert.doesNotMatch(
    JSON.stringify([error.message, error.detail, String(error.cause)]),
    /planted-person/,
  );
});
