import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testConnection, testDatabase } from '../../test/support/database.ts';
import { storeSet } from '../app/holdings.ts';
import { openDatabase, openPool } from '../kernel/sql/database.ts';
import { countPeople, peopleCounter } from './count.ts';
import { extractOf } from './extract.ts';
import { personSet } from './hash-set.ts';
import { loadPeopleSets } from './load-sets.ts';
import { personKey } from './person-key.ts';
import { openSet } from './seal-set.ts';
import { postgresExtract } from './store-source.ts';
import { countReadings, readSets, storeCount } from './store.ts';
import { RECORD_HEADER, syntheticRecords } from './synth/records.ts';

const key = personKey([Buffer.alloc(32, 6)]);
const asOf = new Date('2022-08-04T00:00:00Z');
const options = { key, source: 'db', asOf, acceptTestNumbers: true };
const records = [...syntheticRecords({ seed: 'database', people: 120 })];
const rows = records.map((record) => record.row);

test('a count and its sealed set are stored, read as at a moment, and each reading leaves a record', async (t) => {
  const database = await testDatabase(t);
  const counter = peopleCounter(options);
  await counter.add(extractOf('x.csv', RECORD_HEADER, rows));
  const people = personSet(counter.identities, key);
  const counted = { place: { key: 'h1', asset: 'db' }, count: counter.count() };
  const at = (time: string): Date => new Date(`2026-11-01T${time}:00Z`);
  await storeSet({ database }, { ...counted, set: { people, key } }, at('08:00'));
  await storeSet({ database }, counted, at('09:00'));
  const read = (asAt: Date) =>
    database.transaction('everything', (sql) =>
      readSets(sql, { purpose: 'union', at: at('10:00'), asAt }),
    );
  const [early] = await read(at('08:30'));
  assert.deepEqual(openSet(early?.sealed?.bytes ?? Buffer.of(), 'h1', key), people);
  const [late] = await read(at('09:30'));
  assert.equal(late?.sealed, undefined, 'counts only');
  assert.deepEqual(late?.living, counted.count.living);
  assert.equal((await read(at('07:00'))).length, 0);
  assert.equal(await database.transaction('everything', countReadings), 3);
  const reading = { purpose: 'incident', at: at('10:00'), asAt: at('08:30') } as const;
  const loaded = await database.transaction('everything', (sql) =>
    loadPeopleSets(sql, key, reading, new Set(['h1'])),
  );
  assert.equal(loaded.sets.count([0]), counted.count.living.best);
  assert.equal(loaded.withoutSet.size, 0);
  const kinds = await database.transaction(
    'everything',
    (sql) => sql<{ kind: string }[]>`select kind from ledger.entry`,
  );
  assert.deepEqual(
    ['holdings.counted', 'sets.opened'].map(
      (kind) => kinds.filter((each) => each.kind === kind).length,
    ),
    [2, 4],
  );
});

test('no table holds a planted name, number or code, and the record of readings cannot be changed', async (t) => {
  const { connection, role } = await testConnection(t);
  const pool = openPool(connection, { role, connections: 1 });
  t.after(() => pool.end());
  const counter = peopleCounter(options);
  await counter.add(extractOf('x.csv', RECORD_HEADER, rows));
  const people = personSet(counter.identities, key);
  const database = openDatabase(connection, { role });
  t.after(() => database.close());
  await storeSet(
    { database },
    { place: { key: 'h1', asset: 'db' }, count: counter.count(), set: { people, key } },
    asOf,
  );
  const dump = await pool.begin(async (sql) => {
    await sql`set local holdfast.scope = 'everything'`;
    return sql<{ text: string }[]>`
      select to_jsonb(c)::text || encode(coalesce(sealed, ''), 'escape') as text from people.holding_count c`;
  });
  assert.equal(dump.length, 1);
  for (const secret of records.flatMap((record) => record.secrets.filter((s) => s.length >= 7))) {
    assert.equal(dump[0]?.text.includes(secret), false);
  }
  if (role !== undefined)
    await assert.rejects(pool`delete from people.set_reading`, { code: '42501' });
});

test('another customer’s scope sees nothing of a count', async (t) => {
  const database = await testDatabase(t);
  await database.transaction('everything', (sql) =>
    storeCount(sql, {
      customer: 7,
      holding: 'h7',
      countedAt: asOf,
      living: { low: 1, best: 1, high: 1 },
      deceased: 0,
      partial: false,
    }),
  );
  const reading = { purpose: 'union', at: asOf } as const;
  const seen = (customer: number) =>
    database.transaction({ customer }, (sql) => readSets(sql, reading));
  assert.equal((await seen(7)).length, 1);
  assert.equal((await seen(8)).length, 0);
});

test('a PostgreSQL table and a query count as the same people as the CSV', async (t) => {
  const { connection } = await testConnection(t, { empty: true });
  const pool = openPool(connection, { connections: 1 });
  t.after(() => pool.end());
  await pool`create table "Clients" (client_id text, nhs_number text, forename text, surname text, date_of_birth text,
    address text, postcode text, mobile text, email text, deceased text, diagnosis text, care_notes text)`;
  const inserts = rows.map((row) =>
    Object.fromEntries(RECORD_HEADER.map((name, i) => [name, row[i] ?? ''])),
  );
  await pool`insert into "Clients" ${pool(inserts)}`;
  const expected = await countPeople([extractOf('x.csv', RECORD_HEADER, rows)], options);
  for (const query of [{ table: 'public.Clients' }, { query: 'select * from "Clients";' }]) {
    const extract = await postgresExtract({ connection, ...query }, 'query');
    const counted = await countPeople([extract], options);
    assert.deepEqual(counted.persons, expected.persons);
    assert.deepEqual(counted.homeEntry, expected.homeEntry);
  }
  const query = 'delete from "Clients" returning 1';
  await assert.rejects(
    () => postgresExtract({ connection, query }, 'query'),
    (error: Error & { code: string }) =>
      error.code === 'unreachable' && !error.message.includes('Clients'),
  );
});
