/**
 * A fast 64-bit hash for keys that never leave memory: they only say that two identities may belong together. It is seeded
 * from the person key so that nobody can prepare collisions, but it is no one-way function and is never stored.
 */

export interface QuickHash {
  hash(text: string): void;
  /** 64 bits as two unsigned numbers, until the next call. */
  readonly out: Uint32Array;
}

/** Two lanes of multiply and rotate over UTF-16 units, finished as MurmurHash3 finishes. */
export function quickHash(seedA: number, seedB: number): QuickHash {
  const out = new Uint32Array(2);
  return {
    out,
    hash(text) {
      let a = seedA;
      let b = seedB;
      for (let i = 0; i < text.length; i++) {
        const unit = text.charCodeAt(i);
        a = Math.imul(a ^ unit, 0x9e3779b1);
        a = (a << 13) | (a >>> 19);
        b = Math.imul(b ^ unit, 0x5f356495);
        b = (b << 15) | (b >>> 17);
      }
      a ^= Math.imul(b ^ (b >>> 16), 0x85ebca6b);
      b ^= Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
      out[0] = finished(a ^ text.length);
      out[1] = finished(b);
    },
  };
}

function finished(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
