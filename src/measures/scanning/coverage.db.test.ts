import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../../test/support/database.ts';
import {
  aHost,
  aService,
  aSighting,
  collectReports,
  NOW,
} from '../../../test/support/sightings.ts';
import { readCoverage } from './read.ts';

test('an unknown asset has none of its scans, and a look from outside is no list of services', async (t) => {
  const database = await testDatabase(t);
  await collectReports(database, 'declared/files', [aHost('web', { addresses: ['10.20.0.2'] })]);
  const services = [22, 80, 443, 8000, 8001, 8002, 8003].map((port) => aService(port));
  await collectReports(database, 'nmap/ward', [
    aSighting('10.20.0.2', { network: undefined }),
    aSighting('10.20.0.3', { services }),
  ]);
  const coverage = await database.transaction('everything', (sql) =>
    readCoverage(sql, new Date(NOW)),
  );
  const at = new Date(NOW);
  const strange =
    'unknown asset: nobody knows what it is (tcp/22, tcp/443, tcp/80, tcp/8000, tcp/8001, tcp/8002 and 1 more)';
  const asset = 'unknown:ward/10.20.0.3';
  assert.deepEqual(
    coverage.filter((each) => each.asset === asset),
    (['packages', 'advisories', 'services'] as const).map((kind) => {
      return { asset, kind, state: 'uncovered', reason: strange, at, unidentified: true };
    }),
  );
  assert.deepEqual(
    coverage
      .filter((each) => each.asset === 'web')
      .map(({ kind, state, reason }) => `${kind} ${state} ${reason}`),
    [
      'packages uncovered never: nobody has listed its packages',
      'advisories uncovered never: nobody has listed its packages',
      'services unknown outside-only: its services were seen from the network only',
    ],
  );
});
