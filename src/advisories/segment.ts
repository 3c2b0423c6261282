/** Reads one segment: only the directory is held, each answer costs one `pread` and is proven before it is believed. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { HoldfastError } from '../kernel/errors.ts';
import {
  BLOCK_BYTES,
  DIRECTORY_ENTRY,
  FOOTER,
  MAX_BLOCK_BYTES,
  digestOf,
  hashOf,
  readFooter,
} from './segment-format.ts';

export interface Segment {
  /** Distinct keys. */
  readonly entries: number;
  readonly bytes: number;
  /**
   * The values under a key, or undefined where there is none.
   *
   * @throws HoldfastError `tampered` where the bytes are not those that were written.
   */
  get(key: string): readonly unknown[] | undefined;
  /** Every key with its values, in no order that means anything; each block is proven. */
  items(): Iterable<readonly [key: string, values: readonly unknown[]]>;
  /** Reads and proves every block. */
  verify(): void;
  close(): void;
}

/**
 * @param feed names the feed in errors
 * @param hashing of keys, as it was written
 * @throws HoldfastError `bad_file` where it is missing, cut off or no segment; `tampered` where its name does not prove it
 */
export function openSegment(file: string, feed: string, hashing = hashOf): Segment {
  const descriptor = openFile(file, feed);
  try {
    return readSegment(descriptor, path.basename(file, '.seg'), feed, hashing);
  } catch (error) {
    fs.closeSync(descriptor);
    throw error;
  }
}

/** Reads the whole file. @throws HoldfastError as `openSegment` and `Segment.get` */
export function verifySegment(file: string, feed: string): void {
  const segment = openSegment(file, feed);
  try {
    segment.verify();
  } finally {
    segment.close();
  }
}

const REMEDY = 'Run: holdfast advisories update';

function openFile(file: string, feed: string): number {
  try {
    return fs.openSync(file, 'r');
  } catch (cause) {
    const message = `feed ${feed}: its part of the advisory index cannot be opened`;
    throw new HoldfastError('bad_file', message, { remedy: REMEDY, cause });
  }
}

function readSegment(
  descriptor: number,
  name: string,
  feed: string,
  hashing: typeof hashOf,
): Segment {
  const size = fs.fstatSync(descriptor).size;
  const footer = readFooter(readAt(descriptor, Math.max(0, size - FOOTER), Math.min(FOOTER, size)));
  if (footer === undefined) throw damaged('bad_file', feed, 'is cut off or of another version');
  const { entries, blocks, directoryOffset } = footer;
  if (directoryOffset + blocks * DIRECTORY_ENTRY + FOOTER !== size) {
    throw damaged('bad_file', feed, 'has lost some of its bytes');
  }
  const tail = readAt(descriptor, directoryOffset, size - directoryOffset);
  if (createHash('sha256').update(tail).digest('hex') !== name) {
    throw damaged('tampered', feed, 'is not what its name says');
  }

  function block(index: number): Buffer {
    const at = index * DIRECTORY_ENTRY;
    const offset = tail.readUIntBE(at + 8, 6);
    const length = tail.readUInt32BE(at + 14);
    const bytes = readAt(descriptor, offset, length);
    const proven = bytes.length === length && digestOf(bytes).compare(tail, at + 18, at + 26) === 0;
    if (!proven) throw damaged('tampered', feed, 'was changed after it was written');
    return bytes;
  }

  const kept = new Map<number, Block>();
  let held = 0;

  function blockAt(index: number): Block {
    let found = kept.get(index);
    if (found === undefined) {
      found = { bytes: block(index) };
      held += BLOCK_BYTES;
      if (held > KEPT_BYTES) {
        kept.clear();
        held = BLOCK_BYTES;
      }
      kept.set(index, found);
    }
    return found;
  }

  return {
    entries,
    bytes: size,
    get(key) {
      const hash = Buffer.from(hashing(key), 'latin1');
      const index = lastNotAfter(tail, blocks, hash);
      return index < 0 ? undefined : valueIn(blockAt(index), hash, key);
    },
    *items() {
      for (let index = 0; index < blocks; index += 1) yield* itemsIn({ bytes: block(index) });
    },
    verify() {
      for (let index = 0; index < blocks; index += 1) block(index);
    },
    close: () => fs.closeSync(descriptor),
  };
}

function damaged(code: 'bad_file' | 'tampered', feed: string, how: string): HoldfastError {
  return new HoldfastError(code, `feed ${feed}: its part of the advisory index ${how}`, {
    remedy: REMEDY,
  });
}

function readAt(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const read = fs.readSync(descriptor, bytes, done, length - done, offset + done);
    if (read === 0) return bytes.subarray(0, done);
    done += read;
  }
  return bytes;
}

/** A block that was read and proven; its texts are unpacked when the first of them is asked for. */
interface Block {
  readonly bytes: Buffer;
  texts?: Texts;
}

/** Blocks held at most, by the bytes that one gathers. */
const KEPT_BYTES = 8 * 1024 * 1024;

/** How the hash at `at` stands to `hash`: its two halves as numbers, which costs less than comparing bytes. */
function compareAt(bytes: Buffer, at: number, hash: Buffer): number {
  return (
    bytes.readUInt32BE(at) - hash.readUInt32BE(0) ||
    bytes.readUInt32BE(at + 4) - hash.readUInt32BE(4)
  );
}

/** The last block whose first hash is not after `hash`; -1 where all are. */
function lastNotAfter(directory: Buffer, blocks: number, hash: Buffer): number {
  let low = 0;
  let high = blocks;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareAt(directory, middle * DIRECTORY_ENTRY, hash) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Equal hashes are told apart by their keys; without an equal hash nothing is unpacked. */
function valueIn(block: Block, hash: Buffer, key: string): readonly unknown[] | undefined {
  const { bytes } = block;
  const count = bytes.readUInt16BE(0);
  let at = 0;
  while (at < count && compareAt(bytes, 2 + 8 * at, hash) < 0) at += 1;
  const wanted = Buffer.from(key);
  for (; at < count && compareAt(bytes, 2 + 8 * at, hash) === 0; at += 1) {
    block.texts ??= unpacked(bytes, count);
    const { texts, starts } = block.texts;
    const keyAt = starts[2 * at] ?? 0;
    const valueAt = starts[2 * at + 1] ?? 0;
    if (wanted.compare(texts, keyAt, valueAt) === 0) return valuesAt(block.texts, at);
  }
  return undefined;
}

function* itemsIn({ bytes }: Block): Generator<readonly [string, readonly unknown[]]> {
  const count = bytes.readUInt16BE(0);
  const unpackedTexts = unpacked(bytes, count);
  const { texts, starts } = unpackedTexts;
  for (let at = 0; at < count; at += 1) {
    const key = texts.toString('utf8', starts[2 * at], starts[2 * at + 1]);
    yield [key, valuesAt(unpackedTexts, at)];
  }
}

interface Texts {
  readonly texts: Buffer;
  /** Where each key begins, each value begins, and so on by turns, and where the last ends. */
  readonly starts: Uint32Array;
}

function valuesAt({ texts, starts }: Texts, at: number): readonly unknown[] {
  return JSON.parse(texts.toString('utf8', starts[2 * at + 1], starts[2 * at + 2])) as unknown[];
}

function unpacked(block: Buffer, count: number): Texts {
  const texts = zstdDecompressSync(block.subarray(2 + 8 * count), {
    maxOutputLength: 2 * MAX_BLOCK_BYTES,
  });
  const starts = new Uint32Array(2 * count + 1);
  let start = 8 * count;
  for (let index = 0; index < 2 * count; index += 1) {
    starts[index] = start;
    start += texts.readUInt32BE(4 * index);
  }
  starts[2 * count] = start;
  return { texts, starts };
}
