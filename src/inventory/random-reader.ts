/** Reads a file here and there (databases, executables) through a small cache of blocks. */
import { truncated } from './damage.ts';
import type { InputFile } from './schema.ts';

const BLOCK_BYTES = 128 * 1024;
const BLOCKS = 24;

export interface RandomReader {
  readonly size: number;
  /**
   * Exactly `length` bytes from `offset`; the buffer may be shared, do not write into it.
   *
   * @throws HoldfastError `bad_file` where the file ends before.
   */
  at(offset: number, length: number): Promise<Buffer>;
}

export function randomReader(file: InputFile): RandomReader {
  const blocks = new Map<number, Buffer>();
  const { size } = file;

  async function block(index: number): Promise<Buffer> {
    const cached = blocks.get(index);
    if (cached !== undefined) return cached;
    const bytes = await file.read(index * BLOCK_BYTES, BLOCK_BYTES);
    const oldest = blocks.size >= BLOCKS ? blocks.keys().next() : undefined;
    if (oldest?.done === false) blocks.delete(oldest.value);
    blocks.set(index, bytes);
    return bytes;
  }

  async function at(offset: number, length: number): Promise<Buffer> {
    if (!Number.isSafeInteger(offset) || offset < 0 || length < 0 || offset + length > size) {
      throw truncated(`the file ends before byte ${offset + length}`);
    }
    const index = Math.floor(offset / BLOCK_BYTES);
    const from = offset - index * BLOCK_BYTES;
    const inOne = from + length <= BLOCK_BYTES;
    const bytes = inOne
      ? (await block(index)).subarray(from, from + length)
      : await file.read(offset, length);
    if (bytes.length < length) throw truncated(`the file ends before byte ${offset + length}`);
    return bytes;
  }

  return { size, at };
}
