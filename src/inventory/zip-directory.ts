/** The central directory of a zip archive (PKWARE APPNOTE 6.3.10, sections 4.3.12 to 4.3.16), read without unpacking anything. */
import { HoldfastError } from '../kernel/errors.ts';
import type { ByteSource } from './byte-source.ts';

export interface ZipEntry {
  /** Relative, without `.` and `..`, whatever the archive wrote. */
  readonly path: string;
  /** Bytes unpacked, as the archive says; what unpacks to anything else is refused. */
  readonly size: number;
  readonly packedSize: number;
  /** 0 stored, 8 deflated; others are not read. */
  readonly method: number;
  readonly crc: number;
  readonly encrypted: boolean;
  /** Where its local header begins. */
  readonly offset: number;
}

/** An entry that is listed but not given out, and why. */
export interface ZipRefusal {
  readonly path: string;
  readonly reason: 'invalid' | 'unsupported';
  readonly detail: string;
}

export interface ZipDirectory {
  /** Regular files in the order of the directory: no folders, no links. */
  readonly entries: readonly ZipEntry[];
  readonly refused: readonly ZipRefusal[];
}

interface DirectoryPlace {
  readonly start: number;
  readonly size: number;
  readonly count: number;
  /** Bytes put before the archive (a start script): every offset is that much greater. */
  readonly prefix: number;
}

const END = 0x06054b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const HEADER = 0x02014b50;
const END_BYTES = 22;
/** A comment has at most 65,535 bytes. */
const TAIL_BYTES = 65_535 + END_BYTES + 20;
const HEADER_BYTES = 46;
const UNKNOWN_32 = 0xffffffff;

/**
 * @param limit - Entries above which the archive is refused.
 * @throws HoldfastError `bad_file` for no or a damaged directory, `too_large` for too many entries.
 */
export async function readZipDirectory(
  source: ByteSource,
  path: string,
  limit: number,
): Promise<ZipDirectory> {
  const place = await placeOf(source, path);
  if (place.count > limit || place.size > limit * 512) {
    throw new HoldfastError(
      'too_large',
      `${path}: lists ${place.count} entries; at most ${limit} are read.`,
      { detail: { reason: 'limit' } },
    );
  }
  const bytes = await source.read(place.start, place.size);
  if (bytes.length < place.size) throw damaged(path, 'the directory is cut off', 'truncated');
  const entries: ZipEntry[] = [];
  const refused: ZipRefusal[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length && bytes.readUInt32LE(at) === HEADER;) {
    if (entries.length + refused.length >= limit) throw damaged(path, 'more entries than it says');
    const header = headerAt(bytes, at, place.prefix);
    if (header === undefined) throw damaged(path, 'an entry of the directory is cut off');
    at = header.next;
    if (header.refusal !== undefined) refused.push(header.refusal);
    else if (header.entry !== undefined) entries.push(header.entry);
  }
  return withoutOverlaps(entries, refused, place.start);
}

function damaged(path: string, what: string, reason = 'invalid'): HoldfastError {
  return new HoldfastError('bad_file', `${path}: not a whole zip archive: ${what}.`, {
    detail: { reason },
  });
}

async function placeOf(source: ByteSource, path: string): Promise<DirectoryPlace> {
  const from = Math.max(0, source.size - TAIL_BYTES);
  const tail = await source.read(from, TAIL_BYTES);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (tail[at] !== 0x50 || tail.readUInt32LE(at) !== END) continue;
    // What follows is the comment; shorter than it says is no end record but bytes that look like one.
    if (at + END_BYTES + tail.readUInt16LE(at + 20) > tail.length) continue;
    const place = (await place64(source, tail, at, from)) ?? place32(tail, at, from);
    if (place.start < 0 || place.prefix < 0) throw damaged(path, 'its directory lies outside');
    return place;
  }
  throw damaged(path, 'no end of the directory', 'truncated');
}

function place32(tail: Buffer, at: number, from: number): DirectoryPlace {
  const size = tail.readUInt32LE(at + 12);
  const start = from + at - size;
  return {
    start,
    size,
    count: tail.readUInt16LE(at + 10),
    prefix: start - tail.readUInt32LE(at + 16),
  };
}

async function place64(
  source: ByteSource,
  tail: Buffer,
  at: number,
  from: number,
): Promise<DirectoryPlace | undefined> {
  if (at < 20 || tail.readUInt32LE(at - 20) !== LOCATOR64) return undefined;
  const said = Number(tail.readBigUInt64LE(at - 12));
  // The record stands right before its locator unless it was extended; bytes before the archive shift what it says.
  for (const offset of [from + at - 20 - 56, said]) {
    const record = offset < 0 ? Buffer.alloc(0) : await source.read(offset, 56);
    if (record.length < 56 || record.readUInt32LE(0) !== END64) continue;
    const size = Number(record.readBigUInt64LE(40));
    const start = offset - size;
    return {
      start,
      size,
      count: Number(record.readBigUInt64LE(32)),
      prefix: start - Number(record.readBigUInt64LE(48)),
    };
  }
  return undefined;
}

interface Header {
  readonly next: number;
  readonly entry?: ZipEntry;
  readonly refusal?: ZipRefusal;
}

function headerAt(bytes: Buffer, at: number, prefix: number): Header | undefined {
  const flags = bytes.readUInt16LE(at + 8);
  const nameEnd = at + HEADER_BYTES + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  const next = extraEnd + bytes.readUInt16LE(at + 32);
  if (next > bytes.length) return undefined;
  const raw = nameOf(bytes.subarray(at + HEADER_BYTES, nameEnd), (flags & 0x800) !== 0);
  const kind = kindOf(bytes.readUInt8(at + 5), bytes.readUInt32LE(at + 38), raw);
  if (kind !== 'file') return { next };
  const path = insidePath(raw);
  if (path === undefined) {
    const detail = 'a name that climbs out of the archive';
    return { next, refusal: { path: raw.slice(0, 256), reason: 'invalid', detail } };
  }
  const sizes = sizesOf(bytes, at, bytes.subarray(nameEnd, extraEnd));
  if (sizes === undefined) {
    return { next, refusal: { path, reason: 'invalid', detail: 'no 64-bit sizes where said' } };
  }
  const entry = {
    path,
    size: sizes.size,
    packedSize: sizes.packedSize,
    method: bytes.readUInt16LE(at + 10),
    crc: bytes.readUInt32LE(at + 16),
    encrypted: (flags & 1) !== 0,
    offset: sizes.offset + prefix,
  };
  return { next, entry };
}

/** UTF-8 where the archive says so or the bytes are; else every byte its own character. */
function nameOf(bytes: Buffer, utf8: boolean): string {
  const text = bytes.toString('utf8');
  return utf8 || !text.includes('\uFFFD') ? text : bytes.toString('latin1');
}

function kindOf(host: number, attributes: number, name: string): 'file' | 'directory' | 'other' {
  if (name.endsWith('/')) return 'directory';
  // Made on Unix: the file's mode stands in the upper half.
  const type = host === 3 ? (attributes >>> 28) & 0xf : 0;
  if (type === 4) return 'directory';
  return type === 0 || type === 8 ? 'file' : 'other';
}

/** `/a//b/./c` is `a/b/c`; undefined for what climbs out or names nothing. */
function insidePath(raw: string): string | undefined {
  const parts = raw
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  return parts.length === 0 || parts.includes('..') || raw.includes('\0')
    ? undefined
    : parts.join('/');
}

interface Sizes {
  readonly size: number;
  readonly packedSize: number;
  readonly offset: number;
}

function sizesOf(bytes: Buffer, at: number, extra: Buffer): Sizes | undefined {
  let packedSize = bytes.readUInt32LE(at + 20);
  let size = bytes.readUInt32LE(at + 24);
  let offset = bytes.readUInt32LE(at + 42);
  if (size !== UNKNOWN_32 && packedSize !== UNKNOWN_32 && offset !== UNKNOWN_32) {
    return { size, packedSize, offset };
  }
  const field = extraField(extra, 0x0001);
  let from = 0;
  const take = (): number | undefined => {
    if (field === undefined || from + 8 > field.length) return undefined;
    const value = Number(field.readBigUInt64LE(from));
    from += 8;
    return Number.isSafeInteger(value) ? value : undefined;
  };
  size = size === UNKNOWN_32 ? (take() ?? -1) : size;
  packedSize = packedSize === UNKNOWN_32 ? (take() ?? -1) : packedSize;
  offset = offset === UNKNOWN_32 ? (take() ?? -1) : offset;
  return Math.min(size, packedSize, offset) < 0 ? undefined : { size, packedSize, offset };
}

function extraField(extra: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === wanted) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return undefined;
}

/** Entries that share their bytes are how a small archive unpacks to petabytes: only the first of them is given out. */
function withoutOverlaps(
  entries: readonly ZipEntry[],
  refused: ZipRefusal[],
  end: number,
): ZipDirectory {
  const bad = new Set<ZipEntry>();
  let reached = 0;
  for (const entry of [...entries].sort((a, b) => a.offset - b.offset)) {
    const outside = entry.offset + 30 + entry.packedSize > end;
    if (entry.offset < reached || outside) {
      const detail = outside ? 'lies beyond the archive' : 'shares its bytes with another entry';
      refused.push({ path: entry.path, reason: 'invalid', detail });
      bad.add(entry);
    } else {
      reached = entry.offset + 30 + entry.packedSize;
    }
  }
  return {
    entries: bad.size === 0 ? entries : entries.filter((entry) => !bad.has(entry)),
    refused,
  };
}

/** Whether the first bytes are those of a zip archive, empty ones included. */
export function looksLikeZip(head: Buffer): boolean {
  if (head.length < 4) return false;
  const mark = head.readUInt32LE(0);
  return mark === 0x04034b50 || mark === END;
}
