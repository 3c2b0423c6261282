/** Being a witness: a customer's Holdfast answers its supplier's, and remembers the last head it cosigned. */
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newId, newSecret } from '../kernel/ids.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { createSigner, parseVerifier, readKeyFile, writeKeyFile, type Signer } from './keys.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import type { LedgerPlace } from './sequence.ts';
import * as followed from './store-followed.ts';
import type { TreeHead } from './tree.ts';
import { addCheckpoint, type WitnessAnswer } from './witness.ts';

/** The key this Holdfast cosigns with, made when it first follows a log. */
export function witnessKey(place: Pick<LedgerPlace, 'data'>): Signer {
  const file = path.join(place.data, 'keys', 'witness.key');
  if (existsSync(file)) return readKeyFile(file);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const host = os.hostname().replaceAll(/[^A-Za-z0-9.-]/g, '') || 'holdfast';
  const name = `${host}/witness-${newId().slice(0, 8)}`;
  const signer = createSigner(name, 'witness', Buffer.from(newSecret(32), 'base64url'));
  writeKeyFile(file, signer);
  return signer;
}

/** Follows the log whose public key this is; says whether that is new. */
export async function followLog(place: LedgerPlace, vkey: string): Promise<boolean> {
  const key = parseVerifier(vkey);
  if (key.use !== 'log') {
    throw new HoldfastError('bad_input', 'This is the key of a witness, not of a ledger.', {
      remedy: 'Ask the supplier for the key that holdfast ledger show prints.',
    });
  }
  const now = place.clock.now();
  return place.database.transaction('everything', (sql) =>
    followed.follow(sql, key.name, key.vkey, now),
  );
}

/** Answers one add-checkpoint request of C2SP tlog-witness. */
export async function answerAsWitness(place: LedgerPlace, body: string): Promise<WitnessAnswer> {
  const { database, clock } = place;
  const now = clock.now();
  const logs = await database.transaction('everything', followed.readFollowed);
  if (logs.length === 0) {
    const why = 'This Holdfast witnesses no ledger.';
    return { status: 404, contentType: 'text/plain; charset=utf-8', body: `${why}\n`, why };
  }
  const state = {
    latest: (origin: string) =>
      database.transaction('everything', (sql) => followed.readLatest(sql, origin)),
    advance: (_: string, from: TreeHead | undefined, to: SignedCheckpoint) =>
      database.transaction('everything', (sql) => followed.advanceFollowed(sql, from, to, now)),
  };
  const keys = logs.flatMap(({ vkeys }) => vkeys).map(parseVerifier);
  return addCheckpoint(body, { state, signer: witnessKey(place), logs: keys }, now);
}
