import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { scratch } from '../../test/support/a-ledger.ts';
import { testConnection, testDatabase } from '../../test/support/database.ts';
import { naiveTree } from '../../test/support/naive-tree.ts';
import { fixedClock } from '../kernel/clock.ts';
import { openDatabase, type Database } from '../kernel/sql/database.ts';
import { openRecord } from './commitment.ts';
import { FAULT_POINTS } from './durable.ts';
import { ownKey } from './own-key.ts';
import { record, recordAll } from './record.ts';
import { auditLedger } from './audit.ts';
import { checkOrigin, openLedger, recoverEntries, sequence, tileDirectory } from './sequence.ts';
import type { LedgerPlace } from './sequence.ts';
import { countWaiting, readCommitments, readEntries, readHeads } from './store.ts';
import { verifyConsistency } from './tree.ts';

const clock = fixedClock('2026-11-21T12:00:00Z');
const DIGEST = 'ab'.repeat(32);

function imports(count: number, from = 1) {
  return Array.from({ length: count }, (_, n) => ({
    import: from + n,
    digest: DIGEST,
    accepted: n,
    changed: 0,
    gone: 0,
    dropped: 0,
  }));
}

async function aPlace(t: TestContext): Promise<LedgerPlace> {
  return { database: await testDatabase(t), data: scratch(t), clock };
}

function write(database: Database, count: number): Promise<void> {
  return database.transaction('everything', (sql) =>
    recordAll(sql, 'estate.import', imports(count), clock.now()),
  );
}

/** The tree over what the database says is in it. */
async function rootByDatabase(database: Database, size: number): Promise<Buffer> {
  const entries = await database.transaction('everything', (sql) => readCommitments(sql, 0, size));
  assert.equal(entries.length, size);
  return naiveTree(entries).root(size);
}

test('a record is in the ledger exactly when its transaction is in the database', async (t) => {
  const place = await aPlace(t);
  const { database } = place;
  await assert.rejects(openLedger(place), { code: 'not_found' });
  await assert.rejects(
    database.transaction('everything', async (sql) => {
      await record(sql, 'sign-in', { factor: 'totp', outcome: 'refused' }, clock.now());
      throw new Error('rolled back');
    }),
  );
  await database.transaction({ customer: 7 }, (sql) =>
    record(sql, 'backup', { backup: 3, kilobytes: 9, digest: DIGEST }, clock.now()),
  );
  const log = await sequence(place);
  // The opening of the ledger is its own first record.
  assert.equal(log.checkpoint.size, 2);
  const entries = await database.transaction('everything', (sql) => readEntries(sql, 0, 9));
  const opened = entries.map(({ commitment, opening }) => openRecord(commitment, opening!));
  assert.deepEqual(opened.map(({ kind }) => kind).sort(), ['backup', 'ledger.opened']);
  assert.deepEqual(log.checkpoint.root, await rootByDatabase(database, 2));
  const [head] = await database.transaction('everything', (sql) => readHeads(sql, { most: 1 }));
  assert.equal(head?.note, log.checkpointText);
  // The key is apart from the tiles, and its owner's alone.
  assert.equal(statSync(path.join(place.data, 'keys/ledger.key')).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(tileDirectory(place)).sort(), ['.unfinished', 'checkpoint', 'tile']);
  assert.equal((await openLedger(place)).checkpointText, log.checkpointText);
});

test('many writers and many sequencers make one log: every record once, no gap', async (t) => {
  const place = await aPlace(t);
  const heads: { size: number; root: Buffer }[] = [];
  const writer = async () => {
    for (let n = 0; n < 10; n += 1) await write(place.database, 13);
  };
  const sequencer = async () => {
    for (let n = 0; n < 4; n += 1) heads.push((await sequence(place)).checkpoint);
  };
  await Promise.all([writer(), writer(), sequencer(), sequencer(), sequencer()]);
  const log = await sequence(place);
  assert.equal(log.checkpoint.size, 261);
  assert.deepEqual(log.checkpoint.root, await rootByDatabase(place.database, 261));
  for (const head of heads) verifyConsistency(head, log.checkpoint, log.proveGrowth(head.size));
});

test('kill -9 at any write boundary: the log goes on, nothing is lost or doubled', async (t) => {
  const { connection, role } = await testConnection(t);
  const database = openDatabase(connection, { role, connections: 4 });
  t.after(() => database.close());
  const place = { database, data: scratch(t), clock };
  const script = path.join(import.meta.dirname, '../../test/support/sequence-and-die.ts');
  let before = (await sequence(place)).checkpoint;
  // tile-log.test.ts goes through all points; here those after which files and database differ.
  const points = FAULT_POINTS.filter((point) => /^checkpoint|renamed$/.test(point));
  for (const point of points) {
    await write(database, 30);
    const { signal, stderr } = spawnSync(process.execPath, [script, place.data, point], {
      env: { ...process.env, DATABASE_JSON: JSON.stringify({ connection, role }) },
      timeout: 30_000,
      encoding: 'utf8',
    });
    assert.equal(signal, 'SIGKILL', `${point}: ${stderr}`);
    await write(database, 3);
    const log = await sequence(place);
    assert.equal(log.checkpoint.size, before.size + 33, point);
    verifyConsistency(before, log.checkpoint, log.proveGrowth(before.size));
    assert.deepEqual(log.checkpoint.root, await rootByDatabase(database, log.checkpoint.size));
    before = log.checkpoint;
  }
  assert.equal(await database.transaction('everything', countWaiting), 0);
});

test('an older database is detected by its tiles, and nothing is signed', async (t) => {
  const place = await aPlace(t);
  await write(place.database, 300);
  const { checkpointText, checkpoint: before } = await sequence(place);
  await place.database.transaction('everything', async (sql) => {
    await sql`delete from ledger.entry where place >= 290`;
    await sql`update ledger.log set size = 290`;
  });
  await assert.rejects(sequence(place), { code: 'tampered', message: /older copy/ });
  // Also once it has recorded other things since: they wait, and take nobody's place.
  await write(place.database, 40);
  await assert.rejects(sequence(place), { code: 'tampered', message: /older copy/ });
  const file = path.join(tileDirectory(place), 'checkpoint');
  assert.equal(readFileSync(file, 'utf8'), checkpointText);

  assert.equal(await recoverEntries(place), 11);
  assert.equal(await recoverEntries(place), 0);
  const log = await sequence(place);
  assert.equal(log.checkpoint.size, 301 + 40 + 1);
  verifyConsistency(before, log.checkpoint, log.proveGrowth(before.size));
  const audit = await auditLedger(place);
  assert.deepEqual([audit.erased, audit.problems], [11, []]);
});

test('a database with another past is refused, and is not recovered either', async (t) => {
  const place = await aPlace(t);
  await write(place.database, 300);
  await sequence(place);
  await place.database.transaction('everything', async (sql) => {
    await sql`delete from ledger.entry where place >= 290`;
    await sql`update ledger.entry set commitment = decode(${DIGEST}, 'hex') where place = 280`;
    await sql`update ledger.log set size = 290`;
  });
  await assert.rejects(recoverEntries(place), { code: 'tampered', message: /contradict/ });
});

test('lost tiles are written again and come to the same heads; changed rows do not get signed', async (t) => {
  const place = await aPlace(t);
  await write(place.database, 300);
  await sequence(place);
  await write(place.database, 50);
  const log = await sequence(place);
  const directory = tileDirectory(place);
  cpSync(directory, path.join(place.data, 'kept'), { recursive: true });
  rmSync(directory, { recursive: true });
  assert.equal((await sequence(place)).checkpointText, log.checkpointText);

  rmSync(directory, { recursive: true });
  await place.database.transaction('everything', async (sql) => {
    await sql`update ledger.entry set commitment = decode(${DIGEST}, 'hex') where place = 100`;
  });
  await assert.rejects(sequence(place), { code: 'tampered' });
  assert.match(readFileSync(path.join(directory, 'checkpoint'), 'utf8'), /\n0\n/);
});

test('another machine’s key, or none, signs nothing', async (t) => {
  const place = await aPlace(t);
  await sequence(place);
  const elsewhere = { ...place, data: scratch(t) };
  await write(place.database, 1);
  await assert.rejects(sequence(elsewhere), { code: 'not_found' });
  const stranger = await aPlace(t);
  await sequence(stranger);
  await assert.rejects(sequence({ ...stranger, database: place.database }), { code: 'conflict' });
});

test('the ledger is called as the configuration says at its first use, and never otherwise', async (t) => {
  const unnamed = await aPlace(t);
  const place = { ...unnamed, origin: 'trust.example/holdfast' };
  const log = await sequence(place);
  assert.equal(log.checkpoint.origin, 'trust.example/holdfast');
  assert.equal((await sequence(unnamed)).checkpointText, log.checkpointText);
  await write(place.database, 1);
  const other = { ...place, origin: 'other.example/holdfast' };
  const refusal = { code: 'bad_config', message: /called trust\.example\/holdfast and stays so/ };
  for (const use of [sequence, openLedger, checkOrigin, recoverEntries])
    await assert.rejects(use(other), refusal);
  assert.equal(await place.database.transaction('everything', countWaiting), 1);
  await checkOrigin(place);
  await checkOrigin({ ...(await aPlace(t)), origin: 'not.yet.example' });
});

test('a first start that was killed before its commit has named the ledger already', async (t) => {
  const place = { ...(await aPlace(t)), origin: 'trust.example/holdfast' };
  ownKey(place);
  const other = { ...place, origin: 'other.example/holdfast' };
  await assert.rejects(sequence(other), { code: 'bad_config', message: /ledgerOrigin says other/ });
  assert.equal((await sequence(place)).checkpoint.origin, place.origin);
});
