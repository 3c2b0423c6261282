/** An `InputFile` over any source of bytes. */
import { HoldfastError } from '../kernel/errors.ts';
import { type ByteSource, chunksOf } from './byte-source.ts';
import type { InputFile, TargetPath } from './schema.ts';

/** Finds another file of the same target. */
export type Other = (path: TargetPath) => Promise<InputFile | undefined>;

export function noOther(): Promise<undefined> {
  return Promise.resolve(undefined);
}

export function inputFile(path: TargetPath, source: ByteSource, other: Other = noOther): InputFile {
  return {
    path,
    size: source.size,
    read: (offset, length) => source.read(offset, length),
    chunks: () => chunksOf(source),
    bytes: (limit) => wholeOf(path, source, limit),
    other,
  };
}

async function wholeOf(path: TargetPath, source: ByteSource, limit: number): Promise<Buffer> {
  if (source.size > limit) throw tooLarge(path, source.size, limit);
  const bytes = await source.read(0, source.size);
  if (bytes.length < source.size) {
    throw new HoldfastError(
      'bad_file',
      `${path}: ends after ${bytes.length} of ${source.size} bytes.`,
    );
  }
  return bytes;
}

export function tooLarge(path: TargetPath, size: number, limit: number): HoldfastError {
  return new HoldfastError('too_large', `${path}: holds ${size} bytes; at most ${limit} are read.`);
}
