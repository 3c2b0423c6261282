/** A declared estate of 700 customers: imported, changed, and read as it was known before and after. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { importDeclared, readDeclaredEstate, type ImportOptions } from '../../src/estate/import.ts';
import { writeDeclared } from '../../src/estate/declared/write.ts';
import { readEntities } from '../../src/estate/store-read.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { testDatabase } from '../support/database.ts';
import { declaredEstate } from '../support/declared-estate.ts';

async function place(t: TestContext) {
  const database = await testDatabase(t);
  const clock = fixedClock('2026-10-01T09:00:00Z');
  const take = (text: string, more: Partial<ImportOptions> = {}) => {
    clock.advance(3_600_000);
    return importDeclared([{ name: 'estate.yaml', bytes: Buffer.from(text) }], {
      database,
      clock,
      ...more,
    });
  };
  const customers = (asAt?: Date) =>
    database.transaction('everything', (sql) => readEntities(sql, { kind: 'customer' }, asAt));
  return { database, clock, take, customers };
}

test('700 customers go in, a change is shown and applied, and the day before still reads as it was', async (t) => {
  const { take, customers, clock } = await place(t);
  const text = declaredEstate({ customers: 700, seed: 7 });
  const first = await take(text);
  assert.ok(first.ok && first.applied);
  const before = clock.now();
  const known = await customers();
  assert.equal(known.length, 700);
  const again = await take(text);
  assert.ok(again.ok);
  assert.deepEqual(
    [again.diff.added.length, again.diff.changed.length, again.collection?.changed],
    [0, 0, 0],
  );

  const [one] = known;
  const name = String(one?.body['name']);
  const changed = text.replaceAll(name, 'Renamed Care Group');
  const dry = await take(changed, { dryRun: true });
  assert.ok(dry.ok && !dry.applied && dry.diff.changed.length > 0);
  assert.ok(
    (await customers()).every((customer) => customer.body['name'] !== 'Renamed Care Group'),
  );
  const second = await take(changed);
  assert.ok(second.ok);
  assert.equal(second.diff.changed.length, dry.diff.changed.length);
  const named = (entities: Awaited<ReturnType<typeof customers>>) =>
    entities.find((each) => each.key === one?.key)?.body['name'];
  assert.equal(named(await customers()), 'Renamed Care Group');
  assert.equal(named(await customers(before)), name);
  assert.deepEqual(await customers(before), [...known]);
});

test('one wrong line among 700 customers and nothing is applied', async (t) => {
  const { take, customers } = await place(t);
  const text = declaredEstate({ customers: 700, seed: 7 });
  const refused = await take(
    `${text}\nfactors:\n  - id: f1\n    account: nobody-declared-this\n    type: totp\n`,
  );
  assert.ok(!refused.ok);
  assert.equal(refused.problems.length, 1);
  assert.ok((refused.problems[0]?.line ?? 0) > 1000);
  assert.equal((await customers()).length, 0);
});

test('what leaves the files is kept, unless they are said to be complete', async (t) => {
  const { take, customers } = await place(t);
  await take(declaredEstate({ customers: 20, seed: 7 }));
  const some = 'customers:\n  - id: only-one\n    name: Only One\n';
  const kept = await take(some);
  assert.ok(kept.ok && kept.diff.missing.length > 0);
  assert.equal((await customers()).length, 21);
  const complete = await take(some, { complete: true });
  assert.ok(complete.ok && (complete.collection?.gone ?? 0) > 0);
  assert.deepEqual(
    (await customers()).map((each) => each.key),
    ['only-one'],
  );
});

for (const format of ['yaml', 'csv'] as const) {
  test(`an export as ${format} is read back unchanged`, async (t) => {
    const { database, take, clock } = await place(t);
    await take(declaredEstate({ customers: 50, seed: 3 }));
    const files = writeDeclared(await readDeclaredEstate(database), format);
    const back = await importDeclared(
      files.map(({ name, text }) => ({ name, bytes: Buffer.from(text) })),
      { database, clock, complete: true },
    );
    assert.ok(back.ok);
    assert.deepEqual(
      [back.diff.added.length, back.diff.changed, back.diff.missing.length],
      [0, [], 0],
    );
  });
}
