import assert from 'node:assert/strict';
import { test } from 'node:test';
import { int4Members, readCopy } from './read-copy.ts';

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function field(bytes: Buffer): Buffer {
  return Buffer.concat([int32(bytes.length), bytes]);
}

function array(members: readonly number[]): Buffer {
  if (members.length === 0) return Buffer.concat([int32(0), int32(0), int32(23)]);
  const head = [1, 0, 23, members.length, 1].map(int32);
  return Buffer.concat([...head, ...members.map((each) => field(int32(each)))]);
}

const COPY = Buffer.concat([
  Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'),
  int32(0),
  int32(0),
  int16(2),
  field(int32(7)),
  field(array([1, 5, 9])),
  int16(2),
  field(int32(8)),
  int32(-1),
  int16(2),
  field(int32(9)),
  field(array([])),
  int16(-1),
]);

async function rowsOf(chunks: readonly Buffer[]): Promise<unknown[]> {
  const rows: unknown[] = [];
  // eslint-disable-next-line @typescript-eslint/require-await -- a stream is asynchronous even when it has all at hand
  async function* stream() {
    yield* chunks;
  }
  await readCopy(stream(), ([id, members]) => {
    rows.push([id?.readInt32BE(0), members === undefined ? null : [...int4Members(members)]]);
  });
  return rows;
}

const EXPECTED = [
  [7, [1, 5, 9]],
  [8, null],
  [9, []],
];

test('rows come whole wherever the stream is cut', async () => {
  for (let cut = 0; cut <= COPY.length; cut++) {
    assert.deepEqual(await rowsOf([COPY.subarray(0, cut), COPY.subarray(cut)]), EXPECTED);
  }
  assert.deepEqual(await rowsOf([...COPY].map((byte) => Buffer.of(byte))), EXPECTED);
});

test('a stream that ends early or is no copy is refused', async () => {
  for (let end = 0; end < COPY.length; end++)
    await assert.rejects(rowsOf([COPY.subarray(0, end)]), { code: 'internal' });
  await assert.rejects(rowsOf([Buffer.alloc(40)]), { code: 'internal' });
});
