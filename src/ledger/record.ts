/** The one way into the ledger: inside the transaction whose change it records. */
import { newSecret } from '../kernel/ids.ts';
import type { Sql } from '../kernel/sql/database.ts';
import { seal, SALT_BYTES } from './commitment.ts';
import type { Body, Kind } from './kinds.ts';
import { insertEntries } from './store.ts';

/**
 * Records that something happened, in the caller's transaction: it is in the ledger exactly when the change is in the
 * database. The sequencer gives it a place soon after. Throws `bad_input` when the body does not fit its kind.
 *
 * @example await record(sql, 'sign-in', { account: id, factor: 'passkey', outcome: 'accepted' }, clock.now())
 */
export async function record<K extends Kind>(
  sql: Sql,
  kind: K,
  body: Body<K>,
  now: Date,
): Promise<void> {
  await recordAll(sql, kind, [body], now);
}

/** The same for many of one kind, in one statement for each few thousand. */
export async function recordAll<K extends Kind>(
  sql: Sql,
  kind: K,
  bodies: readonly Body<K>[],
  now: Date,
): Promise<void> {
  const sealed = bodies.map((body) => ({
    ...seal(kind, body, now, Buffer.from(newSecret(SALT_BYTES), 'base64url')),
    kind,
    recordedAt: now,
  }));
  await insertEntries(sql, sealed);
}
