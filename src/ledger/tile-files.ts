/** Reading a tlog-tiles directory: our own log, a copy of a supplier's, or an export. Trusts nothing it reads. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import {
  decodeBundle,
  hashesAt,
  tilePath,
  tileReader,
  TILE_WIDTH,
  type TileKind,
} from './tiles.ts';
import { HASH_BYTES, type HashReader } from './tree.ts';

export const CHECKPOINT_FILE = 'checkpoint';
/** Tiles kept in memory, 8 kB each: a proof in a tree of 10 million leaves touches at most six. */
const MOST_CACHED = 64;

/** The files of a log, read at the size of some checkpoint of it. */
export interface TileFiles {
  /** The signed checkpoint, or undefined when there is none. */
  checkpoint(): string | undefined;
  /** The hashes of the tree as it was at `size` leaves. Throws `incomplete` when a tile is missing. */
  hashes(size: number): HashReader;
  /** The bytes of one hash tile, exactly as wide as it is in the tree of `size`. */
  tile(level: number, index: number, size: number): Buffer;
  /** The entries of one bundle of the log at `size`. */
  bundle(index: number, size: number): Buffer[];
  entry(index: number, size: number): Buffer;
}

/**
 * Reads synchronously: a proof needs a handful of 8 kB files from a local disk, and the caller wants all of them.
 */
export function openTileFiles(directory: string): TileFiles {
  const cached = new Map<string, Buffer>();

  function hashTile(level: number, index: number, size: number): Buffer {
    const key = `${level}/${index}`;
    const width = widthAt(hashesAt(level, size), index);
    const known = cached.get(key);
    if (known !== undefined && known.length >= width * HASH_BYTES) return known;
    const bytes = readTile(directory, level, index, width);
    if (bytes.length < width * HASH_BYTES || bytes.length % HASH_BYTES !== 0) {
      throw new HoldfastError('tampered', `Ledger tile ${key} has the wrong length.`);
    }
    if (cached.size >= MOST_CACHED) cached.delete(cached.keys().next().value ?? '');
    cached.delete(key);
    cached.set(key, bytes);
    return bytes;
  }

  function bundle(index: number, size: number): Buffer[] {
    const width = widthAt(size, index);
    const entries = decodeBundle(readTile(directory, 'entries', index, width));
    if (entries.length < width) {
      throw new HoldfastError('tampered', `Ledger entry bundle ${index} lacks entries.`);
    }
    return entries.slice(0, width);
  }

  return {
    checkpoint: () => readIfThere(path.join(directory, CHECKPOINT_FILE))?.toString('utf8'),
    hashes: (size) => tileReader((level, index) => hashTile(level, index, size)),
    tile: (level, index, size) =>
      hashTile(level, index, size).subarray(0, widthAt(hashesAt(level, size), index) * HASH_BYTES),
    bundle,
    entry: (index, size) => {
      const entry = bundle(Math.floor(index / TILE_WIDTH), size)[index % TILE_WIDTH];
      if (entry === undefined) throw new HoldfastError('not_found', `No ledger entry ${index}.`);
      return entry;
    },
  };
}

/** How many of `count` items lie in tile `index`. */
export function widthAt(count: number, index: number): number {
  return Math.min(TILE_WIDTH, Math.max(0, count - index * TILE_WIDTH));
}

/** The tile with at least `width` items: a partial one may have been removed once the full one was there. */
function readTile(directory: string, level: TileKind, index: number, width: number): Buffer {
  const names = new Set([width, TILE_WIDTH]);
  for (const each of width === 0 ? [] : names) {
    const bytes = readIfThere(path.join(directory, tilePath({ level, index, width: each })));
    if (bytes !== undefined) return bytes;
  }
  throw new HoldfastError(
    'incomplete',
    `Ledger tile ${level}/${index} of width ${width} is missing.`,
  );
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
