/** A machine that comes back as it was before its fixes: under the same identity, or as another one under the same name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPackage, patchEstate } from '../../../test/support/patch-estate.ts';

const HIGH = { word: 'high', score: 8.1, vector: null, all: [], vendor: null } as const;
const NAMES = ['curl', 'openssl', 'sudo', 'zlib'];
const OLD = NAMES.map((name) => aPackage(name, '1.0'));
const NEW = NAMES.map((name) => aPackage(name, '1.1'));
const DAY = 86_400_000;

async function aHost(t: Parameters<typeof patchEstate>[0]) {
  const estate = await patchEstate(t, '2026-10-10T08:00:00Z');
  for (const [index, name] of NAMES.entries())
    estate.flaws[`${name} 1.0`] = [
      {
        id: `CVE-2026-000${index}`,
        fixed: ['1.1'],
        severity: HIGH,
        fixReleased: { at: '2026-10-01', from: 'the vendor' },
      },
    ];
  const as = (number: number) => ({
    key: `linux:${number}:web1`,
    identifiers: [`linux:${number}/web1`, 'hostname:web1'],
  });
  const rows = async (number: number) => {
    const own = [...(await estate.items())].filter(([key]) => key.startsWith(`${as(number).key} `));
    return own.map(([, row]) => row).sort((a, b) => a.fix - b.fix);
  };
  const clocks = (list: Awaited<ReturnType<typeof rows>>) =>
    list.map(({ startAt, startSource, due, firstSeen, bornOverdue }) => ({
      startAt,
      startSource,
      due,
      firstSeen,
      bornOverdue,
    }));
  return { ...estate, as, rows, clocks };
}

test('the same identity with an older image: all is open again, as a re-image, with the clocks as they were', async (t) => {
  const { host, judge, clock, as, rows, clocks } = await aHost(t);
  await host('web1', OLD, as(1));
  await judge();
  const first = await rows(1);
  clock.advance(DAY);
  await host('web1', NEW, as(1));
  await judge();
  assert.deepEqual(
    (await rows(1)).map(({ phase }) => phase),
    NAMES.map(() => 'fixed-proven'),
  );
  clock.advance(30 * DAY);
  await host('web1', OLD, as(1));
  await judge();
  const again = await rows(1);
  assert.deepEqual(
    again.map(({ phase, reopenedCause, reopenedAt }) => [phase, reopenedCause, reopenedAt]),
    NAMES.map(() => ['open', 're-image', clock.now()]),
  );
  assert.deepEqual(clocks(again), clocks(first));
});

test('one package that went back is a downgrade, and no re-image', async (t) => {
  const { host, judge, clock, as, rows, clocks } = await aHost(t);
  await host('web1', OLD, as(1));
  await judge();
  const first = await rows(1);
  clock.advance(DAY);
  await host('web1', NEW, as(1));
  await judge();
  clock.advance(DAY);
  await host('web1', [...OLD.slice(0, 1), ...NEW.slice(1)], as(1));
  await judge();
  const after = await rows(1);
  assert.deepEqual(
    after.map(({ phase, reopenedCause }) => [phase, reopenedCause]),
    [['open', 'downgrade'], ...NAMES.slice(1).map(() => ['fixed-proven', null])],
  );
  assert.deepEqual(clocks(after), clocks(first));
});

test('the same name with a new identity: what was fixed is open again as a re-image, what was open runs on', async (t) => {
  const { host, judge, clock, as, rows, clocks } = await aHost(t);
  await host('web1', OLD, as(1));
  await judge();
  const first = await rows(1);
  clock.advance(DAY);
  await host('web1', [...NEW.slice(0, 3), ...OLD.slice(3)], as(1));
  await judge();
  clock.advance(30 * DAY);
  await host('web1', OLD, as(2));
  await judge();
  const heir = await rows(2);
  assert.deepEqual(
    heir.map(({ phase, reopenedCause }) => [phase, reopenedCause]),
    [...NAMES.slice(0, 3).map(() => ['open', 're-image']), ['open', null]],
  );
  assert.deepEqual(clocks(heir), clocks(first), 'a new identity buys no time');
  clock.advance(DAY);
  await host('web1', OLD, as(3));
  await judge();
  assert.deepEqual(clocks(await rows(3)), clocks(first), 'nor does a third');
});

test('a machine of another name, or one whose namesake is still there, inherits nothing', async (t) => {
  const { host, judge, clock, as, rows } = await aHost(t);
  await host('web1', OLD, as(1));
  await judge();
  clock.advance(DAY);
  await host('web1', NEW, as(1));
  await judge();
  await host('other', OLD, { key: 'linux:2:web1', identifiers: ['linux:2/web1', 'hostname:web1'] });
  await judge();
  const twin = await rows(2);
  assert.deepEqual(
    twin.map(({ reopenedCause, firstSeen }) => [reopenedCause, firstSeen]),
    NAMES.map(() => [null, clock.now()]),
  );
});

test('a second fix for a flaw that was mended opens an item of its own, on a machine that went back too', async (t) => {
  const { host, judge, clock, as, flaws, items } = await aHost(t);
  await host('web1', OLD.slice(0, 1), as(1));
  await judge();
  clock.advance(DAY);
  await host('web1', NEW.slice(0, 1), as(1));
  await judge();
  clock.set('2026-10-24T08:00:00Z');
  const second = {
    id: 'CVE-2026-0000',
    fixed: ['1.2'],
    severity: HIGH,
    fixReleased: { at: '2026-10-23', from: 'the vendor' },
  };
  flaws['curl 1.1'] = [second];
  await judge();
  const state = async (fix: string) => {
    const row = (await items()).get(`linux:1:web1 deb/debian-12/curl@${fix}`);
    return [row?.phase, row?.reopenedCause, row?.startAt.toISOString().slice(0, 10)];
  };
  assert.deepEqual(await state('1.2'), ['open', 'second-fix', '2026-10-23']);
  clock.advance(DAY);
  await host('web1', OLD.slice(0, 1), as(1));
  await judge();
  assert.deepEqual(await state('1.1'), ['open', 'downgrade', '2026-10-01']);
});
