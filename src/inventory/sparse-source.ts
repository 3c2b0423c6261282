/** A sparse file over its stored parts: holes read as zeros and take no memory but what is asked for. */
import { type ByteSource } from './byte-source.ts';
import type { SparsePart } from './tar-header.ts';

/** @param parts - Ascending, without overlap; their bytes follow each other in `stored`. */
export function sparseSource(
  stored: ByteSource,
  parts: readonly SparsePart[],
  size: number,
): ByteSource {
  const starts: number[] = [];
  let total = 0;
  for (const part of parts) {
    starts.push(total);
    total += part.size;
  }
  return {
    size,
    read: async (offset, length) => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - offset)));
      for (const [index, part] of parts.entries()) {
        const from = Math.max(part.offset, offset);
        const to = Math.min(part.offset + part.size, offset + bytes.length);
        if (from >= to) continue;
        const piece = await stored.read((starts[index] ?? 0) + from - part.offset, to - from);
        piece.copy(bytes, from - offset);
        if (piece.length < to - from) return bytes.subarray(0, from - offset + piece.length);
      }
      return bytes;
    },
  };
}
