import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collect } from '../estate/collect.ts';
import type { Report } from '../estate/schema.ts';
import { fixedClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { testDatabase } from '../../test/support/database.ts';
import { yielding } from '../../test/support/scanned-estate.ts';
import { exposureReader } from './read.ts';
import { peopleRankings } from './rankings.ts';

const NOW = '2026-10-10T08:00:00Z';

test('an order by people outlives its process and the next result; one that nobody asked for in an hour goes', async (t) => {
  const database = await testDatabase(t);
  const clock = fixedClock(NOW);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const fact = { type: 'observation' as const };
  const tell = async (people: number): Promise<void> => {
    const trueAt = clock.now().toISOString();
    const reports: Report[] = [
      {
        ...fact,
        kind: 'network',
        key: 'internet',
        trueAt,
        body: { name: 'internet', zone: 'internet' },
      },
      {
        ...fact,
        kind: 'asset',
        key: 'records',
        trueAt,
        body: { name: 'records', type: 'database' },
      },
      {
        ...fact,
        kind: 'asset',
        key: 'archive',
        trueAt,
        body: { name: 'archive', type: 'database' },
      },
      {
        ...fact,
        kind: 'door',
        key: 'desk',
        trueAt,
        body: {
          name: 'desk',
          type: 'portal',
          asset: 'records',
          reachableFrom: ['internet'],
          opens: [
            { kind: 'asset', key: 'records' },
            { kind: 'asset', key: 'archive' },
          ],
        },
      },
      {
        ...fact,
        kind: 'holding',
        key: 'people',
        trueAt,
        body: {
          asset: 'records',
          howCounted: 'declared',
          people: { low: people - 1, best: people, high: people + 2 },
        },
      },
      {
        ...fact,
        kind: 'holding',
        key: 'old',
        trueAt,
        body: { asset: 'archive', howCounted: 'declared' },
      },
    ] as Report[];
    await collect(
      {
        database,
        clock,
        log,
        source: { connector: 'declared', name: 'estate', interval: 864_000 },
      },
      yielding(reports),
    );
  };
  const process = () =>
    peopleRankings({ database, clock, exposure: exposureReader({ database, clock }) });
  await tell(12);
  const first = process();
  const ranking = await first.current();
  const [top] = ranking.places;
  assert.equal(top?.best, 12);
  assert.deepEqual([top.low, top.high], [11, 14], 'bounds are told');
  assert.ok(ranking.places.includes(undefined), 'there is a place for what nobody describes');
  assert.equal(ranking.ofAsset(99_999), ranking.places.indexOf(undefined));
  assert.equal((await process().current()).id, ranking.id, 'equal orders have equal names');
  clock.advance(60_000);
  await tell(500);
  const next = await first.current();
  assert.notEqual(next.id, ranking.id);
  assert.equal(next.places[0]?.best, 500);
  const elsewhere = process();
  const again = await elsewhere.named(ranking.id);
  assert.deepEqual(again.places, ranking.places);
  assert.equal(again.ofDoor('desk'), ranking.ofDoor('desk'));
  await assert.rejects(elsewhere.named('nobody'), { code: 'stale' });
  clock.advance(2 * 3_600_000);
  for (let people = 20; people < 32; people++) {
    clock.advance(60_000);
    await tell(people);
    await first.current();
  }
  await assert.rejects(process().named(ranking.id), { code: 'stale' });
  await process()
    .named(next.id)
    .then(
      () => assert.fail('neither is the second kept'),
      () => undefined,
    );
});
