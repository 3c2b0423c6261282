import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPackage, patchEstate } from '../../../test/support/patch-estate.ts';

const HIGH = { word: 'high', score: 8.1, vector: null, all: [], vendor: null } as const;

async function offered(t: Parameters<typeof patchEstate>[0], note: Record<string, string>) {
  const estate = await patchEstate(t, '2026-10-10T08:00:00Z');
  estate.flaws['openssl 3.0.15'] = [
    { id: 'CVE-2026-0001', fixed: ['3.0.17'], severity: HIGH, published: '2026-10-08T00:00:00Z' },
  ];
  const tell = (more: Record<string, string>) =>
    estate.host('web1', [aPackage('libssl3', '3.0.15', 'openssl')], {
      notes: [{ index: 0, ...more }],
    });
  await tell(note);
  await estate.judge();
  const item = async () => {
    const [row] = (await estate.items()).values();
    assert.ok(row !== undefined);
    return [row.startSource, row.startAt.toISOString().slice(0, 10), row.startFrom];
  };
  return { ...estate, tell, item };
}

test("a fix was out by the date that the repository gives its list, also on a machine's first day", async (t) => {
  const note = { available: '3.0.17', availableFrom: 'Debian-Security' };
  const { item } = await offered(t, { ...note, availableReleasedAt: '2026-09-20T10:00:00Z' });
  assert.deepEqual(await item(), ['repository', '2026-09-20', 'Debian-Security']);
});

test('the first sight of a new machine only says that the fix is older; of a known one it is evidence', async (t) => {
  const first = await offered(t, { available: '3.0.17', availableFrom: 'Debian-Security' });
  assert.notEqual((await first.item())[0], 'repository');
  const known = await offered(t, {});
  known.clock.advance(3_600_000);
  await known.tell({ available: '3.0.17', availableFrom: 'Debian-Security' });
  await known.judge();
  assert.deepEqual(
    (await known.item()).slice(1, 2),
    ['2026-10-08'],
    'a start that was recorded never moves later',
  );
});

test('an older version on offer, or a date still to come, starts nothing early', async (t) => {
  const older = { available: '3.0.16', availableReleasedAt: '2026-09-01T00:00:00Z' };
  assert.notEqual((await (await offered(t, older)).item())[0], 'repository');
  const ahead = { available: '3.0.17', availableReleasedAt: '2027-01-01T00:00:00Z' };
  const { item } = await offered(t, ahead);
  assert.equal((await item())[1], '2026-10-08');
});
