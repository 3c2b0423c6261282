import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import { testDatabase } from '../../test/support/database.ts';
import { fixedClock } from '../kernel/clock.ts';
import type { Database } from '../kernel/sql/database.ts';
import { createRefusals } from './refusals.ts';
import { createSessions } from './session.ts';

const START = '2026-03-01T10:00:00Z';
const WRONG = 'Q'.repeat(43);

/** The bodies of all sign-in records, in order. */
async function signIns(database: Database): Promise<unknown[]> {
  const rows = await database.transaction(
    'everything',
    (sql) => sql<{ record: string }[]>`select record from ledger.entry order by entry_id`,
  );
  return rows.map(({ record }) => (JSON.parse(record) as { body: unknown }).body);
}

function refused(reason: string, times: number) {
  return { factor: 'one-time-link', outcome: 'refused', reason, times };
}

test('a wrong, a used and an expired link each leave a record, without what was tried', async (t) => {
  const database = await testDatabase(t);
  const clock = fixedClock(START);
  const sessions = createSessions({ database, clock });
  const [used, late] = [await sessions.createLink(), await sessions.createLink()];
  await sessions.exchange(used.secret);
  for (const secret of [used.secret, WRONG])
    await assert.rejects(sessions.exchange(secret), { code: 'not_signed_in' });
  clock.advance(16 * 60_000);
  await assert.rejects(sessions.exchange(late.secret), { code: 'not_signed_in' });
  await sessions.flush();
  const bodies = await signIns(database);
  assert.deepEqual(bodies, [
    { factor: 'one-time-link', outcome: 'accepted' },
    refused('link-used', 1),
    refused('link-unknown', 1),
    refused('link-expired', 1),
  ]);
  for (const secret of [used.secret, late.secret, WRONG])
    assert.equal(JSON.stringify(bodies).includes(secret), false);
});

test('a flood of wrong links leaves one record a minute, and every one is counted', async (t) => {
  const database = await testDatabase(t);
  const clock = fixedClock(START);
  const sessions = createSessions({ database, clock });
  const flood = (count: number) =>
    Promise.allSettled(Array.from({ length: count }, () => sessions.exchange(WRONG)));
  await sessions.exchange((await sessions.createLink()).secret);
  await flood(100);
  clock.advance(59_999);
  await flood(100);
  assert.equal((await signIns(database)).length, 2);
  clock.advance(1);
  await flood(100);
  await sessions.flush();
  await sessions.flush();
  const bodies = await signIns(database);
  assert.deepEqual(bodies.slice(1), [
    refused('link-unknown', 1),
    refused('link-unknown', 200),
    refused('link-unknown', 99),
  ]);
});

test('what is counted is recorded when its time is over, also when no other refusal follows', async (t) => {
  const database = await testDatabase(t);
  const refusals = createRefusals({ database, clock: fixedClock(START), window: 20 });
  for (const state of ['used', 'used', 'used'] as const) await refusals.note(state);
  while ((await signIns(database)).length < 2) await after(5);
  assert.deepEqual(await signIns(database), [refused('link-used', 1), refused('link-used', 2)]);
});

test('what could not be recorded is not forgotten', async (t) => {
  const database = await testDatabase(t);
  let down = true;
  const failing: Database = {
    ...database,
    transaction: (scope, work) =>
      down ? Promise.reject(new Error('down')) : database.transaction(scope, work),
  };
  const refusals = createRefusals({ database: failing, clock: fixedClock(START) });
  await assert.rejects(refusals.note('unknown'), /down/);
  down = false;
  await refusals.flush();
  assert.deepEqual(await signIns(database), [refused('link-unknown', 1)]);
});
