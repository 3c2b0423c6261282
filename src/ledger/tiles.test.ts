import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeBundle,
  edgeReader,
  EMPTY_EDGE,
  encodeBundle,
  grow,
  parseTilePath,
  partialTiles,
  tilePath,
} from './tiles.ts';
import { leafHash, rootAt } from './tree.ts';

test('a tile has one path, and only that path is a tile', () => {
  const names = fc.record(
    {
      level: fc.oneof(fc.constant('entries' as const), fc.nat(63)),
      index: fc.maxSafeNat(),
      width: fc.integer({ min: 1, max: 256 }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(names, (name) => {
      assert.deepEqual(parseTilePath(tilePath(name)), name);
    }),
  );
  for (const wrong of [
    '',
    'tile/0',
    'tile/64/000',
    'tile/00/000',
    'tile/0/0',
    'tile/0/x000/000',
    'tile/0/001/000',
    'tile/0/x001/x000',
    'tile/0/000.p/0',
    'tile/0/000.p/01',
    'tile/0/000.p/256',
    'tile/0/000.p/',
    'tile/0/000/',
    'tile/0/../../secret',
    '/tile/0/000',
    'tile/0/000\n',
    'tile/0/x900/x719/x925/x474/x099/x300',
    'tile/0/x999/x999/x999/x999/x999/999',
  ]) {
    assert.equal(parseTilePath(wrong), undefined, wrong);
  }
});

test('the partial tiles of a tree are those of the specification’s examples', () => {
  assert.deepEqual(partialTiles(70_000), [
    { level: 0, index: 273, width: 112 },
    { level: 1, index: 1, width: 17 },
    { level: 2, index: 0, width: 1 },
  ]);
  assert.deepEqual(partialTiles(256), [{ level: 1, index: 0, width: 1 }]);
  assert.deepEqual(partialTiles(0), []);
});

test('law: however a log is cut into batches, tiles and root are the same', () => {
  const leaves = Array.from({ length: 1200 }, (_, n) => leafHash(Buffer.from(`entry ${n}`)));
  const whole = grow(EMPTY_EDGE, leaves);
  const expected = new Map(whole.tiles.map((tile) => [tilePath(tile), tile.bytes]));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 8 }), (cuts) => {
      const found = new Map<string, Buffer>();
      let edge = EMPTY_EDGE;
      for (const count of [...cuts, leaves.length]) {
        const grown = grow(edge, leaves.slice(edge.size, edge.size + count));
        edge = grown.edge;
        for (const tile of grown.tiles) found.set(tilePath(tile), tile.bytes);
      }
      for (const [path, bytes] of expected) assert.deepEqual(found.get(path), bytes, path);
      assert.deepEqual(edge, whole.edge);
      assert.deepEqual(rootAt(edge.size, edgeReader(edge)), rootAt(1200, edgeReader(whole.edge)));
    }),
    { numRuns: 30 },
  );
});

test('law: bundles read back, and every cut of one is refused or shorter', () => {
  const entries = fc.array(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(entries, (list) => {
      const bytes = encodeBundle(list);
      assert.deepEqual(decodeBundle(bytes), list);
      for (let end = 0; end < bytes.length; end += 1) {
        try {
          assert.ok(decodeBundle(bytes.subarray(0, end)).length < list.length);
        } catch (error) {
          assert.equal((error as { code: string }).code, 'tampered');
        }
      }
    }),
    { numRuns: 30 },
  );
  assert.deepEqual(
    encodeBundle([Buffer.from('ab'), Buffer.alloc(0)]).toString('hex'),
    '000261620000',
  );
  assert.throws(() => encodeBundle([Buffer.alloc(65_536)]), { code: 'too_large' });
});
