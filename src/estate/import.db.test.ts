import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { declaredEstate } from '../../test/support/declared-estate.ts';
import { testDatabase } from '../../test/support/database.ts';
import { fixedClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import { collect } from './collect.ts';
import { summarise } from './declared/render-diff.ts';
import { formatProblem } from './declared/problem.ts';
import { writeDeclared } from './declared/write.ts';
import { importDeclared, readDeclaredEstate, type ImportOptions } from './import.ts';
import type { Outcome, Report } from './schema.ts';
import { readEntities } from './store-read.ts';

async function estate(t: TestContext) {
  const database = await testDatabase(t);
  const clock = fixedClock('2026-11-01T08:00:00Z');
  const take = async (
    files: Record<string, string>,
    options: Omit<Partial<ImportOptions>, 'database' | 'clock'> = {},
  ) => {
    clock.advance(60_000);
    const list = Object.entries(files).map(([name, text]) => ({
      name,
      bytes: new TextEncoder().encode(text),
    }));
    const result = await importDeclared(list, { database, clock, ...options });
    return result.ok ? summarise(result.diff) : result.problems.map(formatProblem).join('\n');
  };
  const names = async (asAt?: Date) => {
    const read = await database.transaction('everything', (sql) => readEntities(sql, {}, asAt));
    return read.map(({ kind, key, body }) => `${kind} ${key} ${String(body['name'])}`);
  };
  return { database, clock, take, names };
}

test('an estate of 700 customers imports once, exports, and changes nothing when it comes back', async (t) => {
  const { database, take } = await estate(t);
  const text = declaredEstate({ customers: 700, seed: 7 });
  assert.match(await take({ 'estate.yaml': text }), /^\d{4} added\.$/);
  assert.match(await take({ 'estate.yaml': text }), /^Nothing changes: \d{4} unchanged\.$/);
  for (const format of ['yaml', 'csv'] as const) {
    const files = writeDeclared(await readDeclaredEstate(database), format);
    const again = Object.fromEntries(files.map((file) => [file.name, file.text]));
    assert.match(await take(again, { complete: true }), /^Nothing changes: \d{4} unchanged\.$/);
  }
});

test('a change is true from its import on, also in a file that was exported; the past stays as it was', async (t) => {
  const { database, clock, take, names } = await estate(t);
  await take({ 'e.yaml': 'divisions: [{ id: care, name: Care }, { id: old, name: Old }]' });
  const before = clock.now();
  clock.advance(3_600_000);
  const [file] = writeDeclared(await readDeclaredEstate(database), 'yaml');
  const edited = (file?.text ?? '').replace('name: Care', 'name: Health and care');
  assert.equal(await take({ 'e.yaml': edited }), '1 changed, 1 unchanged.');
  const found = await database.transaction('everything', (sql) => readEntities(sql, {}));
  assert.ok(found.find(({ key }) => key === 'care')!.trueAt > before);
  assert.deepEqual(await names(before), ['division care Care', 'division old Old']);
  assert.deepEqual(await names(), ['division care Health and care', 'division old Old']);
});

test('complete files end what they lack, and may not refer to it', async (t) => {
  const { take, names } = await estate(t);
  await take({ 'a.yaml': 'divisions: [{ id: care }]\nservices: [{ id: s, division: care }]' });
  const service = { 'b.yaml': 'services: [{ id: s, division: care, name: S }]' };
  assert.match(await take(service, { complete: true }), /names a division "care" that is neither/);
  assert.deepEqual(await names(), ['division care care', 'service s s']);
  assert.equal(await take(service), '1 changed, 1 no longer in the files (kept).');
  assert.equal(
    await take({ 'c.yaml': 'services: [{ id: s }]' }, { complete: true }),
    '1 changed, 1 ended.',
  );
  assert.deepEqual(await names(), ['service s s']);
});

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* oneAccount(): AsyncGenerator<Report, Outcome, void> {
  const body = { login: 'ann', identitySource: 'tenant:northmoor' };
  yield { type: 'observation', kind: 'account', key: 'ann', trueAt: '2026-10-01T00:00:00Z', body };
  return 'complete';
}

test('a door may accept an identity source that only a connector knows', async (t) => {
  const { database, clock, take } = await estate(t);
  const door = { 'd.yaml': 'doors: [{ id: d, type: portal, accepts: "tenant:northmoor" }]' };
  assert.match(await take(door), /names an asset or identity source "tenant:northmoor"/);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const source = { connector: 'csv', name: 'accounts', interval: 3600 };
  await collect({ database, clock, log, source }, oneAccount());
  assert.equal(await take(door, { complete: true }), '1 added.');
});

test('one wrong line in one file applies nothing of any', async (t) => {
  const { take, names } = await estate(t);
  const files = { 'a.yaml': 'divisions: [{ id: care }]', 'customers.csv': 'id,ods\nrx1,rx1\n' };
  assert.match(await take(files), /^customers\.csv:2:5: customer "rx1": ods "rx1" is not/);
  assert.deepEqual(await names(), []);
});

test('a list in another order is the same fact', async (t) => {
  const { database, take } = await estate(t);
  const file = (customers: string) =>
    `customers:\n  - { id: a, name: A }\n  - { id: b, name: B }\nservices:\n  - { id: rota, name: Rota, customers: [${customers}] }\n`;
  await take({ 'estate.yaml': file('a, b') });
  assert.match(await take({ 'estate.yaml': file('b, a') }), /^Nothing changes: 3 unchanged/);
  const rows = await database.transaction(
    'everything',
    (sql) => sql`select 1 from estate.observation`,
  );
  assert.equal(rows.length, 3);
});
