/** Estates of 120 seeds with planted gaps: the measured coverage is the planted one, and unknown is never called covered. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Feed } from '../../src/advisories/model.ts';
import { collect } from '../../src/estate/collect.ts';
import type { Report } from '../../src/estate/schema.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { coverageTotals } from '../../src/measures/scanning/coverage.ts';
import { evaluateFindings } from '../../src/measures/scanning/evaluate.ts';
import { SCAN_KINDS, type Matcher } from '../../src/measures/scanning/model.ts';
import { readCoverage } from '../../src/measures/scanning/read.ts';
import { testDatabase } from '../support/database.ts';
import { plantedAssets, type PlantedAsset, type SourceName } from '../support/scan-gaps.ts';

const SEEDS = 120;
const ASSETS = 10;
const BEGIN = '2026-10-01T08:00:00Z';
const DAY = 86_400_000;

function aFeed(id: string, ecosystem: string, asOf: string): Feed {
  return {
    id,
    source: 'osv',
    ecosystem,
    asOf,
    updatedAt: asOf,
    maxAgeSeconds: 86_400,
    records: 1,
    rows: 1,
    sha256: id,
    seesUnfixed: true,
    segment: id,
    from: 'a test',
  };
}

const matcher: Matcher = {
  feeds: [aFeed('osv:Debian', 'Debian', '2026-10-03T08:00:00Z'), aFeed('osv:npm', 'npm', BEGIN)],
  match: (packages) => ({
    findings: [],
    components: packages.map(({ purl, ecosystem }) =>
      ecosystem === ''
        ? { purl, state: 'unknown' as const, reason: 'no-ecosystem' as const, limits: [] }
        : { purl, state: 'assessed' as const, limits: [] },
    ),
  }),
};

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* yielding(reports: readonly Report[]): AsyncGenerator<Report, 'complete', void> {
  yield* reports;
  return 'complete';
}

test(`coverage of ${SEEDS} planted estates is what was planted`, async (t) => {
  const database = await testDatabase(t);
  const clock = fixedClock(BEGIN);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const estates = Array.from({ length: SEEDS }, (_, seed) => [
    ...plantedAssets(`seed-${seed}`, ASSETS, BEGIN),
  ]);
  const assets = estates.flat();
  const tell = async (name: SourceName, reports: readonly Report[]) => {
    const connector = name === 'declared' ? 'declared' : 'test';
    const source = { connector, name, interval: 86_400 };
    const record = await collect({ database, clock, log, source }, yielding(reports));
    assert.equal(record.outcome, 'complete');
    clock.advance(60_000);
  };
  const told = (name: SourceName): Report[] => assets.flatMap((asset) => asset.told[name] ?? []);
  await tell('passing', told('passing'));
  await tell('old', told('old'));
  clock.advance(2 * DAY);
  // It saw everything once more, and these assets were no longer there.
  await tell('passing', []);
  await tell('declared', told('declared'));
  await tell('fresh', told('fresh'));
  await evaluateFindings({ database, clock, matcher, signal: new AbortController().signal });
  await tell('late', told('late'));

  const measured = await database.transaction('everything', (sql) =>
    readCoverage(sql, clock.now()),
  );
  const states = new Map(measured.map(({ asset, kind, state }) => [`${asset} ${kind}`, state]));
  const planted = new Set<string>();
  for (const [seed, estate] of estates.entries()) {
    const found = estate.map(({ key }) => [key, foundOf(states, key)]);
    assert.deepEqual(
      found,
      estate.map(({ key, expected }) => [key, expected]),
      `seed ${seed}`,
    );
    for (const { expected } of estate)
      for (const [kind, state] of Object.entries(expected)) planted.add(`${kind} ${state}`);
  }
  assert.equal(planted.size, 9, 'every kind of scan was planted in every state');
  assert.equal(measured.length, assets.flatMap(({ expected }) => Object.keys(expected)).length);
  for (const totals of coverageTotals(measured)) {
    const count = (state: string): number =>
      assets.filter(({ expected }) => expected[totals.kind] === state).length;
    assert.deepEqual(totals, {
      kind: totals.kind,
      covered: count('covered'),
      uncovered: count('uncovered'),
      unknown: count('unknown'),
    });
  }
});

function foundOf(states: ReadonlyMap<string, string>, key: string): PlantedAsset['expected'] {
  return Object.fromEntries(
    SCAN_KINDS.flatMap((kind) => {
      const state = states.get(`${key} ${kind}`);
      return state === undefined ? [] : [[kind, state]];
    }),
  );
}
