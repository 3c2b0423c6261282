import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../test/support/database.ts';
import { collect } from '../estate/collect.ts';
import type { Component, Outcome, Report } from '../estate/schema.ts';
import { fixedClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { assetPage, assetsPage } from './pages/asset-page.ts';
import { estatePage } from './pages/estate-page.ts';
import { htmlText } from './html.ts';
import { estateViews } from './views.ts';

const T = '2026-03-01T09:00:00Z';
const KEY = 'linux:0123456789abcdef:hawthorn';

const component = (name: string): Component => ({
  type: 'deb',
  release: 'debian-12',
  name,
  version: '1.0-1',
  architecture: 'amd64',
  sourceName: name,
  sourceVersion: '1.0-1',
});

const account = (login: string, more: object): Report => ({
  type: 'observation',
  kind: 'account',
  key: `local:${KEY}/${login}`,
  trueAt: T,
  body: { login, identitySource: `local:${KEY}`, ...more },
});

const FROM_HOST: readonly Report[] = [
  {
    type: 'observation',
    kind: 'asset',
    key: KEY,
    trueAt: T,
    identifiers: ['hostname:hawthorn'],
    body: {
      name: 'hawthorn',
      type: 'host',
      os: { id: 'debian', versionId: '12', prettyName: 'Debian GNU/Linux 12' },
      restartNeeded: [{ code: 'kernel-not-booted' }],
    },
  },
  {
    type: 'inventory',
    asset: KEY,
    section: 'deb',
    trueAt: T,
    components: ['bash', 'nginx', 'zlib1g'].map(component),
    notes: [
      { index: 1, held: true },
      { index: 2, state: 'iU' },
    ],
  },
  account('ash', { password: 'set', privileged: true }),
  account('birch', { password: 'locked' }),
  account('cedar', {}),
  {
    type: 'observation',
    kind: 'door',
    key: `${KEY}/tcp/22`,
    trueAt: T,
    body: {
      name: 'sshd tcp/22',
      type: 'ssh',
      asset: KEY,
      address: '0.0.0.0',
      port: 22,
      transport: 'tcp',
      program: '/usr/sbin/sshd',
    },
  },
  {
    type: 'unseen',
    what: 'programs behind sockets',
    reason: 'not-permitted',
    detail: '<b>2 of 6</b>',
  },
];
const DECLARED: readonly Report[] = [
  {
    type: 'observation',
    kind: 'asset',
    key: 'hawthorn',
    trueAt: T,
    identifiers: ['hostname:hawthorn'],
    body: {
      name: 'Hawthorn <script>',
      type: 'host',
      division: 'care',
      os: { id: 'debian', versionId: '11' },
    },
  },
  {
    type: 'observation',
    kind: 'asset',
    key: 'rowan',
    trueAt: T,
    body: { name: 'rowan', type: 'backup' },
  },
];

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* yielding(reports: readonly Report[]): AsyncGenerator<Report, Outcome, void> {
  for (const report of reports) yield report;
  return 'complete';
}

test('pages of an estate that two sources describe', async (t) => {
  const database = await testDatabase(t);
  const clock = fixedClock('2026-03-01T10:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const views = estateViews({ database, clock, hostname: 'hawthorn.example.org' });

  await t.test('nothing known yet', async () => {
    const view = await views.estate();
    assert.deepEqual([view.kinds, view.machine, view.sources], [[], undefined, []]);
    assert.match(htmlText(estatePage(view)), /No source has been set up/);
    assert.equal(await views.asset('hawthorn'), undefined);
  });

  const run = (connector: string, name: string, reports: readonly Report[]) =>
    collect(
      { database, clock, log, source: { connector, name, interval: 3600 } },
      yielding(reports),
    );
  await run('linux-host', 'this machine', FROM_HOST);
  await run('declared', 'estate', DECLARED);

  await t.test('the first page', async () => {
    const view = await views.estate();
    const assets = view.kinds.find((kind) => kind.kind === 'asset');
    assert.deepEqual(
      { ...assets },
      { kind: 'asset', known: 2, fresh: 2, stale: 0, undescribed: 0 },
    );
    assert.equal(view.kinds.find((kind) => kind.kind === 'division')?.undescribed, 1);
    assert.equal(view.machine?.name, 'Hawthorn <script>');
    assert.deepEqual([view.machine.packages, view.machine.doors, view.machine.accounts], [3, 1, 3]);
    assert.deepEqual(view.seenBy.connectors, ['declared', 'linux-host']);
    const seen = view.seenBy.rows.find((row) => row.kind === 'asset');
    assert.deepEqual([seen?.counts, seen?.onlyOne, seen?.known], [[2, 1], 1, 2]);
    const page = htmlText(estatePage(view));
    assert.match(page, /programs behind sockets/);
    assert.doesNotMatch(page, /<script|<b>/);
  });

  await t.test('the asset by its key, by its older key and by its host name', async () => {
    for (const name of [KEY, 'hawthorn']) {
      const view = await views.asset(name);
      assert.ok(view, name);
      assert.deepEqual(
        view.packages.map((each) => ({ ...each })),
        [{ section: 'deb', count: 3, held: 1, otherState: 1 }],
      );
      assert.deepEqual(
        { ...view.accounts },
        {
          total: 3,
          privileged: 1,
          passwordSet: 1,
          passwordNone: 0,
          passwordLocked: 1,
          passwordUnknown: 1,
        },
      );
      assert.deepEqual(view.doors, [
        {
          name: 'sshd tcp/22',
          type: 'ssh',
          place: 'tcp port 22 on 0.0.0.0',
          program: '/usr/sbin/sshd',
          package: undefined,
        },
      ]);
      assert.ok(view.conflicts.some((conflict) => conflict.field === 'os'));
      assert.deepEqual(view.restart, ['a newer kernel is installed and not booted']);
      const page = htmlText(assetPage(view));
      assert.doesNotMatch(page, /<script|<b>/);
      assert.doesNotMatch(page, /birch/, 'accounts are counted, not named');
    }
  });

  await t.test(
    'an asset that only a person declared: what nobody measured is unknown',
    async () => {
      const view = await views.asset('rowan');
      assert.ok(view);
      assert.deepEqual(
        [view.packages.length, view.accounts, view.restart],
        [0, undefined, undefined],
      );
      assert.match(htmlText(assetPage(view)), /unknown/);
    },
  );

  await t.test('the list of assets, and an hour later everything is stale', async () => {
    const list = await views.assets(undefined);
    assert.deepEqual(list.assets.map((asset) => [asset.name, asset.sources, asset.stale]).sort(), [
      ['Hawthorn <script>', 2, false],
      ['rowan', 1, false],
    ]);
    assert.equal(list.next, undefined);
    assert.doesNotMatch(htmlText(assetsPage(list)), /<script/);
    clock.advance(2 * 3_600_000);
    assert.ok((await views.assets(undefined)).assets.every((asset) => asset.stale));
    assert.equal((await views.estate()).kinds.find((kind) => kind.kind === 'asset')?.fresh, 0);
  });
});
