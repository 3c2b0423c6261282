import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { BODIES, Instant } from '../estate/schema.ts';
import { countPeople } from './count.ts';
import type { DemoCount } from './demo.ts';
import { countDemo } from './demo.ts';
import type { Extract } from './extract.ts';
import { extractOf } from './extract.ts';
import { personKey } from './person-key.ts';
import type { DemoEstate } from './synth/estate.ts';
import { demoEstate } from './synth/estate.ts';
import { CITRIX_DOOR, ENDPOINTS } from './synth/machines.ts';

const key = personKey([Buffer.alloc(32, 3)]);
const asOf = new Date('2022-08-04T07:00:00Z');
const CASE = {
  persons: 82_946,
  deceased: 3_542,
  living: 79_404,
  specialCategory: 41_196,
  homeEntry: 890,
};

let estate: DemoEstate;
let counted: DemoCount;
before(async () => {
  estate = demoEstate();
  counted = await countDemo(estate, { key, asOf });
});

test('the figures of the 2022 case come out of counting the generated holdings', (t) => {
  t.diagnostic(JSON.stringify(counted.figures));
  assert.deepEqual(counted.figures, { customers: 658, customersExfiltrated: 16, ...CASE });
  assert.equal(counted.holdings.length, 32);
});

async function rowsOf(extract: Extract): Promise<(readonly string[])[]> {
  const rows: (readonly string[])[] = [];
  for await (const batch of extract.batches) rows.push(...batch.rows);
  return rows;
}

test('the same figures when all extracts go through one counter, reversed, cut and one of them twice', async () => {
  const extracts: Extract[] = [];
  for (const holding of estate.holdings.toReversed()) {
    const extract = holding.extract?.();
    if (extract === undefined) continue;
    const rows = (await rowsOf(extract)).toReversed();
    const half = Math.floor(rows.length / 2);
    extracts.push(extractOf('b', extract.header, rows.slice(half)));
    extracts.push(extractOf('a', extract.header, rows.slice(0, half)));
    if (extracts.length < 10) extracts.push(extractOf('again', extract.header, rows));
  }
  const whole = await countPeople(extracts, { key, source: 'all', asOf, acceptTestNumbers: true });
  const { persons, deceased, living, specialCategory, homeEntry } = whole;
  assert.deepEqual(
    {
      persons: persons.best,
      deceased: deceased.best,
      living: living.best,
      specialCategory: specialCategory.best,
      homeEntry: homeEntry.best,
    },
    CASE,
  );
  assert.equal(whole.partial, false);
});

test('every fact of the estate fits the estate schema, refers to known things, and keys are unique', () => {
  const trueAt = '2022-08-02T00:00:00Z';
  Instant.parse(trueAt);
  const keys = new Set<string>();
  const facts = [...estate.facts(trueAt)];
  for (const fact of facts) {
    BODIES[fact.kind].parse(fact.body);
    const name = `${fact.kind} ${fact.key}`;
    assert.equal(keys.has(name), false, name);
    keys.add(name);
  }
  for (const fact of facts) {
    if (fact.kind !== 'dependency') continue;
    for (const { kind, key: each } of [fact.body.from, fact.body.to])
      assert.ok(keys.has(`${kind} ${each}`), each);
  }
  for (const holding of estate.holdings) {
    assert.ok(keys.has(`asset ${holding.asset}`) && keys.has(`customer ${holding.customer}`));
  }
  const hosts = facts.filter((fact) => fact.kind === 'asset' && fact.body.type === 'host');
  assert.equal(hosts.length, ENDPOINTS);
  assert.ok(keys.has(`door ${CITRIX_DOOR}`));
});

test('the same seed gives the same estate, another seed another one with the same figures to count', () => {
  const again = demoEstate();
  assert.deepEqual(again.customers, estate.customers);
  assert.notDeepEqual(demoEstate('other').customers, estate.customers);
});
