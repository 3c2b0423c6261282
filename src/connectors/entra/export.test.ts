import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { collected, type Collected } from '../../../test/support/collect.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { absent, sharedFile } from '../../../test/support/shared-data.ts';
import { BODIES } from '../../estate/schema.ts';
import { entra } from './index.ts';

const EXPORT = 'identity/m365-scubagear-ProviderSettingsExport.json.zst';
const RESULTS = 'identity/m365-scubagear-TestResults.json';
/** Controls about second factors and how they are asked for; 3.2 and its neighbours carry a version. */
const CONTROLS = [
  '1.1',
  '2.1',
  '2.3',
  '3.1',
  '3.2',
  '3.3',
  '3.4',
  '3.5',
  '3.6',
  '3.7',
  '3.8',
  '3.9',
];

interface Result {
  readonly PolicyId: string;
  readonly RequirementMet: boolean;
  readonly ActualValue: unknown;
}

suite('a tenant’s exported settings', { skip: absent(EXPORT, RESULTS) }, () => {
  let folder: string;
  let whole: Collected;
  const results = (): Result[] =>
    JSON.parse(
      sharedFile(RESULTS)
        .toString()
        .replace(/^\ufeff/, ''),
    ) as Result[];
  const door = () => [...bodies('door', whole.reports).values()][0];

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-entra-'));
    const file = path.join(folder, 'export.json');
    writeFileSync(file, sharedFile(EXPORT));
    whole = await collected(entra, { mode: 'export', file });
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const control of CONTROLS) {
    test(`MS.AAD.${control} is judged as the results beside it, by the same policies`, () => {
      const expected = results().find(({ PolicyId }) => PolicyId.startsWith(`MS.AAD.${control}v`));
      const told = door()?.settings?.[`entra.control.MS.AAD.${control}`] ?? '';
      assert.equal(/: met(?: by|$)/.test(told), expected?.RequirementMet, told);
      const names = expected?.ActualValue;
      if (!Array.isArray(names) || !names.every((each) => typeof each === 'string')) return;
      const policies = control.startsWith('3.4') ? [] : names;
      for (const name of policies) assert.ok(told.includes(name), name);
    });
  }

  test('the door: a second factor for everyone on newer clients, older ones refused', () => {
    for (const report of whole.reports) {
      if (report.type === 'observation') BODIES[report.kind].parse(report.body);
    }
    const { authentication } = door() ?? {};
    assert.equal(authentication?.whole, undefined);
    const rules = authentication?.rules.map((rule) => [
      rule.demands,
      rule.for,
      rule.except,
      rule.ways?.length,
    ]);
    assert.deepEqual(rules, [
      ['refuse', { everyone: true }, undefined, 1],
      ['second-factor', { everyone: true }, undefined, undefined],
    ]);
    assert.deepEqual(unseen(whole.reports), ['accounts, factors and sign-ins: not-supported']);
  });
});

test('an export that is no JSON, or something else, is a failed collection', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-entra-'));
  const file = path.join(folder, 'export.json');
  for (const text of ['{"tenant_id": ', '[]', '{}', '']) {
    writeFileSync(file, text);
    const { outcome, reports } = await collected(entra, { mode: 'export', file });
    assert.deepEqual([outcome, unseen(reports)], ['failed', ['export: invalid']], text);
  }
  rmSync(folder, { recursive: true });
});
