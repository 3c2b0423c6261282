import assert from 'node:assert/strict';
import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { scratch } from '../../test/support/a-ledger.ts';
import { testDatabase } from '../../test/support/database.ts';
import { fixedClock } from '../kernel/clock.ts';
import type { Fetch } from '../kernel/http/outgoing.ts';
import { createLog } from '../kernel/log.ts';
import { auditLedger } from './audit.ts';
import { askWitnesses } from './cosign.ts';
import { answerAsWitness, followLog, witnessKey } from './follow.ts';
import { parseSigner } from './keys.ts';
import { formatPolicy, openTrusted, parsePolicy } from './policy.ts';
import { record, recordAll } from './record.ts';
import { openLedger, sequence, tileDirectory, type LedgerPlace } from './sequence.ts';
import { startSequencer } from './sequencer.ts';
import { describeEntry, describeLedger } from './show.ts';
import { readFollowed } from './store-followed.ts';
import { stampHead } from './stamp.ts';
import { readTimestamps, saveTimestamp } from './store-timestamp.ts';
import * as store from './store.ts';

const clock = fixedClock('2026-11-21T12:00:00Z');
const DIGEST = 'ab'.repeat(32);
const URL_OF_TRUST = 'https://trust.example/ledger/witness';

async function aPlace(t: TestContext): Promise<LedgerPlace> {
  return { database: await testDatabase(t), data: scratch(t), clock };
}

async function write(place: LedgerPlace, count: number): Promise<void> {
  const bodies = Array.from({ length: count }, (_, n) => ({
    backup: n + 1,
    kilobytes: n,
    digest: DIGEST,
  }));
  await place.database.transaction('everything', (sql) =>
    recordAll(sql, 'backup', bodies, clock.now()),
  );
}

/** A supplier whose ledger a customer witnesses, each with a database of its own. */
async function aPair(t: TestContext) {
  const supplier = await aPlace(t);
  const customer = await aPlace(t);
  const log = await sequence(supplier);
  const [logKey] = log.checkpoint.signatures;
  assert.equal(await followLog(customer, logKey!.verifier.vkey), true);
  assert.equal(await followLog(customer, logKey!.verifier.vkey), false);
  const { verifier } = witnessKey(customer);
  await supplier.database.transaction('everything', (sql) =>
    store.addWitness(sql, verifier.vkey, `${URL_OF_TRUST}/`, clock.now()),
  );
  const sent: string[] = [];
  const fetch: Fetch = async (url, init) => {
    assert.equal(url.toString(), `${URL_OF_TRUST}/add-checkpoint`);
    const request = typeof init.body === 'string' ? init.body : assert.fail('not a text');
    sent.push(request);
    const { status, body, contentType } = await answerAsWitness(customer, request);
    return new Response(body, { status, headers: { 'content-type': contentType } });
  };
  return { supplier, customer, verifier, logKey: logKey!.verifier, fetch, sent };
}

test('a customer’s Holdfast cosigns its supplier’s heads, and the proof of it travels', async (t) => {
  const { supplier, customer, verifier, logKey, fetch, sent } = await aPair(t);
  await write(supplier, 20);
  await sequence(supplier);
  const [first] = await askWitnesses(supplier, fetch);
  assert.deepEqual([first?.outcome, first?.name], ['cosigned', verifier.name]);
  await write(supplier, 300);
  await sequence(supplier);
  assert.equal((await askWitnesses(supplier, fetch))[0]?.outcome, 'cosigned');
  // From the size it saw last, without being told.
  assert.equal(sent.length, 2);
  assert.match(sent[1] ?? '', /^old 21\n/);
  const [followed] = await customer.database.transaction('everything', readFollowed);
  assert.equal(followed?.size, 321);
  const facts = await describeLedger(supplier);
  assert.deepEqual(facts.cosigned, [{ name: verifier.name, at: '2026-11-21T12:00:00.000Z' }]);
  const policy = parsePolicy(formatPolicy([logKey], [verifier], 1));
  assert.equal(openTrusted(facts.checkpoint, policy).size, 321);
  assert.equal((await openLedger(supplier)).checkpointText, facts.checkpoint);
  assert.deepEqual((await auditLedger(supplier)).problems, []);
});

test('a supplier whose log was cut, or rewritten, is told so by its witness', async (t) => {
  const { supplier, fetch } = await aPair(t);
  await write(supplier, 20);
  await sequence(supplier);
  const kept = path.join(scratch(t), 'kept');
  cpSync(tileDirectory(supplier), kept, { recursive: true });
  await write(supplier, 20);
  await sequence(supplier);
  assert.equal((await askWitnesses(supplier, fetch))[0]?.outcome, 'cosigned');
  // Database and tiles both put back to an earlier day, as a full restore does.
  rmSync(tileDirectory(supplier), { recursive: true });
  cpSync(kept, tileDirectory(supplier), { recursive: true });
  await supplier.database.transaction('everything', async (sql) => {
    await sql`delete from ledger.entry where place >= 21`;
    await sql`delete from ledger.checkpoint where size > 21`;
    await sql`update ledger.log set size = 21`;
    await sql`update ledger.witness set seen_size = 0`;
  });
  const [cut] = await askWitnesses(supplier, fetch);
  assert.equal(cut?.outcome, 'ahead');
  assert.match(cut.detail, /cosigned 41 entries, and there are 21/);
  await write(supplier, 30);
  await sequence(supplier);
  const [grown] = await askWitnesses(supplier, fetch);
  assert.equal(grown?.outcome, 'ahead');
  assert.match(grown.detail, /another past/);
});

test('witnesses that do not answer, or answer nonsense, hold up nobody', async (t) => {
  const { supplier, fetch } = await aPair(t);
  const other = parseSigner(witnessKey(await aPlace(t)).skey).verifier;
  await supplier.database.transaction('everything', (sql) =>
    store.addWitness(sql, other.vkey, 'https://broken.example/w', clock.now()),
  );
  const answers: (() => Promise<Response>)[] = [
    () => Promise.reject(new TypeError('fetch failed')),
    () => Promise.resolve(new Response('gone', { status: 500 })),
    () => Promise.resolve(new Response('nonsense', { status: 200 })),
    () => Promise.resolve(new Response('x'.repeat(70_000), { status: 200 })),
    () => Promise.resolve(new Response('nonsense', { status: 409 })),
  ];
  const outcomes: (string | undefined)[] = [];
  for (const answer of answers) {
    const mixed: Fetch = (url, init) =>
      url.toString().startsWith('https://broken') ? answer() : fetch(url, init);
    const replies = await askWitnesses(supplier, mixed);
    assert.equal(replies.find(({ url }) => url.includes('trust'))?.outcome, 'cosigned');
    outcomes.push(replies.find(({ url }) => url.includes('broken'))?.outcome);
  }
  assert.deepEqual(outcomes, ['unreachable', 'refused', 'refused', 'refused', 'ahead']);
});

test('a Holdfast that follows nobody witnesses nothing, and makes no key', async (t) => {
  const place = await aPlace(t);
  assert.equal((await answerAsWitness(place, 'old 0\n\nx')).status, 404);
  assert.equal(existsSync(path.join(place.data, 'keys')), false);
  await assert.rejects(followLog(place, witnessKey(place).verifier.vkey), { code: 'bad_input' });
});

test('the head that is older than a question, and what an entry said until it was erased', async (t) => {
  const moving = fixedClock('2026-11-21T12:00:00Z');
  const place = { ...(await aPlace(t)), clock: moving };
  await assert.rejects(describeLedger(place), { code: 'not_found' });
  await write(place, 2);
  await sequence(place);
  moving.set('2026-12-01T00:00:00Z');
  await write(place, 2);
  await sequence(place);
  assert.equal((await describeLedger(place)).size, 5);
  assert.equal((await describeLedger(place, new Date('2026-11-30T00:00:00Z'))).size, 3);
  await assert.rejects(describeLedger(place, new Date('2026-01-01T00:00:00Z')), {
    code: 'not_found',
  });
  const before = await describeEntry(place, 0);
  assert.deepEqual(before.body, { backup: 1, kilobytes: 0, digest: DIGEST });
  await place.database.transaction('everything', async (sql) => {
    assert.equal(await store.eraseOpening(sql, 0), true);
    assert.equal(await store.eraseOpening(sql, 0), false);
    await record(sql, 'ledger.erased', { index: 0, reason: 'rights' }, moving.now());
  });
  await sequence(place);
  assert.deepEqual(await describeEntry(place, 0), { ...before, body: null });
  const audit = await auditLedger(place);
  assert.deepEqual([audit.entries, audit.records, audit.erased, audit.problems], [6, 5, 1, []]);
  await assert.rejects(describeEntry(place, 6), { code: 'not_found' });
});

test('an audit names the row, record or tile that was changed', async (t) => {
  const place = await aPlace(t);
  await write(place, 300);
  await sequence(place);
  const changed: readonly (readonly [string, RegExp])[] = [
    [
      `update ledger.entry set record = replace(record, '"kilobytes":7', '"kilobytes":8') where place = 7`,
      /^Entry 7: .*do not belong/,
    ],
    [
      `update ledger.entry set commitment = decode('${DIGEST}', 'hex') where place = 9`,
      /^Entry 9: the database has another/,
    ],
    [
      "update ledger.checkpoint set root = decode(repeat('00', 32), 'hex') where size = 0",
      /^Head of 0 entries/,
    ],
  ];
  for (const [statement, problem] of changed) {
    await place.database.transaction('everything', (sql) => sql.unsafe(statement));
    const { problems } = await auditLedger(place);
    assert.ok(
      problems.some((one) => problem.test(one)),
      `${problem}: ${problems.join('; ')}`,
    );
  }
  rmSync(path.join(tileDirectory(place), 'tile/entries/000'));
  assert.ok((await auditLedger(place)).problems.some((one) => one.includes('is missing')));
});

test('a time stamp is asked for the newest head, kept once, and only when it is for that', async (t) => {
  const place = await aPlace(t);
  await sequence(place);
  const asked: string[] = [];
  const refusing: Fetch = (url, init) => {
    asked.push(`${url.toString()} ${JSON.stringify(init.headers)}`);
    return Promise.resolve(new Response('no', { status: 500 }));
  };
  await assert.rejects(stampHead(place, 'https://tsa.example/', refusing), { code: 'unreachable' });
  const nonsense: Fetch = () => Promise.resolve(new Response('nonsense'));
  await assert.rejects(stampHead(place, 'https://tsa.example/', nonsense), { code: 'bad_input' });
  assert.match(asked.join(), /^https:\/\/tsa.example\/ .*application\/timestamp-query/);
  const at = clock.now();
  const stamp = { size: 0, authority: 'https://tsa.example/', reply: Buffer.from('one'), at };
  const [kept, ...more] = await place.database.transaction('everything', async (sql) => {
    await saveTimestamp(sql, stamp);
    await saveTimestamp(sql, { ...stamp, reply: Buffer.from('two') });
    return readTimestamps(sql);
  });
  assert.deepEqual(kept, stamp);
  assert.deepEqual(more, []);
});

test('the sequencer beside the server places, signs and has it cosigned; elsewhere it ends', async (t) => {
  const { supplier, fetch } = await aPair(t);
  const lines: string[] = [];
  const log = createLog({ level: 'info', clock, write: (line) => lines.push(line) });
  await write(supplier, 3);
  const running = startSequencer({ place: supplier, log, fetch, every: 5 });
  for (;;) {
    const { size, cosigned } = await describeLedger(supplier);
    if (size === 4 && cosigned.length === 1) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await running.stop();
  assert.deepEqual(lines, []);
  const elsewhere = startSequencer({ place: { ...supplier, data: scratch(t) }, log, fetch });
  while (lines.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await elsewhere.stop();
  assert.match(lines.join(), /signs nothing/);
});
