/** gzip and zstd streams, told apart by their first bytes, unpacked piece by piece within a limit and a ratio. */
import { createHash, type Hash } from 'node:crypto';
import type { Transform } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { type ByteSource, chunksOf } from './byte-source.ts';
import { zstdFrames } from './zstd-frames.ts';

export type Packing = 'none' | 'gzip' | 'zstd' | 'bzip2' | 'xz' | 'lz4';

const MARKS: readonly (readonly [Packing, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['lz4', [0x04, 0x22, 0x4d, 0x18]],
];

export function packingOf(head: Buffer): Packing {
  const found = MARKS.find(([, mark]) => mark.every((byte, index) => head[index] === byte));
  return found?.[0] ?? 'none';
}

export interface UnpackLimits {
  /** Unpacked bytes. */
  readonly bytes: number;
  /** Unpacked over packed bytes; asked only beyond 256 MiB. */
  readonly ratio: number;
}

const RATIO_FROM = 256 * 1024 ** 2;

export interface Unpacked {
  readonly chunks: AsyncGenerator<Buffer>;
  /** SHA-256 of the packed bytes once they were all read. */
  digest(): string | undefined;
}

/** @throws HoldfastError `unsupported` at once; `bad_file` and `too_large` while reading. */
export function unpacked(
  source: ByteSource,
  packing: Packing,
  path: string,
  limits: UnpackLimits,
): Unpacked {
  const hash = createHash('sha256');
  const read = { bytes: 0, whole: false };
  const bytes = hashed(source, hash, read);
  const packed = packing === 'zstd' ? zstdFrames(bytes, path) : bytes;
  const engine = engineOf(packing, path);
  const chunks = engine === undefined ? packed : through(engine, packed, path, limits, read);
  let digest: string | undefined;
  return { chunks, digest: () => (read.whole ? (digest ??= hash.digest('hex')) : undefined) };
}

function engineOf(packing: Packing, path: string): Transform | undefined {
  if (packing === 'none') return undefined;
  if (packing === 'gzip') return createGunzip({ chunkSize: 128 * 1024 });
  if (packing === 'zstd') return createZstdDecompress({ chunkSize: 128 * 1024 });
  throw new HoldfastError('unsupported', `${path}: packed by ${packing}, which is not read.`, {
    remedy: 'Unpack it, or pack it by gzip or zstd.',
    detail: { reason: 'unsupported' },
  });
}

interface Read {
  bytes: number;
  whole: boolean;
}

async function* hashed(source: ByteSource, hash: Hash, read: Read): AsyncGenerator<Buffer> {
  for await (const chunk of chunksOf(source)) {
    hash.update(chunk);
    read.bytes += chunk.length;
    yield chunk;
  }
  read.whole = true;
}

async function* through(
  engine: Transform,
  packed: AsyncGenerator<Buffer>,
  path: string,
  limits: UnpackLimits,
  read: Read,
): AsyncGenerator<Buffer> {
  const feeding = feed(engine, packed);
  let bytes = 0;
  try {
    for await (const chunk of engine as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      const ratio = bytes > RATIO_FROM ? bytes / Math.max(1, read.bytes) : 0;
      if (bytes > limits.bytes || ratio > limits.ratio) throw bomb(path, limits, ratio);
      yield chunk;
    }
    const failure = await feeding;
    if (failure !== undefined) throw failure;
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('bad_file', `${path}: does not unpack (${messageOf(error)}).`, {
      detail: { reason: 'truncated' },
      cause: error,
    });
  } finally {
    engine.destroy();
    await feeding;
  }
}

function bomb(path: string, limits: UnpackLimits, ratio: number): HoldfastError {
  const what = ratio > limits.ratio ? `${limits.ratio} times its size` : `${limits.bytes} bytes`;
  return new HoldfastError('too_large', `${path}: unpacks to more than ${what}.`, {
    detail: { reason: 'limit' },
  });
}

/**
 * Never rejects: what goes wrong with the packed bytes is the result, once everything before it was given out.
 */
export async function feed(
  engine: Transform,
  packed: AsyncIterable<Buffer>,
): Promise<Error | undefined> {
  let failure: Error | undefined;
  try {
    for await (const chunk of packed) {
      if (engine.destroyed) return undefined;
      if (!engine.write(chunk)) await drained(engine);
    }
  } catch (error) {
    failure = error instanceof Error ? error : new Error(messageOf(error));
  }
  if (!engine.destroyed) engine.end();
  return failure;
}

function drained(engine: Transform): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      engine.off('drain', done).off('close', done);
      resolve();
    };
    engine.on('drain', done).on('close', done);
  });
}
