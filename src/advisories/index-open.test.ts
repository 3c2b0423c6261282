import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { HoldfastError } from '../kernel/errors.ts';
import { MANIFEST_FILE, openIndex } from './index-open.ts';
import type { AdvisoryRecord, AdvisoryRow, Feed } from './model.ts';
import { openSegmentWriter } from './segment-writer.ts';

const RECORD: AdvisoryRecord = {
  id: 'GHSA-aaaa-bbbb-cccc',
  status: 'active',
  aliases: ['CVE-2024-1000'],
  upstream: [],
  summary: 'something',
  published: '2024-01-01T00:00:00Z',
  modified: '2024-01-02T00:00:00Z',
  cvss: [],
  cwes: [],
  url: '',
};

const ROW: AdvisoryRow = {
  id: RECORD.id,
  state: 'wont_fix',
  ranges: [
    { type: 'GIT', events: [{ introduced: '0' }] },
    { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '1.4.0' }] },
    { type: 'NEW', events: [{ introduced: '2' }, { last_affected: '3' }, { limit: '*' }] },
  ],
  versions: ['1.0.0', '7.0.0'],
  module: 'nodejs:18',
  arch: ['x86_64'],
  urgency: 'high',
  qualifier: 'only with TLS',
};

function aFeed(id: string, ecosystem: string, segment: string): Feed {
  return {
    id,
    ecosystem,
    segment,
    source: 'test',
    asOf: '2024-01-01T00:00:00Z',
    updatedAt: '2024-01-01T00:00:00Z',
    maxAgeSeconds: 86_400,
    records: 1,
    rows: 1,
    sha256: '',
    seesUnfixed: true,
    from: 'a test',
  };
}

test('rows, records, other names and intelligence are found; silence counts only where there are rows', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-index-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  assert.throws(() => openIndex(folder), { code: 'not_found' });
  fs.writeFileSync(path.join(folder, MANIFEST_FILE), '{"schema":1}');
  assert.throws(() => openIndex(folder), { code: 'bad_file' });
  const writer = openSegmentWriter(folder);
  writer.putRow('Debian:12', 'curl', ROW);
  writer.putRecord(RECORD);
  const intel = openSegmentWriter(folder);
  intel.putIntel('CVE-2024-1000', { cvss: ['CVSS:3.1/x'], status: 'disputed' });
  const kev = openSegmentWriter(folder);
  kev.putIntel('CVE-2024-1000', {
    kev: { added: '2024-01-01', due: '2024-01-15', ransomware: true, name: 'x' },
  });
  const feeds = [
    aFeed('b', 'Debian', writer.finish().file),
    aFeed('a', 'npm', 'gone.seg'),
    aFeed('cve', '', intel.finish().file),
    aFeed('kev', '', kev.finish().file),
  ];
  const manifest = { schema: 'holdfast.advisories/1', feeds };
  fs.writeFileSync(path.join(folder, MANIFEST_FILE), JSON.stringify(manifest));
  const index = openIndex(folder);
  const [debian] = index.feedsFor('Debian:12.4');
  assert.ok(debian);
  assert.deepEqual(index.feedsFor('Debian:13'), []);
  assert.deepEqual(index.feedsFor(''), []);
  const kept = { ...ROW, versions: ['7.0.0'] };
  assert.deepEqual(index.rows(debian, 'Debian:12', 'curl'), [kept]);
  assert.deepEqual(index.rows(debian, 'Debian:13', 'curl'), []);
  assert.deepEqual(index.record(debian, RECORD.id.toLowerCase()), RECORD);
  assert.deepEqual(index.namedBy(debian, 'cve-2024-1000'), [RECORD.id]);
  assert.deepEqual(index.intel('CVE-2024-1000'), {
    cvss: ['CVSS:3.1/x'],
    status: 'disputed',
    kev: { added: '2024-01-01', due: '2024-01-15', ransomware: true, name: 'x' },
  });
  assert.deepEqual(index.intel('CVE-2024-1001'), {});
  const [npm] = index.feedsFor('npm');
  assert.ok(npm);
  assert.throws(
    () => index.rows(npm, 'npm', 'x'),
    (error) => error instanceof HoldfastError && /feed a:/.test(error.message),
  );
  index.close();
});
