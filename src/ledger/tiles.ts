/** C2SP tlog-tiles: the names and bytes of tiles and entry bundles, and growing a tree tile by tile. No input or output. */
import { HoldfastError } from '../kernel/errors.ts';
import { HASH_BYTES, nodeHash, type Hash, type HashReader } from './tree.ts';

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
/** An entry's length is a uint16. */
export const LARGEST_ENTRY = 0xffff;

export type TileKind = number | 'entries';

/** A tile's place; `width` under 256 is a partial tile. */
export interface TileName {
  readonly level: TileKind;
  readonly index: number;
  readonly width: number;
}

export interface Tile extends TileName {
  readonly bytes: Buffer;
}

/**
 * The path of a tile below the log's prefix.
 *
 * @example tilePath({ level: 0, index: 1234067, width: 8 }) // 'tile/0/x001/x234/067.p/8'
 */
export function tilePath({ level, index, width }: TileName): string {
  const groups = String(index).padStart(3, '0');
  const padded = groups.padStart(Math.ceil(groups.length / 3) * 3, '0');
  const parts = padded.match(/\d{3}/g) ?? [];
  const last = parts.pop() ?? '';
  const path = ['tile', String(level), ...parts.map((part) => `x${part}`), last].join('/');
  return width === TILE_WIDTH ? path : `${path}.p/${width}`;
}

/** The inverse of `tilePath`; undefined for any other text, so that a server can answer 404. */
export function parseTilePath(path: string): TileName | undefined {
  const form =
    /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(
      path,
    );
  if (form === null) return undefined;
  const [, level = '', digits = '', width] = form;
  const name: TileName = {
    level: level === 'entries' ? level : Number(level),
    index: Number(digits.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  // One name a tile: no superfluous x000, no .p/256, no index beyond what a number holds.
  return Number.isSafeInteger(name.index) && tilePath(name) === path ? name : undefined;
}

/** How many hashes of tile level `level` a tree of `size` leaves has: complete subtrees of `256 ** level` leaves. */
export function hashesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** The rightmost tiles of a tree of `size` leaves that are not full, one a level, lowest first. */
export function partialTiles(size: number): TileName[] {
  const names: TileName[] = [];
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const count = hashesAt(level, size);
    const width = count % TILE_WIDTH;
    if (width > 0) names.push({ level, index: Math.floor(count / TILE_WIDTH), width });
  }
  return names;
}

/** Reads a subtree's hash out of tiles; `load(level, index)` gives at least the tile's bytes that the tree has. */
export function tileReader(load: (level: number, index: number) => Buffer): HashReader {
  return (level, index) => {
    const tileLevel = Math.floor(level / TILE_HEIGHT);
    const count = 2 ** (level % TILE_HEIGHT);
    const first = index * count;
    const tile = load(tileLevel, Math.floor(first / TILE_WIDTH));
    const from = (first % TILE_WIDTH) * HASH_BYTES;
    const to = from + count * HASH_BYTES;
    if (tile.length < to) {
      throw new HoldfastError(
        'tampered',
        `Ledger tile level ${tileLevel} is shorter than its tree.`,
      );
    }
    return foldComplete(tile.subarray(from, to));
  };
}

/** The root over a power of two of concatenated hashes. */
function foldComplete(hashes: Buffer): Hash {
  if (hashes.length === HASH_BYTES) return hashes;
  const middle = hashes.length / 2;
  return nodeHash(foldComplete(hashes.subarray(0, middle)), foldComplete(hashes.subarray(middle)));
}

/** The right edge of a tree: everything needed to append, and to compute the root. At most 8 kB a level. */
export interface Edge {
  readonly size: number;
  /** By tile level: the hashes of its rightmost tile when that is partial, else nothing. */
  readonly rows: readonly Buffer[];
}

export const EMPTY_EDGE: Edge = { size: 0, rows: [] };

/** The edge with `leaves` (leaf hashes) appended, and the tiles this adds: full ones, and the partial ones it ends with. */
export function grow(edge: Edge, leaves: readonly Hash[]): { edge: Edge; tiles: Tile[] } {
  const size = edge.size + leaves.length;
  const tiles: Tile[] = [];
  const rows: Buffer[] = [];
  let added: readonly Hash[] = leaves;
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const row = Buffer.concat([edge.rows[level] ?? Buffer.alloc(0), ...added]);
    const firstTile = Math.floor(hashesAt(level, edge.size) / TILE_WIDTH);
    const { full, rest } = cut(row);
    full.forEach((bytes, n) =>
      tiles.push({ level, index: firstTile + n, width: TILE_WIDTH, bytes }),
    );
    if (rest.length > 0 && added.length > 0) {
      const width = rest.length / HASH_BYTES;
      tiles.push({ level, index: firstTile + full.length, width, bytes: rest });
    }
    rows.push(Buffer.from(rest));
    added = full.map(foldComplete);
  }
  return { edge: { size, rows }, tiles };
}

/** A reader of the hashes that the root of the edge's own tree needs: all of them lie on the edge. */
export function edgeReader(edge: Edge): HashReader {
  return tileReader((level) => edge.rows[level] ?? Buffer.alloc(0));
}

function cut(row: Buffer): { full: Buffer[]; rest: Buffer } {
  const tileBytes = TILE_WIDTH * HASH_BYTES;
  const full: Buffer[] = [];
  let at = 0;
  for (; at + tileBytes <= row.length; at += tileBytes) {
    full.push(row.subarray(at, at + tileBytes));
  }
  return { full, rest: row.subarray(at) };
}

/** An entry bundle: each entry after its length as a big-endian uint16. */
export function encodeBundle(entries: readonly Uint8Array[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const entry of entries) {
    if (entry.length > LARGEST_ENTRY) {
      throw new HoldfastError('too_large', `A ledger entry holds at most ${LARGEST_ENTRY} bytes.`);
    }
    const length = Buffer.alloc(2);
    length.writeUInt16BE(entry.length);
    parts.push(length, entry);
  }
  return Buffer.concat(parts);
}

/** The entries of a bundle; throws `tampered` when its bytes end inside an entry. */
export function decodeBundle(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 2 <= bytes.length ? at + 2 + bytes.readUInt16BE(at) : Infinity;
    if (end > bytes.length) {
      throw new HoldfastError('tampered', 'A ledger entry bundle ends inside an entry.');
    }
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
