import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { collected } from '../../../test/support/collect.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { BODIES } from '../../estate/schema.ts';
import { csv } from './index.ts';

const CONFIG = {
  identitySource: 'app:portal',
  columns: {
    login: 'login',
    enabled: 'active',
    lastSignIn: 'last',
    customer: 'customer',
    factors: [{ column: 'mfa', type: 'totp' }],
  },
};
const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-csv-'));
after(() => rmSync(folder, { recursive: true }));

test('accounts and factors of a file; short lines and repeated logins by their numbers', async () => {
  const file = path.join(import.meta.dirname, 'fixtures/accounts.csv');
  const { reports, outcome } = await collected(csv, { ...CONFIG, file });
  for (const report of reports)
    if (report.type === 'observation') BODIES[report.kind].parse(report.body);
  const accounts = [...bodies('account', reports)].map(([key, { enabled, customer }]) => [
    key,
    enabled,
    customer,
  ]);
  assert.deepEqual(accounts, [
    ['app:portal/anna, n.', true, 'RX1'],
    ['app:portal/ben', false, 'RX2'],
  ]);
  assert.deepEqual([...bodies('factor', reports).keys()], ['app:portal/anna, n./totp']);
  assert.equal(outcome, 'partial');
  const details = reports.flatMap((report) => (report.type === 'unseen' ? [report.detail] : []));
  assert.deepEqual(details, ['1 lines: 4', '1 lines: 5']);
});

const BROKEN: readonly (readonly [string, string, string])[] = [
  [
    'a quote that is not closed',
    'login,active,mfa,last,customer\nanna,yes,,,\n"ben',
    'file of accounts: invalid',
  ],
  ['columns that are not there', 'name,mail\nanna,a\n', 'columns: invalid'],
];
for (const [name, text, expected] of BROKEN) {
  test(name, async () => {
    const file = path.join(folder, 'broken.csv');
    writeFileSync(file, text);
    const { reports, outcome } = await collected(csv, { ...CONFIG, file });
    assert.notEqual(outcome, 'complete');
    assert.deepEqual(unseen(reports), [expected]);
  });
}
