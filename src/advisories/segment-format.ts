/**
 * The bytes of a segment. One file a feed:
 *
 *     blocks     each: count u16, count × hash u64 ascending, then zstd of: count × (key length u32, value length u32), keys and values
 *     directory  per block: first hash u64, offset u48, length u32, first 8 bytes of the block's SHA-256
 *     footer     magic, version u32, entries u48, blocks u32, directory offset u48, 8 spare bytes
 *
 * All numbers are big-endian, so that bytes compare as numbers do. The file is named by the SHA-256 of directory and
 * footer; each block is proven by the directory: what is read is what was written, at the price of the bytes read.
 */
import { hash } from 'node:crypto';

export const MAGIC = 'HFADVS';
export const VERSION = 1;
export const DIRECTORY_ENTRY = 26;
export const FOOTER = 36;
/** Bytes of keys and values that a block gathers before it is closed. */
export const BLOCK_BYTES = 4096;
/** One value larger than this is no advisory but an attack. */
export const MAX_BLOCK_BYTES = 256 * 1024 * 1024;

/** The first eight bytes of SHA-256, as latin1 text: texts compare as the bytes do. */
export function hashOf(key: string): string {
  return hash('sha256', key, 'buffer').toString('latin1', 0, 8);
}

export function digestOf(block: Uint8Array): Buffer {
  return hash('sha256', block, 'buffer').subarray(0, 8);
}

export interface Footer {
  readonly entries: number;
  readonly blocks: number;
  readonly directoryOffset: number;
}

export function writeFooter({ entries, blocks, directoryOffset }: Footer): Buffer {
  const bytes = Buffer.alloc(FOOTER);
  bytes.write(MAGIC, 0, 'latin1');
  bytes.writeUInt32BE(VERSION, 8);
  bytes.writeUIntBE(entries, 12, 6);
  bytes.writeUInt32BE(blocks, 18);
  bytes.writeUIntBE(directoryOffset, 22, 6);
  return bytes;
}

/** Undefined where it is no footer of this version. */
export function readFooter(bytes: Buffer): Footer | undefined {
  if (bytes.length !== FOOTER || bytes.toString('latin1', 0, 6) !== MAGIC) return undefined;
  if (bytes.readUInt32BE(8) !== VERSION) return undefined;
  return {
    entries: bytes.readUIntBE(12, 6),
    blocks: bytes.readUInt32BE(18),
    directoryOffset: bytes.readUIntBE(22, 6),
  };
}
