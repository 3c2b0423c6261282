import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '../../estate/schema.ts';
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

test('a database, a share and a backup are covered as the host they run on; without one nobody can tell', async (t) => {
  const database = await testDatabase(t);
  const asset = (
    key: string,
    type: 'database' | 'file-share' | 'backup' | 'saas-tenant',
  ): Report => ({
    type: 'observation',
    kind: 'asset',
    key,
    trueAt: NOW,
    body: { name: key, type },
  });
  const runsOn = (from: string, to: string): Report => ({
    type: 'observation',
    kind: 'dependency',
    key: `${from} runs-on ${to}`,
    trueAt: NOW,
    body: { type: 'runs-on', from: { kind: 'asset', key: from }, to: { kind: 'asset', key: to } },
  });
  await collectReports(database, 'linux-host/web', [
    aHost('web', {}),
    aHost('bare', {}),
    { type: 'inventory', asset: 'web', section: 'deb', trueAt: NOW, components: [] },
    asset('records', 'database'),
    asset('papers', 'file-share'),
    asset('copies', 'backup'),
    asset('lost', 'database'),
    asset('round', 'database'),
    asset('mail', 'saas-tenant'),
    runsOn('records', 'web'),
    runsOn('papers', 'web'),
    runsOn('papers', 'bare'),
    runsOn('copies', 'records'),
    runsOn('round', 'round'),
  ]);
  const coverage = await database.transaction('everything', (sql) =>
    readCoverage(sql, new Date(NOW)),
  );
  const told = (key: string) =>
    coverage
      .filter((each) => each.asset === key && each.kind === 'packages')
      .map(({ state, reason }) => `${state} ${reason}`.trim());
  assert.deepEqual(told('records'), ['covered']);
  assert.deepEqual(told('copies'), ['covered'], 'through what it runs on');
  assert.deepEqual(told('papers'), ['uncovered on bare: never: nobody has listed its packages']);
  for (const key of ['lost', 'round'])
    assert.deepEqual(told(key), ['unknown no-host: nobody said on which host it runs']);
  assert.deepEqual(told('mail'), [], 'its provider looks at it');
  assert.equal(coverage.filter((each) => each.asset === 'lost').length, 3);
  const part = await database.transaction('everything', (sql) =>
    readCoverage(sql, new Date(NOW), { asset: 'records' }),
  );
  assert.deepEqual(
    part.map(({ asset: of, state }) => [of, state])[0],
    ['records', 'covered'],
    'its host is outside the part that was asked for',
  );
});
