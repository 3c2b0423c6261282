import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { fetchFrom } from '../../test/support/fetch-from.ts';
import { testDatabase } from '../../test/support/database.ts';
import { fixedClock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { client } from '../kernel/http/client.ts';
import { signedIn, type Permission } from '../kernel/http/permissions.ts';
import { createApp, serveRoutes } from '../kernel/http/serve.ts';
import { createLog } from '../kernel/log.ts';
import { collect } from './collect.ts';
import { estateHandlers } from './handlers.ts';
import { estateRoutes } from './routes.ts';
import type { Observation, Outcome, Report } from './schema.ts';

async function served(t: TestContext, held: readonly Permission[] = ['estate:read']) {
  const database = await testDatabase(t);
  const clock = fixedClock('2026-03-01T10:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const app = createApp({ log, hosts: ['127.0.0.1'] });
  const identify = () => Promise.resolve(signedIn('tester', held));
  serveRoutes(app, estateRoutes, estateHandlers({ database, clock }), { identify, log, clock });
  const run = (name: string, reports: readonly Report[]) => {
    clock.advance(60_000);
    const source = { connector: 'linux-host', name, interval: 3600 };
    return collect({ database, clock, log, source }, yielding(reports));
  };
  return { api: client(estateRoutes, 'http://127.0.0.1', fetchFrom(app)), run, clock };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* yielding(reports: readonly Report[]): AsyncGenerator<Report, Outcome, void> {
  for (const report of reports) yield report;
  return 'complete';
}

function host(key: string, versionId: string): Observation {
  return {
    type: 'observation',
    kind: 'asset',
    key,
    trueAt: '2026-03-01T09:00:00Z',
    identifiers: [`hostname:${key}`],
    body: { name: key, type: 'host', os: { id: 'debian', versionId } },
  };
}

const coded = (code: string) => (error: unknown) =>
  error instanceof HoldfastError && error.code === code;

test('through the client and HTTP: keys with any sign, pages, moments, and refusals', async (t) => {
  const { api, run, clock } = await served(t);
  const keys = ['50% ü?#&', 'a/b', 'rowan'];
  await run('one', [host('rowan', '12')]);
  const before = clock.now().toISOString();
  await run(
    'two',
    keys.map((key) => host(key, '13')),
  );

  const found: string[] = [];
  let after: string | undefined;
  do {
    const page = await api.listEntities({ kind: 'asset', limit: 1, after });
    found.push(...page.entities.map((entity) => entity.key));
    after = page.next ?? undefined;
  } while (after !== undefined);
  assert.deepEqual(found, keys);
  for (const key of keys) assert.equal((await api.readEntity({ kind: 'asset', key })).key, key);

  const now = await api.readEntity({ kind: 'asset', key: 'rowan' });
  const past = await api.readEntity({ kind: 'asset', key: 'rowan', asAt: before });
  assert.deepEqual([now.conflicts.length, past.conflicts.length], [1, 0]);
  assert.equal((await api.readEstateSummary()).sources.length, 2);
  assert.equal((await api.readSources({ asAt: before })).sources.length, 1);

  await assert.rejects(api.readEntity({ kind: 'asset', key: 'nobody' }), coded('not_found'));
  await assert.rejects(api.listComponents({ key: 'a/b', asAt: before }), coded('not_found'));
  await assert.rejects(api.listEntities({ kind: 'planet' as 'asset' }), coded('bad_input'));
  await assert.rejects(api.listEntities({ kind: 'asset', limit: 1001 }), coded('bad_input'));
  await assert.rejects(api.readSources({ asAt: 'yesterday' }), coded('bad_input'));
});

test('without the permission to read the estate nothing of it is told', async (t) => {
  const { api } = await served(t, ['jobs:read']);
  const refused = [
    api.readEstateSummary(),
    api.readSources(),
    api.listEntities({ kind: 'asset' }),
    api.readEntity({ kind: 'asset', key: 'rowan' }),
    api.listComponents({ key: 'rowan' }),
    api.listUndescribed(),
    api.listServices({}),
  ];
  assert.equal(refused.length, Object.keys(estateRoutes).length, 'every route is tried');
  for (const each of refused) await assert.rejects(each, coded('not_permitted'));
});
