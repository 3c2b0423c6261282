import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Batch, Extract } from './extract.ts';
import { csvExtractOf } from './read-csv.ts';
import { jsonlExtractOf } from './read-jsonl.ts';

async function* bytesOf(data: Buffer, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < data.length; at += size) {
    yield await Promise.resolve(data.subarray(at, at + size));
  }
}

async function readAll(extract: Extract) {
  const batches: Batch[] = [];
  for await (const batch of extract.batches) batches.push(batch);
  return {
    header: extract.header,
    rows: batches.flatMap((batch) => batch.rows),
    numbers: batches.flatMap((batch) => batch.numbers),
    problems: batches
      .flatMap((batch) => batch.problems)
      .map(({ row, reason }) => `${row ?? ''} ${reason}`),
  };
}

const csv = async (data: Buffer | string, size?: number) =>
  readAll(await csvExtractOf(bytesOf(Buffer.from(data), size), 'x.csv'));
const jsonl = async (data: Buffer | string, size?: number) =>
  readAll(await jsonlExtractOf(bytesOf(Buffer.from(data), size), 'x.jsonl'));

const TEXT =
  'name,dob,town\r\nZoë Byrne,10/12/1940,"Kelderby, ""Nr"" Ravensea"\r\nJosé Oke,1950-01-02,Q\r\n';
const ROWS = [
  ['Zoë Byrne', '10/12/1940', 'Kelderby, "Nr" Ravensea'],
  ['José Oke', '1950-01-02', 'Q'],
];

test('UTF-8, UTF-8 with mark, UTF-16 of both kinds and Windows-1252 give the same rows', async () => {
  const utf16 = Buffer.from(`\ufeff${TEXT}`, 'utf16le');
  const files = [
    Buffer.from(TEXT),
    Buffer.from(`\ufeff${TEXT}`),
    utf16,
    Buffer.from(utf16).swap16(),
    Buffer.from(TEXT, 'latin1'),
  ];
  for (const file of files) {
    assert.deepEqual((await csv(file)).rows, ROWS);
    assert.deepEqual((await csv(file, 1 << 20)).rows, ROWS);
  }
  const curly = Buffer.from([...Buffer.from('name\nO'), 0x92, ...Buffer.from('Dowd\n')]);
  assert.deepEqual((await csv(curly)).rows, [['O\u2019Dowd']]);
});

test('a Windows-1252 letter far behind a long ASCII beginning is still read', async () => {
  const lines = `name,dob\n${'Ada Byron,10/12/1940\n'.repeat(8000)}`;
  const data = Buffer.concat([Buffer.from(lines), Buffer.from('Zoë,1950-01-02\n', 'latin1')]);
  assert.deepEqual((await csv(data, 65_536)).rows.at(-1), ['Zoë', '1950-01-02']);
});

test('mixed encodings are reported by row', async () => {
  const data = Buffer.concat([
    Buffer.from('name,town\nZoë,Q\nAda,'),
    Buffer.from('Bähr\n', 'latin1'),
  ]);
  const text = Buffer.concat([
    data.subarray(0, 10),
    Buffer.from('é'.repeat(40_000)),
    data.subarray(10),
  ]);
  const { problems } = await csv(text, 65_536);
  assert.ok(problems.includes('3 undecodable-text'), problems.join());
});

test('spreadsheets, archives, PDFs and UTF-16 without a mark are refused with the remedy', async () => {
  const heads = ['PK\u0003\u0004', '%PDF-1.7', 'a\u0000b\u0000c\u0000'];
  for (const head of heads) {
    await assert.rejects(csv(Buffer.from(head, 'latin1')), (error: Error & { code: string }) => {
      assert.equal(error.code, 'bad_file');
      assert.match(error.message, /^x\.csv is .*nothing of it was counted/);
      return true;
    });
  }
  await assert.rejects(csv(Buffer.from([0x1f, 0x8b, 8, 0])), { code: 'bad_file' });
});

test('ragged rows are left out and named, the rest is read', async () => {
  const { rows, numbers, problems } = await csv('name,dob\nA,1\nB\nC,2,3\nD,4\n');
  assert.deepEqual(rows, [
    ['A', '1'],
    ['D', '4'],
  ]);
  assert.deepEqual(numbers, [2, 5]);
  assert.deepEqual(problems, ['3 ragged-row', '4 ragged-row']);
});

test('semicolons, tabs and bars separate as well', async () => {
  for (const mark of [';', '\t', '|']) {
    assert.deepEqual((await csv(`name${mark}dob\nA, B${mark}1\n`)).rows, [['A, B', '1']]);
  }
});

test('a quotation mark that is never closed ends in a partial count, in bounded memory', async () => {
  const data = `name,dob\nA,1\n"B,2\n${'C,3\n'.repeat(500_000)}`;
  const { rows, problems } = await csv(data, 65_536);
  assert.deepEqual(rows, [['A', '1']]);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /^3 (?:row-too-long|broken-quotes)$/);
});

test('a file that breaks off says after which row, and never what was in it', async () => {
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from('name,dob\nSecret Person,1\n'.padEnd(70_000, 'x')));
    throw new Error('EIO: Secret Person');
  }
  await assert.rejects(
    async () => readAll(await csvExtractOf(broken(), 'x.csv')),
    (error: Error) =>
      /x\.csv could not be read/.test(error.message) && !error.message.includes('Secret'),
  );
});

test('an empty file and a header without rows have no rows', async () => {
  assert.deepEqual((await csv('')).rows, []);
  assert.deepEqual(await csv('name,dob\n'), {
    header: ['name', 'dob'],
    rows: [],
    numbers: [],
    problems: [],
  });
});

test('a first row of data is not taken for a header', async () => {
  const { header, rows } = await csv(
    '9990000018,Ada,Byron,1940-12-10\n9990000026,Eve,Oke,1950-01-01\n',
  );
  assert.deepEqual(header, []);
  assert.equal(rows.length, 2);
});

test('JSON lines: nested fields, bad lines by number, late fields, huge lines bounded', async () => {
  const { header, rows, numbers, problems } = await jsonl(
    `{"name":{"given":["Ada","K"],"family":"Byron"},"dead":false}\nnot json\n[1]\n\n{"x":"${'y'.repeat(5_000_000)}"}\n{"dead":true}`,
    65_536,
  );
  assert.deepEqual(header, ['dead', 'name.family', 'name.given']);
  assert.deepEqual(rows, [
    ['false', 'Byron', 'Ada K'],
    ['true', '', ''],
  ]);
  assert.deepEqual(numbers, [1, 6]);
  assert.deepEqual(problems, ['2 invalid-json', '3 not-an-object', '5 row-too-long']);
  const late = await jsonl(`${'{"name":"A"}\n'.repeat(1500)}{"key_safe":"1"}\n`);
  assert.deepEqual(late.problems, ['1501 field-appeared-late']);
});

test('a reader that stops early closes its source', async () => {
  let closed = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      yield await Promise.resolve(Buffer.from('name,dob\n'));
      for (;;) yield await Promise.resolve(Buffer.from('A,1\n'.repeat(10_000)));
    } finally {
      closed = true;
    }
  }
  const { batches } = await csvExtractOf(endless(), 'x.csv');
  for await (const batch of batches) if (batch.rows.length > 0) break;
  assert.equal(closed, true);
});
