/** Bytes in order, with a place in them: a source that can skip for free, or a stream that is read through. */
import type { ByteSource } from './byte-source.ts';

export interface TarInput {
  /** Bytes taken so far. */
  position(): number;
  /** The next `length` bytes; fewer only where the input ends. */
  take(length: number): Promise<Buffer>;
  /** The next piece of at most `most` bytes, as it comes; empty where the input ends. */
  piece(most: number): Promise<Buffer>;
  /** Leaves out `length` bytes; false where the input ends before. */
  skip(length: number): Promise<boolean>;
}

/** Headers of neighbours come with one read. */
const WINDOW = 64 * 1024;

export function sourceInput(source: ByteSource): TarInput {
  let position = 0;
  let windowStart = 0;
  let window: Buffer = Buffer.alloc(0);
  const take = async (length: number): Promise<Buffer> => {
    if (length > WINDOW) {
      const bytes = await source.read(position, length);
      position += bytes.length;
      return bytes;
    }
    if (position < windowStart || position + length > windowStart + window.length) {
      window = await source.read(position, WINDOW);
      windowStart = position;
    }
    const bytes = window.subarray(position - windowStart, position - windowStart + length);
    position += bytes.length;
    return bytes;
  };
  return {
    position: () => position,
    take,
    piece: (most) => take(Math.min(most, 4 * WINDOW)),
    skip: (length) => {
      const inside = position + length <= source.size;
      position = Math.min(source.size, position + length);
      return Promise.resolve(inside);
    },
  };
}

export function streamInput(chunks: AsyncIterator<Buffer>): TarInput {
  let position = 0;
  let held: Buffer = Buffer.alloc(0);
  const fill = async (): Promise<boolean> => {
    while (held.length === 0) {
      const next = await chunks.next();
      if (next.done === true) return false;
      held = next.value;
    }
    return true;
  };
  const piece = async (most: number): Promise<Buffer> => {
    if (most <= 0 || !(await fill())) return Buffer.alloc(0);
    const bytes = held.subarray(0, most);
    held = held.subarray(bytes.length);
    position += bytes.length;
    return bytes;
  };
  return {
    position: () => position,
    piece,
    take: async (length) => {
      const first = await piece(length);
      if (first.length === length || first.length === 0) return first;
      const parts = [first];
      for (let got = first.length; got < length;) {
        const next = await piece(length - got);
        if (next.length === 0) break;
        parts.push(next);
        got += next.length;
      }
      return Buffer.concat(parts);
    },
    skip: async (length) => {
      for (let left = length; left > 0;) {
        const bytes = await piece(left);
        if (bytes.length === 0) return false;
        left -= bytes.length;
      }
      return true;
    },
  };
}
