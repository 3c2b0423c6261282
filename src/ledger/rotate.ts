/**
 * Changing the key that signs. The old key signs the head that has the record of the new one; then the new key takes
 * its place in the file, and the old one is retired in a record that the new one signs.
 *
 * A change that was interrupted is finished by the next call, at whichever step it stopped.
 */
import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../kernel/errors.ts';
import type { Sql } from '../kernel/sql/database.ts';
import { syncDirectory } from './durable.ts';
import { readKeyFile, writeKeyFile } from './keys.ts';
import { announceKey, keyFile, newLogKey, nextKeyFile, settleKeys } from './own-key.ts';
import { sequence, withLedger, type LedgerPlace } from './sequence.ts';
import * as store from './store.ts';

export interface Rotation {
  /** Public text of the key that signs from now on. */
  readonly key: string;
  /** The keys that sign no more. */
  readonly former: readonly string[];
  /** Whether this finished a change that was interrupted earlier. */
  readonly resumed: boolean;
}

/**
 * Changes the key. `beforeSwitch` runs when the last head of the old key is signed: the moment to have it cosigned.
 * What it throws leaves the old key signing, and the change unfinished. The old private key is destroyed.
 */
export async function rotateKey(
  place: LedgerPlace,
  beforeSwitch: () => Promise<void> = () => Promise.resolve(),
): Promise<Rotation> {
  await sequence(place);
  const resumed = await withLedger(place, (sql) => announce(sql, place));
  await sequence(place);
  await beforeSwitch();
  const switched = await withLedger(place, (sql) => takeNext(sql, place));
  await sequence(place);
  return { ...switched, resumed };
}

/** Whether a change was under way already; otherwise makes the new key and records it. */
async function announce(sql: Sql, place: LedgerPlace): Promise<boolean> {
  const { origin, keys } = await stateOf(sql);
  const current = readKeyFile(keyFile(place)).verifier.vkey;
  if (keys.some((key) => key !== current)) return true;
  const file = nextKeyFile(place);
  // Left by a change that was killed before its commit: nobody has heard of that key.
  rmSync(file, { force: true });
  const signer = newLogKey(origin);
  writeKeyFile(file, signer);
  await syncDirectory(path.dirname(file));
  await announceKey(sql, signer.verifier.vkey, place.clock.now());
  return false;
}

/** Under the lock, so that nobody signs between the rename and the commit. */
async function takeNext(sql: Sql, place: LedgerPlace): Promise<Omit<Rotation, 'resumed'>> {
  const state = await stateOf(sql);
  const next = nextKeyFile(place);
  // Without the file the rename is done already, and only the record of it was lost.
  if (existsSync(next)) {
    const { vkey } = readKeyFile(next).verifier;
    if (!state.keys.includes(vkey)) {
      throw new HoldfastError('conflict', `${next} is not the key that was recorded.`, {
        remedy: 'Remove that file and run holdfast ledger key rotate again.',
      });
    }
    renameSync(next, keyFile(place));
    await syncDirectory(path.dirname(next));
  }
  const { vkey } = readKeyFile(keyFile(place)).verifier;
  return { key: vkey, former: await settleKeys(sql, state, vkey, place.clock.now()) };
}

async function stateOf(sql: Sql): Promise<store.LogState> {
  const state = await store.readLog(sql);
  if (state === undefined) throw new HoldfastError('not_found', 'There is no ledger yet.');
  return state;
}
