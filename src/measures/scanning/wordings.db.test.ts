import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { aFindingOf } from '../../../test/support/a-finding.ts';
import { testConnection } from '../../../test/support/database.ts';
import { aComponent, aFeed, scannedEstate } from '../../../test/support/scanned-estate.ts';
import type { Finding } from '../../advisories/verdict.ts';
import { packageRoot } from '../../kernel/paths.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { openPool } from '../../kernel/sql/database.ts';
import { migrate, readMigrations } from '../../kernel/sql/migrate.ts';
import type { Matcher } from './model.ts';

/** As the matcher words it: what names the component stands in few places. */
function worded(name: string, id: string, over: Partial<Finding> = {}): Finding {
  const purl = `pkg:deb/debian/${name}@1.0?arch=amd64&distro=debian-12`;
  return aFindingOf(purl, id, {
    aliases: [`ALSO-${id}`],
    ...over,
    explain: {
      matched: { ecosystem: 'Debian:12', name: `src-${name}`, version: '1.0', by: 'source' },
      comparator: 'deb',
      feeds: [{ feed: 'osv:Debian', record: id, says: 'affected', because: '>= 0', fresh: true }],
      sentence: `${name} 1.0 is affected by ${id}.`,
    },
  });
}

test('findings of before are kept, their common words once', async (t) => {
  const { connection } = await testConnection(t, { empty: true });
  const pool = openPool(connection, { connections: 2 });
  t.after(() => pool.end());
  const migrations = readMigrations(path.join(packageRoot(), 'migrations'));
  const at = migrations.findIndex(({ name }) => name === 'finding-wordings');
  await migrate(pool, migrations.slice(0, at));
  const findings = [worded('liba', 'CVE-1'), worded('libb', 'CVE-1'), worded('libb', 'CVE-2')];
  for (const [number, finding] of findings.entries()) {
    await pool`
      insert into scanning.finding (component_id, key, id, names, state, rank, known_exploited, severity, fixable, body, digest, first_seen, changed_at)
      values (${number}, ${finding.key}, ${finding.id}, ${[finding.id, `ALSO-${finding.id}`]}, 'affected', 4.5, false, 'high', true,
        ${JSON.stringify(finding)}::text::jsonb, 'x', '2026-01-02', '2026-02-03')`;
  }
  await migrate(pool, migrations);
  const after = await pool`
    select component_id, key, id, names, state, rank, severity, fixable, first_seen, body from scanning.finding order by component_id`;
  assert.deepEqual(
    [...after],
    findings.map((finding, number) => ({
      component_id: number,
      key: finding.key,
      id: finding.id,
      names: [finding.id, `ALSO-${finding.id}`],
      state: 'affected',
      rank: 4.5,
      severity: 'high',
      fixable: true,
      first_seen: new Date('2026-01-02'),
      body: finding,
    })),
  );
  assert.deepEqual([...(await pool`select count(*)::int as n from scanning.wording`)], [{ n: 2 }]);
});

test('the same words are kept once for all components, and go with the last that needs them', async (t) => {
  const { database, hold, evaluate, list } = await scannedEstate(t);
  await hold('web1', [aComponent('one'), aComponent('two')]);
  const saying = (sha256: string, findings: readonly Finding[]): Matcher => ({
    feeds: [aFeed({ sha256 })],
    match: (packages) => ({
      findings,
      components: packages.map(({ purl }) => ({ purl, state: 'assessed' as const, limits: [] })),
    }),
  });
  const wordings = () =>
    database.transaction(
      'everything',
      (sql: Sql) => sql<{ id: string; uses: number }[]>`
        select w.id, (select count(*)::int from scanning.component_flaw f where f.wording_id = w.wording_id) as uses
        from scanning.wording w order by w.id, uses`,
    );
  const both = [worded('one', 'CVE-1'), worded('two', 'CVE-1')];
  await evaluate(saying('a', both));
  assert.deepEqual([...(await wordings())], [{ id: 'CVE-1', uses: 2 }]);
  const read = (await list()).map(({ finding }) => finding);
  assert.deepEqual(
    read.sort((a, b) => (a.purl < b.purl ? -1 : 1)),
    both,
  );

  const changed = worded('two', 'CVE-1', { summary: 'other words' });
  assert.deepEqual(await evaluate(saying('b', [worded('one', 'CVE-1'), changed])), {
    matched: 2,
    changes: 0,
  });
  assert.deepEqual(
    [...(await wordings())],
    [
      { id: 'CVE-1', uses: 1 },
      { id: 'CVE-1', uses: 1 },
    ],
  );
  await evaluate(saying('c', [changed]));
  assert.deepEqual([...(await wordings())], [{ id: 'CVE-1', uses: 1 }]);
  assert.deepEqual(
    (await list()).map(({ finding }) => finding),
    [changed],
  );
});
