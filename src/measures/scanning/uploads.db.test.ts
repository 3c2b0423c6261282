import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testDatabase } from '../../../test/support/database.ts';
import { isSecurityOrigin, PENDING_UPLOAD } from '../../advisories/pending-upload.ts';
import { collect } from '../../estate/collect.ts';
import type { Inventory, Report } from '../../estate/schema.ts';
import { fixedClock } from '../../kernel/clock.ts';
import { createLog } from '../../kernel/log.ts';
import { evaluateFindings } from './evaluate.ts';
import { readFindings } from './store.ts';
import { evaluateUploads } from './uploads.ts';

const NOW = '2026-11-22T06:00:00.000Z';
const ASSET = 'rota-db';

test('which origins are those of security updates', () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ['Debian-Security:12/oldstable-security', true],
    ['Debian:12.15/oldstable, Debian-Security:12/oldstable-security', true],
    ['Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security', true],
    ['Debian:12.15/oldstable', false],
    ['Debian:12-updates/oldstable-updates', false],
    ['security-tools.example:1/stable', false],
    ['', false],
  ];
  for (const [from, expected] of cases) assert.equal(isSecurityOrigin(from), expected, from);
});

test('what the host is offered from a security suite is a finding until it is taken', async (t) => {
  const database = await testDatabase(t);
  const clock = fixedClock(NOW);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const hold = (version: string, notes: NonNullable<Inventory['notes']>) =>
    collect(
      { database, clock, log, source: { connector: 'linux-host', name: ASSET, interval: 3600 } },
      reporting(version, notes),
    );
  const matcher = {
    feeds: [],
    match: (packages: readonly { purl: string }[]) => ({
      findings: [],
      components: packages.map(({ purl }) => ({ purl, state: 'assessed' as const, limits: [] })),
    }),
  };
  const signal = new AbortController().signal;
  const list = async () => {
    await evaluateFindings({ database, clock, matcher, signal });
    await evaluateUploads(database, clock);
    return database.transaction('everything', (sql) => readFindings(sql, { limit: 10 }));
  };

  await hold('3.0.15-1', [
    {
      index: 0,
      available: '3.0.17-1~deb12u3',
      availableFrom: 'Debian-Security:12/oldstable-security',
    },
    { index: 1, available: '2.0', availableFrom: 'Debian:12.15/oldstable' },
  ]);
  const [found, ...more] = await list();
  assert.deepEqual(more, [], 'an ordinary newer version is none');
  assert.equal(found?.finding.id, PENDING_UPLOAD);
  assert.match(found.finding.purl, /^pkg:deb\/debian\/openssl@3\.0\.15-1/);
  assert.deepEqual(found.finding.fixed, ['3.0.17-1~deb12u3']);
  assert.equal((await list()).length, 1, 'a second evaluation changes nothing');

  await hold('3.0.17-1~deb12u3', []);
  assert.equal((await list()).length, 0);
});

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* reporting(
  version: string,
  notes: NonNullable<Inventory['notes']>,
): AsyncGenerator<Report, 'complete', void> {
  const component = (name: string, of: string) => ({
    type: 'deb',
    release: 'debian-12',
    name,
    version: of,
    architecture: 'amd64',
    sourceName: name,
    sourceVersion: of,
  });
  yield {
    type: 'observation',
    kind: 'asset',
    key: ASSET,
    trueAt: NOW,
    body: { name: ASSET, type: 'host' },
  };
  yield {
    type: 'inventory',
    asset: ASSET,
    section: 'deb',
    trueAt: NOW,
    components: [component('openssl', version), component('tzdata', '1.0')],
    notes,
  };
  return 'complete';
}
