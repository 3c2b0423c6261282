import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Feed } from '../../advisories/model.ts';
import { collect } from '../../estate/collect.ts';
import type { Component, Report } from '../../estate/schema.ts';
import { fixedClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { aFindingOf } from '../../../test/support/a-finding.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { packageOf } from './component.ts';
import { coverageOf, coveragePage, coverageTotals } from './coverage.ts';
import { evaluateFindings } from './evaluate.ts';
import type { Matcher } from './model.ts';
import { readCoverage, readFindingsPage, type Scope } from './read.ts';
import { countFindings, readAssetScans, readFeeds, readFindings } from './store.ts';

const NOW = '2026-11-01T08:00:00Z';

function aComponent(name: string, version = '1.0', rest: Partial<Component> = {}): Component {
  return {
    type: 'deb',
    release: 'debian-12',
    name,
    version,
    architecture: 'amd64',
    sourceName: name,
    sourceVersion: version,
    ...rest,
  };
}

function aFeed(rest: Partial<Feed> = {}): Feed {
  return {
    id: 'osv:Debian',
    source: 'osv',
    ecosystem: 'Debian',
    asOf: NOW,
    updatedAt: NOW,
    maxAgeSeconds: 86_400,
    records: 1,
    rows: 1,
    sha256: 'a',
    seesUnfixed: true,
    segment: 'a.seg',
    from: 'a test',
    ...rest,
  };
}

const REPAIRED = { fixed: ['1.1'], fixState: 'fixed' } as const;

/** Everything called `weak` has one flaw, everything called `worst` an exploited one; counts what it was asked. */
function aMatcher(feeds: readonly Feed[], flaws: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const matcher: Matcher = {
    feeds,
    match: (packages) => {
      asked.push(...packages.map(({ name }) => name));
      return {
        findings: packages.flatMap((each) => {
          const id = flaws[each.name];
          const kev = { added: '2026-01-01', due: '2026-01-15', ransomware: true, name: '' };
          return id === undefined
            ? []
            : [aFindingOf(each.purl, id, each.name === 'worst' ? { kev, ...REPAIRED } : REPAIRED)];
        }),
        components: packages.map(({ purl, ecosystem }) =>
          ecosystem === ''
            ? { purl, state: 'unknown' as const, reason: 'no-ecosystem' as const, limits: [] }
            : { purl, state: 'assessed' as const, limits: [] },
        ),
      };
    },
  };
  return { matcher, asked };
}

async function estate(t: TestContext) {
  const database = await testDatabase(t);
  const clock = fixedClock(NOW);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const hold = (asset: string, components: readonly Component[]) =>
    collect(
      { database, clock, log, source: { connector: 'linux-host', name: asset, interval: 3600 } },
      yielding([
        {
          type: 'observation',
          kind: 'asset',
          key: asset,
          trueAt: NOW,
          body: { name: asset, type: 'host' },
        },
        { type: 'inventory', asset, section: 'deb', trueAt: NOW, components },
      ]),
    );
  const evaluate = (matcher: Matcher, signal = new AbortController().signal) =>
    evaluateFindings({ database, clock, matcher, signal });
  const list = (filter = {}) =>
    database.transaction('everything', (sql) => readFindings(sql, { limit: 100, ...filter }));
  return { database, clock, hold, evaluate, list };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* yielding(reports: readonly Report[]): AsyncGenerator<Report, 'complete', void> {
  for (const report of reports) yield report;
  return 'complete';
}

test('a component is matched once for all assets, and again only when it is new or its feeds changed', async (t) => {
  const { hold, evaluate, list } = await estate(t);
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
  const { database, hold, evaluate, list } = await estate(t);
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
  const { hold, evaluate, list } = await estate(t);
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
  const { database, clock, hold, evaluate } = await estate(t);
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
  const { database, clock } = await estate(t);
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

test('findings and coverage of a part of the estate, page by page; an asset that is only named is a gap', async (t) => {
  const { database, clock, hold, evaluate } = await estate(t);
  await hold('web1', [aComponent('weak')]);
  await hold('web2', [aComponent('worst')]);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const fact = { type: 'observation', trueAt: NOW } as const;
  const source = { connector: 'declared', name: 'estate', interval: 3600 };
  await collect(
    { database, clock, log, source },
    yielding([
      { ...fact, kind: 'customer', key: 'kestrel', body: { name: 'Kestrel' } },
      { ...fact, kind: 'service', key: 'rota', body: { name: 'Rota' } },
      {
        ...fact,
        kind: 'dependency',
        key: 'web2 serves rota',
        body: {
          type: 'serves',
          from: { kind: 'asset', key: 'web2' },
          to: { kind: 'service', key: 'rota' },
        },
      },
      {
        ...fact,
        kind: 'holding',
        key: 'records',
        body: { asset: 'web1', customer: 'kestrel', howCounted: 'declared' },
      },
      {
        ...fact,
        kind: 'holding',
        key: 'archive',
        body: { asset: 'forgotten', howCounted: 'declared' },
      },
    ]),
  );
  await evaluate(aMatcher([aFeed()], { weak: 'CVE-2026-1', worst: 'CVE-2026-2' }).matcher);
  const read = <T>(work: (sql: Sql) => Promise<T>) => database.transaction('everything', work);
  const found = async (scope: Scope) =>
    (await read((sql) => readFindingsPage(sql, { ...scope, limit: 10 }))).findings.map(
      ({ finding }) => finding.id,
    );
  assert.deepEqual(await found({}), ['CVE-2026-2', 'CVE-2026-1']);
  assert.deepEqual(await found({ customer: 'kestrel' }), ['CVE-2026-1']);
  assert.deepEqual(await found({ service: 'rota' }), ['CVE-2026-2']);
  assert.deepEqual(await found({ service: 'rota', customer: 'kestrel' }), []);
  await assert.rejects(found({ division: 'nowhere' }), { code: 'not_found' });

  const all = await read((sql) => readCoverage(sql, clock.now()));
  assert.deepEqual(
    [...new Set(all.map(({ asset }) => asset))],
    ['forgotten', 'web1', 'web2'],
    'nobody described it, something refers to it',
  );
  assert.ok(all.filter(({ asset }) => asset === 'forgotten').every(isUncovered));
  const own = await read((sql) => readCoverage(sql, clock.now(), { customer: 'kestrel' }));
  assert.deepEqual([...new Set(own.map(({ asset }) => asset))], ['web1']);
  const paged = [];
  for (let after: string | undefined; ;) {
    const { rows, next } = coveragePage(all, { after }, 2);
    assert.equal(rows.length, 3, 'a page holds whole assets');
    paged.push(...rows);
    if (next === null) break;
    after = next;
  }
  assert.deepEqual(paged, all);
  assert.ok(coveragePage(all, { state: 'uncovered' }, 100).rows.every(isUncovered));
});

function isUncovered({ state }: { readonly state: string }): boolean {
  return state === 'uncovered';
}

test('a finding comes back as it was, whatever its publisher wrote; what is said again is not written again', async (t) => {
  const { database, clock, hold, list } = await estate(t);
  await hold('web1', [aComponent('odd'), aComponent('plain')]);
  const summary = 'tab\t, line\nand\r, "quotes", {braces}, \\N, \\u0000, \u00fc, \u{1f512}';
  const aliases = ['ODD-"1"', 'ODD-\\2', 'ODD-{3},4', 'ODD-\t5'];
  const broken = 'half a pair \ud800 and a nul \0 end';
  const saying = (sha256: string, plain: string): Matcher => ({
    feeds: [aFeed({ sha256 })],
    match: (packages) => ({
      findings: packages.map(({ purl, name }) =>
        name === 'odd'
          ? aFindingOf(purl, 'ODD', { summary, aliases, url: broken })
          : aFindingOf(purl, 'PLAIN', { summary: plain }),
      ),
      components: packages.map(({ purl }) => ({ purl, state: 'assessed' as const, limits: [] })),
    }),
  });
  const evaluate = (matcher: Matcher) =>
    evaluateFindings({ database, clock, matcher, signal: new AbortController().signal });
  const places = () =>
    database.transaction(
      'everything',
      (sql) =>
        sql<
          { id: string; place: string }[]
        >`select id, ctid::text as place from scanning.finding order by id`,
    );
  assert.equal((await evaluate(saying('a', 'one'))).changes, 2);
  const [odd] = await list({ name: 'odd-\\2' });
  assert.equal(odd?.finding.summary, summary);
  assert.deepEqual(odd?.finding.aliases, aliases);
  assert.equal(odd?.finding.url, 'half a pair \ufffd and a nul  end');
  for (const alias of aliases) assert.equal((await list({ name: alias })).length, 1, alias);
  const before = await places();
  clock.advance(60_000);
  assert.deepEqual(await evaluate(saying('b', 'other words')), { matched: 2, changes: 0 });
  const after = await places();
  assert.equal(after[0]?.place, before[0]?.place, 'the same words are left where they are');
  assert.notEqual(after[1]?.place, before[1]?.place);
  const [plain] = await list({ name: 'PLAIN' });
  assert.deepEqual([plain?.finding.summary, plain?.firstSeen], ['other words', new Date(NOW)]);
});
