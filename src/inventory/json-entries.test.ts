import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type JsonEntry, type JsonFault, jsonEntries } from './json-entries.ts';
import type { Opens } from './json-skim.ts';

const ROOT: Opens = (path) => path.length === 0 && 'object';

async function read(
  text: string | Buffer,
  {
    opens = ROOT,
    piece = 1 << 20,
    maxValueBytes = 1 << 20,
  }: { opens?: Opens; piece?: number; maxValueBytes?: number } = {},
): Promise<(JsonEntry | JsonFault)[]> {
  const bytes = Buffer.from(text as string);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += piece) pieces.push(bytes.subarray(at, at + piece));
  const all: (JsonEntry | JsonFault)[] = [];
  for await (const one of jsonEntries(pieces, { what: 'x.json', opens, maxValueBytes }))
    all.push(one);
  return all;
}

test('entries are what JSON.parse gives, whatever the pieces of the text', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 }),
      fc.nat(40),
      fc.constantFrom(undefined, 1, '\t'),
      async (value, piece, indent) => {
        const entries = await read(JSON.stringify(value, null, indent), { piece: piece + 1 });
        const built = entries.map((one) => {
          assert.ok(one.kind === 'entry');
          const { key, value: of, parent } = one;
          assert.deepEqual(parent, []);
          return [key, of];
        });
        assert.deepEqual(built, Object.entries(JSON.parse(JSON.stringify(value)) as object));
      },
    ),
    { numRuns: 500, seed: 3 },
  );
});

test('opened lists and objects, with lines', async () => {
  const text =
    '{\n "a": {\n  "x": [1,\n 2], "y": "}\\"{"\n },\n "b": [true, null,\n -1.5e3], "c": {}, "d": "é"\n}\n';
  const opens: Opens = ([first, second]) => {
    if (second !== undefined) return undefined;
    return first === 'b'
      ? 'array'
      : first === undefined || first === 'a' || first === 'c'
        ? 'object'
        : undefined;
  };
  for (const piece of [1, 2, 3, 7, 1000]) {
    const told = (await read(text, { opens, piece })).map((one) =>
      one.kind === 'fault'
        ? one.detail
        : [...one.parent, one.key, one.line, JSON.stringify(one.value)].join(' '),
    );
    assert.deepEqual(told, [
      'a x 3 [1,2]',
      'a y 4 "}\\"{"',
      'b 0 6 true',
      'b 1 6 null',
      'b 2 7 -1500',
      'd 7 "é"',
    ]);
  }
});

test('what breaks off or is wrong is told after what was read', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['{"a":1,"b":[1,2', 'truncated line 1: the file ends too early'],
    ['{"a":1,\n"b', 'truncated line 2: the file ends too early'],
    ['{"a":1 "b":2}', 'invalid line 1: expected "," or the end of the list or object'],
    ['{"a":1,b:2}', 'invalid line 1: expected a name in double quotes'],
    ['{"a":1,"b" 2}', 'invalid line 1: expected ":"'],
    ['{"a":1}}', 'invalid line 1: text after the end of the document'],
    ['{"a":1,"b":{"c":}}', 'invalid line 1: a value that is not JSON'],
    ['{"a":1,"b":tru}', 'invalid line 1: a value that is not JSON'],
    [`{"a":1,"b":${'['.repeat(2000)}`, 'limit line 1: nested deeper than 1000 levels'],
    [`{"a":1,"b":"${'x'.repeat(2000)}"}`, 'limit line 1: a value of more than 1000 bytes'],
  ];
  for (const [text, expected] of cases) {
    for (const piece of [1, 5, 10_000]) {
      const [first, ...rest] = await read(text, {
        piece,
        maxValueBytes: text.includes('xxx') ? 1000 : 1 << 20,
      });
      assert.ok(first?.kind === 'entry' && first.value === 1, text.slice(0, 30));
      assert.deepEqual(
        rest.map((one) => (one.kind === 'fault' ? `${one.reason} ${one.detail}` : one.key)),
        [expected],
      );
    }
  }
  for (const text of ['', '  ', '[1]', '"a"', '{', '{"a"', 'nonsense']) {
    await assert.rejects(read(text), { code: 'bad_file', message: /^x\.json / }, text);
  }
});

test('bytes that are no UTF-8 spoil their own value only', async () => {
  const bytes = Buffer.from('{"a":"x","b":"?","c":2}');
  bytes[bytes.indexOf('?')] = 0xff;
  const told = (await read(bytes)).map((one) => (one.kind === 'fault' ? one.detail : one.key));
  assert.deepEqual(told, ['a', 'line 1: a value that is not UTF-8', 'c']);
});
