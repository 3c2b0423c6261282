/** Opens one file of advisories, whatever it is packed in: plain, gzip, zstd, zip, tar or a tar packed by one of them. */
import { createReadStream, type ReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { HoldfastError, messageOf, systemCode } from '../kernel/errors.ts';
import { budgetOf, LIMITS, type Budget, type Limits } from './archive/budget.ts';
import { isTar, tarEntries } from './archive/tar.ts';
import { zipEntries } from './archive/zip.ts';

/** One file in an archive, or the one that the file is. */
export interface Entry {
  /** Empty for the file itself. */
  readonly name: string;
  readonly chunks: AsyncIterable<Buffer> | Iterable<Buffer>;
}

export interface Reading {
  readonly signal: AbortSignal;
  /** Bytes of the file that were read so far. */
  readonly progress: (bytes: number) => void;
  readonly limits?: Limits;
}

const HEAD = 4;
const CHUNK = 512 * 1024;

/**
 * The entries one after the other; each is read before the next is asked for.
 *
 * @throws HoldfastError `bad_file` for what is damaged or cut off, `too_large` beyond the limits, `cancelled`.
 */
export async function* openEntries(
  file: string,
  reading: Reading,
): AsyncGenerator<Entry, void, void> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const budget = budgetOf(size, reading.limits ?? LIMITS);
    const head = Buffer.alloc(HEAD);
    await handle.read(head, 0, HEAD, 0);
    if (head.readUInt32LE(0) === 0x04034b50 || head.readUInt32LE(0) === 0x06054b50) {
      yield* zipped(handle, budget, reading);
    } else {
      yield* streamed(unpacked(file, head, budget, reading), budget);
    }
  } catch (error) {
    throw readable(error);
  } finally {
    await handle.close();
  }
}

async function* zipped(
  handle: FileHandle,
  budget: Budget,
  reading: Reading,
): AsyncGenerator<Entry> {
  let seen = 0;
  for await (const { name, bytes, packed } of zipEntries(handle, budget, isData)) {
    refuseAborted(reading.signal);
    seen += packed;
    reading.progress(seen);
    yield { name, chunks: [bytes] };
  }
}

async function* streamed(chunks: AsyncIterable<Buffer>, budget: Budget): AsyncGenerator<Entry> {
  const { head, rest } = await peek(chunks, 512);
  if (!isTar(head)) {
    yield { name: '', chunks: rest };
    return;
  }
  for await (const { name, bytes } of tarEntries(rest, budget, isData))
    yield { name, chunks: [bytes] };
}

/** In archives, only what can be data is unpacked. */
function isData(name: string): boolean {
  return /\.(json|jsonl|ndjson|csv|tsv)$/i.test(name) && !name.split('/').includes('..');
}

async function* unpacked(
  file: string,
  head: Buffer,
  budget: Budget,
  reading: Reading,
): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark: CHUNK });
  let read = 0;
  const stream = pipeThrough(source, head);
  source.on('data', (chunk) => {
    read += chunk.length;
    reading.progress(read);
  });
  try {
    for await (const chunk of stream) {
      refuseAborted(reading.signal);
      budget.bytes((chunk as Buffer).length);
      yield chunk as Buffer;
    }
  } catch (error) {
    throw readable(error);
  } finally {
    source.destroy();
    stream.destroy();
  }
}

function pipeThrough(
  source: ReadStream,
  head: Buffer,
): NodeJS.ReadableStream & { destroy(): unknown } {
  const unpacker = unpackerOf(head);
  if (unpacker === undefined) return source;
  source.on('error', (error) => unpacker.destroy(error));
  return source.pipe(unpacker);
}

function unpackerOf(head: Buffer): Transform | undefined {
  if (head.readUInt16LE(0) === 0x8b1f) return createGunzip({ chunkSize: CHUNK });
  // RFC 8878 §3.1.1; skippable frames may come first.
  const magic = head.readUInt32LE(0);
  const zstd = magic === 0xfd2fb528 || (magic >= 0x184d2a50 && magic <= 0x184d2a5f);
  return zstd ? createZstdDecompress({ chunkSize: CHUNK }) : undefined;
}

/** The first bytes of a stream, at least `size` where it has them, and the whole of it. */
export async function peek(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  size: number,
): Promise<{ readonly head: Buffer; readonly rest: AsyncIterable<Buffer> }> {
  const source = iteratorOf(chunks);
  const first: Buffer[] = [];
  let length = 0;
  while (length < size) {
    const next = await source.next();
    if (next.done === true) break;
    first.push(next.value);
    length += next.value.length;
  }
  const head = first.length === 1 && first[0] !== undefined ? first[0] : Buffer.concat(first);
  async function* rest(): AsyncGenerator<Buffer> {
    try {
      if (head.length > 0) yield head;
      for (;;) {
        const next = await source.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await source.return?.(undefined);
    }
  }
  return { head, rest: rest() };
}

function iteratorOf(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncIterator<Buffer> | Iterator<Buffer> {
  return Symbol.asyncIterator in chunks
    ? chunks[Symbol.asyncIterator]()
    : chunks[Symbol.iterator]();
}

export function refuseAborted(signal: AbortSignal): void {
  if (signal.aborted)
    throw new HoldfastError('cancelled', 'Stopped before the end; the index in use is unchanged.');
}

/** What zlib and the file system say, as a failure of this file. */
function readable(error: unknown): unknown {
  if (error instanceof HoldfastError) return error;
  const code = systemCode(error);
  if (/^(Z_|ZSTD_|ERR_ZSTD|ERR_ZLIB)/.test(code)) {
    return new HoldfastError('bad_file', `It is damaged or cut off (${messageOf(error)}).`, {
      cause: error,
    });
  }
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR') {
    return new HoldfastError('bad_file', `It cannot be read (${code}).`, { cause: error });
  }
  return error;
}
