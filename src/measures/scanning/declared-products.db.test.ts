import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyIndex } from '../../../test/support/empty-index.ts';
import { testDatabase } from '../../../test/support/database.ts';
import { allFeeds, matchAll } from '../../advisories/match-all.ts';
import { importDeclared } from '../../estate/import.ts';
import { fixedClock } from '../../kernel/clock.ts';
import { evaluateFindings } from './evaluate.ts';
import { readCoverage } from './read.ts';
import { readFindings } from './store.ts';

const NOW = '2026-11-22T06:00:00.000Z';

test('what a person declares of an asset is matched; without a version it is unknown', async (t) => {
  const database = await testDatabase(t);
  const clock = fixedClock(NOW);
  const index = emptyIndex();
  const declare = async (products: string) => {
    const text = `assets:\n  - id: gateway\n    type: device\n    products: [${products}]\n`;
    const files = [{ name: 'estate.yaml', bytes: Buffer.from(text) }];
    const result = await importDeclared(files, { database, clock });
    assert.ok(result.ok, JSON.stringify(result));
    await evaluateFindings({
      database,
      clock,
      matcher: {
        feeds: allFeeds(index),
        match: (packages) => matchAll(packages, index, { now: clock.now() }),
      },
      signal: new AbortController().signal,
    });
    const found = await database.transaction('everything', (sql) =>
      readFindings(sql, { name: 'CVE-2023-4966', limit: 10 }),
    );
    return found.map(({ finding }) => [finding.purl, finding.state, finding.reason]);
  };
  const adc = 'pkg:generic/citrix/netscaler-adc';
  assert.deepEqual(await declare('citrix/netscaler-adc@13.1-48.47'), [
    [`${adc}@13.1-48.47`, 'affected', undefined],
  ]);
  assert.deepEqual(await declare('citrix/netscaler-adc'), [[adc, 'unknown', 'no-version']]);
  assert.deepEqual(await declare('citrix/netscaler-adc@13.1-59.22'), []);
  const coverage = await database.transaction('everything', (sql) =>
    readCoverage(sql, clock.now()),
  );
  const packages = coverage.find(({ kind }) => kind === 'packages');
  assert.equal(packages?.state, 'uncovered', 'nobody has looked at the machine itself');
});

test('what names no vendor or product is refused with its form', async (t) => {
  const database = await testDatabase(t);
  const files = [
    {
      name: 'estate.yaml',
      bytes: Buffer.from(
        'assets:\n  - id: gateway\n    type: device\n    products: [netscaler 13.1]\n',
      ),
    },
  ];
  const result = await importDeclared(files, { database, clock: fixedClock(NOW) });
  assert.equal(result.ok, false);
  assert.match(JSON.stringify(result), /VENDOR\/PRODUCT@VERSION/);
});
