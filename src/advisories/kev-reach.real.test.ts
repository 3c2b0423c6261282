/** The share of known exploited vulnerabilities that can be found, on the real feeds beside the clone. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { anNvdRecord, nvdAnswer } from '../../test/support/advisory-samples.ts';
import { absent, sharedFile, sharedPath } from '../../test/support/shared-data.ts';
import { systemClock } from '../kernel/clock.ts';
import { kevReach } from './kev-reach.ts';
import { rules } from './rules/index.ts';
import { updateFromFiles } from './update.ts';

const KEV = 'intel/kev-merged-2026-08-22.jsonl.zst';

test(
  'every known exploited vulnerability is reached by something, or says why not',
  { skip: absent('advisories', 'intel', 'windows/definitions.zip') },
  async (t) => {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-kev-'));
    t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
    for (const name of ['advisories', 'intel', 'windows/definitions.zip'])
      await updateFromFiles(sharedPath(name) ?? '', {
        directory,
        clock: systemClock,
        signal: new AbortController().signal,
      });
    const reach = kevReach(directory);
    assert.equal(reach.total, 1556);
    for (const { cve, by, reason } of reach.entries)
      assert.ok(by.length > 0 !== (reason !== undefined), cve);
    const reasons = Object.values(reach.reasons).reduce((sum, count) => sum + count, 0);
    assert.equal(reach.matchable + reasons, reach.total);
    const share = (100 * reach.matchable) / reach.total;
    t.diagnostic(
      `${reach.matchable} of ${reach.total} (${share.toFixed(1)} %): ${JSON.stringify(reach.means)}; not: ${JSON.stringify(reach.reasons)}`,
    );
    // The list is of 2026 and the CVE records here are of 2024: with the feeds of one day it is more.
    assert.ok(share > 35, `${share.toFixed(1)} %`);
    const zeroLogon = reach.entries.find(({ cve }) => cve === 'CVE-2020-1472');
    assert.deepEqual(zeroLogon?.by, ['packages', 'windows', 'rules']);
  },
);

test('a configuration of the NVD makes an entry matchable where it names a version', async (t) => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-kev-'));
  t.after(() => fs.rmSync(directory, { recursive: true, force: true }));
  const files = path.join(directory, 'files');
  fs.mkdirSync(files);
  const bare = {
    nodes: [
      { cpeMatch: [{ vulnerable: true, criteria: 'cpe:2.3:o:invented:os:-:*:*:*:*:*:*:*' }] },
    ],
  };
  const records = [
    anNvdRecord('CVE-2026-0001'),
    anNvdRecord('CVE-2026-0002', { configurations: [bare] }),
    anNvdRecord('CVE-2026-0003', { configurations: [] }),
  ];
  fs.writeFileSync(path.join(files, 'answer.json'), nvdAnswer(records));
  const entries = [1, 2, 3, 4].map((at) => ({
    cveID: `CVE-2026-000${at}`,
    vulnerabilityName: 'An invented flaw',
    dateAdded: '2026-11-01',
    dueDate: '2026-11-22',
    knownRansomwareCampaignUse: 'Unknown',
  }));
  const catalogue = { dateReleased: '2026-11-20T10:00:00Z', vulnerabilities: entries };
  fs.writeFileSync(path.join(files, 'kev.json'), JSON.stringify(catalogue));
  const signal = new AbortController().signal;
  await updateFromFiles(files, { directory, clock: systemClock, signal });
  assert.deepEqual(
    kevReach(directory).entries.map(({ by, reason }) => reason ?? by.join()),
    ['configurations', 'no-version', 'no-product', 'no-record'],
  );
});

test('the rules say of exploitation what the catalogue says', { skip: absent(KEV) }, () => {
  const catalogue = new Map<string, Record<string, string>>();
  for (const line of sharedFile(KEV).toString('utf8').trim().split('\n')) {
    const entry = JSON.parse(line) as Record<string, string>;
    catalogue.set(entry['cve'] ?? '', entry);
  }
  for (const { cve, kev } of rules) {
    const entry = catalogue.get(cve);
    assert.equal(entry !== undefined, kev !== undefined, `${cve} is in one of them only`);
    // Entries after August 2025 come without the dates.
    if (entry?.['dateAdded'] === undefined) continue;
    assert.deepEqual(
      kev,
      {
        added: entry['dateAdded'],
        due: entry['dueDate'],
        ransomware: entry['knownRansomwareCampaignUse'] === 'Known',
      },
      cve,
    );
  }
});
