import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { HoldfastError } from '../kernel/errors.ts';
import { openSegment, verifySegment } from './segment.ts';
import { openSegmentWriter, segmentPool, type Finished } from './segment-writer.ts';

function aFolder(t: TestContext): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-segment-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

type Pair = readonly [key: string, value: unknown];

function write(folder: string, pairs: readonly Pair[], memory?: number): Finished {
  const writer = openSegmentWriter(folder, memory === undefined ? {} : { memory });
  for (const [key, value] of pairs) writer.add(key, value);
  return writer.finish();
}

function many(count: number): Pair[] {
  return Array.from({ length: count }, (_, index): Pair => [
    `key ${index % Math.ceil(count / 2)}`,
    { number: index, text: 'x'.repeat(index % 90) },
  ]);
}

test('what was added is found, what was not is not', (t) => {
  const folder = aFolder(t);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string(), fc.jsonValue())),
      fc.array(fc.string()),
      fc.constantFrom(1, 400, 1 << 20),
      (pairs, absent, memory) => {
        const { file, entries } = write(folder, pairs, memory);
        const segment = openSegment(path.join(folder, file), 'test');
        const expected = new Map<string, Set<string>>();
        for (const [key, value] of pairs) {
          const values = expected.get(key) ?? new Set();
          expected.set(key, values.add(JSON.stringify(value)));
        }
        assert.equal(entries, expected.size);
        for (const [key, values] of expected) {
          const found = segment.get(key)?.map((value) => JSON.stringify(value));
          assert.deepEqual(new Set(found), values);
          assert.equal(found?.length, values.size);
        }
        for (const key of absent) {
          if (!expected.has(key)) assert.equal(segment.get(key), undefined);
        }
        segment.close();
      },
    ),
  );
});

test('keys of one hash are told apart', (t) => {
  const folder = aFolder(t);
  const hashing = (key: string): string => `1234567${key.length % 2}`;
  const writer = openSegmentWriter(folder, { hashing, memory: 20_000 });
  const pairs = many(900);
  for (const [key, value] of pairs) writer.add(key, value);
  const segment = openSegment(path.join(folder, writer.finish().file), 'test', hashing);
  for (const [key] of pairs) {
    const values = pairs.filter(([other]) => other === key).map(([, value]) => value);
    assert.equal(segment.get(key)?.length, values.length, key);
  }
  assert.equal(segment.get('key 1 '), undefined);
  segment.close();
});

test('the same content in any order, in memory or spilled, is the same file', (t) => {
  const folder = aFolder(t);
  const pairs = many(3000);
  const { file, bytes } = write(folder, pairs);
  assert.equal(fs.statSync(path.join(folder, file)).size, bytes);
  assert.equal(write(folder, pairs.toReversed(), 10_000).file, file);
  assert.equal(write(folder, [...pairs, ...pairs], 50_000).file, file);
  assert.deepEqual(fs.readdirSync(folder), [file]);
});

test('writers of one pool spill together and leave nothing behind', (t) => {
  const folder = aFolder(t);
  const pool = segmentPool(40_000);
  const writers = Array.from({ length: 5 }, () => openSegmentWriter(folder, { pool }));
  for (const [key, value] of many(500)) {
    for (const [index, writer] of writers.entries()) writer.add(key, { index, value });
    assert.ok(writers.reduce((sum, writer) => sum + writer.held(), 0) <= 40_000);
  }
  assert.ok(fs.readdirSync(folder).length > 0);
  writers.pop()?.abandon();
  const files = writers.map((writer) => writer.finish().file);
  assert.deepEqual(fs.readdirSync(folder).toSorted(), files.toSorted());
  for (const file of files) verifySegment(path.join(folder, file), 'test');
});

function codeOf(act: () => unknown): string {
  try {
    act();
    return 'nothing';
  } catch (error) {
    assert.ok(error instanceof HoldfastError, String(error));
    assert.match(error.message, /feed osv:npm/);
    return error.code;
  }
}

test('a missing, truncated or changed segment is an error that names the feed, never an answer', (t) => {
  const folder = aFolder(t);
  const pairs = many(2000);
  const { file, bytes } = write(folder, pairs);
  const whole = fs.readFileSync(path.join(folder, file));
  const bad = path.join(folder, 'bad', file);
  assert.equal(
    codeOf(() => openSegment(bad, 'osv:npm')),
    'bad_file',
  );
  fs.mkdirSync(path.dirname(bad));
  for (const length of [0, 10, bytes - 1, bytes >> 1]) {
    fs.writeFileSync(bad, whole.subarray(0, length));
    assert.equal(
      codeOf(() => openSegment(bad, 'osv:npm')),
      'bad_file',
      `${length} bytes`,
    );
  }
  const all = (): void => {
    const segment = openSegment(bad, 'osv:npm');
    for (const [key] of pairs) segment.get(key);
    for (let index = 0; index < 200; index += 1) segment.get(`absent ${index}`);
  };
  for (let at = 0; at < bytes; at += 251) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ 0x10;
    fs.writeFileSync(bad, changed);
    assert.match(codeOf(all), /bad_file|tampered/, `byte ${at}`);
    assert.match(
      codeOf(() => verifySegment(bad, 'osv:npm')),
      /bad_file|tampered/,
    );
  }
});
