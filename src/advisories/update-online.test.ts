import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { anOsvRecord } from '../../test/support/advisory-samples.ts';
import { startAdvisoryServer, type AdvisoryServer } from '../../test/support/advisory-server.ts';
import { makeZip } from '../../test/support/build-zip.ts';
import { fixedClock } from '../kernel/clock.ts';
import { systemFetch } from '../kernel/http/outgoing.ts';
import { retryAfter } from './download.ts';
import { changedSince } from './changes.ts';
import { openIndex } from './index-open.ts';
import { readManifest } from './manifest.ts';
import { updateFromAddress, updateFromSources, type OnlineOptions } from './update-online.ts';

const clock = fixedClock('2026-11-22T12:00:00Z');
const made: string[] = [];
after(() => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});

function options(server: AdvisoryServer, only: readonly string[]): OnlineOptions {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-online-'));
  made.push(directory);
  return {
    directory,
    clock,
    signal: new AbortController().signal,
    only,
    mirror: server.base,
    network: { fetch: systemFetch, now: () => clock.now(), sleep: () => Promise.resolve() },
  };
}

async function served(work: (server: AdvisoryServer) => Promise<void>): Promise<void> {
  const server = await startAdvisoryServer();
  try {
    await work(server);
  } finally {
    await server.close();
  }
}

const CANARY = { aliases: ['CVE-2019-10744'] };

test('only what the list of changes names is downloaded, and takes the place of its former copy', () =>
  served(async (server) => {
    server.put('osv/ecosystems.txt', 'npm\n');
    const zip = makeZip([
      { name: 'A.json', body: anOsvRecord('A', 'npm', 'left', CANARY) },
      { name: 'B.json', body: anOsvRecord('B', 'npm', 'right') },
      { name: 'C.json', body: anOsvRecord('C', 'npm', 'gone') },
    ]);
    server.put('osv/npm/all.zip', zip);
    const given = options(server, ['osv']);
    await updateFromSources(given);
    const modified = { modified: '2026-11-21T00:00:00Z' };
    const moved = anOsvRecord('B', 'npm', 'elsewhere', modified);
    server.put('osv/npm/B.json', moved);
    server.put('osv/npm/A.json', anOsvRecord('A', 'npm', 'left', CANARY));
    server.put(
      'osv/npm/C.json',
      anOsvRecord('C', 'npm', 'gone', { ...modified, withdrawn: '2026-11-21T00:00:00Z' }),
    );
    server.put(
      'osv/npm/modified_id.csv',
      '2026-11-21T00:00:00Z,B\n2026-11-21T00:00:00Z,C\n2026-11-20T00:00:00Z,A\n',
    );
    server.requests.length = 0;
    const report = await updateFromSources(given);
    assert.equal(report.complete, true, JSON.stringify(report));
    assert.ok(!server.requests.some((request) => request.path.endsWith('all.zip')));
    const index = openIndex(given.directory);
    const [feed] = index.feedsFor('npm');
    assert.ok(feed !== undefined);
    assert.equal(feed.canary?.found, true);
    assert.deepEqual(
      ['left', 'right', 'elsewhere', 'gone'].map((name) => index.rows(feed, 'npm', name).length),
      [1, 0, 1, 1],
    );
    assert.equal(index.record(feed, 'C')?.status, 'withdrawn');
    index.close();
    // The same content, had it been downloaded whole.
    const whole = options(server, ['osv']);
    server.put(
      'osv/npm/all.zip',
      makeZip(
        ['A', 'B', 'C'].map((id) => ({
          name: `${id}.json`,
          body: server.files.get(`osv/npm/${id}.json`)?.body ?? '',
        })),
      ),
    );
    await updateFromSources(whole);
    assert.deepEqual(
      readManifest(given.directory).feeds.map(({ segment }) => segment),
      readManifest(whole.directory).feeds.map(({ segment }) => segment),
    );
  }));

test('a source with one ecosystem that fails renews the others, and says which it did not', () =>
  served(async (server) => {
    server.put('osv/ecosystems.txt', 'Go\nnpm\n');
    server.put(
      'osv/npm/all.zip',
      makeZip([{ name: 'A.json', body: anOsvRecord('A', 'npm', 'left', CANARY) }]),
    );
    const report = await updateFromSources(options(server, ['osv']));
    assert.equal(report.complete, false);
    assert.deepEqual(
      report.feeds.map(({ id, outcome }) => [id, outcome]),
      [
        ['osv:Go', 'failed'],
        ['osv:npm', 'new'],
      ],
    );
  }));

test('what another import has put in the place of a downloaded feed is not taken for it', () =>
  served(async (server) => {
    const given = options(server, ['go']);
    server.put(
      'go/vulndb.zip',
      makeZip([
        { name: 'A.json', body: anOsvRecord('A', 'Go', 'left', { aliases: ['CVE-2022-32149'] }) },
      ]),
    );
    await updateFromSources(given);
    const { feeds } = readManifest(given.directory);
    const manifest = path.join(given.directory, 'manifest.json');
    fs.writeFileSync(
      manifest,
      fs.readFileSync(manifest, 'utf8').replace(feeds[0]?.segment ?? '', `${'0'.repeat(64)}.seg`),
    );
    server.requests.length = 0;
    await updateFromSources(given);
    assert.deepEqual(
      server.requests.map(({ conditional }) => conditional),
      [false],
    );
  }));

test('a checksum that the source publishes is compared', () =>
  served(async (server) => {
    server.put('redhat/archive_latest.txt', 'vex.tar.gz');
    server.put('redhat/vex.tar.gz', 'whatever');
    server.put('redhat/vex.tar.gz.sha256', `${'0'.repeat(64)}  vex.tar.gz\n`);
    const report = await updateFromSources(options(server, ['redhat']));
    assert.match(report.feeds[0]?.why ?? '', /checksum/);
  }));

test('one file by its address', () =>
  served(async (server) => {
    server.put('x/some.json', anOsvRecord('A', 'npm', 'left', CANARY));
    const given = options(server, ['osv']);
    const report = await updateFromAddress(`${server.base}/x/some.json`, given);
    assert.deepEqual(
      report.feeds.map(({ id, outcome }) => [id, outcome]),
      [['osv:npm', 'new']],
    );
    await assert.rejects(updateFromAddress(`${server.base}/x/none.json`, given), {
      code: 'unreachable',
    });
  }));

test('a source that has long been silent is only as new as its last change', () =>
  served(async (server) => {
    const given = options(server, ['epss']);
    server.date = '2026-11-22T11:00:00Z';
    server.files.set('epss/epss_scores-current.csv.gz', {
      body: '#model_version:v1,score_date:2026-09-01T00:00:00+0000\ncve,epss,percentile\nCVE-2020-1472,0.5,0.5\n',
      lastModified: 'Tue, 01 Sep 2026 00:00:00 GMT',
    });
    await updateFromSources(given);
    assert.equal(readManifest(given.directory).feeds[0]?.asOf, '2026-09-01T00:00:00.000Z');
  }));

test('a body without end, or one that is not what its checksum says, is not kept', () =>
  served(async (server) => {
    const given = options(server, ['kev']);
    const limits = { bytes: 10_000, attempts: 2 };
    const limited = { ...given, network: { ...given.network, limits } };
    server.misbehave = (_path, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(4096)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
      return true;
    };
    const endless = await updateFromSources(limited);
    assert.match(endless.feeds[0]?.why ?? '', /larger than 10000 bytes/);
    server.misbehave = (_path, response) => {
      response.setHeader('x-goog-hash', 'md5=AAAAAAAAAAAAAAAAAAAAAA==');
      response.end('{}');
      return true;
    };
    const changed = await updateFromSources(limited);
    assert.match(changed.feeds[0]?.why ?? '', /checksum/);
    assert.deepEqual(fs.readdirSync(given.directory), []);
  }));

test('how long a server asks to wait, in seconds or as a date', () => {
  const now = new Date('2026-11-22T12:00:00Z');
  assert.equal(retryAfter('7', now), 7000);
  assert.equal(retryAfter('Sun, 22 Nov 2026 12:00:30 GMT', now), 30_000);
  assert.equal(retryAfter('Sun, 22 Nov 2020 12:00:30 GMT', now), 0);
  for (const value of [null, '', 'soon']) assert.equal(retryAfter(value, now), undefined);
});

test('the list of changes is read from the newest down to what is known', () => {
  const list =
    '2026-11-21T00:00:00Z,npm/B\nbroken\n2026-11-20T00:00:00Z,A\n2026-11-19T00:00:00Z,C\n';
  assert.deepEqual(changedSince(list, '2026-11-20T00:00:00.000Z'), {
    ids: ['B', 'A'],
    newest: '2026-11-21T00:00:00.000Z',
  });
});
