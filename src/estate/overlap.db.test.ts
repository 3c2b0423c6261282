import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { testDatabase } from '../../test/support/database.ts';
import { collect } from './collect.ts';
import type { Outcome, Report } from './schema.ts';
import { readEntities } from './store-read.ts';

/** As many as are stored at once, so that what a waiting source has told is stored before it goes on. */
const BATCH = 2000;

function* hosts(): Generator<Report> {
  for (let nth = 0; nth < BATCH; nth += 1) {
    const body = { name: `host-${nth}`, type: 'host' as const };
    const trueAt = '2026-10-01T00:00:00Z';
    yield { type: 'observation', kind: 'asset', key: `host-${nth}`, trueAt, body };
  }
}

test('of two collections of one source that overlap, neither takes away what the other has seen', async (t) => {
  const database = await testDatabase(t);
  const clock = fixedClock('2026-11-01T08:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const source = { connector: 'csv', name: 'register', interval: 3600 };
  const waiting = Promise.withResolvers<undefined>();
  const stored = Promise.withResolvers<undefined>();
  const run = (reports: AsyncGenerator<Report, Outcome, void>) =>
    collect({ database, clock, log, source }, reports);
  // eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator
  async function* quick(): AsyncGenerator<Report, Outcome, void> {
    yield* hosts();
    return 'complete';
  }
  async function* slow(): AsyncGenerator<Report, Outcome, void> {
    yield* hosts();
    stored.resolve(undefined);
    await waiting.promise;
    return 'complete';
  }
  const earlier = run(slow());
  await stored.promise;
  const later = await run(quick());
  waiting.resolve(undefined);
  assert.deepEqual([(await earlier).gone, later.gone], [0, 0]);
  const known = await database.transaction('everything', (sql) => readEntities(sql, {}));
  assert.equal(known.length, BATCH);
});
