import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPackage, patchEstate } from '../../../test/support/patch-estate.ts';

const HIGH = { word: 'high', score: 8.1, vector: null, all: [], vendor: null } as const;
const FLAW = { id: 'CVE-2026-0001', fixed: ['3.0.17'], severity: HIGH };
const ENTRY = { version: '3.0.17', at: '2026-09-20T10:00:00.000Z', flaws: ['CVE-2026-0001'] };

async function estate(t: Parameters<typeof patchEstate>[0]) {
  const made = await patchEstate(t, '2026-10-10T08:00:00Z');
  made.flaws['openssl 3.0.15'] = [{ ...FLAW, published: '2026-10-08T00:00:00Z' }];
  const openssl = (asset: string, version: string, changes: readonly (typeof ENTRY)[] = []) =>
    made.host(asset, [aPackage('libssl3', version, 'openssl')], {
      notes: changes.length === 0 ? [] : [{ index: 0, changes: [...changes] }],
    });
  const item = async (asset: string) => {
    const row = (await made.items()).get(`${asset} deb/debian-12/openssl@3.0.17`);
    assert.ok(row !== undefined);
    return row;
  };
  const start = async (asset: string) => {
    const { startSource, startAt, startFrom } = await item(asset);
    return [startSource, startAt.toISOString().slice(0, 10), startFrom];
  };
  return { ...made, openssl, item, start };
}

test("a fixed host's changelog dates the fix for those that lack it; later evidence moves nothing", async (t) => {
  const { openssl, judge, start, item, clock } = await estate(t);
  await openssl('web1', '3.0.15');
  await judge();
  assert.deepEqual((await start('web1')).slice(0, 2), ['advisory', '2026-10-08']);
  clock.advance(3_600_000);
  await openssl('web2', '3.0.17', [ENTRY]);
  await judge();
  assert.deepEqual(await start('web1'), [
    'changelog',
    '2026-09-20',
    'openssl 3.0.17, against CVE-2026-0001',
  ]);
  assert.equal((await item('web1')).due?.toISOString().slice(0, 10), '2026-10-04');
  clock.advance(3_600_000);
  await openssl('web3', '3.0.17', [{ ...ENTRY, at: '2026-10-01T00:00:00.000Z' }]);
  await judge();
  assert.deepEqual((await start('web1')).slice(0, 2), ['changelog', '2026-09-20']);
});

test('what is fixed is measured by what its own changelog tells', async (t) => {
  const { openssl, judge, item, clock } = await estate(t);
  await openssl('web1', '3.0.15');
  await judge();
  const before = await item('web1');
  assert.equal(before.bornOverdue, false);
  clock.advance(3_600_000);
  await openssl('web1', '3.0.17', [ENTRY]);
  await judge();
  const { phase, startSource, due, bornOverdue } = await item('web1');
  assert.deepEqual(
    [phase, startSource, due?.toISOString().slice(0, 10), bornOverdue],
    ['fixed-proven', 'changelog', '2026-10-04', true],
  );
});

test('a fix that is known later than the changelog has its date from it', async (t) => {
  const { openssl, judge, start, flaws, clock } = await estate(t);
  delete flaws['openssl 3.0.15'];
  await openssl('web1', '3.0.15');
  await openssl('web2', '3.0.17', [ENTRY]);
  await judge();
  clock.advance(86_400_000);
  flaws['openssl 3.0.15'] = [{ ...FLAW, published: '2026-10-08T00:00:00Z' }];
  await judge();
  assert.deepEqual((await start('web1')).slice(0, 2), ['changelog', '2026-09-20']);
});

test('an entry of another version, or of a day to come, starts nothing', async (t) => {
  const { openssl, judge, start } = await estate(t);
  await openssl('web1', '3.0.15', [
    { ...ENTRY, version: '3.0.18' },
    { ...ENTRY, version: '3.0.16' },
    { ...ENTRY, at: '2027-01-01T00:00:00.000Z' },
  ]);
  await judge();
  assert.deepEqual((await start('web1')).slice(0, 2), ['advisory', '2026-10-08']);
});
