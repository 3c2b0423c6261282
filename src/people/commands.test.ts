import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { packageRoot } from '../kernel/paths.ts';
import type { PeopleCount } from './count.ts';
import { RECORD_HEADER, syntheticRecords } from './synth/records.ts';

const main = path.join(packageRoot(), 'src/main.ts');
const records = [...syntheticRecords({ seed: 'commands', people: 200 })];

function run(args: readonly string[]) {
  return spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, HOLDFAST_CONFIG: '/dev/null' },
  });
}

function folder(t: TestContext): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-count-'));
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

function csvOf(rows: readonly (readonly string[])[]): string {
  const quoted = (row: readonly string[]): string =>
    row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',');
  return [RECORD_HEADER, ...rows].map(quoted).join('\n');
}

test('holdings count: CSV and JSON lines of the same people, without database, key or anybody’s data in the output', (t) => {
  const place = folder(t);
  const csv = path.join(place, 'clients.csv');
  const jsonl = path.join(place, 'clients.jsonl');
  const rows = records.map((record) => record.row);
  fs.writeFileSync(csv, csvOf(rows));
  const objects = rows.map((row) =>
    Object.fromEntries(RECORD_HEADER.map((name, i) => [name, row[i]])),
  );
  fs.writeFileSync(jsonl, objects.map((each) => JSON.stringify(each)).join('\n'));
  const one = run(['holdings', 'count', csv, '--synthetic-numbers', '--json']);
  const both = run(['holdings', 'count', csv, jsonl, '--synthetic-numbers', '--json']);
  assert.equal(one.status, 0, one.stderr);
  const [first, second] = [one, both].map(({ stdout }) => JSON.parse(stdout) as PeopleCount);
  assert.equal(first?.persons.best, 200);
  assert.deepEqual(second?.persons, first.persons);
  const text = run(['holdings', 'count', csv, '--synthetic-numbers']);
  const seen = one.stdout + both.stdout + text.stdout + text.stderr;
  for (const secret of records.flatMap((each) => each.secrets.filter((s) => s.length >= 7))) {
    assert.equal(seen.includes(secret), false);
  }
});

test('a partial count ends with exit code 3 and names the row; a missing file with 2', (t) => {
  const ragged = path.join(folder(t), 'ragged.csv');
  fs.writeFileSync(ragged, 'nhs_number,name\n9990000018,Ada Byron\nonly one\n');
  const { status, stdout } = run(['holdings', 'count', ragged]);
  assert.equal(status, 3);
  assert.match(stdout, /ragged\.csv, row 3, has another number of fields/);
  assert.equal(stdout.includes('only one'), false);
  const missing = run(['holdings', 'count', `${ragged}.absent`]);
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /absent cannot be read/);
  assert.equal(run(['holdings', 'count']).status, 2);
});
