/** The Merkle tree of RFC 9162 §2.1 (the tree of RFC 6962) with SHA-256, over stored hashes of complete subtrees. */
import { hash } from 'node:crypto';
import { HoldfastError } from '../kernel/errors.ts';

/** 32 bytes. */
export type Hash = Buffer;

/**
 * The hash of the complete subtree of `2 ** level` leaves that begins at leaf `index * 2 ** level`. Level 0 is the
 * leaf hashes. Readers are asked only for subtrees inside the tree that is proved.
 */
export type HashReader = (level: number, index: number) => Hash;

export const HASH_BYTES = 32;

/** §2.1.1: the root of no leaves is the hash of nothing. */
export const EMPTY_ROOT: Hash = sha256(Buffer.alloc(0));

const LEAF_PREFIX = Buffer.of(0x00);
/** `0x01 || left || right`, filled anew for each hash: an allocation a node costs a third of the time. */
const NODE_INPUT = Buffer.alloc(1 + 2 * HASH_BYTES, 0x01);

export function sha256(bytes: Uint8Array): Hash {
  // Through a binary string into the shared pool: less than half the time of a buffer for each hash (bench/ledger.ts).
  return Buffer.from(hash('sha256', bytes, 'binary'), 'binary');
}

/** §2.1.1: `SHA-256(0x00 || entry)`. */
export function leafHash(entry: Uint8Array): Hash {
  return sha256(Buffer.concat([LEAF_PREFIX, entry]));
}

/** §2.1.1: `SHA-256(0x01 || left || right)`. */
export function nodeHash(left: Hash, right: Hash): Hash {
  NODE_INPUT.set(left, 1);
  NODE_INPUT.set(right, 1 + HASH_BYTES);
  return sha256(NODE_INPUT);
}

/** The root of the first `size` leaves. */
export function rootAt(size: number, read: HashReader): Hash {
  assertSize(size);
  return size === 0 ? EMPTY_ROOT : rangeHash(0, size, read);
}

/** §2.1.3.1: the audit path of leaf `index` in the tree of `size` leaves, the leaf's sibling first. */
export function inclusionProof(index: number, size: number, read: HashReader): Hash[] {
  assertIndex(index, size);
  const path: Hash[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + split(end - start);
    if (index < middle) {
      path.push(rangeHash(middle, end, read));
      end = middle;
    } else {
      path.push(rangeHash(start, middle, read));
      start = middle;
    }
  }
  return path.reverse();
}

/** §2.1.4.1: that the tree of `newSize` leaves begins with the tree of `oldSize`. Empty from 0 and between equals. */
export function consistencyProof(oldSize: number, newSize: number, read: HashReader): Hash[] {
  assertSize(newSize);
  assertSize(oldSize);
  if (oldSize > newSize) throw badRequest(`no proof from ${oldSize} leaves back to ${newSize}`);
  if (oldSize === 0 || oldSize === newSize) return [];
  const path: Hash[] = [];
  let [start, end] = [0, newSize];
  // While the old tree lies whole in the left half its own root, which the verifier has, is left out.
  let wholeOldTree = true;
  while (end !== oldSize) {
    const middle = start + split(end - start);
    if (oldSize <= middle) {
      path.push(rangeHash(middle, end, read));
      end = middle;
    } else {
      path.push(rangeHash(start, middle, read));
      start = middle;
      wholeOldTree = false;
    }
  }
  if (!wholeOldTree) path.push(rangeHash(start, end, read));
  return path.reverse();
}

/** A leaf, its place, and the path that should lead to the root. */
export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leaf: Hash;
  readonly path: readonly Hash[];
}

/** §2.1.3.2: throws `tampered` unless `inclusion` leads to `root`. */
export function verifyInclusion({ index, size, leaf, path }: Inclusion, root: Hash): void {
  assertIndex(index, size);
  let reached = leaf;
  for (const { sibling, onLeft } of climb(index, size - 1, path)) {
    reached = onLeft ? nodeHash(sibling, reached) : nodeHash(reached, sibling);
  }
  if (!reached.equals(root)) throw tampered('the inclusion proof does not lead to the root');
}

/** A tree head: how many leaves, and their root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Hash;
}

/** §2.1.4.2: throws `tampered` unless `path` proves that the newer tree begins with the older. */
export function verifyConsistency(older: TreeHead, newer: TreeHead, path: readonly Hash[]): void {
  assertSize(older.size);
  assertSize(newer.size);
  if (older.size > newer.size) throw tampered('the tree has shrunk');
  if (older.size === 0 || older.size === newer.size) {
    verifySame(older, newer, path);
    return;
  }
  // An old tree of 2^k leaves is a node of the new tree, so its root starts the path.
  const [first, ...rest] = isPowerOfTwo(older.size) ? [older.root, ...path] : path;
  if (first === undefined) throw tampered('the consistency proof is too short');
  let [fn, sn] = [older.size - 1, newer.size - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [oldRoot, newRoot] = [first, first];
  for (const { sibling, onLeft } of climb(fn, sn, rest)) {
    if (onLeft) oldRoot = nodeHash(sibling, oldRoot);
    newRoot = onLeft ? nodeHash(sibling, newRoot) : nodeHash(newRoot, sibling);
  }
  if (!oldRoot.equals(older.root)) throw tampered('the older tree is not a beginning of the newer');
  if (!newRoot.equals(newer.root))
    throw tampered('the consistency proof does not lead to the root');
}

/** From no leaves, or to as many: there is nothing to prove, and the roots say all. */
function verifySame(older: TreeHead, newer: TreeHead, path: readonly Hash[]): void {
  const root = older.size === 0 ? EMPTY_ROOT : newer.root;
  if (path.length > 0) throw tampered('the proof is too long');
  if (!older.root.equals(root)) throw tampered('two roots for one size');
}

/**
 * §2.1.3.2 and §2.1.4.2 walk up alike: `fn` is the node's place on its level, `sn` the last one there. Says on which side
 * each sibling stands; throws when the path does not end at the root.
 */
function* climb(
  fn: number,
  sn: number,
  path: readonly Hash[],
): Generator<{ sibling: Hash; onLeft: boolean }> {
  for (const sibling of path) {
    if (sn === 0) throw tampered('the proof is too long');
    const onLeft = isOdd(fn) || fn === sn;
    yield { sibling, onLeft };
    // The last node of a level without a right neighbour rises unhashed until it has a left one.
    while (onLeft && !isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn !== 0) throw tampered('the proof is too short');
}

/** The hash over leaves `[start, end)`, where `start` is a multiple of the range's largest complete subtree. */
function rangeHash(start: number, end: number, read: HashReader): Hash {
  const subtrees: Hash[] = [];
  for (let at = start; at < end;) {
    const level = levelWithin(end - at);
    subtrees.push(read(level, at / 2 ** level));
    at += 2 ** level;
  }
  return subtrees.reduceRight((right, left) => nodeHash(left, right));
}

/** The largest `level` with `2 ** level <= count`. */
function levelWithin(count: number): number {
  let level = 0;
  while (2 ** (level + 1) <= count) level += 1;
  return level;
}

/** §2.1.1: the largest power of two smaller than `count`, for `count` > 1. */
function split(count: number): number {
  return 2 ** levelWithin(count - 1);
}

// Sizes may pass 2^31, where the bit operators of the language end.
function isOdd(n: number): boolean {
  return n % 2 === 1;
}

function half(n: number): number {
  return Math.floor(n / 2);
}

function isPowerOfTwo(n: number): boolean {
  return 2 ** levelWithin(n) === n;
}

function assertSize(size: number): void {
  if (!Number.isSafeInteger(size) || size < 0) throw badRequest(`${size} is no tree size`);
}

function assertIndex(index: number, size: number): void {
  assertSize(size);
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw badRequest(`no entry ${index} in a tree of ${size}`);
  }
}

function badRequest(why: string): HoldfastError {
  return new HoldfastError('bad_input', `Ledger tree: ${why}.`);
}

function tampered(why: string): HoldfastError {
  return new HoldfastError('tampered', `The ledger does not verify: ${why}.`);
}
