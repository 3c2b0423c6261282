/** The real feeds beside the clone, where they are: each directory as it stands, one after the other, twice. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../kernel/clock.ts';
import { packageRoot } from '../kernel/paths.ts';
import { openIndex } from './index-open.ts';
import { readManifest } from './manifest.ts';
import type { Feed } from './model.ts';
import { updateFromFiles } from './update.ts';

const data = path.join(packageRoot(), '../shared/data');
const skip = fs.existsSync(path.join(data, 'advisories')) ? false : `${data} is not there`;

test(
  'real advisories, intelligence and product lives from their directories',
  { skip },
  async (t) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-real-'));
    t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    const update = (name: string) =>
      updateFromFiles(path.join(data, name), {
        directory,
        clock: systemClock,
        signal: new AbortController().signal,
      });
    for (const name of ['advisories', 'intel', 'eol']) {
      const before = readManifest(directory).feeds;
      const report = await update(name);
      assert.equal(report.complete, true, name);
      const { feeds } = readManifest(directory);
      for (const feed of before)
        assert.deepEqual(
          feeds.find(({ id }) => id === feed.id),
          feed,
        );
      const dropped = report.files.flatMap((file) =>
        Object.entries(file.dropped).map(
          ([reason, count]) => `${file.shown}: ${count} × ${reason}`,
        ),
      );
      t.diagnostic(`${name}: ${report.feeds.length} feeds; ${dropped.join('; ')}`);
    }
    const { feeds } = readManifest(directory);
    checkFeeds(feeds);
    const index = openIndex(directory);
    assert.equal(index.intel('CVE-2020-1472').kev?.ransomware, true);
    assert.ok(index.intel('CVE-2020-1472').epss !== undefined);
    assert.equal(index.eol('debian')[0]?.title, 'Debian');
    assert.ok(index.eol('pkg:npm/%40adonisjs/core').length > 0);
    index.close();
    const segments = feeds.map(({ segment }) => segment);
    const again = await update('advisories');
    assert.ok(again.feeds.every(({ outcome }) => outcome === 'unchanged'));
    assert.deepEqual(
      readManifest(directory).feeds.map(({ segment }) => segment),
      segments,
    );
  },
);

function checkFeeds(feeds: readonly Feed[]): void {
  const published = JSON.parse(
    fs.readFileSync(path.join(data, 'advisories/manifest.json'), 'utf8'),
  ) as Record<string, { records: number }>;
  const feedOf = (id: string) => feeds.find((feed) => feed.id === id);
  for (const [key, id] of [
    ['go', 'osv:Go'],
    ['crates', 'osv:crates.io'],
    ['bitnami', 'osv:Bitnami'],
    ['pypi', 'osv:PyPI'],
    ['rubygems', 'osv:RubyGems'],
    ['debian-changelog', 'osv:Debian'],
  ] as const) {
    const feed = feedOf(id);
    // A few of its records come in the other files as well, newer or older.
    assert.ok((feed?.records ?? 0) >= (published[key]?.records ?? Infinity), id);
    assert.equal(feed?.canary?.found, true, id);
  }
  assert.equal(feedOf('kev')?.rows, 1556);
  assert.equal(feedOf('osv:Debian')?.seesUnfixed, false, 'changelogs tell of what was repaired');
}
