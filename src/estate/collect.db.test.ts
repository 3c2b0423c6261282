import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { fixedClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { testDatabase } from '../../test/support/database.ts';
import { collect, type CollectOptions } from './collect.ts';
import { DECLARED } from './model.ts';
import type { Component, Kind, Observation, Outcome, Report } from './schema.ts';
import { failInterrupted } from './store.ts';
import {
  findEntity,
  readAssetsWith,
  readDangling,
  readEntities,
  readInventory,
  readSources,
} from './store-read.ts';

async function estate(t: TestContext) {
  const database = await testDatabase(t);
  const clock = fixedClock('2026-11-01T08:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const run = (
    source: string,
    reports: readonly Report[],
    outcome: Outcome = 'complete',
    more: Partial<CollectOptions> = {},
  ) => {
    const [connector = '', name = ''] = source.split('/');
    clock.advance(60_000);
    return collect(
      { database, clock, log, source: { connector, name, interval: 3600 }, ...more },
      yielding(reports, outcome),
    );
  };
  const read = (asAt?: Date) =>
    database.transaction('everything', (sql) => readEntities(sql, {}, asAt));
  return { database, clock, run, read };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* yielding(
  reports: readonly Report[],
  outcome: Outcome,
): AsyncGenerator<Report, Outcome, void> {
  for (const report of reports) yield report;
  return outcome;
}

function host(key: string, fields: object = {}, identifiers: string[] = []): Observation {
  return {
    type: 'observation',
    kind: 'asset',
    key,
    trueAt: '2026-10-01T00:00:00Z',
    identifiers,
    body: { name: key, type: 'host', ...fields },
  };
}

function door(key: string, asset: string): Observation {
  return {
    type: 'observation',
    kind: 'door',
    key,
    trueAt: '2026-10-01T00:00:00Z',
    body: { name: key, type: 'ssh', asset },
  };
}

function deb(name: string, version: string): Component {
  return {
    type: 'deb',
    release: 'debian-12',
    name,
    version,
    architecture: 'amd64',
    sourceName: name,
    sourceVersion: version,
  };
}

test('saying the same again adds no observation and counts as seen', async (t) => {
  const { run, database } = await estate(t);
  const first = await run('a/1', [host('web1'), door('web1:22', 'web1')]);
  assert.deepEqual(
    [first.outcome, first.observed, first.changed, first.gone],
    ['complete', 2, 2, 0],
  );
  const second = await run('a/1', [host('web1'), door('web1:22', 'web1')]);
  assert.deepEqual([second.observed, second.changed, second.gone], [2, 0, 0]);
  const [{ n } = { n: 0 }] = await database.transaction(
    'everything',
    (sql) => sql<{ n: number }[]>`select count(*)::int as n from estate.observation`,
  );
  assert.equal(n, 2);
});

test('only a complete collection finds that something is gone', async (t) => {
  const { run, read } = await estate(t);
  await run('a/1', [host('web1'), host('web2')]);
  for (const outcome of ['partial', 'failed'] as const) {
    const record = await run('a/1', [host('web1')], outcome);
    assert.equal(record.gone, 0);
    assert.equal((await read()).length, 2);
  }
  const admitted = await run('a/1', [
    host('web1'),
    { type: 'unseen', what: '/etc/shadow', reason: 'not-permitted' },
  ]);
  assert.equal(
    admitted.outcome,
    'partial',
    'a collection that admits to have missed something is not complete',
  );
  assert.equal((await read()).length, 2);
  const complete = await run('a/1', [host('web1')]);
  assert.equal(complete.gone, 1);
  assert.deepEqual(
    (await read()).map((entity) => entity.key),
    ['web1'],
  );
});

test('what was not seen hides its own kinds only', async (t) => {
  const { run, read } = await estate(t);
  await run('a/1', [host('web1'), host('web2')]);
  const unseen = (mayHide: Kind[]): Report => ({
    type: 'unseen',
    what: 'something',
    reason: 'not-permitted',
    mayHide,
  });
  const hidden = await run('a/1', [host('web1'), unseen(['door', 'asset'])]);
  assert.deepEqual([hidden.outcome, hidden.gone], ['partial', 0]);
  const failed = await run('a/1', [host('web1'), unseen([])], 'failed');
  assert.equal(failed.gone, 0);
  const seen = await run('a/1', [host('web1'), unseen(['door'])], 'partial');
  assert.deepEqual([seen.outcome, seen.gone], ['partial', 1]);
  assert.deepEqual(seen.unseen, [{ what: 'something', reason: 'not-permitted' }]);
  assert.deepEqual(
    (await read()).map((entity) => entity.key),
    ['web1'],
  );
});

test('a source that throws fails its collection and keeps what it had told', async (t) => {
  const { read, database, clock } = await estate(t);
  async function* breaking(): AsyncGenerator<Report, Outcome, void> {
    yield host('web1');
    await Promise.resolve();
    throw new Error('secret detail');
  }
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const record = await collect(
    { database, clock, log, source: { connector: 'a', name: '1', interval: 60 } },
    breaking(),
  );
  assert.equal(record.outcome, 'failed');
  assert.doesNotMatch(JSON.stringify(record), /secret detail/);
  assert.deepEqual(
    (await read()).map((entity) => entity.key),
    ['web1'],
  );
});

test('known is the union of the sources, and one silent source removes nothing that another sees', async (t) => {
  const { run, read } = await estate(t);
  await run('a/1', [host('web1'), host('web2')]);
  await run('b/1', [host('web2'), host('web3')]);
  assert.deepEqual(
    (await read()).map((entity) => [entity.key, entity.sources.length]),
    [
      ['web1', 1],
      ['web2', 2],
      ['web3', 1],
    ],
  );
  await run('a/1', []);
  assert.deepEqual(
    (await read()).map((entity) => entity.key),
    ['web2', 'web3'],
  );
});

test('sources that disagree are both shown; what was seen beats what was declared, names the other way round', async (t) => {
  const { run, read } = await estate(t);
  await run('linux/1', [host('web1', { name: 'ip-10-0-0-1', architecture: 'x86_64' })]);
  await run(`${DECLARED}/files`, [host('web1', { name: 'Rota front end', architecture: 'arm64' })]);
  const [web] = await read();
  assert.deepEqual([web?.body['name'], web?.body['architecture']], ['Rota front end', 'x86_64']);
  assert.deepEqual(
    web?.conflicts.map((conflict) => conflict.field),
    ['architecture', 'name'],
  );
});

test('a machine and its declaration are one asset in whichever order they arrive', async (t) => {
  const machine = host('linux:ab12:web1', {}, ['linux:ab12/web1', 'hostname:web1']);
  const declared = host('rota-web', { name: 'Rota' }, ['hostname:web1']);
  for (const order of [
    [machine, declared],
    [declared, machine],
  ]) {
    const { run, read } = await estate(t);
    for (const observation of order)
      await run(observation === declared ? `${DECLARED}/files` : 'linux/1', [observation]);
    const assets = await read();
    assert.equal(assets.length, 1);
    assert.equal(assets[0]?.sources.length, 2);
  }
});

test('two machines with one host name stay two', async (t) => {
  const { run, read } = await estate(t);
  await run('linux/1', [host('linux:aa:app', {}, ['linux:aa/app', 'hostname:app'])]);
  const record = await run('linux/2', [host('linux:bb:app', {}, ['linux:bb/app', 'hostname:app'])]);
  assert.equal((await read()).length, 2);
  assert.match(record.unseen[0]?.detail ?? '', /hostname:app/);
  await run('linux/3', [host('linux:cc:x', {}, ['linux:cc/x', 'hostname:localhost'])]);
  await run('linux/4', [host('linux:dd:y', {}, ['linux:dd/y', 'hostname:localhost'])]);
  assert.equal((await read()).length, 4);
});

test('a past moment reads as it was known then, the present equals the fold of all history', async (t) => {
  const { run, read, clock } = await estate(t);
  await run('a/1', [host('web1', { architecture: 'x86_64' })]);
  const before = clock.now();
  await run('a/1', [host('web1', { architecture: 'arm64' }), host('web2')]);
  await run('b/1', [host('web1', { architecture: 'arm64' })]);
  const between = clock.now();
  await run('a/1', [host('web2')]);
  await run('b/1', []);
  assert.deepEqual(
    (await read(before)).map((entity) => [entity.key, entity.body['architecture']]),
    [['web1', 'x86_64']],
  );
  assert.deepEqual(
    (await read(between)).map((entity) => [entity.key, entity.sources.length]),
    [
      ['web1', 2],
      ['web2', 1],
    ],
  );
  assert.deepEqual(await read(clock.now()), [...(await read())]);
  assert.deepEqual(await read(new Date('2020-01-01')), []);
});

test('a fact from the future is taken as true from now on, not from then', async (t) => {
  const { run, read, clock } = await estate(t);
  await run('a/1', [{ ...host('web1'), trueAt: '2031-01-01T00:00:00Z' }]);
  const [web] = await read();
  assert.deepEqual(web?.trueAt, clock.now());
});

test('what is only mentioned is listed as described by nobody', async (t) => {
  const { run, database } = await estate(t);
  await run('a/1', [door('web9:22', 'web9')]);
  const dangling = await database.transaction('everything', (sql) => readDangling(sql, 10));
  assert.deepEqual([...dangling], [{ kind: 'asset', key: 'web9' }]);
});

test('a customer sees what is its own, and an entity moves with its names when it changes hands', async (t) => {
  const { run, database } = await estate(t);
  const customer = (key: string): Observation => ({
    type: 'observation',
    kind: 'customer',
    key,
    trueAt: '2026-10-01T00:00:00Z',
    body: { name: key },
  });
  await run('a/1', [
    customer('oakfield'),
    customer('briar'),
    host('web1', { customer: 'oakfield' }),
    host('web2'),
  ]);
  const number = (key: string) =>
    database.transaction(
      'everything',
      async (sql) => (await findEntity(sql, 'customer', key)) ?? -1,
    );
  const seenBy = async (key: string) => {
    const scope = { customer: await number(key) };
    return database.transaction(scope, async (sql) =>
      (await readEntities(sql, { kind: 'asset' })).map((entity) => entity.key),
    );
  };
  assert.deepEqual(await seenBy('oakfield'), ['web1']);
  await run('a/1', [
    customer('oakfield'),
    customer('briar'),
    host('web1', { customer: 'briar' }),
    host('web2'),
  ]);
  assert.deepEqual([await seenBy('oakfield'), await seenBy('briar')], [[], ['web1']]);
});

test('inventories replace their own section, log what changed, and read back at any moment', async (t) => {
  const { run, database, clock } = await estate(t);
  const inventory = (components: Component[]): Report => ({
    type: 'inventory',
    asset: 'web1',
    section: 'deb',
    trueAt: '2026-10-01T00:00:00Z',
    components,
  });
  await run('a/1', [host('web1'), inventory([deb('bash', '5.2-1'), deb('zlib1g', '1.3-1')])]);
  const before = clock.now();
  const record = await run('a/1', [
    host('web1'),
    inventory([deb('zlib1g', '1.3-1'), deb('bash', '5.2-2')]),
  ]);
  assert.equal(record.changed, 1);
  const names = (asAt?: Date) =>
    database.transaction('everything', async (sql) => {
      const asset = (await findEntity(sql, 'asset', 'web1')) ?? 0;
      return (await readInventory(sql, asset, asAt))
        .map((component) => `${component.name} ${component.version}`)
        .sort();
    });
  assert.deepEqual(await names(), ['bash 5.2-2', 'zlib1g 1.3-1']);
  assert.deepEqual(await names(before), ['bash 5.2-1', 'zlib1g 1.3-1']);
  const [rows, assets] = await database.transaction('everything', async (sql) => [
    await sql<
      { id: number }[]
    >`select component_id as id from estate.component where name = 'bash' order by 1`,
    (await readAssetsWith(sql, [2])).length,
  ]);
  assert.equal(rows.length, 2);
  assert.equal(assets, 1);
});

test('a source grows stale by its own interval, and an interrupted collection is failed', async (t) => {
  const { run, database, clock } = await estate(t);
  await run('a/1', [host('web1')]);
  const sources = () => database.transaction('everything', (sql) => readSources(sql, clock.now()));
  assert.equal((await sources())[0]?.stale, false);
  clock.advance(3601_000);
  assert.equal((await sources())[0]?.stale, true);
  await database.transaction('everything', async (sql) => {
    await sql`insert into estate.collection (source_id, started_at) values (1, ${clock.now()})`;
    assert.equal(await failInterrupted(sql, clock.now(), clock.now()), 1);
  });
  const [source] = await sources();
  assert.equal(source?.lastCollection?.outcome, 'failed');
  assert.equal(source.stale, true, 'a failed collection is no evidence');
});

test('a clock that was set back does not bring old facts back', async (t) => {
  const { run, read, clock } = await estate(t);
  await run('a/1', [host('web1', { architecture: 'x86_64' })]);
  clock.advance(-3_600_000);
  await run('a/1', [host('web1', { architecture: 'arm64' })]);
  const later = new Date(clock.now().getTime() + 86_400_000);
  for (const moment of [undefined, later])
    assert.equal((await read(moment))[0]?.body['architecture'], 'arm64');
});

test('one report twice in a batch and in two batches is one fact', async (t) => {
  const { run, read, database } = await estate(t);
  await run('a/1', [
    host('web1'),
    host('web1', { architecture: 'arm64' }),
    host('web1', { architecture: 'arm64' }),
  ]);
  await run('a/1', [host('web1', { architecture: 'arm64' })]);
  assert.equal((await read()).length, 1);
  const rows = await database.transaction(
    'everything',
    (sql) => sql`select 1 from estate.observation`,
  );
  assert.equal(rows.length, 1);
});

test('two collections that meet on the same things both succeed, and both count', async (t) => {
  const { run, read } = await estate(t);
  const many = Array.from({ length: 300 }, (_, at) => host(`web${at}`));
  await Promise.all([run('a/1', many), run('b/1', many.toReversed())]);
  const assets = await read();
  assert.equal(assets.length, 300);
  assert.ok(assets.every((asset) => asset.sources.length === 2));
});
