import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectColumns } from './detect-columns.ts';
import { parseNhsNumber } from './nhs-number.ts';
import { RECORD_HEADER, syntheticRecords } from './synth/records.ts';
import { seeded } from './synth/random.ts';

const options = { acceptTestRange: true, thisYear: 2022 };
/** Of each of the five kinds: a million together. */
const EACH = 200_000;

/** Ten-digit numbers that are nobody's NHS number, and how many values and columns of them pass. */
const NUMBERS: readonly (readonly [string, (i: number, random: () => number) => string])[] = [
  ['unix times in sequence', (i) => String(1_600_000_000 + i * 61)],
  ['unix times at random', (_, random) => String(1_400_000_000 + (random() % 400_000_000))],
  ['order numbers in sequence', (i) => String(4_500_000_001 + i)],
  ['order numbers at random', (_, random) => String(4_000_000_000 + (random() % 1_000_000_000))],
  [
    'any ten digits',
    (_, random) => `${1 + (random() % 9)}${String(random() % 1_000_000_000).padStart(9, '0')}`,
  ],
];

test('false columns on a million unix times and order numbers, in columns of 20 and as one', (t) => {
  for (const [name, make] of NUMBERS) {
    const random = seeded(name);
    let values = 0;
    let columns = 0;
    let column: string[][] = [];
    for (let i = 0; i < EACH; i++) {
      const value = make(i, random.word);
      if (parseNhsNumber(value, false) >= 0) values++;
      column.push([value]);
      if (column.length < 20) continue;
      if (isNhs([], column)) columns++;
      column = [];
    }
    t.diagnostic(
      `${name}: ${((values / EACH) * 100).toFixed(2)} % of values pass, ${columns} of ${EACH / 20} columns of 20`,
    );
    assert.equal(columns, 0, name);
    const sample = Array.from({ length: 2000 }, (_, i) => [make(i, random.word)]);
    assert.equal(isNhs(['order_number'], sample), false, name);
  }
});

function isNhs(header: string[], sample: string[][]): boolean {
  return (
    detectColumns(header, sample, { ...options, acceptTestRange: false })[0]?.role === 'nhs-number'
  );
}

test('every column of a synthetic care extract is what it is, with and without its name', () => {
  const rows = [...syntheticRecords({ seed: 'columns', people: 400 })].map((record) => record.row);
  const named = detectColumns(RECORD_HEADER, rows, options).map((column) => column.role);
  assert.deepEqual(named, [
    'local-id',
    'nhs-number',
    'given-name',
    'family-name',
    'date-of-birth',
    'address',
    'postcode',
    'phone',
    'email',
    'deceased',
    'free-text',
    'free-text',
  ]);
  const bare = detectColumns([], rows, options);
  assert.deepEqual(
    bare.map((column) => column.role).filter((role) => role !== 'other' && role !== 'free-text'),
    ['nhs-number', 'given-name', 'family-name', 'date-of-birth', 'postcode', 'phone', 'email'],
  );
  assert.deepEqual(bare[11]?.categories, ['health']);
});

test('categories by the name of a column', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['KeySafeCode', 'entry-detail', 'home-entry'],
    ['access_instructions', 'entry-detail', 'home-entry'],
    ['Sort Code', 'other', 'financial'],
    ['salary', 'other', 'financial'],
    ['passwordHash', 'other', 'credentials'],
    ['NI Number', 'other', 'official-documents'],
    ['Ethnic Group', 'other', 'special-other'],
    ['Primary Diagnosis', 'other', 'health'],
    ['DBS number', 'other', 'criminal'],
    ['Safeguarding alert', 'other', 'safeguarding'],
    ['GP name', 'other', 'contact'],
    ['patient.name.family', 'family-name', 'contact'],
    ['Address1', 'address', 'contact'],
    ['ICD10', 'other', 'health'],
    ['Next of kin phone', 'other', 'contact'],
    ['Invoice Date', 'other', undefined],
  ];
  for (const [name, role, category] of cases) {
    const column = detectColumns([name], [['x']], options)[0];
    assert.equal(column?.role, role, name);
    assert.equal(column.categories.at(0), category, name);
  }
});

test('a column called NHS number that holds something else is named as a fault', () => {
  const sample = Array.from({ length: 50 }, (_, i) => [String(1_600_000_000 + i * 61)]);
  const [column] = detectColumns(['NHS number'], sample, options);
  assert.equal(column?.fault, 'named-nhs-number-but-invalid');
});

test('an unknown first line is never repeated: it may be a person', () => {
  const [column] = detectColumns(['Ada Byron of Aldermouth'], [['x']], options);
  assert.equal(column?.label, 'column 1');
});
