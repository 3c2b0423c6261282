import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collect } from '../../estate/collect.ts';
import type { Component } from '../../estate/schema.ts';
import { createLog } from '../../kernel/log.ts';
import {
  aComponent,
  aFeed,
  aMatcher,
  NOW,
  scannedEstate,
  yielding,
} from '../../../test/support/scanned-estate.ts';
import { packageOf } from './component.ts';
import { coverageOf, coverageTotals } from './coverage.ts';
import type { Matcher } from './model.ts';
import { readCoverage } from './read.ts';
import { countFindings, readAssetScans, readFeeds } from './store.ts';

test('a component is matched once for all assets, and again only when it is new or its feeds changed', async (t) => {
  const { hold, evaluate, list } = await scannedEstate(t);
  await hold('web1', [aComponent('weak'), aComponent('fine')]);
  await hold('web2', [aComponent('weak')]);
  const first = aMatcher([aFeed()], { weak: 'CVE-2026-1' });
  assert.deepEqual(await evaluate(first.matcher), { matched: 2, changes: 1 });
  assert.deepEqual(first.asked.sort(), ['fine', 'weak']);
  const [found] = await list();
  assert.deepEqual([found?.assets, found?.finding.id], [2, 'CVE-2026-1']);

  const again = aMatcher([aFeed()], {});
  assert.deepEqual(await evaluate(again.matcher), { matched: 0, changes: 0 });
  await hold('web3', [aComponent('weak'), aComponent('worst')]);
  const more = aMatcher([aFeed()], { worst: 'CVE-2026-2' });
  assert.deepEqual(await evaluate(more.matcher), { matched: 1, changes: 1 });
  assert.deepEqual(more.asked, ['worst']);

  const other = aMatcher([aFeed({ id: 'osv:npm', ecosystem: 'npm', sha256: 'b' }), aFeed()], {});
  assert.equal((await evaluate(other.matcher)).matched, 0, 'a feed of another ecosystem');
  const renewed = aMatcher([aFeed({ sha256: 'c' })], { worst: 'CVE-2026-2' });
  assert.deepEqual(await evaluate(renewed.matcher), { matched: 3, changes: 1 });
  assert.deepEqual(
    (await list()).map(({ finding }) => finding.id),
    ['CVE-2026-2'],
  );
});

test('what is exploited comes first; pages follow each other; filters hold', async (t) => {
  const { database, hold, evaluate, list } = await scannedEstate(t);
  await hold('web1', [aComponent('weak'), aComponent('worst')]);
  await hold('web2', [aComponent('weak', '2.0')]);
  await evaluate(aMatcher([aFeed()], { weak: 'CVE-2026-1', worst: 'CVE-2026-2' }).matcher);
  const all = await list();
  assert.deepEqual(
    all.map(({ finding }) => finding.id),
    ['CVE-2026-2', 'CVE-2026-1', 'CVE-2026-1'],
  );
  const paged = [];
  let after: { rank: number; key: string; component: number } | undefined;
  for (;;) {
    const [row] = await list({ limit: 1, after });
    if (row === undefined) break;
    paged.push(row.component);
    after = { rank: row.rank, key: row.finding.key, component: row.component };
  }
  assert.deepEqual(
    paged,
    all.map(({ component }) => component),
  );
  assert.equal((await list({ knownExploited: true })).length, 1);
  assert.equal((await list({ name: 'cve-2026-1' })).length, 2);
  assert.equal((await list({ severities: ['low'] })).length, 0);
  assert.deepEqual(await database.transaction('everything', (sql) => countFindings(sql)), {
    affected: 3,
    undecided: 0,
    knownExploited: 1,
    fixable: 3,
    critical: 0,
    high: 3,
  });
});

test('an evaluation that ends in the middle leaves the former verdicts', async (t) => {
  const { hold, evaluate, list } = await scannedEstate(t);
  await hold('web1', [aComponent('weak')]);
  await evaluate(aMatcher([aFeed()], { weak: 'CVE-2026-1' }).matcher);
  const broken: Matcher = {
    feeds: [aFeed({ sha256: 'new' })],
    match: () => {
      throw new Error('the index is gone');
    },
  };
  await assert.rejects(evaluate(broken), /the index is gone/);
  assert.equal((await list()).length, 1);
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(evaluate(aMatcher([aFeed({ sha256: 'new' })], {}).matcher, stop.signal), {
    code: 'cancelled',
  });
  assert.equal((await list()).length, 1);
});

test('coverage: never looked at, looked at too long ago, without a feed, with a stale one', async (t) => {
  const { database, clock, hold, evaluate } = await scannedEstate(t);
  await hold('web1', [aComponent('fine')]);
  await hold('odd1', [
    aComponent('fine'),
    aComponent('thing', '1', { type: 'deb', release: 'oddix-1' }),
  ]);
  await evaluate(aMatcher([aFeed()], {}).matcher);
  const coverage = async (stale: readonly number[] = [], declared: readonly number[] = []) =>
    database.transaction('everything', async (sql) => {
      const feeds = await readFeeds(sql);
      const assets = await readAssetScans(sql, { stale, declared, scanners: [] });
      return assets.flatMap((asset) => coverageOf(asset, feeds, clock.now()));
    });
  const short = (rows: Awaited<ReturnType<typeof coverage>>) =>
    rows.map(({ asset, kind, state, reason }) => `${asset} ${kind} ${state} ${reason}`.trim());
  assert.deepEqual(short(await coverage()), [
    'odd1 packages covered',
    'odd1 advisories unknown no-ecosystem: 1 components',
    'odd1 services uncovered never: nobody has listed its services',
    'web1 packages covered',
    'web1 advisories covered',
    'web1 services uncovered never: nobody has listed its services',
  ]);
  assert.deepEqual(coverageTotals(await coverage())[1], {
    kind: 'advisories',
    covered: 1,
    uncovered: 0,
    unknown: 1,
  });
  clock.advance(2 * 86_400_000);
  assert.match(
    short(await coverage())[4] ?? '',
    /web1 advisories unknown stale-feed: 1 components/,
  );
  const sources = await database.transaction(
    'everything',
    (sql) => sql<{ id: number }[]>`select source_id as id from estate.source`,
  );
  assert.match(
    short(await coverage(sources.map(({ id }) => id)))[3] ?? '',
    /web1 packages unknown stale/,
  );
});

test('services are listed by whoever looks, not by a person who declares a door', async (t) => {
  const { database, clock } = await scannedEstate(t);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const tell = (connector: string, asset: string) =>
    collect(
      { database, clock, log, source: { connector, name: asset, interval: 3600 } },
      yielding([
        {
          type: 'observation',
          kind: 'asset',
          key: asset,
          trueAt: NOW,
          body: { name: asset, type: 'host' },
        },
        {
          type: 'observation',
          kind: 'door',
          key: `${asset}/tcp/443`,
          trueAt: NOW,
          body: { name: 'portal', type: 'portal', asset },
        },
      ]),
    );
  await tell('declared', 'said1');
  await tell('linux-host', 'seen1');
  const coverage = await database.transaction('everything', (sql) =>
    readCoverage(sql, clock.now()),
  );
  const services = coverage.filter(({ kind }) => kind === 'services');
  assert.deepEqual(
    services.map(({ asset, state }) => [asset, state]),
    [
      ['said1', 'uncovered'],
      ['seen1', 'covered'],
    ],
  );
});

test('a component of the estate becomes the package that its ecosystem knows', () => {
  const named = (component: Component) => {
    const { purl, ecosystem, name, source } = packageOf({ id: 1, ...component });
    return { purl, ecosystem, name, source: source?.name };
  };
  assert.deepEqual(named(aComponent('libc6', '2.36-9', { sourceName: 'glibc' })), {
    purl: 'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12',
    ecosystem: 'Debian:12',
    name: 'libc6',
    source: 'glibc',
  });
  const npm = { type: 'npm', release: '', architecture: '', sourceName: '', sourceVersion: '' };
  assert.equal(
    named(aComponent('@angular/core', '17.0.0', npm)).purl,
    'pkg:npm/%40angular/core@17.0.0',
  );
  const maven = named(aComponent('org.example:lib', '1.0', { ...npm, type: 'maven' }));
  assert.deepEqual([maven.ecosystem, maven.name], ['Maven', 'org.example:lib']);
  assert.equal(named(aComponent('x', '1', { release: 'oddix-1' })).ecosystem, '');
});
