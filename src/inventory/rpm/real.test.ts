/** Against databases that rpm itself made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anInputFile, extracted } from '../../../test/support/input-files.ts';
import { absent, sharedArchive, sharedFile } from '../../../test/support/shared-data.ts';
import type { Extracted } from '../schema.ts';
import { rpm } from './index.ts';

function lines(all: readonly Extracted[]): string[] {
  return all
    .map((one) =>
      one.kind === 'package'
        ? `${one.found.name} ${one.found.version} ${String(one.found.arch)}`
        : JSON.stringify(one),
    )
    .sort();
}

test(
  "a real rpmdb.sqlite gives what rpm's own query gives",
  { skip: absent('hosts/rpmdb.sqlite.zst', 'hosts/rpm-qa.tsv') },
  async () => {
    const expected = sharedFile('hosts/rpm-qa.tsv')
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => {
        const [name = '', epoch = '', version = '', release = '', arch = ''] = line.split('\t');
        const prefix = epoch === '0' || epoch === '(none)' || epoch === '' ? '' : `${epoch}:`;
        return `${name} ${prefix}${version}-${release} ${arch}`;
      });
    assert.ok(expected.length > 50);
    const file = anInputFile('var/lib/rpm/rpmdb.sqlite', sharedFile('hosts/rpmdb.sqlite.zst'));
    assert.deepEqual(lines(await extracted(rpm, file)), expected.sort());
  },
);

test(
  'real Berkeley DB files',
  { skip: absent('quality/osv-scalibr-fixtures.tar.zst', 'quality/grype-fixtures.tar.zst') },
  async () => {
    const found = new Map<string, string[]>();
    for (const archive of ['osv-scalibr-fixtures', 'grype-fixtures']) {
      for (const [path, bytes] of sharedArchive(`quality/${archive}.tar.zst`)) {
        if (!/\/(?:Packages_epoch|rpm\/Packages)$/.test(path)) continue;
        found.set(path, lines(await extracted(rpm, anInputFile('var/lib/rpm/Packages', bytes))));
      }
    }
    assert.deepEqual([...found.values()].flat().sort(), [
      'dive 0.9.2-1 x86_64',
      'dive 0.9.2-1 x86_64',
      'hello 1:0.0.1-rls x86_64',
    ]);
  },
);
