import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PeopleCount } from './count.ts';
import { countPeople, peopleCounter } from './count.ts';
import { extractOf } from './extract.ts';
import { personSet } from './hash-set.ts';
import { personKey } from './person-key.ts';
import { sealSet } from './seal-set.ts';
import type { SyntheticRecord } from './synth/records.ts';
import { RECORD_HEADER, syntheticRecords } from './synth/records.ts';

const key = personKey([Buffer.alloc(32, 5)]);
const asOf = new Date('2022-08-04T00:00:00Z');
const options = { key, source: 'test', asOf, acceptTestNumbers: true };

type Rows = readonly (readonly string[])[];

async function count(...files: Rows[]): Promise<PeopleCount> {
  return countPeople(
    files.map((rows, i) => extractOf(`file-${i}.csv`, RECORD_HEADER, rows)),
    options,
  );
}

async function countOf(header: readonly string[], rows: Rows): Promise<PeopleCount> {
  return countPeople([extractOf('extract.csv', header, rows)], options);
}

/** What must not depend on order, repetition or the cut into files. */
function people(count: PeopleCount) {
  const { persons, deceased, living, children, specialCategory, homeEntry, categories } = count;
  return { persons, deceased, living, children, specialCategory, homeEntry, categories };
}

const records: readonly SyntheticRecord[] = [...syntheticRecords({ seed: 'count', people: 3000 })];
const rows = records.map((record) => record.row);

test('the truth of a seeded extract lies between low and high, and best is within half a percent', async (t) => {
  const counted = await count(rows);
  const truth = new Set(records.map((record) => record.person)).size;
  const dead = new Set(records.filter((r) => r.deceased).map((r) => r.person)).size;
  const entry = new Set(records.filter((r) => r.homeEntry && !r.deceased).map((r) => r.person))
    .size;
  const { persons, deceased, homeEntry } = counted;
  t.diagnostic(`people ${truth}: counted ${persons.low} - ${persons.best} - ${persons.high}`);
  t.diagnostic(`dead ${dead}: counted ${deceased.best}; home entry ${entry}: ${homeEntry.best}`);
  assert.ok(persons.low <= truth && truth <= persons.high);
  assert.ok(Math.abs(persons.best - truth) <= truth * 0.005);
  assert.ok(Math.abs(deceased.best - dead) <= 2);
  assert.ok(Math.abs(homeEntry.best - entry) <= 2);
  assert.equal(counted.partial, false);
  assert.equal(counted.recordsNotTied, 0);
});

test('the same people in another order, twice, or split over files give the same figures', async () => {
  const expected = people(await count(rows));
  const reversed = rows.toReversed();
  const sorted = rows.toSorted((a, b) => ((a[3] ?? '') < (b[3] ?? '') ? -1 : 1));
  assert.deepEqual(people(await count(reversed)), expected);
  assert.deepEqual(people(await count(sorted)), expected);
  assert.deepEqual(people(await count([...rows, ...rows])), expected);
  assert.deepEqual(
    people(await count(rows.slice(0, 1000), rows.slice(1000), rows.slice(500, 1700))),
    expected,
  );
});

test('columns in another order with other names give the same people', async () => {
  const header = ['NHS No.', 'Surname', 'First Name', 'DOB', 'Post Code', 'Client Ref'];
  const from = [1, 3, 2, 4, 6, 0];
  const other = await countOf(
    header,
    rows.map((row) => from.map((i) => row[i] ?? '')),
  );
  const { persons } = await count(rows);
  assert.equal(other.persons.best, persons.best);
});

const HEADER = ['nhs_number', 'name', 'dob', 'postcode', 'client_id'] as const;

test('two valid NHS numbers are two people, whatever else is the same', async () => {
  const same = ['Ada Byron', '10/12/1940', 'QA1 1AA'];
  const [one, two] = [records[0]?.row[1], records[1]?.row[1]];
  const { persons } = await countOf(HEADER, [
    [one ?? '', ...same, '7'],
    [two ?? '', ...same, '7'],
    ['', ...same, '7'],
  ]);
  assert.deepEqual(persons, { low: 2, best: 2, high: 3 });
});

test('low, best and high: linked by details is probable, alike is possible', async () => {
  const number = records[0]?.row[1] ?? '';
  const linked = await countOf(HEADER, [
    [number, 'Ada Byron', '10/12/1940', 'QA1 1AA', ''],
    ['', 'BYRON, Ada', '1940-12-10', 'qa11aa', ''],
  ]);
  assert.deepEqual(linked.persons, { low: 1, best: 1, high: 2 });
  const typo = await countOf(HEADER, [
    ['', 'Ada Byron', '10/12/1940', 'QA1 1AA', ''],
    ['', 'Ada Bryon', '10/12/1940', 'QA1 1AA', ''],
  ]);
  assert.deepEqual(typo.persons, { low: 1, best: 2, high: 2 });
  const nobody = await countOf(HEADER, [
    ['', 'Mr Unknown', '', '', ''],
    ['', '', '', 'QA1 1AA', ''],
  ]);
  assert.equal(nobody.persons.high, 0);
  assert.equal(nobody.recordsNotTied, 2);
});

test('twins are two people, a household id does not merge a family', async () => {
  const twins = await countOf(HEADER, [
    ['', 'Ada Byron', '10/12/2010', 'QA1 1AA', ''],
    ['', 'Eve Byron', '10/12/2010', 'QA1 1AA', ''],
  ]);
  assert.deepEqual(twins.persons, { low: 2, best: 2, high: 2 });
  assert.equal(twins.children.best, 2);
  const family = ['Ada', 'Bea', 'Cleo', 'Dora', 'Eve'].map((given, i) => [
    '',
    `${given} Byron`,
    `10/12/195${i}`,
    'QA1 1AA',
    'house-9',
  ]);
  assert.equal((await countOf(HEADER, family)).persons.best, 5);
});

test('low <= best <= high and invariance under order, for any tangle of identities', async () => {
  const row = fc.tuple(
    fc.constantFrom('', '', ...records.slice(0, 3).map((r) => r.row[1] ?? '')),
    fc.constantFrom('', 'Ada Byron', 'Ada Bryon', 'Eve Byron'),
    fc.constantFrom('', '10/12/1940', '11/12/1940'),
    fc.constantFrom('', 'QA1 1AA', 'QB2 2BB'),
    fc.constantFrom('', '1', '2', '3'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 14 }),
      fc.nat(),
      async (table, by) => {
        const turned = table.map((_, i) => table[(i + by) % table.length] ?? []);
        const [a, b] = [await countOf(HEADER, table), await countOf(HEADER, [...turned, ...table])];
        assert.ok(a.persons.low <= a.persons.best && a.persons.best <= a.persons.high);
        assert.deepEqual(people(b), people(a));
        const numbers = new Set(
          table
            .map(([number]) => number.replaceAll(/\D/g, ''))
            .filter((n) => n.length === 10 && n.startsWith('999') && n !== '9999999999'),
        );
        assert.ok(a.persons.low >= numbers.size);
      },
    ),
    { numRuns: 150 },
  );
});

test('a column that changes kind halfway makes the count partial and names the row', async () => {
  const shifted = rows.slice(0, 800).map((row, i) => (i < 400 ? row : ['', ...row.slice(0, -1)]));
  const counted = await count(shifted);
  assert.equal(counted.partial, true);
  const change = counted.problems.find((problem) => problem.reason === 'column-changed-kind');
  assert.ok(change?.row !== undefined && Math.abs(change.row - 402) < 30, String(change?.row));
  assert.ok(counted.problems.some((problem) => problem.reason === 'nhs-numbers-appeared'));
});

test('no result, set or error holds a planted name, number, address or code', async () => {
  // Short codes would be found by chance among the hashes' digits, so one long code is planted as well.
  const planted = new Set(records.flatMap((record) => record.secrets.filter((s) => s.length >= 7)));
  planted.add('C84210937');
  const withCode = [...rows, (rows[0] ?? []).with(11, 'Key safe C84210937 left of the door')];
  for (const header of [RECORD_HEADER, []]) {
    const counter = peopleCounter(options);
    await counter.add(extractOf('planted.csv', header, withCode));
    const sealed = sealSet(personSet(counter.identities, key), 'holding', key);
    const set = JSON.stringify(personSet(counter.identities, key), (_, value: unknown) =>
      value instanceof Uint32Array ? [...value].map((word) => word.toString(16)) : value,
    );
    const seen = `${JSON.stringify(counter.count())}${sealed.toString('latin1')}${set}`;
    for (const secret of planted) assert.equal(seen.includes(secret), false, secret);
  }
});

test('without a header the columns are found by their values', async () => {
  const bare = await countPeople([extractOf('bare.csv', [], rows)], options);
  const named = await count(rows);
  assert.ok(Math.abs(bare.persons.best - named.persons.best) <= named.persons.best * 0.01);
  assert.ok(bare.homeEntry.best >= named.homeEntry.best, 'nobody knows who died');
});

test('a cancelled count stops with a clear error', async () => {
  await assert.rejects(
    countPeople([extractOf('x.csv', RECORD_HEADER, rows)], {
      ...options,
      signal: AbortSignal.abort(),
    }),
    { code: 'cancelled' },
  );
});

test('home entry is judged value by value: a note without a way in does not count because its column has others', async () => {
  const number = (i: number): string => records[i]?.row[1] ?? '';
  const counted = await countOf(
    ['nhs number', 'notes'],
    [
      [number(0), 'Key safe 4471 left of the door'],
      [number(1), 'Ate well, in good spirits today'],
    ],
  );
  assert.equal(counted.homeEntry.best, 1);
});

test('long runs of placeholders in a sorted extract are no change of kind', async () => {
  const sorted = rows
    .map((row, i) => (i < 400 ? row.with(6, 'ZZ99 3VZ').with(4, '01/01/1900').with(1, '') : row))
    .toSorted((a, b) => ((a[6] ?? '') < (b[6] ?? '') ? -1 : 1));
  const counted = await count(sorted);
  assert.deepEqual(counted.problems, []);
});
