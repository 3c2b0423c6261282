/** Real lock files, from the file to the finding, against what node-semver said of the same records. */
import fs from 'node:fs';
import path from 'node:path';
import type { AdvisoryIndex } from '../../src/advisories/index-open.ts';
import { matchPackages } from '../../src/advisories/match.ts';
import { takeInventory } from '../../src/inventory/take-inventory.ts';
import { sharedArchive, sharedFile } from '../../test/support/shared-data.ts';
import { NOW } from './feeds.ts';
import { compareRows, type Outcome } from './suite.ts';

export async function npmLocks(index: AdvisoryIndex, scratch: string): Promise<Outcome> {
  const [, ...rows] = sharedFile('quality/npm-lock-findings.tsv')
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
  const locks = new Set(rows.map(([lock = '']) => lock));
  const judged = new Set(rows.map(([, , , id = '']) => id));
  const expected = new Set(
    rows.map(([lock, name, version, id]) => [lock, name, version, id].join(' ')),
  );
  const found = new Set<string>();
  for (const [file, bytes] of sharedArchive('lockfiles/lockfiles.tar.zst')) {
    if (!locks.has(file)) continue;
    const folder = path.join(scratch, 'lock');
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, path.basename(file)), bytes);
    const { packages } = await takeInventory(folder);
    const items = new Map(packages.map((item) => [item.purl, item]));
    for (const finding of matchPackages(packages, index, { now: NOW }).findings) {
      const item = items.get(finding.purl);
      if (item === undefined || finding.state !== 'affected') continue;
      // One flaw may have two of the identifiers that were judged one by one.
      const own = [finding.id, ...finding.aliases]
        .filter((one) => judged.has(one))
        .map((name) => [file, item.name, item.version, name].join(' '));
      const listed = own.filter((row) => expected.has(row));
      for (const row of listed.length > 0 ? listed : own.slice(0, 1)) found.add(row);
    }
  }
  const compared = compareRows(expected, found, (_, kind) =>
    kind === 'missed' ? 'ours to mend' : 'node-semver does not say so',
  );
  return { suite: 'npm lock files', ...compared, beyond: {} };
}
