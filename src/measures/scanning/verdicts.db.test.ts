import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collect } from '../../estate/collect.ts';
import { createLog } from '../../kernel/log.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { aFindingOf } from '../../../test/support/a-finding.ts';
import {
  aComponent,
  aFeed,
  aMatcher,
  NOW,
  scannedEstate,
  yielding,
} from '../../../test/support/scanned-estate.ts';
import { coveragePage } from './coverage.ts';
import { evaluateFindings } from './evaluate.ts';
import type { Matcher } from './model.ts';
import { readCoverage, readFindingsPage, type Scope } from './read.ts';

test('findings and coverage of a part of the estate, page by page; an asset that is only named is a gap', async (t) => {
  const { database, clock, hold, evaluate } = await scannedEstate(t);
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
  const { database, clock, hold, list } = await scannedEstate(t);
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
        >`select id, f.ctid::text as place from scanning.component_flaw f join scanning.wording w using (wording_id) order by id`,
    );
  assert.equal((await evaluate(saying('a', 'one'))).changes, 2);
  const [odd] = await list({ name: 'odd-\\2' });
  assert.equal(odd?.finding.summary, summary);
  assert.deepEqual(odd.finding.aliases, aliases);
  assert.equal(odd.finding.url, 'half a pair \ufffd and a nul  end');
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
