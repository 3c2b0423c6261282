import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { scratch } from '../../test/support/a-ledger.ts';
import { testDatabase } from '../../test/support/database.ts';
import { fixedClock } from '../kernel/clock.ts';
import type { Fetch } from '../kernel/http/outgoing.ts';
import { packageRoot } from '../kernel/paths.ts';
import { auditLedger } from './audit.ts';
import { openCheckpoint } from './checkpoint.ts';
import { openRecord } from './commitment.ts';
import { askWitnesses } from './cosign.ts';
import { exportLog } from './export.ts';
import { answerAsWitness, followLog, witnessKey } from './follow.ts';
import { parseVerifier, readKeyFile } from './keys.ts';
import { keyFile, nextKeyFile } from './own-key.ts';
import { record } from './record.ts';
import { rotateKey } from './rotate.ts';
import { recoverEntries, sequence, type LedgerPlace } from './sequence.ts';
import * as store from './store.ts';

const DIGEST = 'ab'.repeat(32);
const SCRIPT = path.join(packageRoot(), 'docs/verify/holdfast-verify.mjs');

async function aPlace(t: TestContext) {
  const clock = fixedClock('2026-11-21T12:00:00Z');
  const place = { database: await testDatabase(t), data: scratch(t), clock };
  await sequence(place);
  return place;
}

function write({ database, clock }: LedgerPlace): Promise<void> {
  return database.transaction('everything', (sql) =>
    record(sql, 'backup', { backup: 3, kilobytes: 9, digest: DIGEST }, clock.now()),
  );
}

function keyInFile(place: LedgerPlace): string {
  return readKeyFile(keyFile(place)).verifier.vkey;
}

/** Who signed the head of each size, smallest first. */
async function signersOfHeads({ database }: LedgerPlace): Promise<[number, string[]][]> {
  const [heads, keys] = await database.transaction('everything', async (sql) => [
    await store.readHeads(sql, { most: 100 }),
    await store.readKeys(sql),
  ]);
  const known = keys.map(({ vkey }) => parseVerifier(vkey));
  return heads
    .map(({ size, note }): [number, string[]] => [
      size,
      openCheckpoint(note, known).signatures.map(({ verifier }) => verifier.vkey),
    ])
    .reverse();
}

async function keyChanges({ database }: LedgerPlace) {
  const entries = await database.transaction('everything', (sql) => store.readEntries(sql, 0, 99));
  return entries
    .filter(({ kind }) => kind === 'ledger.key')
    .map(({ index, commitment, opening }) => {
      const { change } = openRecord(commitment, opening!).body as { change: string };
      return `${index} ${change}`;
    });
}

test('the old key signs the head that names the new one, the new key all that follow', async (t) => {
  const place = await aPlace(t);
  const old = keyInFile(place);
  const rotation = await rotateKey(place);
  assert.deepEqual(rotation, { key: keyInFile(place), former: [old], resumed: false });
  assert.notEqual(rotation.key, old);
  assert.equal(statSync(keyFile(place)).mode & 0o777, 0o600);
  assert.equal(existsSync(nextKeyFile(place)), false);
  await write(place);
  await sequence(place);
  assert.deepEqual(await keyChanges(place), ['1 added', '2 retired']);
  assert.deepEqual(await signersOfHeads(place), [
    [0, [old]],
    [1, [old]],
    [2, [old]],
    [3, [rotation.key]],
    [4, [rotation.key]],
  ]);
  assert.deepEqual((await auditLedger(place)).problems, []);
  const again = await rotateKey(place, () => {
    place.clock.advance(-60_000);
    return Promise.resolve();
  });
  assert.deepEqual(again.former, [rotation.key]);
  assert.deepEqual((await auditLedger(place)).problems, []);
});

test('a change that stops at any step is finished by the next call, and the ledger goes on meanwhile', async (t) => {
  const place = await aPlace(t);
  const old = keyInFile(place);
  // Killed while the new key was written: half a file that nobody has heard of.
  writeFileSync(nextKeyFile(place), 'PRIVATE+KEY+supp', { mode: 0o600 });
  const stop = () => Promise.reject(new Error('killed'));
  await assert.rejects(rotateKey(place, stop), /killed/);
  await write(place);
  await sequence(place);
  assert.equal(keyInFile(place), old);
  const announced = readKeyFile(nextKeyFile(place)).verifier.vkey;
  const resumed = await rotateKey(place);
  assert.deepEqual(resumed, { key: announced, former: [old], resumed: true });

  // Killed after the rename, before the record of it.
  await assert.rejects(rotateKey(place, stop), /killed/);
  renameSync(nextKeyFile(place), keyFile(place));
  await write(place);
  await sequence(place);
  const last = keyInFile(place);
  assert.deepEqual(await rotateKey(place), { key: last, former: [announced], resumed: true });
  assert.deepEqual(
    (await keyChanges(place)).map((one) => one.split(' ')[1]),
    ['added', 'retired', 'added', 'retired'],
  );
  assert.deepEqual((await auditLedger(place)).problems, []);
});

test('a retired key in the file signs nothing', async (t) => {
  const place = await aPlace(t);
  const kept = readFileSync(keyFile(place));
  await rotateKey(place);
  place.clock.advance(1);
  writeFileSync(keyFile(place), kept);
  await write(place);
  await assert.rejects(sequence(place), { code: 'conflict', message: /not the key of this/ });
  assert.equal((await signersOfHeads(place)).at(-1)?.[0], 3);
});

test('an audit names a head that was made known after its key was retired', async (t) => {
  const place = await aPlace(t);
  await rotateKey(place);
  place.clock.advance(1);
  await place.database.transaction('everything', async (sql) => {
    await sql`update ledger.checkpoint set published_at = ${place.clock.now()} where size = 2`;
  });
  const { problems } = await auditLedger(place);
  assert.deepEqual(problems.length, 1);
  assert.match(problems.join(), /^Head of 2 entries: only a key that was retired before/);
});

test('a database from before the change is still found to be older, and can be recovered', async (t) => {
  const place = await aPlace(t);
  const old = keyInFile(place);
  await rotateKey(place);
  await place.database.transaction('everything', async (sql) => {
    await sql`delete from ledger.entry where place >= 1`;
    await sql`delete from ledger.checkpoint where size > 1`;
    await sql`delete from ledger.key where vkey <> ${old}`;
    await sql`update ledger.key set retired_at = null`;
    await sql`update ledger.log set size = 1`;
  });
  await assert.rejects(sequence(place), { code: 'tampered', message: /older copy/ });
  assert.equal(await recoverEntries(place), 2);
  const log = await sequence(place);
  assert.equal(log.checkpoint.size, 6);
  const keys = await place.database.transaction('everything', store.readKeys);
  assert.deepEqual(
    keys.map(({ vkey, retiredAt }) => [vkey, retiredAt === null]),
    [
      [keyInFile(place), true],
      [old, false],
    ],
  );
  assert.deepEqual((await auditLedger(place)).problems, []);
});

test('a witness that knows only the old key cosigns its last head, is told of the new one, and goes on', async (t) => {
  const [supplier, customer] = [await aPlace(t), await aPlace(t)];
  await followLog(customer, keyInFile(supplier));
  const { verifier } = witnessKey(customer);
  await supplier.database.transaction('everything', (sql) =>
    store.addWitness(sql, verifier.vkey, 'https://trust.example/w', supplier.clock.now()),
  );
  const refusals: string[] = [];
  const fetch: Fetch = async (_, { body: sent }) => {
    const answer = await answerAsWitness(customer, typeof sent === 'string' ? sent : '');
    if (answer.status === 403) refusals.push(answer.body);
    return new Response(answer.body, { status: answer.status });
  };
  const { key } = await rotateKey(supplier, async () => {
    assert.deepEqual((await askWitnesses(supplier, fetch))[0]?.outcome, 'cosigned');
  });
  const [told] = await askWitnesses(supplier, fetch);
  assert.equal(told?.outcome, 'refused');
  assert.ok(told.detail.endsWith(`holdfast ledger witness follow ${key}`), told.detail);
  assert.match(refusals.join(), /No known key.*changed the key.*witness follow KEY/);
  assert.equal(await followLog(customer, key), true);
  assert.equal((await askWitnesses(supplier, fetch))[0]?.outcome, 'cosigned');
});

test('an export across the change verifies with both keys, and says so when one is missing', async (t) => {
  const place = await aPlace(t);
  const old = keyInFile(place);
  const { key } = await rotateKey(place);
  const log = await sequence(place);
  const [heads, entries] = await place.database.transaction('everything', async (sql) => [
    await store.readHeads(sql, { most: 100 }),
    await store.readEntries(sql, 0, 100),
  ]);
  const directory = path.join(scratch(t), 'export');
  const openings = async function* () {
    for (const { index, opening } of entries) {
      yield await Promise.resolve({ index, opening: opening! });
    }
  };
  await exportLog(
    {
      files: log.files,
      checkpoint: log.checkpointText,
      olderCheckpoints: heads.slice(1).map(({ note }) => note),
      openings: openings(),
      script: readFileSync(SCRIPT, 'utf8'),
    },
    directory,
  );
  const run = (...keys: string[]) => {
    const args = [SCRIPT, directory, ...keys.flatMap((one) => ['--key', one])];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return { status, stdout };
  };
  assert.equal(run(key, old).status, 0);
  for (const one of [key, old]) {
    const { status, stdout } = run(one);
    assert.equal(status, 1);
    assert.match(stdout, /not signed by a key you gave with --key; give all keys/);
  }
});
