import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { ProductRow } from './products/model.ts';
import type { WindowsUpdate } from './windows/model.ts';
import { segmentItems } from './segment-items.ts';
import { openSegmentWriter } from './segment-writer.ts';

test('a segment can be written again from its items', (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-items-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  const writer = openSegmentWriter(folder);
  for (let index = 0; index < 300; index += 1) {
    const id = `GHSA-${index}`;
    writer.putRow('npm', `package-${index % 7}`, {
      id,
      state: 'affected',
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: `1.0.${index}` }] }],
    });
    writer.putRecord({
      id,
      status: 'active',
      aliases: [`CVE-2024-${index}`],
      upstream: [],
      summary: '',
      published: '',
      modified: '',
      cvss: [],
      cwes: [],
      url: '',
    });
    writer.putIntel(`CVE-2024-${index}`, { status: 'active' });
    writer.putWindows('windows server 2019', aWindowsUpdate(String(4_400_000 + index)));
    writer.putProduct(aProductRow(`CVE-2024-${index}`));
  }
  const { file, rows } = writer.finish();
  const again = openSegmentWriter(folder);
  for (const item of segmentItems(path.join(folder, file), 'test')) {
    if (item.kind === 'row') again.putRow(item.ecosystem, item.name, item.row);
    else if (item.kind === 'record') again.putRecord(item.record);
    else if (item.kind === 'intel') again.putIntel(item.cve, item.part);
    else if (item.kind === 'product') again.putProduct(item.row);
    else again.putWindows(item.product, item.update);
  }
  const second = again.finish();
  assert.equal(second.file, file);
  assert.equal(second.rows, rows);
});

function aWindowsUpdate(kb: string): WindowsUpdate {
  return { kb, date: '2026-01-13', part: 'windows', cves: ['CVE-2026-1'], supersedes: [] };
}

function aProductRow(cve: string): ProductRow {
  return {
    cve,
    by: 'cna',
    vendor: 'citrix',
    product: 'netscaler_adc',
    otherwise: 'unaffected',
    versions: [{ version: '13.1', lessThan: '49.13', status: 'affected', type: 'patch' }],
  };
}
