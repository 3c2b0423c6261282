import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { signedIn } from '../kernel/http/permissions.ts';
import type { RequestContext } from '../kernel/http/endpoint.ts';
import { testDatabase } from '../../test/support/database.ts';
import { collect } from './collect.ts';
import { estateHandlers } from './handlers.ts';
import { estateRoutes } from './routes.ts';
import type { Outcome, Report } from './schema.ts';

test('every answer fits its route, pages follow each other, and as-at answers the past', async (t) => {
  const database = await testDatabase(t);
  const clock = fixedClock('2026-11-01T08:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const context: RequestContext = {
    requestId: 'r',
    caller: signedIn('test', ['estate:read']),
    log,
    signal: new AbortController().signal,
  };
  // eslint-disable-next-line @typescript-eslint/require-await -- a connector's shape
  async function* reports(count: number): AsyncGenerator<Report, Outcome, void> {
    for (let at = 0; at < count; at += 1) {
      yield {
        type: 'observation',
        kind: 'asset',
        key: `host-${at}`,
        trueAt: '2026-10-01T00:00:00Z',
        body: { name: `host ${at}`, type: 'host' },
      };
    }
    yield {
      type: 'inventory',
      asset: 'host-0',
      section: 'deb',
      trueAt: '2026-10-01T00:00:00Z',
      components: [
        {
          type: 'deb',
          release: 'debian-12',
          name: 'bash',
          version: '5.2',
          architecture: 'amd64',
          sourceName: 'bash',
          sourceVersion: '5.2',
        },
      ],
      notes: [{ index: 0, held: true }],
    };
    yield { type: 'unseen', what: 'sudo rules', reason: 'not-permitted' };
    return 'partial';
  }
  const source = { connector: 'linux-host', name: 'a', interval: 60 };
  await collect({ database, clock, log, source }, reports(2));
  clock.advance(1000);
  const before = clock.now().toISOString();
  clock.advance(1000);
  await collect({ database, clock, log, source }, reports(5));
  const handlers = estateHandlers({ database, clock });

  const summary = estateRoutes.readEstateSummary.output.parse(
    await handlers.readEstateSummary({}, context),
  );
  assert.deepEqual(
    summary.kinds.find((kind) => kind.kind === 'asset'),
    { kind: 'asset', known: 5, fresh: 5, stale: 0, undescribed: 0 },
  );
  assert.equal(summary.unseen.length, 1);
  assert.equal(summary.components.installed, 1);

  const first = estateRoutes.listEntities.output.parse(
    await handlers.listEntities({ kind: 'asset', limit: 3 }, context),
  );
  const second = estateRoutes.listEntities.output.parse(
    await handlers.listEntities({ kind: 'asset', limit: 3, after: first.next ?? '' }, context),
  );
  assert.deepEqual(
    [...first.entities, ...second.entities].map((entity) => entity.key),
    ['host-0', 'host-1', 'host-2', 'host-3', 'host-4'],
  );
  assert.equal(second.next, null);

  const past = estateRoutes.listEntities.output.parse(
    await handlers.listEntities({ kind: 'asset', limit: 10, asAt: before }, context),
  );
  assert.equal(past.entities.length, 2);
  await assert.rejects(
    handlers.readEntity({ kind: 'asset', key: 'host-4', asAt: before }, context),
    { code: 'not_found' },
  );
  const entity = estateRoutes.readEntity.output.parse(
    await handlers.readEntity({ kind: 'asset', key: 'host-4' }, context),
  );
  assert.deepEqual(entity.body, { name: 'host 4', type: 'host' });

  await assert.rejects(
    handlers.listEntities({ kind: 'asset', limit: 10, asAt: '2099-01-01T00:00:00Z' }, context),
    { code: 'bad_input' },
  );

  const { components } = estateRoutes.listComponents.output.parse(
    await handlers.listComponents({ key: 'host-0' }, context),
  );
  assert.deepEqual(
    components.map((component) => [component.name, component.notes]),
    [['bash', { held: true }]],
  );
  assert.deepEqual(await handlers.listUndescribed({ limit: 10 }, context), { names: [] });
  estateRoutes.readSources.output.parse(await handlers.readSources({}, context));

  clock.advance(120_000);
  const late = await handlers.readEstateSummary({}, context);
  assert.equal(late.kinds.find((kind) => kind.kind === 'asset')?.stale, 5);
});
