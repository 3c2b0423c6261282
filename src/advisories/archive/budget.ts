/** How much an archive may hold: what unpacks beyond it is refused before memory or disk are full. */
import { HoldfastError } from '../../kernel/errors.ts';

export interface Limits {
  /** Entries of an archive. */
  readonly entries: number;
  /** Bytes of one file of an archive. */
  readonly document: number;
  /** Bytes of one JSON document. */
  readonly json: number;
  /** Bytes of everything, unpacked. */
  readonly total: number;
  /** Unpacked to packed, counted from `ratioFrom` unpacked bytes on: small files of one line repeated are harmless. */
  readonly ratio: number;
  readonly ratioFrom: number;
}

export const LIMITS: Limits = {
  entries: 5_000_000,
  // Microsoft's updates are one table of 136 MB (June 2026).
  document: 256 * 1024 * 1024,
  json: 96 * 1024 * 1024,
  total: 64 * 1024 ** 3,
  ratio: 400,
  ratioFrom: 64 * 1024 * 1024,
};

export interface Budget {
  entry(): void;
  document(size: number, name: string): void;
  bytes(count: number): void;
}

/** A budget for one file of `packed` bytes. */
export function budgetOf(packed: number, limits: Limits = LIMITS): Budget {
  let entries = 0;
  let total = 0;
  return {
    entry: () => {
      entries += 1;
      if (entries > limits.entries) throw tooLarge(`more than ${limits.entries} entries`);
    },
    document: (size, name) => {
      if (size > limits.document) throw tooLarge(`${name} has more than ${limits.document} bytes`);
    },
    bytes: (count) => {
      total += count;
      if (total > limits.total) throw tooLarge(`more than ${limits.total} bytes unpacked`);
      if (total > limits.ratioFrom && total > packed * limits.ratio) {
        throw tooLarge(`it unpacks to more than ${limits.ratio} times its size`);
      }
    },
  };
}

function tooLarge(why: string): HoldfastError {
  return new HoldfastError('too_large', `Refused as too large: ${why}.`);
}
