import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitJson } from './json-split.ts';

async function pieces(
  text: string,
  mode: 'documents' | 'members',
  size = 7,
): Promise<[string, unknown][]> {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  const found: [string, unknown][] = [];
  for await (const piece of splitJson(chunks, mode, 100_000)) {
    found.push([piece.key, JSON.parse(piece.bytes.toString('utf8'))]);
  }
  return found;
}

test('documents one after the other, with and without space between, cut anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), {
        maxLength: 5,
      }),
      fc.constantFrom('', '\n', ' \r\n\t'),
      fc.integer({ min: 1, max: 40 }),
      async (documents, between, size) => {
        const text = documents.map((document) => JSON.stringify(document)).join(between);
        const found = await pieces(text, 'documents', size);
        assert.deepEqual(
          found,
          JSON.parse(JSON.stringify(documents.map((document) => ['', document]))),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('members of an object by name, and of a list in order, cut anywhere', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())),
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom(undefined, 2),
      async (value, size, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        const plain = JSON.parse(text) as typeof value;
        const expected = Array.isArray(plain)
          ? plain.map((entry) => ['', entry])
          : Object.entries(plain);
        assert.deepEqual(await pieces(text, 'members', size), expected);
      },
    ),
    { numRuns: 200 },
  );
});

test('what ends early, goes on after its end or opens nothing is refused', async () => {
  for (const text of ['{"a":1', '{"a":"x', '[1,2', '{"a":{"b":1}']) {
    await assert.rejects(pieces(text, 'members'), { code: 'bad_file' }, text);
    await assert.rejects(pieces(text, 'documents'), { code: 'bad_file' }, text);
  }
  await assert.rejects(pieces('{"a":1} {"b":2}', 'members'), { code: 'bad_file' });
  await assert.rejects(pieces('"text"', 'members'), { code: 'bad_file' });
  await assert.rejects(pieces('{}}', 'documents'), { code: 'bad_file' });
  await assert.rejects(pieces(`{"a":"${'x'.repeat(200_000)}"}`, 'documents', 5000), {
    code: 'too_large',
  });
});

test('ten million brackets are counted, not followed', async () => {
  const deep = Buffer.alloc(1_000_000, '[');
  await assert.rejects(
    async () => {
      for await (const piece of splitJson(Array<Buffer>(10).fill(deep), 'documents', 1e9))
        assert.ok(piece);
    },
    { code: 'bad_file' },
  );
});
