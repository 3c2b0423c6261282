/** Bytes that can be read at any place: a file, a part of one, or memory. Archives are read through it without being unpacked. */
export interface ByteSource {
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer only where the source ends. */
  read(offset: number, length: number): Promise<Buffer>;
}

/** One piece of what is read in order. */
const CHUNK = 256 * 1024;

export function bufferSource(buffer: Buffer): ByteSource {
  return {
    size: buffer.length,
    read: (offset, length) =>
      Promise.resolve(buffer.subarray(offset, Math.max(offset, offset + length))),
  };
}

/** `size` bytes of another source from `start`; what lies beyond the other's end is not there. */
export function sliceSource(source: ByteSource, start: number, size: number): ByteSource {
  const inside = Math.max(0, Math.min(size, source.size - start));
  return {
    size: inside,
    read: (offset, length) => {
      const wanted = Math.min(length, inside - offset);
      return wanted <= 0 ? Promise.resolve(Buffer.alloc(0)) : source.read(start + offset, wanted);
    },
  };
}

/** The whole source in order, piece by piece. */
export async function* chunksOf(source: ByteSource): AsyncGenerator<Buffer> {
  for (let offset = 0; offset < source.size;) {
    const chunk = await source.read(offset, CHUNK);
    if (chunk.length === 0) return;
    offset += chunk.length;
    yield chunk;
  }
}
