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

test('kernels of Debian 11 to 13 are matched as linux', { skip: absent(...FILES) }, (t) => {
  let kernels = 0;
  let served = 0;
  for (const release of RELEASES) {
    const rows = ['main', 'security'].flatMap((suite) =>
      sharedFile(`debian-index/${release}-${suite}.tsv.zst`)
        .toString('utf8')
        .split('\n')
        .map((line) => line.split('\t')),
    );
    const versions = new Map<string, Set<string>>();
    for (const [, , source = '', version = ''] of rows) {
      const known = versions.get(source) ?? new Set();
      versions.set(source, known.add(version));
    }
    for (const [name = '', version = '', source = '', sourceVersion = ''] of rows) {
      if (!/^linux-signed-/.test(source)) continue;
      const item = {
        purl: `pkg:deb/debian/${name}@${version}`,
        type: 'deb',
        ecosystem: `Debian:${RELEASES.indexOf(release) + 11}`,
        name,
        version,
        source: { name: source, version: sourceVersion },
      };
      // Debian 11 has a second line of kernels, linux-6.1.
      const found = lookupsFor(item, FEED).find(({ name: each }) =>
        /^linux(?:-\d[\d.]*)?$/.test(each),
      );
      assert.ok(found !== undefined, `${release} ${name}`);
      assert.ok(versions.has(found.name), `${release} ${name}: ${found.name}`);
      // The archive drops an unsigned build before the signed one that was made of it.
      if (versions.get(found.name)?.has(found.version) === true) served += 1;
      kernels += 1;
    }
  }
  t.diagnostic(`${kernels} packages of signed kernels, ${served} at a version that the source has`);
  assert.ok(kernels > 50 && served / kernels > 0.7, `${served} of ${kernels}`);
});
