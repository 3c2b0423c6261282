import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { naiveTree, numbered } from '../../test/support/naive-tree.ts';
import {
  consistencyProof,
  EMPTY_ROOT,
  inclusionProof,
  leafHash,
  nodeHash,
  rootAt,
  verifyConsistency,
  verifyInclusion,
  type Hash,
  type HashReader,
} from './tree.ts';

const TAMPERED = { code: 'tampered' };

/** Every complete subtree of the leaves, in memory. */
function memory(leaves: readonly Hash[]): HashReader {
  const levels: Hash[][] = [[...leaves]];
  for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!) {
    const level: Hash[] = [];
    for (let i = 0; i + 1 < below.length; i += 2) level.push(nodeHash(below[i]!, below[i + 1]!));
    levels.push(level);
  }
  return (level, index) => levels[level]![index]!;
}

test('roots of the eight test leaves of RFC 6962 implementations', () => {
  const entries = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657'];
  entries.push('606162636465666768696a6b6c6d6e6f');
  const roots = [
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  const read = memory(entries.map((hex) => leafHash(Buffer.from(hex, 'hex'))));
  roots.forEach((root, size) => assert.equal(rootAt(size, read).toString('hex'), root));
});

test('every proof of every tree of up to 64 leaves is the RFC’s, and verifies', () => {
  const entries = numbered(0, 64);
  const naive = naiveTree(entries);
  const leaves = entries.map(leafHash);
  const read = memory(leaves);
  for (let size = 1; size <= 64; size += 1) {
    const root = naive.root(size);
    assert.deepEqual(rootAt(size, read), root);
    for (let index = 0; index < size; index += 1) {
      const path = inclusionProof(index, size, read);
      assert.deepEqual(path, naive.inclusion(index, size));
      verifyInclusion({ index, size, leaf: leaves[index]!, path }, root);
    }
    for (let old = 0; old <= size; old += 1) {
      const path = consistencyProof(old, size, read);
      assert.deepEqual(path, naive.consistency(old, size));
      const older = { size: old, root: old === 0 ? EMPTY_ROOT : naive.root(old) };
      verifyConsistency(older, { size, root }, path);
    }
  }
});

test('law: inclusion and consistency hold in every tree of up to 5,000 leaves', () => {
  const entries = numbered(0, 5000);
  const naive = naiveTree(entries);
  const leaves = entries.map(leafHash);
  const read = memory(leaves);
  for (let size = 65; size <= 5000; size += 1) {
    const root = naive.root(size);
    // Multiplying by primes spreads the sample; the ends and the middle are where mistakes live.
    const index = [0, size - 1, size >> 1, (size * 7919) % size, (size * size) % 4999][size % 5]!;
    const place = index % size;
    const path = inclusionProof(place, size, read);
    assert.deepEqual(path, naive.inclusion(place, size));
    verifyInclusion({ index: place, size, leaf: leaves[place]!, path }, root);
    const old = [1, size - 1, size >> 1, 2 ** Math.floor(Math.log2(size)), (size * 31) % size][
      size % 5
    ]!;
    const growth = consistencyProof(old, size, read);
    assert.deepEqual(growth, naive.consistency(old, size));
    verifyConsistency({ size: old, root: naive.root(old) }, { size, root }, growth);
  }
});

test('law: one flipped bit anywhere in a proof, leaf or root is refused', () => {
  const entries = numbered(0, 1500);
  const naive = naiveTree(entries);
  const leaves = entries.map(leafHash);
  const read = memory(leaves);
  const sizes = fc.integer({ min: 2, max: 1500 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      index: fc.nat(size - 1),
      old: fc.integer({ min: 1, max: size - 1 }),
      bit: fc.nat(255),
      which: fc.nat(),
    }),
  );
  fc.assert(
    fc.property(sizes, ({ size, index, old, bit, which }) => {
      const root = naive.root(size);
      const leaf = leaves[index]!;
      const path = inclusionProof(index, size, read);
      const part = which % (path.length + 2);
      const flipped = path.map((hash, n) => (n === part ? flip(hash, bit) : hash));
      assert.throws(
        () =>
          verifyInclusion(
            { index, size, leaf: part === path.length ? flip(leaf, bit) : leaf, path: flipped },
            part === path.length + 1 ? flip(root, bit) : root,
          ),
        TAMPERED,
      );
      const growth = consistencyProof(old, size, read);
      const place = which % (growth.length + 2);
      const older = { size: old, root: naive.root(old) };
      assert.throws(
        () =>
          verifyConsistency(
            place === growth.length ? { size: old, root: flip(older.root, bit) } : older,
            { size, root: place === growth.length + 1 ? flip(root, bit) : root },
            growth.map((hash, n) => (n === place ? flip(hash, bit) : hash)),
          ),
        TAMPERED,
      );
    }),
  );
});

test('proofs of the wrong length, the wrong place or the wrong size are refused', () => {
  const entries = numbered(0, 100);
  const naive = naiveTree(entries);
  const leaves = entries.map(leafHash);
  const read = memory(leaves);
  const root = naive.root(100);
  const path = inclusionProof(37, 100, read);
  const good = { index: 37, size: 100, leaf: leaves[37]!, path };
  verifyInclusion(good, root);
  for (const wrong of [
    { ...good, path: path.slice(1) },
    { ...good, path: path.slice(0, -1) },
    { ...good, path: [...path, EMPTY_ROOT] },
    { ...good, path: [] },
    { ...good, index: 36 },
    { ...good, index: 99 },
  ]) {
    assert.throws(() => verifyInclusion(wrong, root), TAMPERED);
  }
  const older = { size: 37, root: naive.root(37) };
  const growth = consistencyProof(37, 100, read);
  const newer = { size: 100, root };
  verifyConsistency(older, newer, growth);
  for (const wrong of [growth.slice(1), growth.slice(0, -1), [...growth, EMPTY_ROOT], []]) {
    assert.throws(() => verifyConsistency(older, newer, wrong), TAMPERED);
  }
  assert.throws(() => verifyConsistency({ ...older, size: 36 }, newer, growth), TAMPERED);
  assert.throws(() => verifyConsistency(newer, older, growth), TAMPERED);
  assert.throws(() => verifyConsistency(older, { ...older, root }, []), TAMPERED);
  assert.throws(() => verifyConsistency({ size: 0, root }, newer, []), TAMPERED);
  assert.throws(() => verifyConsistency(older, older, [root]), TAMPERED);
});

test('questions that no tree can answer are refused before anything is read', () => {
  const never: HashReader = () => assert.fail('nothing may be read');
  const bad = { code: 'bad_input' };
  assert.throws(() => inclusionProof(5, 5, never), bad);
  assert.throws(() => inclusionProof(-1, 5, never), bad);
  assert.throws(() => inclusionProof(0.5, 5, never), bad);
  assert.throws(() => consistencyProof(6, 5, never), bad);
  assert.throws(() => rootAt(2 ** 53, never), bad);
  assert.deepEqual(rootAt(0, never), EMPTY_ROOT);
});

test('sizes past 2^31 are counted exactly', () => {
  // A tree of equal leaves: each level has one hash, so a reader needs no storage.
  const level: Hash[] = [leafHash(Buffer.alloc(0))];
  for (let n = 1; n < 53; n += 1) level.push(nodeHash(level[n - 1]!, level[n - 1]!));
  const read: HashReader = (height) => level[height]!;
  const size = 2 ** 52 + 2 ** 33 + 12345;
  const root = rootAt(size, read);
  const index = 2 ** 52 + 7;
  const path = inclusionProof(index, size, read);
  verifyInclusion({ index, size, leaf: level[0]!, path }, root);
  const old = 2 ** 40 + 3;
  const growth = consistencyProof(old, size, read);
  verifyConsistency({ size: old, root: rootAt(old, read) }, { size, root }, growth);
});

function flip(hash: Hash, bit: number): Hash {
  const copy = Buffer.from(hash);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}
