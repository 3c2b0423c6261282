import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { compareReached, NOBODY, type ReachedPeople } from '../../estate/reached.ts';
import { seeded } from '../../people/synth/random.ts';
import { aRanking, rankingsOf, thatMany } from '../../../test/support/a-ranking.ts';
import { aPackage, patchEstate } from '../../../test/support/patch-estate.ts';
import { findingsReader, type PagedQuestion } from './findings-reader.ts';
import type { ListedFinding } from './model.ts';
import { readFindings } from './store.ts';

const rated = (word: 'low' | 'critical', score: number) => ({
  word,
  score,
  vector: null,
  all: [],
  vendor: null,
});

async function threeHosts(t: TestContext) {
  const estate = await patchEstate(t, '2026-10-10T08:00:00Z');
  estate.flaws['openssl 3.0.15'] = [{ id: 'CVE-2026-0001', severity: rated('critical', 9.8) }];
  estate.flaws['zlib 1.2'] = [{ id: 'CVE-2026-0002', severity: rated('low', 2) }];
  estate.flaws['curl 8'] = [{ id: 'CVE-2026-0003', severity: rated('critical', 9) }];
  estate.flaws['bash 5'] = [{ id: 'CVE-2026-0004', severity: rated('critical', 9.9) }];
  const openssl = aPackage('libssl3', '3.0.15', 'openssl');
  const zlib = aPackage('zlib1g', '1.2', 'zlib');
  await estate.host('quiet', [openssl, zlib]);
  await estate.host('records', [zlib]);
  await estate.host('stranger', [aPackage('curl', '8')]);
  await estate.host('lab', [openssl, aPackage('bash', '5')]);
  await estate.judge();
  const { database } = estate;
  const orders = rankingsOf();
  const read = findingsReader({ database, rankings: orders.told });
  const page = (question: Partial<PagedQuestion>) =>
    read({ order: 'people', limit: 100, ...question });
  return { ...estate, orders, page };
}

const shown = (findings: readonly ListedFinding[]) =>
  findings.map(({ finding, people, assets }) => [
    finding.id.slice(-1),
    people === null ? 'unknown' : people?.best,
    assets,
  ]);

test('findings of the asset with most people behind it come first, whatever their severity; unknown stands before nobody', async (t) => {
  const { database, orders, page } = await threeHosts(t);
  orders.set(
    await aRanking(database, { records: thatMany(79_404), quiet: thatMany(12), lab: NOBODY }),
  );
  const { findings, next, peopleAt } = await page({});
  assert.deepEqual(shown(findings), [
    ['2', 79_404, 2],
    ['1', 12, 2],
    ['3', 'unknown', 1],
    ['4', 0, 1],
  ]);
  assert.equal(next, null);
  assert.equal(peopleAt.toISOString(), '2026-10-10T08:00:00.000Z');
  const byRank = await page({ order: 'rank' });
  assert.deepEqual(shown(byRank.findings), [
    ['4', 0, 1],
    ['1', 12, 2],
    ['3', 'unknown', 1],
    ['2', 79_404, 2],
  ]);
  const ofLab = await page({ asset: 'quiet' });
  assert.deepEqual(shown(ofLab.findings), [
    ['1', 12, 2],
    ['2', 12, 2],
  ]);
  const severe = await page({ severities: ['critical'] });
  assert.deepEqual(
    severe.findings.map(({ finding }) => finding.id.slice(-1)),
    ['1', '3', '4'],
  );
});

test('the pages of a list are of one order, even where people at risk are counted anew between them', async (t) => {
  const { database, orders, page } = await threeHosts(t);
  orders.set(
    await aRanking(database, { records: thatMany(79_404), quiet: thatMany(12), lab: NOBODY }),
  );
  const first = await page({ limit: 2 });
  assert.deepEqual(
    shown(first.findings).map(([id]) => id),
    ['2', '1'],
  );
  // By the new order, what was on the first page would come after what was not yet told.
  orders.set(
    await aRanking(
      database,
      { lab: thatMany(1_000_000), records: thatMany(5), quiet: thatMany(7) },
      'b',
    ),
  );
  const after = first.next ?? '';
  const second = await page({ limit: 2, after });
  assert.deepEqual(shown(second.findings), [
    ['3', 'unknown', 1],
    ['4', 0, 1],
  ]);
  assert.deepEqual(
    shown((await page({})).findings).map(([id]) => id),
    ['4', '1', '2', '3'],
    'who begins anew has the new order',
  );
  orders.forget('a');
  await assert.rejects(page({ limit: 2, after }), { code: 'stale' });
  await assert.rejects(page({ after, order: 'rank' }), { code: 'bad_input' });
  await assert.rejects(page({ after: 'bm9uc2Vuc2U' }), { code: 'bad_input' });
  const byRank = await page({ order: 'rank', limit: 3 });
  const rest = await page({ order: 'rank', limit: 3, after: byRank.next ?? '' });
  assert.equal(byRank.findings.length + rest.findings.length, 4);
});

test('random estates: pages of any size put together are every finding once, in the order by people and rank', async (t) => {
  const random = seeded('findings by people');
  const estate = await patchEstate(t, '2026-10-10T08:00:00Z');
  const packages = Array.from({ length: 40 }, (_, i) => aPackage(`lib${i}`, '1', `src${i}`));
  for (const [i, { sourceName }] of packages.entries())
    estate.flaws[`${sourceName} 1`] = Array.from({ length: random.below(4) }, (_, n) => ({
      id: `CVE-2026-1${i}${n}`,
      severity: rated('critical', random.below(100) / 10),
    }));
  const holds: Record<string, readonly string[]> = {};
  const people: Record<string, ReachedPeople> = {};
  for (let host = 0; host < 8; host++) {
    const own = packages.filter(() => random.below(3) === 0);
    holds[`host${host}`] = own.map(({ name }) => name);
    await estate.host(`host${host}`, own);
    // host7 is described by nobody.
    if (host < 7) people[`host${host}`] = thatMany(random.below(4), random.below(2));
  }
  await estate.judge();
  const { database } = estate;
  const orders = rankingsOf();
  orders.set(await aRanking(database, people));
  const read = findingsReader({ database, rankings: orders.told });
  const all = await database.transaction('everything', (sql) => readFindings(sql, { limit: 1000 }));
  const bestOf = ({ finding }: ListedFinding): ReachedPeople | undefined => {
    const name = /\/([^/@]+)@/.exec(finding.purl)?.[1] ?? '';
    const own = Object.keys(holds).filter((host) => holds[host]?.includes(name));
    return own.map((host) => people[host]).sort(compareReached)[0];
  };
  const expected = all
    .map((each) => ({ each, people: bestOf(each) }))
    // What is the same stays in the order of the ranks.
    .sort((a, b) => compareReached(a.people, b.people))
    .map(({ each, people: reached }) => [
      each.component,
      each.finding.key,
      reached ?? null,
      each.assets,
    ]);
  assert.ok(expected.length > 20);
  for (const limit of [1, 3, 1000]) {
    const told: unknown[] = [];
    let after: string | undefined;
    do {
      const page = await read({ order: 'people', limit, after });
      for (const { component, finding, people: reached, assets } of page.findings)
        told.push([component, finding.key, reached, assets]);
      after = page.next ?? undefined;
    } while (after !== undefined);
    assert.deepEqual(told, expected);
  }
});
