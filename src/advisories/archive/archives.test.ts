import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { makeTar } from '../../../test/support/make-tar.ts';
import { makeZip } from '../../../test/support/build-zip.ts';
import { openEntries } from '../open-file.ts';
import { LIMITS, type Limits } from './budget.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-archives-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

async function entries(bytes: Buffer, limits: Partial<Limits> = {}): Promise<[string, string][]> {
  const file = path.join(folder, 'archive');
  fs.writeFileSync(file, bytes);
  const found: [string, string][] = [];
  const reading = {
    signal: new AbortController().signal,
    progress: () => undefined,
    limits: { ...LIMITS, ...limits },
  };
  for await (const { name, chunks } of openEntries(file, reading)) {
    const parts: Buffer[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    found.push([name, Buffer.concat(parts).toString()]);
  }
  return found;
}

const FILES = [
  { name: 'a.json', body: '{"a":1}' },
  { name: 'folder/b.csv', body: 'x'.repeat(700_000) },
];
const EXPECTED = FILES.map(({ name, body }) => [name, body]);

test('zip, with and without ZIP64, and tar, plain and packed: the data files in them, in order', async () => {
  const more = [
    ...FILES,
    { name: 'picture.png', body: 'no data' },
    { name: '../up.json', body: '{}' },
    { name: 'dir/', body: '' },
  ];
  assert.deepEqual(await entries(makeZip(more)), EXPECTED);
  assert.deepEqual(await entries(makeZip(more, { zip64: true })), EXPECTED);
  assert.deepEqual(await entries(makeTar(more)), EXPECTED);
  assert.deepEqual(await entries(gzipSync(makeTar(more))), EXPECTED);
  assert.deepEqual(await entries(zstdCompressSync(makeTar(more))), EXPECTED);
  assert.deepEqual(await entries(Buffer.from('{"a":1}')), [['', '{"a":1}']]);
  assert.deepEqual(await entries(Buffer.alloc(0)), [['', '']]);
  assert.deepEqual(await entries(makeZip([])), []);
});

test('tar: long names of both kinds; links and devices are passed over', async () => {
  const long = `${'deep/'.repeat(60)}a.json`;
  const pax = `path=${long}\n`;
  const length = pax.length + 4;
  const archive = makeTar([
    { name: 'x', type: 'x', body: `${length} ${pax}` },
    { name: 'short', body: '1' },
    { name: 'L', type: 'L', body: `${long}\0` },
    { name: 'short', body: '2' },
    { name: 'link.json', type: '2', body: '' },
    { name: 'b.json', body: '3' },
  ]);
  assert.deepEqual(await entries(archive), [
    [long, '1'],
    [long, '2'],
    ['b.json', '3'],
  ]);
});

test('what was cut off or changed is refused, wherever', async () => {
  const zip = makeZip(FILES);
  const tar = makeTar(FILES);
  for (const share of [0.2, 0.5, 0.9]) {
    for (const bytes of [zip, gzipSync(tar), zstdCompressSync(tar), tar]) {
      const cut = bytes.subarray(0, Math.floor(bytes.length * share));
      await assert.rejects(entries(cut), { code: 'bad_file' }, `${share}`);
    }
  }
  const wrongSum = Buffer.from(zip);
  wrongSum[40] = (wrongSum[40] ?? 0) ^ 1;
  await assert.rejects(entries(wrongSum), { code: 'bad_file' });
  const central = zip.indexOf(Buffer.from('504b0102', 'hex'));
  for (const [at, value] of [
    [8, 1],
    [10, 99],
    [42, 0x7fffffff],
  ] as const) {
    const bad = Buffer.from(zip);
    if (at === 42) bad.writeUInt32LE(value, central + at);
    else bad.writeUInt16LE(value, central + at);
    await assert.rejects(entries(bad), { code: 'bad_file' }, `field ${at}`);
  }
});

test('a small file that unpacks to a huge one is refused before it fills memory or disk', async () => {
  const bomb = Buffer.alloc(30_000_000);
  const tight = { ratio: 50, ratioFrom: 1_000_000 };
  await assert.rejects(entries(gzipSync(bomb), tight), { code: 'too_large' });
  await assert.rejects(entries(zstdCompressSync(bomb), tight), { code: 'too_large' });
  const zip = makeZip([{ name: 'a.json', body: bomb }]);
  await assert.rejects(entries(zip, tight), { code: 'too_large' });
  await assert.rejects(entries(zip, { document: 1_000_000 }), { code: 'too_large' });
  await assert.rejects(entries(gzipSync(bomb), { total: 1_000_000 }), { code: 'too_large' });
  await assert.rejects(entries(makeZip(FILES), { entries: 1 }), { code: 'too_large' });
  await assert.rejects(entries(makeTar(FILES), { entries: 1 }), { code: 'too_large' });
  // It says that it is small and is not.
  const lying = Buffer.from(zip);
  const central = lying.indexOf(Buffer.from('504b0102', 'hex'));
  lying.writeUInt32LE(10, central + 24);
  await assert.rejects(entries(lying), { code: 'bad_file' });
});
