/** What every source of advisories owes its caller: kept here so that a new one cannot forget it. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { sources } from '../../src/advisories/sources/index.ts';
import { readManifest } from '../../src/advisories/manifest.ts';
import { updateFromSources, type OnlineOptions } from '../../src/advisories/update-online.ts';
import type { UpdateReport } from '../../src/advisories/update.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { systemFetch } from '../../src/kernel/http/outgoing.ts';
import { sampleOf } from '../support/advisory-samples.ts';
import { startAdvisoryServer, type AdvisoryServer } from '../support/advisory-server.ts';

const FOLDER = path.join(import.meta.dirname, '../../src/advisories/sources');
const NOW = '2026-11-22T12:00:00Z';

let server: AdvisoryServer;
let directory: string;
const waits: number[] = [];

before(async () => {
  server = await startAdvisoryServer();
});
after(async () => {
  await server.close();
});
beforeEach(() => {
  server.files.clear();
  server.misbehave = undefined;
  server.date = '2026-11-22T10:00:00Z';
  server.requests.length = 0;
  waits.length = 0;
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-sources-'));
});
beforeEach((t) => {
  const made = directory;
  if ('after' in t) t.after(() => fs.rmSync(made, { recursive: true, force: true }));
});

function serve(source: string, repeats = 1): void {
  for (const [name, body] of Object.entries(sampleOf(source, repeats))) {
    server.put(`${source}/${name}`, body);
  }
}

async function update(source: string, more: Partial<OnlineOptions> = {}): Promise<UpdateReport> {
  const clock = fixedClock(NOW);
  return updateFromSources({
    directory,
    clock,
    signal: new AbortController().signal,
    only: [source],
    mirror: server.base,
    network: {
      fetch: systemFetch,
      now: () => clock.now(),
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
      limits: { stallMs: 300, timeoutMs: 2000, attempts: 3 },
    },
    ...more,
  });
}

test('every folder is in the registry, sorted, under its own name', () => {
  const folders = fs
    .readdirSync(FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  assert.deepEqual(
    sources.map(({ id }) => id),
    folders,
  );
});

test('the guide tells of every source its licence, its age and what it cannot see', () => {
  const guide = fs.readFileSync(path.join(FOLDER, '../../../docs/guide/advisories.md'), 'utf8');
  for (const { id, blind, licence, homepage, maxAgeSeconds } of sources) {
    const row = guide.split('\n').find((line) => line.startsWith(`| \`${id}\` `)) ?? '';
    for (const part of [
      blind,
      licence.name,
      licence.url,
      homepage,
      `${maxAgeSeconds / 86_400} days`,
    ]) {
      assert.ok(row.includes(part), `${id}: ${part}`);
    }
  }
});

for (const source of sources) {
  const { id } = source;
  const name = (rule: string): string => `${id}: ${rule}`;
  const data = (): string[] =>
    Object.keys(sampleOf(id)).filter((file) => !/(^|\.txt|modified_id\.csv)$/.test(file));

  test(
    name('says what it is, where it is, how long it holds, and what its silence does not mean'),
    () => {
      assert.ok(source.title !== '' && source.licence.name !== '' && source.blind.length > 10);
      assert.match(source.homepage, /^https:\/\//);
      assert.match(source.base, /^https:\/\/.+\/$/);
      assert.match(source.licence.url, /^https:\/\//);
      assert.ok(source.maxAgeSeconds > 0 && source.maxAgeSeconds <= 31 * 24 * 3600);
      assert.ok(Object.values(source.canaries).every((canary) => canary !== ''));
      assert.ok(source.licence.restricted === undefined || source.byDefault !== true);
    },
  );

  test(
    name('brings feeds with their canary, and asks the next time only what has changed'),
    async () => {
      serve(id);
      const first = await update(id);
      assert.equal(first.complete, true, JSON.stringify(first.feeds));
      const { feeds } = readManifest(directory);
      assert.ok(feeds.length > 0);
      for (const feed of feeds) {
        assert.equal(feed.canary?.found, true, feed.id);
        assert.equal(feed.source, id);
        assert.equal(feed.asOf, '2026-11-22T10:00:00.000Z');
        assert.ok(feed.rows > 0 && feed.maxAgeSeconds === source.maxAgeSeconds);
      }
      server.requests.length = 0;
      server.date = '2026-11-22T11:00:00Z';
      const second = await update(id);
      assert.ok(
        second.feeds.every(({ outcome }) => outcome === 'unchanged'),
        JSON.stringify(second.feeds),
      );
      const asked = server.requests.filter((request) =>
        data().some((file) => request.path === `${id}/${file}`),
      );
      assert.ok(asked.every(({ conditional }) => conditional));
      assert.ok(
        readManifest(directory).feeds.every(({ asOf }) => asOf === '2026-11-22T11:00:00.000Z'),
      );
    },
  );

  test(name('records that come twice count once'), async () => {
    serve(id);
    await update(id);
    const once = readManifest(directory).feeds.map((feed) => [feed.id, feed.rows]);
    serve(id, 3);
    await update(id, { whole: true });
    assert.deepEqual(
      readManifest(directory).feeds.map((feed) => [feed.id, feed.rows]),
      once,
    );
  });

  test(
    name('whatever is wrong with the answer, the feeds in place go on serving and are named'),
    async () => {
      serve(id);
      await update(id);
      const good = readManifest(directory);
      const bodies = new Map(server.files);
      const damage: Readonly<Record<string, (body: Buffer) => Buffer>> = {
        empty: () => Buffer.alloc(0),
        malformed: () => Buffer.from('<html>maintenance</html>'),
        truncated: (body) => body.subarray(0, Math.floor(body.length * 0.6)),
      };
      for (const [kind, spoil] of Object.entries(damage)) {
        for (const file of data()) {
          const served = bodies.get(`${id}/${file}`);
          assert.ok(served !== undefined, file);
          server.put(`${id}/${file}`, spoil(Buffer.from(served.body)));
        }
        const report = await update(id, { whole: true });
        assert.equal(report.complete, false, kind);
        assert.ok(
          report.feeds.every(({ outcome }) => outcome === 'failed' || outcome === 'refused'),
          `${kind} ${JSON.stringify(report.feeds)}`,
        );
        assert.deepEqual(readManifest(directory), good, kind);
      }
    },
  );

  test(
    name('a server that fails, asks to wait or says nothing is tried again, within limits'),
    async () => {
      serve(id);
      await update(id);
      const good = readManifest(directory);
      waits.length = 0;
      for (const [status, headers] of [
        [500, {}],
        [429, { 'retry-after': '7' }],
        [429, { 'retry-after': '100000' }],
        [0, {}],
      ] as const) {
        server.misbehave = (_path, response) => {
          if (status !== 0) response.writeHead(status, headers).end('later');
          return true;
        };
        const report = await update(id, { whole: true });
        assert.equal(report.complete, false);
        assert.ok(
          report.feeds.length > 0 && report.feeds.every(({ outcome }) => outcome === 'failed'),
        );
        assert.deepEqual(readManifest(directory), good);
      }
      assert.ok(waits.includes(7000) && !waits.includes(100_000_000), waits.join());
      let left = 2;
      server.misbehave = (_path, response) => {
        left -= 1;
        if (left >= 0) response.writeHead(503).end();
        return left >= 0;
      };
      assert.equal((await update(id, { whole: true })).complete, true);
    },
  );

  test(name('stops when it is told to, and leaves nothing behind'), async () => {
    serve(id);
    const controller = new AbortController();
    server.misbehave = () => {
      controller.abort();
      return false;
    };
    await assert.rejects(update(id, { signal: controller.signal }), { code: 'cancelled' });
    assert.deepEqual(fs.readdirSync(directory), []);
  });

  test(name('a server whose clock runs ahead does not make a feed younger than now'), async () => {
    serve(id);
    server.date = '2027-03-01T00:00:00Z';
    await update(id);
    for (const { asOf } of readManifest(directory).feeds)
      assert.equal(asOf, '2026-11-22T12:00:00.000Z');
  });
}
