/** Signed packages of the real archive: each is looked up under the source that advisories name, at a version that it has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, sharedFile } from '../../test/support/shared-data.ts';
import { lookupsFor } from './match-names.ts';
import type { Feed } from './model.ts';

const RELEASES = ['bullseye', 'bookworm', 'trixie'];
const FILES = RELEASES.flatMap((name) => [
  `debian-index/${name}-main.tsv.zst`,
  `debian-index/${name}-security.tsv.zst`,
]);

const FEED: Feed = {
  id: 'debian',
  source: 'debian',
  ecosystem: 'Debian',
  asOf: '2026-11-21T00:00:00.000Z',
  updatedAt: '2026-11-21T00:00:00.000Z',
  maxAgeSeconds: 0,
  records: 0,
  rows: 0,
  sha256: '',
  seesUnfixed: true,
  segment: '',
  from: 'a test',
};

interface Row {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly sourceVersion: string;
}

function rowsOf(release: string): Row[] {
  return ['main', 'security'].flatMap((suite) =>
    sharedFile(`debian-index/${release}-${suite}.tsv.zst`)
      .toString('utf8')
      .split('\n')
      .map((line) => {
        const [name = '', version = '', source = '', sourceVersion = ''] = line.split('\t');
        return { name, version, source, sourceVersion };
      }),
  );
}

/** The kernel's own source among the lookups; Debian 11 has a second line of kernels, linux-6.1. */
function kernelOf({ name, version, source, sourceVersion }: Row, ecosystem: string) {
  const purl = `pkg:deb/debian/${name}@${version}`;
  const from = { name: source, version: sourceVersion };
  const item = { purl, type: 'deb', ecosystem, name, version, source: from };
  return lookupsFor(item, FEED).find((lookup) => /^linux(?:-\d[\d.]*)?$/.test(lookup.name));
}

test('kernels of Debian 11 to 13 are matched as linux', { skip: absent(...FILES) }, (t) => {
  let kernels = 0;
  let served = 0;
  for (const [at, release] of RELEASES.entries()) {
    const rows = rowsOf(release);
    const built = new Set(rows.map(({ source, sourceVersion }) => `${source} ${sourceVersion}`));
    const sources = new Set(rows.map(({ source }) => source));
    for (const row of rows.filter(({ source }) => source.startsWith('linux-signed-'))) {
      const found = kernelOf(row, `Debian:${at + 11}`);
      assert.ok(found !== undefined && sources.has(found.name), `${release} ${row.name}`);
      // The archive drops an unsigned build before the signed one that was made of it.
      if (built.has(`${found.name} ${found.version}`)) served += 1;
      kernels += 1;
    }
  }
  t.diagnostic(`${kernels} packages of signed kernels, ${served} at a version of their source`);
  assert.ok(kernels > 50 && served / kernels > 0.7, `${served} of ${kernels}`);
});
