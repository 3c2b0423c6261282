/** Reads a ZIP archive from a file by its central directory (APPNOTE 6.3.10), ZIP64 included, entry after entry. */
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Budget } from './budget.ts';

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX32 = 0xffffffff;
const WINDOW = 4 * 1024 * 1024;
const SMALL = 256 * 1024;

export interface ArchiveEntry {
  readonly name: string;
  readonly bytes: Buffer;
  /** Bytes that it takes in the archive. */
  readonly packed: number;
}

interface Central {
  readonly offset: number;
  readonly size: number;
  readonly entries: number;
}

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const inflate = promisify(inflateRaw);

/**
 * The entries that `wants` by their name, in the order of the directory. Folders are passed over.
 *
 * @throws HoldfastError `bad_file` for a damaged archive, `too_large` beyond the budget.
 */
export async function* zipEntries(
  handle: FileHandle,
  budget: Budget,
  wants: (name: string) => boolean,
): AsyncGenerator<ArchiveEntry, void, void> {
  const { size } = await handle.stat();
  const central = await findCentral(handle, size);
  if (central.offset + central.size > size) throw damaged('its directory lies outside of it');
  const data = windowed(handle, size);
  const list = windowed(handle, size);
  let at = central.offset;
  for (let left = central.entries; left > 0; left -= 1) {
    const head = await list(at, 46);
    if (head.readUInt32LE(0) !== CENTRAL) throw damaged('its directory is broken');
    const length = 46 + head.readUInt16LE(28) + head.readUInt16LE(30) + head.readUInt16LE(32);
    const entry = readEntry(await list(at, length));
    at += length;
    budget.entry();
    if (entry.name.endsWith('/') || !wants(entry.name)) continue;
    yield { name: entry.name, bytes: await content(data, entry, budget), packed: entry.packed };
  }
}

async function findCentral(handle: FileHandle, size: number): Promise<Central> {
  const tailSize = Math.min(size, 22 + 0xffff);
  const tail = Buffer.alloc(tailSize);
  await handle.read(tail, 0, tailSize, size - tailSize);
  for (let at = tailSize - 22; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== END) continue;
    const short: Central = {
      entries: tail.readUInt16LE(at + 10),
      size: tail.readUInt32LE(at + 12),
      offset: tail.readUInt32LE(at + 16),
    };
    const needs64 = short.entries === 0xffff || short.size === MAX32 || short.offset === MAX32;
    return needs64 ? findCentral64(handle, size, size - tailSize + at) : short;
  }
  throw damaged('its end is missing');
}

async function findCentral64(handle: FileHandle, size: number, end: number): Promise<Central> {
  if (end < 20) throw damaged('its end is missing');
  const locator = Buffer.alloc(20);
  await handle.read(locator, 0, 20, end - 20);
  if (locator.readUInt32LE(0) !== END64_LOCATOR) throw damaged('its end is broken');
  const at = Number(locator.readBigUInt64LE(8));
  if (at + 56 > size) throw damaged('its end is broken');
  const record = Buffer.alloc(56);
  await handle.read(record, 0, 56, at);
  if (record.readUInt32LE(0) !== END64) throw damaged('its end is broken');
  return {
    entries: Number(record.readBigUInt64LE(32)),
    size: Number(record.readBigUInt64LE(40)),
    offset: Number(record.readBigUInt64LE(48)),
  };
}

function readEntry(bytes: Buffer): Entry {
  const nameEnd = 46 + bytes.readUInt16LE(28);
  const extra = bytes.subarray(nameEnd, nameEnd + bytes.readUInt16LE(30));
  const wide = extra64(extra);
  const value = (offset: number): number => {
    const short = bytes.readUInt32LE(offset);
    return short === MAX32 ? (wide.shift() ?? short) : short;
  };
  // The order of the ZIP64 field: size, packed size, offset; each only where the short form is full.
  const size = value(24);
  const packed = value(20);
  const offset = value(42);
  return {
    name: bytes.toString('utf8', 46, nameEnd),
    flags: bytes.readUInt16LE(8),
    method: bytes.readUInt16LE(10),
    crc: bytes.readUInt32LE(16),
    packed,
    size,
    offset,
  };
}

function extra64(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) {
      const field = extra.subarray(at + 4, at + 4 + length);
      const values: number[] = [];
      for (let step = 0; step + 8 <= field.length; step += 8)
        values.push(Number(field.readBigUInt64LE(step)));
      return values;
    }
    at += 4 + length;
  }
  return [];
}

async function content(read: Windowed, entry: Entry, budget: Budget): Promise<Buffer> {
  if ((entry.flags & 1) !== 0) throw damaged(`${shown(entry.name)} is encrypted`);
  if (entry.method !== 0 && entry.method !== 8) {
    throw damaged(`${shown(entry.name)} is packed by a method that is not known here`);
  }
  budget.document(entry.size, shown(entry.name));
  const head = await read(entry.offset, 30);
  if (head.readUInt32LE(0) !== LOCAL)
    throw damaged(`${shown(entry.name)} is not where it should be`);
  const start = entry.offset + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = await read(start, entry.packed);
  const bytes = entry.method === 0 ? Buffer.from(packed) : await unpack(packed, entry);
  if (bytes.length !== entry.size) throw damaged(`${shown(entry.name)} is not of its stated size`);
  if (crc32(bytes) !== entry.crc) throw damaged(`${shown(entry.name)} fails its checksum`);
  budget.bytes(bytes.length);
  return bytes;
}

async function unpack(packed: Buffer, entry: Entry): Promise<Buffer> {
  const limit = { maxOutputLength: Math.max(1, entry.size) };
  try {
    // Off the main thread only where it pays: most entries are a few kilobytes.
    return entry.size < SMALL ? inflateRawSync(packed, limit) : await inflate(packed, limit);
  } catch (cause) {
    throw damaged(`${shown(entry.name)} cannot be unpacked`, cause);
  }
}

type Windowed = (offset: number, length: number) => Promise<Buffer>;

/** Reads ahead, since entries mostly follow one another, into one buffer; what it gives is valid until the next call. */
function windowed(handle: FileHandle, size: number): Windowed {
  let buffer = Buffer.alloc(0);
  let start = 0;
  let held = 0;
  return async (offset, length) => {
    if (offset < 0 || length < 0 || offset + length > size) throw damaged('it is cut off');
    if (offset < start || offset + length > start + held) {
      const wanted = Math.min(Math.max(length, WINDOW), size - offset);
      if (wanted > buffer.length) buffer = Buffer.alloc(wanted);
      const { bytesRead } = await handle.read(buffer, 0, wanted, offset);
      if (bytesRead < length) throw damaged('it is cut off');
      start = offset;
      held = bytesRead;
    }
    return buffer.subarray(offset - start, offset - start + length);
  };
}

function shown(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 120);
}

function damaged(why: string, cause?: unknown): HoldfastError {
  return new HoldfastError('bad_file', `The archive is damaged: ${why}.`, { cause });
}
