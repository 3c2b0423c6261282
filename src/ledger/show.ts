/** What the ledger says of itself: its newest head, or the one that is older than a question; and single entries. */
import { HoldfastError } from '../kernel/errors.ts';
import { openRecord } from './commitment.ts';
import { parseVerifier } from './keys.ts';
import { parsePolicy, openTrusted, formatPolicy } from './policy.ts';
import type { LedgerPlace } from './sequence.ts';
import * as store from './store.ts';

export interface LedgerFacts {
  readonly origin: string;
  /** Public texts of the keys in force: give them to customers and witnesses. */
  readonly keys: readonly string[];
  readonly size: number;
  /** base64, as in the checkpoint. */
  readonly root: string;
  readonly publishedAt: string;
  readonly waiting: number;
  readonly cosigned: readonly { readonly name: string; readonly at: string }[];
  readonly checkpoint: string;
}

export interface EntryFacts {
  readonly index: number;
  readonly kind: string;
  readonly recordedAt: string;
  /** SHA-256(salt || record) as hex. */
  readonly commitment: string;
  /** null once erased. */
  readonly body: unknown;
}

/** The newest head made known by `asAt` (now when absent). Throws `not_found` when there was none yet. */
export async function describeLedger(place: LedgerPlace, asAt?: Date): Promise<LedgerFacts> {
  return place.database.transaction('everything', async (sql) => {
    const log = await store.readLog(sql);
    const [head] = await store.readHeads(sql, { until: asAt, most: 1 });
    if (log === undefined || head === undefined) {
      throw new HoldfastError('not_found', 'The ledger had no signed head at that moment.');
    }
    const keys = [...log.keys, ...log.retiredKeys].map(parseVerifier);
    const witnesses = (await store.readAskedWitnesses(sql)).map(({ vkey }) => parseVerifier(vkey));
    const policy = parsePolicy(formatPolicy(keys, witnesses, 0));
    const { cosignedBy } = openTrusted(head.note, policy);
    return {
      origin: log.origin,
      keys: log.keys,
      size: head.size,
      root: head.root.toString('base64'),
      publishedAt: head.publishedAt.toISOString(),
      waiting: await store.countWaiting(sql),
      cosigned: cosignedBy.map(({ name, at }) => ({ name, at: at.toISOString() })),
      checkpoint: head.note,
    };
  });
}

/** One entry; throws `not_found`, or `tampered` when its record is not the one that was recorded. */
export async function describeEntry(place: LedgerPlace, index: number): Promise<EntryFacts> {
  const [entry] = await place.database.transaction('everything', (sql) =>
    store.readEntries(sql, index, index + 1),
  );
  if (entry === undefined) throw new HoldfastError('not_found', `No ledger entry ${index}.`);
  const { commitment, kind, recordedAt, opening } = entry;
  return {
    index,
    kind,
    recordedAt: recordedAt.toISOString(),
    commitment: commitment.toString('hex'),
    body: opening === undefined ? null : openRecord(commitment, opening).body,
  };
}
