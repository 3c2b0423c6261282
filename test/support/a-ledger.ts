/** Ledgers, keys and records for tests: seeded, with invented names. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { SignedCheckpoint } from '../../src/ledger/checkpoint.ts';
import { createSigner, type KeyUse, type Signer } from '../../src/ledger/keys.ts';
import { seal, type Sealed } from '../../src/ledger/commitment.ts';
import type { TreeHead } from '../../src/ledger/tree.ts';
import type { WitnessState } from '../../src/ledger/witness.ts';

export const ORIGIN = 'supplier.example/holdfast';
export const NOW = new Date('2026-11-21T12:00:00.000Z');

export function aSigner(seed: string, use: KeyUse = 'log', name = ORIGIN): Signer {
  return createSigner(name, use, digest(seed));
}

export function aWitnessKey(seed: string): Signer {
  return aSigner(seed, 'witness', `${seed}.example/witness`);
}

/** A sealed record that differs by `n`. */
export function aRecord(n: number): Sealed {
  const body = {
    import: n + 1,
    digest: '0'.repeat(64),
    accepted: n,
    changed: 0,
    gone: 0,
    dropped: 0,
  };
  return seal('estate.import', body, NOW, digest(`salt ${n}`));
}

export function records(from: number, to: number): Sealed[] {
  return Array.from({ length: to - from }, (_, n) => aRecord(from + n));
}

export function entries(from: number, to: number): Buffer[] {
  return records(from, to).map(({ entry }) => entry);
}

/** A directory that is gone when the test is. */
export function scratch(t: TestContext): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-ledger-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** What a witness remembers, in memory. */
export function aWitnessState(): WitnessState & { readonly seen: Map<string, TreeHead> } {
  const seen = new Map<string, TreeHead>();
  return {
    seen,
    latest: (origin) => Promise.resolve(seen.get(origin)),
    advance: (origin, from: TreeHead | undefined, to: SignedCheckpoint) => {
      if (seen.get(origin) !== from) return Promise.resolve(false);
      seen.set(origin, { size: to.size, root: to.root });
      return Promise.resolve(true);
    },
  };
}

export function flipBit(bytes: Buffer, bit: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[bit >> 3]! ^= 1 << (bit & 7);
  return copy;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
