import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { collected } from '../../../test/support/collect.ts';
import { bodies, unseen } from '../../../test/support/host-reports.ts';
import { BODIES, Key } from '../../estate/schema.ts';
import { csvCells } from './fields.ts';
import { signInLogs } from './index.ts';

const FIXTURE = path.join(import.meta.dirname, 'fixtures/gateway.jsonl');
const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-log-'));
after(() => rmSync(folder, { recursive: true }));
const COMMON = { identitySource: 'ad:corp.example', door: 'citrix:adc1/vpn/gw' };
const JSONL = {
  ...COMMON,
  format: 'jsonl',
  fields: {
    login: 'user.name',
    time: 'time',
    result: 'outcome',
    factors: 'mfa',
    address: 'ip',
    client: 'agent',
  },
  success: ['success'],
  oneFactor: ['none'],
  twoFactors: ['push', 'code'],
  factorTypes: { push: 'push', code: 'totp' },
};
const DETAILS = { account: 'ad:corp.example/anna', door: COMMON.door };

async function read(config: Record<string, unknown>) {
  const done = await collected(signInLogs, config);
  for (const report of done.reports) {
    if (report.type !== 'observation') continue;
    Key.parse(report.key);
    BODIES[report.kind].parse(report.body);
  }
  return { ...done, rows: [...bodies('signin', done.reports).values()] };
}

test('JSON lines: the newest of each kind, successes only, malformed lines by number, no address kept', async () => {
  const { rows, outcome, reports } = await read({ ...JSONL, file: FIXTURE });
  assert.deepEqual(rows, [
    {
      ...DETAILS,
      oneFactorAt: '2026-11-20T08:00:00.000Z',
      oneFactorCount: 2,
      addressClass: 'internet',
      way: 'Receiver',
      twoFactorAt: '2026-11-21T09:00:00.000Z',
      twoFactorCount: 1,
      factors: ['push'],
    },
    { ...DETAILS, account: 'ad:corp.example/cora', unknownCount: 1 },
  ]);
  assert.equal(outcome, 'partial');
  assert.deepEqual(unseen(reports), [
    'malformed lines: invalid',
    'events without a login or a time that has been: invalid',
  ]);
  const told = reports.find((report) => report.type === 'unseen');
  assert.equal(told?.type === 'unseen' ? told.detail : '', '1 lines: 6');
  assert.ok(!JSON.stringify(reports).includes('203.0.113.9'));
});

test('CSV with quotes, and text with an expression', async () => {
  const csv = path.join(folder, 'log.csv');
  writeFileSync(csv, 'when;who;how\n2026-11-20 08:00:00;"anna";one\n2026-11-20 09:00:00;anna\n');
  const fields = { login: 'who', time: 'when', factors: 'how' };
  const one = await read({
    ...COMMON,
    file: csv,
    format: 'csv',
    separator: ';',
    fields,
    oneFactor: ['one'],
  });
  assert.deepEqual(one.rows, [
    { ...DETAILS, oneFactorAt: '2026-11-20T08:00:00.000Z', oneFactorCount: 1 },
  ]);
  assert.deepEqual(unseen(one.reports), ['malformed lines: invalid']);

  const text = path.join(folder, 'auth.log');
  writeFileSync(
    text,
    '2026-11-20T08:00:00Z gw vpn: LOGIN anna by password\n2026-11-20T08:00:01Z gw cron: hello\n',
  );
  const pattern = String.raw`^(?<time>\S+) \S+ vpn: LOGIN (?<login>\S+) by (?<how>\w+)`;
  const other = { login: 'login', time: 'time', factors: 'how' };
  const two = await read({
    ...COMMON,
    file: text,
    format: 'text',
    pattern,
    fields: other,
    oneFactor: ['password'],
  });
  assert.deepEqual([two.outcome, two.rows[0]?.oneFactorCount], ['complete', 1]);
});

test('goes on where it ended, and leaves a line that is still written', async () => {
  const file = path.join(folder, 'grows.jsonl');
  writeFileSync(file, readFileSync(FIXTURE));
  const first = await read({ ...JSONL, file });
  const end = Number(/"toByte":(\d+)/.exec(first.logged)?.[1]);
  assert.equal(end, readFileSync(file).length);
  const line =
    '{"time":"2026-11-21T10:00:00Z","user":{"name":"anna"},"outcome":"success","mfa":"none"}';
  appendFileSync(file, `${line}\n${line.slice(0, 30)}`);
  const second = await read({ ...JSONL, file, fromByte: end });
  assert.deepEqual(
    second.rows.map(({ oneFactorAt }) => oneFactorAt),
    ['2026-11-21T10:00:00.000Z'],
  );
  assert.deepEqual(
    unseen(second.reports),
    ['earlier events: truncated'],
    'a part never shrinks what was known',
  );
  assert.equal(Number(/"toByte":(\d+)/.exec(second.logged)?.[1]), end + line.length + 1);
  const anew = await read({ ...JSONL, file, fromByte: 10_000_000 });
  assert.ok(anew.rows.length > 1, 'a log that was begun anew is read from its start');
});

test('a line that never ends is malformed, and is not held', async () => {
  const file = path.join(folder, 'long.jsonl');
  writeFileSync(
    file,
    `${'x'.repeat(5_000_000)}\n${readFileSync(FIXTURE, 'utf8').split('\n')[0] ?? ''}\n`,
  );
  const { rows, reports } = await read({ ...JSONL, file });
  assert.deepEqual([rows.length, unseen(reports)], [1, ['malformed lines: invalid']]);
});

test('cells: quotes, doubled quotes, empty ones', () => {
  assert.deepEqual(csvCells('a,"b,c","d""e",', ','), ['a', 'b,c', 'd"e', '']);
  assert.equal(csvCells('"a', ','), undefined);
  assert.equal(csvCells('"a"b,c', ','), undefined);
});
