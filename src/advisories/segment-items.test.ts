import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
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
  }
  const { file, rows } = writer.finish();
  const again = openSegmentWriter(folder);
  for (const item of segmentItems(path.join(folder, file), 'test')) {
    if (item.kind === 'row') again.putRow(item.ecosystem, item.name, item.row);
    else if (item.kind === 'record') again.putRecord(item.record);
    else again.putIntel(item.cve, item.part);
  }
  const second = again.finish();
  assert.equal(second.file, file);
  assert.equal(second.rows, rows);
});
