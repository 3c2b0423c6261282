import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../test/support/database.ts';
import { fixedClock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { createSessions, isOpen } from './session.ts';

const START = '2026-03-01T10:00:00Z';
const MINUTE = 60_000;

const refused = (message: RegExp) => (error: unknown) =>
  error instanceof HoldfastError && error.code === 'not_signed_in' && message.test(error.message);

test('sign-in links and sessions', async (t) => {
  const database = await testDatabase(t);
  const fresh = () => {
    const clock = fixedClock(START);
    return { clock, sessions: createSessions({ database, clock }) };
  };

  await t.test('a link gives one session and no second one', async () => {
    const { sessions } = fresh();
    const link = await sessions.createLink();
    assert.match(link.secret, /^[A-Za-z0-9_-]{43}$/);
    const session = await sessions.exchange(link.secret);
    assert.notEqual(session.secret, link.secret);
    const caller = await sessions.identify(session.secret);
    assert.equal(caller?.name, 'one-time link');
    assert.ok(caller.permissions.has('estate:read'));
    await assert.rejects(sessions.exchange(link.secret), refused(/used already/));
    assert.ok(await sessions.identify(session.secret), 'the honest session stays');
  });

  await t.test('a link for an account gives a session of that account', async () => {
    const { sessions } = fresh();
    const link = await sessions.createLink('Ada.Byron');
    const session = await sessions.exchange(link.secret);
    const caller = await sessions.identify(session.secret);
    assert.deepEqual([caller?.name, caller?.account], ['ada.byron', 'ada.byron']);
    for (const wrong of ['', 'a', 'two words', '<b>', 'x'.repeat(101)])
      await assert.rejects(sessions.createLink(wrong), { code: 'bad_input' });
  });

  await t.test('of many exchanges at once exactly one wins', async () => {
    const { sessions } = fresh();
    const link = await sessions.createLink();
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => sessions.exchange(link.secret)),
    );
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  });

  await t.test('a link is good for 15 minutes', async () => {
    const { sessions, clock } = fresh();
    const late = await sessions.createLink();
    const inTime = await sessions.createLink();
    clock.advance(15 * MINUTE - 1);
    await sessions.exchange(inTime.secret);
    clock.advance(1);
    await assert.rejects(sessions.exchange(late.secret), refused(/expired/));
  });

  await t.test('a clock set back does not revive or lengthen a link', async () => {
    const { sessions, clock } = fresh();
    const link = await sessions.createLink();
    clock.advance(-1);
    await assert.rejects(sessions.exchange(link.secret), refused(/expired/));
  });

  await t.test('what is not a link is refused, and a session is not a link', async () => {
    const { sessions } = fresh();
    const session = await sessions.exchange((await sessions.createLink()).secret);
    for (const text of ['', 'x', 'A'.repeat(43), session.secret, "' or 1=1 --"])
      await assert.rejects(sessions.exchange(text), refused(/not one of ours/));
  });

  await t.test('a session ends 12 hours after sign-in, however busy', async () => {
    const { sessions, clock } = fresh();
    const { secret } = await sessions.exchange((await sessions.createLink()).secret);
    for (let minutes = 20; minutes < 12 * 60; minutes += 20) {
      clock.advance(20 * MINUTE);
      assert.ok(await sessions.identify(secret), `after ${minutes} minutes`);
    }
    clock.advance(20 * MINUTE);
    assert.equal(await sessions.identify(secret), undefined);
  });

  await t.test('a session that is not used for 30 minutes ends', async () => {
    const { sessions, clock } = fresh();
    const { secret } = await sessions.exchange((await sessions.createLink()).secret);
    clock.advance(30 * MINUTE - 1);
    assert.ok(await sessions.identify(secret));
    clock.advance(30 * MINUTE);
    assert.equal(await sessions.identify(secret), undefined);
    clock.advance(-10 * MINUTE);
    assert.ok(await sessions.identify(secret), 'idleness is reckoned from the last use');
  });

  await t.test('signing out ends one session, ending all ends every one', async () => {
    const { sessions } = fresh();
    await sessions.endAll();
    const issue = async () =>
      (await sessions.exchange((await sessions.createLink()).secret)).secret;
    const [one, two, three] = [await issue(), await issue(), await issue()];
    await sessions.end(one);
    assert.equal(await sessions.identify(one), undefined);
    assert.ok(await sessions.identify(two));
    assert.equal(await sessions.endAll(), 2);
    assert.equal(await sessions.identify(two), undefined);
    assert.equal(await sessions.identify(three), undefined);
  });

  await t.test('only hashes are kept', async () => {
    const { sessions } = fresh();
    const link = await sessions.createLink();
    const session = await sessions.exchange(link.secret);
    const rows = await database.transaction(
      'everything',
      (sql) => sql<{ text: string }[]>`
      select encode(secret_hash, 'escape') || secret_hash::text as text from server.sign_in_link
      union all select encode(secret_hash, 'escape') || secret_hash::text from server.session`,
    );
    const kept = rows.map((row) => row.text).join('\n');
    for (const { secret } of [link, session]) {
      assert.ok(!kept.includes(secret));
      assert.ok(!kept.includes(Buffer.from(secret, 'base64url').toString('hex')));
    }
  });

  await t.test('what expired 30 days ago is deleted when the next link is made', async () => {
    const { sessions, clock } = fresh();
    const old = await sessions.createLink();
    clock.advance(31 * 24 * 60 * MINUTE);
    await sessions.createLink();
    await assert.rejects(sessions.exchange(old.secret), refused(/not one of ours/));
  });
});

test('a session from the future is not open: the clock was set back', () => {
  const session = {
    expiresAt: new Date('2026-03-01T22:00:00Z'),
    seenAt: new Date(START),
    endedAt: null,
  };
  assert.equal(isOpen(session, new Date('2026-03-01T10:00:00Z')), true);
  assert.equal(isOpen(session, new Date('2026-03-01T09:56:00Z')), true);
  assert.equal(isOpen(session, new Date('2026-03-01T09:50:00Z')), false);
  assert.equal(isOpen({ ...session, endedAt: new Date(START) }, new Date(START)), false);
});
