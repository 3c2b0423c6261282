import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { fixedClock } from '../kernel/clock.ts';
import { openIndex } from './index-open.ts';
import { readManifest } from './manifest.ts';
import { indexStatus } from './status.ts';
import { updateFromFiles, type UpdateOptions, type UpdateReport } from './update.ts';

const made: string[] = [];
after(() => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-feeds-'));
  made.push(place);
  return place;
}

const clock = fixedClock('2026-11-22T12:00:00Z');

async function update(
  files: Readonly<Record<string, string | Buffer>>,
  directory: string,
  options: Partial<UpdateOptions> = {},
): Promise<UpdateReport> {
  const from = folder();
  for (const [name, content] of Object.entries(files))
    fs.writeFileSync(path.join(from, name), content);
  return updateFromFiles(from, {
    directory,
    clock,
    signal: new AbortController().signal,
    ...options,
  });
}

interface OsvParts {
  readonly id: string;
  readonly modified?: string;
  readonly ecosystem?: string;
  readonly name?: string;
  readonly fixed?: string;
  readonly aliases?: readonly string[];
}

function anOsv({
  id,
  modified = '2026-11-20T00:00:00Z',
  ecosystem = 'npm',
  name = 'left',
  fixed = '1.2.3',
  aliases = [],
}: OsvParts): string {
  return JSON.stringify({
    id,
    modified,
    aliases,
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });
}

const LODASH = anOsv({
  id: 'GHSA-jf85-cpcp-j695',
  name: 'lodash',
  fixed: '4.17.12',
  aliases: ['CVE-2019-10744'],
});
const KEV = JSON.stringify({
  catalogVersion: '2026.11.20',
  dateReleased: '2026-11-20T10:00:00Z',
  vulnerabilities: [
    {
      cveID: 'CVE-2020-1472',
      vendorProject: 'Microsoft',
      product: 'Netlogon',
      vulnerabilityName: 'Netlogon elevation',
      dateAdded: '2021-11-03',
      dueDate: '2020-09-21',
      knownRansomwareCampaignUse: 'Known',
    },
  ],
});
const EPSS =
  '#model_version:v2025.03.14,score_date:2026-11-21T00:00:00+0000\ncve,epss,percentile\nCVE-2020-1472,0.4,0.97\n';
const SSVC = JSON.stringify({
  dataType: 'CVE_RECORD',
  cveMetadata: { cveId: 'CVE-2024-3094', state: 'PUBLISHED', dateUpdated: '2026-11-19T00:00:00Z' },
  containers: {
    cna: { tags: ['disputed'], descriptions: [{ lang: 'en', value: 'text' }] },
    adp: [
      {
        metrics: [
          {
            other: {
              type: 'ssvc',
              content: {
                options: [
                  { Exploitation: 'Active' },
                  { Automatable: 'yes' },
                  { 'Technical Impact': 'total' },
                ],
              },
            },
          },
          { cvssV3_1: { vectorString: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' } },
        ],
      },
    ],
  },
});

test('OSV, KEV, EPSS and SSVC from a directory, packed in several ways, are there to be asked', async () => {
  const directory = folder();
  const report = await update(
    {
      'a.jsonl.gz': gzipSync(`${LODASH}\n${anOsv({ id: 'GHSA-1' })}\n`),
      'kev.json.zst': zstdCompressSync(Buffer.from(KEV)),
      'scores.csv.gz': gzipSync(EPSS),
      'CVE-2024-3094.json': SSVC,
      'notes.txt': 'nothing of ours',
    },
    directory,
  );
  assert.equal(report.complete, true);
  assert.deepEqual(
    report.feeds.map(({ id, outcome, rows, asOf }) => [id, outcome, rows, asOf.slice(0, 10)]),
    [
      ['epss', 'new', 1, '2026-11-21'],
      ['kev', 'new', 1, '2026-11-20'],
      ['osv:npm', 'new', 2, '2026-11-20'],
      ['vulnrichment', 'new', 1, '2026-11-19'],
    ],
  );
  assert.deepEqual(
    report.files.filter(({ unrecognised }) => unrecognised).map(({ shown }) => shown),
    ['notes.txt'],
  );
  const index = openIndex(directory);
  const [npm] = index.feedsFor('npm');
  assert.ok(npm !== undefined);
  assert.equal(index.rows(npm, 'npm', 'lodash')[0]?.id, 'GHSA-jf85-cpcp-j695');
  assert.deepEqual(index.namedBy(npm, 'CVE-2019-10744'), ['GHSA-jf85-cpcp-j695']);
  assert.deepEqual(index.intel('CVE-2020-1472'), {
    kev: { added: '2021-11-03', due: '2020-09-21', ransomware: true, name: 'Netlogon elevation' },
    epss: { score: 0.4, percentile: 0.97, model: 'v2025.03.14', date: '2026-11-21' },
  });
  assert.deepEqual(index.intel('CVE-2024-3094'), {
    ssvc: { exploitation: 'active', automatable: 'yes', impact: 'total' },
    cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H'],
    status: 'disputed',
  });
  index.close();
  const status = indexStatus(directory, clock.now());
  assert.deepEqual(
    status.feeds.map(({ state }) => state),
    ['fresh', 'fresh', 'fresh', 'fresh'],
  );
  assert.equal(status.healthy, true);
  assert.equal(indexStatus(directory, new Date('2026-12-22T00:00:00Z')).healthy, false);
});

test('an update replaces the feeds that it brings and no other', async () => {
  const directory = folder();
  await update({ 'a.json': LODASH }, directory);
  await update({ 'kev.json': KEV }, directory);
  assert.deepEqual(
    readManifest(directory).feeds.map(({ id }) => id),
    ['kev', 'osv:npm'],
  );
  const files = fs.readdirSync(directory).sort();
  assert.equal(files.filter((name) => name.endsWith('.seg')).length, 2);
  assert.deepEqual(
    files.filter((name) => !name.endsWith('.seg')),
    ['manifest.json', 'manifest.previous.json'],
  );
});

test('of two copies of a record the newer counts, whatever file it comes in', async () => {
  for (const order of [
    ['old', 'new'],
    ['new', 'old'],
  ]) {
    const directory = folder();
    const copies: Record<string, string> = {
      old: anOsv({ id: 'GHSA-2', modified: '2024-01-01T00:00:00Z', fixed: '1.0.0' }),
      new: anOsv({ id: 'GHSA-2', modified: '2026-01-01T00:00:00Z', fixed: '2.0.0' }),
    };
    const report = await update(
      { 'a.jsonl': `${copies[order[0]!]!}\n${LODASH}\n`, 'b.jsonl': `${copies[order[1]!]!}\n` },
      directory,
    );
    assert.equal(report.feeds[0]?.rows, 2);
    const index = openIndex(directory);
    const rows = index.rows(index.feedsFor('npm')[0]!, 'npm', 'left');
    assert.deepEqual(
      rows.map(({ ranges }) => ranges?.[0]?.events[1]?.fixed),
      ['2.0.0'],
    );
    index.close();
  }
});

test('a feed that shrinks or loses its canary stays as it was unless told otherwise', async () => {
  const directory = folder();
  const many = Array.from({ length: 10 }, (_, at) => anOsv({ id: `GHSA-${at}` }));
  await update({ 'a.jsonl': [LODASH, ...many].join('\n') }, directory);
  const before = readManifest(directory);
  const shrunk = await update({ 'a.jsonl': [LODASH, ...many.slice(0, 4)].join('\n') }, directory);
  assert.equal(shrunk.complete, false);
  assert.match(shrunk.feeds[0]?.why ?? '', /5 rows where there were 11/);
  const lost = await update(
    { 'a.jsonl': [...many, anOsv({ id: 'GHSA-x' })].join('\n') },
    directory,
  );
  assert.match(lost.feeds[0]?.why ?? '', /CVE-2019-10744/);
  assert.deepEqual(readManifest(directory), before);
  const told = await update({ 'a.jsonl': LODASH }, directory, { acceptShrink: true });
  assert.equal(told.complete, true);
  assert.equal(readManifest(directory).feeds[0]?.rows, 1);
});

test('a damaged file costs the feeds that it has a part in, and is named', async () => {
  const directory = folder();
  await update({ 'a.jsonl': LODASH, 'kev.json': KEV }, directory);
  const text = `${LODASH}\n${Array.from({ length: 400 }, (_, at) => anOsv({ id: `GHSA-${at}` })).join('\n')}\n`;
  const packed = gzipSync(text);
  const report = await update(
    {
      'a.jsonl.gz': packed.subarray(0, packed.length - 30),
      'kev.json': KEV.replace('Netlogon elevation', 'Zerologon'),
    },
    directory,
  );
  assert.equal(report.complete, false);
  assert.deepEqual(
    report.feeds.map(({ id, outcome }) => [id, outcome]),
    [
      ['kev', 'renewed'],
      ['osv:npm', 'failed'],
    ],
  );
  assert.equal(readManifest(directory).feeds.find(({ id }) => id === 'osv:npm')?.rows, 1);
});

test('an index that cannot be written is said plainly', async () => {
  const file = path.join(folder(), 'file');
  fs.writeFileSync(file, '');
  await assert.rejects(update({ 'a.json': LODASH }, path.join(file, 'advisories')), {
    code: 'bad_config',
  });
});

test('nothing known in a directory is an error, and leaves the index as it was', async () => {
  const directory = folder();
  await update({ 'a.json': LODASH }, directory);
  const before = readManifest(directory);
  await assert.rejects(update({ 'readme.txt': 'x', 'b.json': '{"some":"thing"}' }, directory), {
    code: 'bad_file',
  });
  await assert.rejects(update({}, directory), { code: 'bad_file' });
  await assert.rejects(update({ 'a.json': LODASH }, directory, { only: ['nonsense'] }), {
    code: 'bad_input',
  });
  assert.deepEqual(readManifest(directory), before);
});
