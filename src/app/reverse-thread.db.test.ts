import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { updateFromFiles } from '../advisories/update.ts';
import { collect } from '../estate/collect.ts';
import type { Component, Report } from '../estate/schema.ts';
import { systemClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { openDatabase } from '../kernel/sql/database.ts';
import { readFindings } from '../measures/scanning/store.ts';
import { testConnection } from '../../test/support/database.ts';
import { reverseThread } from './reverse-thread.ts';
import { scanEstate } from './scan-estate.ts';

const TRUE_AT = '2026-01-01T00:00:00Z';

function npm(name: string, version: string): Component {
  const none = { release: '', architecture: '', sourceName: '', sourceVersion: '' };
  return { type: 'npm', name, version, ...none };
}

function host(key: string, components: readonly Component[]): Report[] {
  const fact = { type: 'observation', trueAt: TRUE_AT } as const;
  return [
    { ...fact, kind: 'asset', key, body: { name: key, type: 'host' } },
    { type: 'inventory', asset: key, section: 'npm', trueAt: TRUE_AT, components },
  ];
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* yielding(reports: readonly Report[]): AsyncGenerator<Report, 'complete', void> {
  for (const report of reports) yield report;
  return 'complete';
}

const ADVISORY = {
  schema_version: '1.7.0',
  id: 'GHSA-aaaa-bbbb-cccc',
  aliases: ['CVE-2026-4242'],
  summary: 'An invented flaw',
  published: TRUE_AT,
  modified: TRUE_AT,
  affected: [
    {
      package: { ecosystem: 'npm', name: 'left-pad' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.3.0' }] }],
    },
  ],
};

test('an advisory file that is dropped in shows its assets: before it is taken over, and after the job', async (t) => {
  const { connection, role } = await testConnection(t);
  const database = openDatabase(connection, { role, connections: 2 });
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-affected-'));
  const thread = reverseThread({ connection, role, clock: systemClock });
  t.after(async () => {
    await thread.close();
    await database.close();
    fs.rmSync(home, { recursive: true, force: true });
  });
  const log = createLog({ level: 'error', clock: systemClock, write: () => undefined });
  const tell = (name: string, reports: readonly Report[]) =>
    collect(
      { database, clock: systemClock, log, source: { connector: 'test', name, interval: 3600 } },
      yielding(reports),
    );
  await tell('web1', host('web1', [npm('left-pad', '1.2.0'), npm('other', '1.0.0')]));
  await tell('web2', host('web2', [npm('left-pad', '1.3.0')]));
  const page = { list: 'assets', limit: 10 } as const;
  const named = { name: 'CVE-2026-4242' };
  const keys = async (ask: typeof thread.ask, question: Parameters<typeof thread.ask>[0]) =>
    (await ask(question, {}, page)).rows.map(({ key }) => key);

  assert.deepEqual(await keys(thread.ask, { advisory: ADVISORY }), ['web1']);
  assert.deepEqual(await keys(thread.ask, named), [], 'nothing was matched with it yet');

  const drop = path.join(home, 'drop');
  fs.mkdirSync(drop);
  fs.writeFileSync(path.join(drop, 'record.json'), JSON.stringify(ADVISORY));
  const signal = new AbortController().signal;
  await updateFromFiles(drop, {
    directory: path.join(home, 'advisories'),
    clock: systemClock,
    signal,
  });
  const tools = { database, clock: systemClock, config: { data: home }, signal };
  assert.deepEqual(await scanEstate(tools), { matched: 3, changes: 1 });
  const findings = await database.transaction('everything', (sql) =>
    readFindings(sql, { limit: 10 }),
  );
  assert.deepEqual(
    findings.map(({ finding, assets }) => [finding.id, assets]),
    [['GHSA-aaaa-bbbb-cccc', 1]],
  );
  assert.deepEqual(await keys(thread.ask, named), ['web1']);

  await tell('web3', host('web3', [npm('left-pad', '1.0.0')]));
  await scanEstate(tools);
  assert.deepEqual(await keys(thread.askFresh, named), ['web1', 'web3']);
  const range = { purl: 'pkg:npm/left-pad', range: 'vers:npm/>=1.2.0|<1.3.0' };
  const answer = await thread.ask(range, {}, page);
  assert.deepEqual(
    answer.rows.map(({ key, components }) => [key, components.map((id) => answer.purls.get(id))]),
    [['web1', ['pkg:npm/left-pad@1.2.0']]],
  );
  await assert.rejects(thread.ask(named, { customer: 'nobody' }, page), { code: 'not_found' });
  await assert.rejects(thread.ask({ advisory: { id: 'nothing' } }, {}, page), {
    code: 'bad_input',
  });
});
