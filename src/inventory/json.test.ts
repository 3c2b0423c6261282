import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HoldfastError } from '../kernel/errors.ts';
import { jsonMistake } from './json-mistake.ts';
import { parseJson } from './json.ts';

function refused(bytes: Buffer | string, limits: { maxDepth?: number; maxValues?: number } = {}) {
  try {
    parseJson(Buffer.from(bytes), { what: 'bom.json', ...limits });
  } catch (error) {
    assert.ok(error instanceof HoldfastError);
    return `${error.code} ${error.message}`;
  }
  return 'taken';
}

test('a document is read, with a byte order mark or as UTF-16 too', () => {
  const marked = Buffer.from('\ufeff{"a":"é"}');
  const little = Buffer.from('\ufeff{"a":"é"}', 'utf16le');
  const big = Buffer.from(little).swap16();
  for (const bytes of [marked, little, big]) {
    assert.deepEqual(parseJson(bytes, { what: 'a.json' }), { a: 'é' });
  }
});

test('a mistake is told by line and column, without the content', () => {
  const cases: Readonly<Record<string, string>> = {
    '': 'line 1 column 1: the document ends where a value should be',
    secret: 'line 1 column 1: expected a value',
    '{"a":1,\n "b":tru}': 'line 2 column 6: expected a value',
    '{"a":1,\n}': 'line 2 column 1: expected a name in double quotes',
    '{"a" 1}': 'line 1 column 6: expected ":"',
    '{"a":1 "b":2}': 'line 1 column 8: expected "," or "}"',
    '[1,,2]': 'line 1 column 4: expected a value',
    '[,1]': 'line 1 column 2: expected a value',
    '[1': 'line 1 column 3: the document ends where "," or "]" should be',
    '["\\x"]': 'line 1 column 3: a bad escape',
    '["\t"]': 'line 1 column 3: a control character in a string',
    '{"a":"': 'line 1 column 6: a string without an end',
    '{} {}': 'line 1 column 4: text after the end of the document',
    '01': 'line 1 column 2: text after the end of the document',
    '[1}': 'line 1 column 3: expected "," or "]"',
  };
  for (const [text, words] of Object.entries(cases)) {
    assert.equal(refused(text), `bad_file bom.json ${words}`, text);
  }
  assert.equal(refused(Buffer.from([0x22, 0xff, 0x22])), 'bad_file bom.json is not UTF-8');
});

test('depth and number of values are bounded before anything is built', () => {
  const deep = Buffer.alloc(10_000_000, '[');
  assert.equal(refused(deep), 'bad_file bom.json line 1 column 201: nested deeper than 200 levels');
  const objects = '{"a":\n'.repeat(1000);
  assert.match(refused(objects), /^bad_file bom\.json line 201 column 1: nested deeper/);
  assert.equal(refused('['.repeat(9) + ']'.repeat(9), { maxDepth: 9 }), 'taken');
  assert.match(refused('[[1],[2],[3]]', { maxValues: 5 }), /^too_large /);
  assert.equal(refused(JSON.stringify({ a: '['.repeat(1000) + '\\"[' })), 'taken');
});

test('long strings need no stack', () => {
  const long = `["${'x'.repeat(20_000_000)}${'\\n'.repeat(2_000_000)}",]`;
  assert.match(refused(long), /expected a value$/);
});

test('the search for a mistake finds one in exactly what JSON.parse refuses', () => {
  const piece = fc.constantFrom(...'{}[],:"\\u1e-. tn\n'.split(''), 'true', 'null', '"a"', '12');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const { problem } = jsonMistake(text);
      let fine = true;
      try {
        JSON.parse(text);
      } catch {
        fine = false;
      }
      assert.equal(problem === 'not valid JSON', fine, JSON.stringify(text));
    }),
    { numRuns: 5000 },
  );
});
