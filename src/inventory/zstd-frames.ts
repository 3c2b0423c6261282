/**
 * A zstd stream cut at the ends of its frames (RFC 8878, section 3.1): Node's decompressor takes what follows the end of a
 * frame within one piece for rubbish, and layers are often written as one frame a file.
 */
import { truncated, unsupported } from './damage.ts';
import { streamInput, type TarInput } from './tar-input.ts';

const FRAME = 0xfd2fb528;
/** Sixteen marks, of frames that hold something for other programs. */
const SKIPPABLE = 0x184d2a50;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const SIZE_BYTES = [0, 2, 4, 8];
/** Small blocks are handed on together. */
const PIECE = 128 * 1024;

/** @throws HoldfastError `bad_file` where a frame is cut off or none. */
export async function* zstdFrames(
  chunks: AsyncGenerator<Buffer>,
  path: string,
): AsyncGenerator<Buffer> {
  const input = streamInput(chunks);
  try {
    for (;;) {
      const mark = await input.take(4);
      if (mark.length === 0) return;
      if (mark.length < 4) throw truncated(`${path}: ends within a zstd frame.`);
      const word = mark.readUInt32LE(0);
      if (word === FRAME) yield* frame(input, mark, path);
      else if ((word & 0xfffffff0) >>> 0 === SKIPPABLE) await skipFrame(input, path);
      else throw unsupported(`${path}: what follows a zstd frame is none.`);
    }
  } finally {
    await chunks.return(undefined);
  }
}

async function exactly(input: TarInput, length: number, path: string): Promise<Buffer> {
  const bytes = await input.take(length);
  if (bytes.length < length) throw truncated(`${path}: ends within a zstd frame.`);
  return bytes;
}

async function skipFrame(input: TarInput, path: string): Promise<void> {
  const size = (await exactly(input, 4, path)).readUInt32LE(0);
  if (!(await input.skip(size))) throw truncated(`${path}: ends within a zstd frame.`);
}

async function* frame(input: TarInput, mark: Buffer, path: string): AsyncGenerator<Buffer> {
  const descriptor = (await exactly(input, 1, path)).readUInt8(0);
  const single = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 && single ? 1 : (SIZE_BYTES[sizeFlag] ?? 0);
  const rest = (single ? 0 : 1) + (DICTIONARY_BYTES[descriptor & 3] ?? 0) + sizeBytes;
  let parts = [mark, Buffer.from([descriptor]), await exactly(input, rest, path)];
  let length = 0;
  for (let last = false; !last;) {
    const header = await exactly(input, 3, path);
    const word = header.readUIntLE(0, 3);
    last = (word & 1) === 1;
    // A block of one repeated byte stores that byte alone.
    const stored = ((word >> 1) & 3) === 1 ? 1 : word >> 3;
    const content = await exactly(input, stored, path);
    parts.push(header, content);
    length += 3 + content.length;
    if (length < PIECE || last) continue;
    yield Buffer.concat(parts);
    parts = [];
    length = 0;
  }
  if ((descriptor & 4) !== 0) parts.push(await exactly(input, 4, path));
  yield Buffer.concat(parts);
}
