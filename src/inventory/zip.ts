/**
 * Zip archives (jar, war, whl, egg, nupkg) read in place: only the directory and the entries asked for, within limits that
 * archives inside archives share.
 */
import { crc32, createInflateRaw, inflateRawSync } from 'node:zlib';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { type ByteSource, chunksOf, sliceSource } from './byte-source.ts';
import { inputFile, tooLarge } from './input-file.ts';
import type { InputFile } from './schema.ts';
import { feed } from './unpack.ts';
import { readZipDirectory, type ZipEntry, type ZipRefusal } from './zip-directory.ts';

export interface ZipLimits {
  /** Entries of all archives together. */
  readonly entries: number;
  /** Bytes unpacked from all archives together. */
  readonly bytes: number;
  /** Unpacked over packed size of one entry; asked only of entries above 16 MiB. */
  readonly ratio: number;
  /** Archives inside archives. */
  readonly depth: number;
}

export const ZIP_LIMITS: ZipLimits = {
  entries: 500_000,
  bytes: 8 * 1024 ** 3,
  ratio: 200,
  depth: 8,
};

/** What the archives of one file have used of their limits; pass the same one to archives inside. */
export interface ZipBudget {
  readonly limits: ZipLimits;
  entries: number;
  bytes: number;
}

export function zipBudget(limits: Partial<ZipLimits> = {}): ZipBudget {
  return { limits: { ...ZIP_LIMITS, ...limits }, entries: 0, bytes: 0 };
}

export interface Zip {
  /** Regular files in the order of the directory; the same path may stand twice. */
  readonly entries: readonly ZipEntry[];
  /** What the directory lists and nobody may read. */
  readonly refused: readonly ZipRefusal[];
  /**
   * One entry whole, its checksum tested.
   *
   * @throws HoldfastError `too_large` above `limit` bytes or the archive's limits, `bad_file` where it does not unpack.
   */
  bytes(entry: ZipEntry, limit: number): Promise<Buffer>;
  /** One entry piece by piece, for what is too large to hold. */
  chunks(entry: ZipEntry): AsyncGenerator<Buffer>;
  /** An entry as extractors read files; its path is `outer!entry`. Held in memory once it is read at an offset. */
  file(entry: ZipEntry, limit: number): InputFile;
}

/**
 * @param depth - 0 for a file of the target, 1 for an archive in it…
 * @throws HoldfastError `bad_file`, `too_large`.
 */
export async function openZip(
  source: ByteSource,
  path: string,
  budget: ZipBudget = zipBudget(),
  depth = 0,
): Promise<Zip> {
  const { limits } = budget;
  if (depth > limits.depth) throw overLimit(path, `lies more than ${limits.depth} archives deep`);
  const { entries, refused } = await readZipDirectory(
    source,
    path,
    limits.entries - budget.entries,
  );
  budget.entries += entries.length + refused.length;
  return {
    entries,
    refused,
    bytes: (entry, limit) => wholeEntry(source, path, entry, limit, budget),
    chunks: (entry) => entryChunks(source, path, entry, budget),
    file: (entry, limit) => entryFile(source, path, entry, limit, budget),
  };
}

function overLimit(path: string, what: string): HoldfastError {
  return new HoldfastError('too_large', `${path}: ${what}.`, { detail: { reason: 'limit' } });
}

const RATIO_FROM = 16 * 1024 ** 2;
const STORED = 0;
const DEFLATED = 8;
const LOCAL_HEADER = 0x04034b50;

/** Where the entry's packed bytes are; everything that forbids reading them is thrown here. */
async function packedSource(
  source: ByteSource,
  name: string,
  entry: ZipEntry,
  budget: ZipBudget,
): Promise<ByteSource> {
  const { limits } = budget;
  if (entry.encrypted) throw refusal(name, 'is encrypted', 'encrypted');
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw refusal(name, `is packed by method ${entry.method}, which is not read`, 'unsupported');
  }
  if (entry.size > RATIO_FROM && entry.size / Math.max(1, entry.packedSize) > limits.ratio) {
    throw overLimit(name, `unpacks to more than ${limits.ratio} times its size`);
  }
  budget.bytes += entry.size;
  if (budget.bytes > limits.bytes) throw overLimit(name, `unpacks beyond ${limits.bytes} bytes`);
  const header = await source.read(entry.offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== LOCAL_HEADER) {
    throw refusal(name, 'does not begin where the directory says', 'invalid');
  }
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  return sliceSource(source, start, entry.packedSize);
}

function refusal(name: string, what: string, reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError('bad_file', `${name}: ${what}.`, {
    detail: { reason },
    ...(cause === undefined ? {} : { cause }),
  });
}

async function wholeEntry(
  source: ByteSource,
  path: string,
  entry: ZipEntry,
  limit: number,
  budget: ZipBudget,
): Promise<Buffer> {
  const name = `${path}!${entry.path}`;
  if (entry.size > limit) throw tooLarge(name, entry.size, limit);
  const packed = await packedSource(source, name, entry, budget);
  const bytes = await packed.read(0, entry.packedSize);
  if (bytes.length < entry.packedSize) throw refusal(name, 'is cut off', 'truncated');
  const content = entry.method === STORED ? bytes : inflated(name, bytes, entry.size);
  if (content.length !== entry.size) throw refusal(name, 'is not as long as it says', 'invalid');
  if (crc32(content) !== entry.crc) throw refusal(name, 'fails its checksum', 'invalid');
  return content;
}

function inflated(name: string, packed: Buffer, size: number): Buffer {
  if (size === 0) return Buffer.alloc(0);
  try {
    return inflateRawSync(packed, { maxOutputLength: size });
  } catch (error) {
    throw refusal(name, `does not unpack (${messageOf(error)})`, 'invalid', error);
  }
}

async function* entryChunks(
  source: ByteSource,
  path: string,
  entry: ZipEntry,
  budget: ZipBudget,
): AsyncGenerator<Buffer> {
  const name = `${path}!${entry.path}`;
  const packed = await packedSource(source, name, entry, budget);
  let length = 0;
  let crc = 0;
  for await (const chunk of entry.method === STORED
    ? chunksOf(packed)
    : inflatedChunks(name, packed)) {
    length += chunk.length;
    // Stops a bomb at the size that the directory admitted, which the limits have seen.
    if (length > entry.size) break;
    crc = crc32(chunk, crc);
    yield chunk;
  }
  if (length !== entry.size) throw refusal(name, 'is not as long as it says', 'invalid');
  if (crc !== entry.crc) throw refusal(name, 'fails its checksum', 'invalid');
}

async function* inflatedChunks(name: string, packed: ByteSource): AsyncGenerator<Buffer> {
  const inflate = createInflateRaw({ chunkSize: 64 * 1024 });
  const feeding = feed(inflate, chunksOf(packed));
  try {
    for await (const chunk of inflate as AsyncIterable<Buffer>) yield chunk;
    const failure = await feeding;
    if (failure !== undefined) throw failure;
  } catch (error) {
    throw refusal(name, `does not unpack (${messageOf(error)})`, 'invalid', error);
  } finally {
    inflate.destroy();
    await feeding;
  }
}

function entryFile(
  source: ByteSource,
  path: string,
  entry: ZipEntry,
  limit: number,
  budget: ZipBudget,
): InputFile {
  let held: Promise<Buffer> | undefined;
  const whole = (): Promise<Buffer> => (held ??= wholeEntry(source, path, entry, limit, budget));
  const lazy: ByteSource = {
    size: entry.size,
    read: async (offset, length) => {
      const bytes = await whole();
      return bytes.subarray(offset, Math.max(offset, offset + length));
    },
  };
  return {
    ...inputFile(`${path}!${entry.path}`, lazy),
    chunks: () => entryChunks(source, path, entry, budget),
    bytes: (most) => (entry.size > most ? wholeEntry(source, path, entry, most, budget) : whole()),
  };
}
