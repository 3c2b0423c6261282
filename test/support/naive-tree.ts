/** RFC 6962 §2.1 as its text reads, recursive and without thought of speed: the oracle for src/ledger/tree.ts. */
import { createHash } from 'node:crypto';

/** Entries that differ by their number. */
export function numbered(from: number, to: number): Buffer[] {
  return Array.from({ length: to - from }, (_, n) => Buffer.from(`entry ${from + n}`));
}

/** A naive tree over `entries`; subtree hashes are remembered, nothing else is shared with the product's code. */
export function naiveTree(entries: readonly Uint8Array[]) {
  const remembered = new Map<string, Buffer>();

  function root(start: number, end: number): Buffer {
    const key = `${start}-${end}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const hash = computed(start, end);
    remembered.set(key, hash);
    return hash;
  }

  function computed(start: number, end: number): Buffer {
    if (start === end) return digest();
    if (end - start === 1) return digest(Buffer.of(0), entries[start]!);
    const k = largestPowerBelow(end - start);
    return digest(Buffer.of(1), root(start, start + k), root(start + k, end));
  }

  /** PATH(m, D[start:end]) */
  function path(m: number, start: number, end: number): Buffer[] {
    if (end - start === 1) return [];
    const k = largestPowerBelow(end - start);
    return m < k
      ? [...path(m, start, start + k), root(start + k, end)]
      : [...path(m - k, start + k, end), root(start, start + k)];
  }

  /** SUBPROOF(m, D[start:end], whole) */
  function subproof(m: number, start: number, end: number, whole: boolean): Buffer[] {
    if (m === end - start) return whole ? [] : [root(start, end)];
    const k = largestPowerBelow(end - start);
    return m <= k
      ? [...subproof(m, start, start + k, whole), root(start + k, end)]
      : [...subproof(m - k, start + k, end, false), root(start, start + k)];
  }

  return {
    root: (size: number) => root(0, size),
    inclusion: (index: number, size: number) => path(index, 0, size),
    consistency: (old: number, size: number) => (old === 0 ? [] : subproof(old, 0, size, true)),
  };
}

function largestPowerBelow(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

function digest(...parts: Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
