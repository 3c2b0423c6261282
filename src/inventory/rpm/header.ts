/**
 * RPM's header as its database keeps it: a big-endian index of tags and their data (rpm's file format documentation,
 * "Header Structure"; without the eight bytes of magic that a package file has before it).
 */
import { invalid, truncated } from '../damage.ts';

/** rpm's own bounds (HEADER_TAGS_MAX, HEADER_DATA_MAX). */
const MAX_TAGS = 0xffff;
const MAX_DATA = 0x0fffffff;

const TAG = {
  name: 1000,
  version: 1001,
  release: 1002,
  epoch: 1003,
  vendor: 1011,
  arch: 1022,
  oldFileNames: 1027,
  sourceRpm: 1044,
  dirIndexes: 1116,
  baseNames: 1117,
  dirNames: 1118,
  modularityLabel: 5096,
} as const;

const INT32 = 4;
const STRING = 6;
const STRING_ARRAY = 8;
const I18N_STRING = 9;

export interface RpmHeader {
  readonly name: string;
  readonly epoch: number | undefined;
  readonly version: string;
  readonly release: string;
  /** Undefined of `gpg-pubkey` and other packages without code. */
  readonly arch: string | undefined;
  /** File name of the source package, `bash-5.1.8-9.el9.src.rpm`. */
  readonly sourceRpm: string | undefined;
  readonly module: string | undefined;
  readonly vendor: string | undefined;
  /** Every path that the package owns, without a leading slash. */
  files(): string[];
}

interface Entry {
  readonly type: number;
  readonly offset: number;
  readonly count: number;
}

/** @throws HoldfastError `bad_file` where lengths point outside the header or the name is missing. */
export function parseHeader(blob: Buffer): RpmHeader {
  if (blob.length < 8) throw truncated('a header of fewer than 8 bytes');
  const tags = blob.readUInt32BE(0);
  const length = blob.readUInt32BE(4);
  if (tags < 1 || tags > MAX_TAGS || length > MAX_DATA) {
    throw invalid(`a header of ${tags} tags and ${length} bytes`);
  }
  const start = 8 + tags * 16;
  if (start + length > blob.length) throw truncated('a header that is longer than its record');
  const data = blob.subarray(start, start + length);
  return headerOf(readIndex(blob, tags), data);
}

function readIndex(blob: Buffer, tags: number): Map<number, Entry> {
  const wanted = new Set<number>(Object.values(TAG));
  const entries = new Map<number, Entry>();
  for (let at = 8; at < 8 + tags * 16; at += 16) {
    const tag = blob.readUInt32BE(at);
    if (!wanted.has(tag)) continue;
    // What was added at installation stands behind what the package brought, and wins over it.
    entries.set(tag, {
      type: blob.readUInt32BE(at + 4),
      offset: blob.readUInt32BE(at + 8),
      count: blob.readUInt32BE(at + 12),
    });
  }
  return entries;
}

function headerOf(entries: ReadonlyMap<number, Entry>, data: Buffer): RpmHeader {
  const text = (tag: number) => firstString(entries.get(tag), data);
  const [name, version, release] = [text(TAG.name), text(TAG.version), text(TAG.release)];
  if (name === undefined || name === '') throw invalid('a header without a name');
  if (version === undefined || release === undefined) {
    throw invalid('a header without a version or release');
  }
  return {
    name,
    version,
    release,
    epoch: integers(entries.get(TAG.epoch), data)?.[0],
    arch: text(TAG.arch),
    sourceRpm: text(TAG.sourceRpm),
    module: text(TAG.modularityLabel),
    vendor: text(TAG.vendor),
    files: () => fileNames(entries, data),
  };
}

function fileNames(entries: ReadonlyMap<number, Entry>, data: Buffer): string[] {
  const baseNames = strings(entries.get(TAG.baseNames), data);
  if (baseNames.length === 0) return strings(entries.get(TAG.oldFileNames), data).map(relative);
  const dirNames = strings(entries.get(TAG.dirNames), data);
  const dirIndexes = integers(entries.get(TAG.dirIndexes), data) ?? [];
  return baseNames.map((base, i) => {
    const dir = dirNames[dirIndexes[i] ?? -1];
    if (dir === undefined) throw invalid('a file without a directory');
    return relative(dir + base);
  });
}

function relative(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}

function firstString(entry: Entry | undefined, data: Buffer): string | undefined {
  if (entry === undefined) return undefined;
  if (entry.type !== STRING && entry.type !== STRING_ARRAY && entry.type !== I18N_STRING) {
    throw invalid(`a string of type ${entry.type}`);
  }
  return data.toString('utf8', entry.offset, stringEnd(data, entry.offset));
}

function strings(entry: Entry | undefined, data: Buffer): string[] {
  if (entry === undefined) return [];
  if (entry.type !== STRING_ARRAY) throw invalid(`a list of strings of type ${entry.type}`);
  if (entry.count > data.length) throw truncated('a list that is longer than its header');
  const list: string[] = [];
  let at = entry.offset;
  for (let i = 0; i < entry.count; i += 1) {
    const end = stringEnd(data, at);
    list.push(data.toString('utf8', at, end));
    at = end + 1;
  }
  return list;
}

function stringEnd(data: Buffer, offset: number): number {
  const end = offset < data.length ? data.indexOf(0, offset) : -1;
  if (end < 0) throw truncated('a string that does not end within its header');
  return end;
}

function integers(entry: Entry | undefined, data: Buffer): number[] | undefined {
  if (entry === undefined) return undefined;
  if (entry.type !== INT32) throw invalid(`a number of type ${entry.type}`);
  if (entry.offset + entry.count * 4 > data.length) {
    throw truncated('numbers that do not end within their header');
  }
  const list: number[] = [];
  for (let i = 0; i < entry.count; i += 1) list.push(data.readUInt32BE(entry.offset + i * 4));
  return list;
}
