/**
 * What goes into the tree: SHA-256(salt || canonical record), 32 bytes that say nothing by themselves. The record and its
 * salt are its opening; they live elsewhere, and when both are erased the tree still verifies.
 */
import * as z from 'zod';
import { HoldfastError } from '../kernel/errors.ts';
import { canonicalJson, parseCanonical } from './canonical.ts';
import { isKind, KINDS, type Body, type Kind } from './kinds.ts';
import { decodeBase64 } from './text.ts';
import { sha256 } from './tree.ts';

/** Long enough that the few possible bodies of a kind cannot be tried out against the commitment. */
export const SALT_BYTES = 32;

/** The canonical text of a record (`{v, kind, recorded, body}`) and the salt that hid it. */
export interface Opening {
  readonly salt: Buffer;
  readonly record: string;
}

/** A record ready for the log: `entry` goes into the tree, `opening` into the database. */
export interface Sealed {
  readonly entry: Buffer;
  readonly opening: Opening;
}

/** A record that was read back and whose body fits its kind. */
export type LedgerRecord = {
  [K in Kind]: { readonly kind: K; readonly recorded: Date; readonly body: Body<K> };
}[Kind];

/**
 * Seals one record; `salt` is 32 fresh random bytes. Throws `bad_input` when the body does not fit its kind, naming the
 * field but never its value.
 */
export function seal<K extends Kind>(kind: K, body: Body<K>, recorded: Date, salt: Buffer): Sealed {
  if (salt.length !== SALT_BYTES) throw refused(`a salt is ${SALT_BYTES} bytes`);
  const record = canonicalJson({
    v: 1,
    kind,
    recorded: recorded.toISOString(),
    body: checkBody(kind, body),
  });
  const opening = { salt, record };
  return { entry: commitmentOf(opening), opening };
}

/** The entry that an opening stands for. */
export function commitmentOf({ salt, record }: Opening): Buffer {
  return sha256(Buffer.concat([salt, Buffer.from(record)]));
}

/** Reads the record behind `entry`; throws `tampered` when the opening does not belong to it. */
export function openRecord(entry: Uint8Array, opening: Opening): LedgerRecord {
  if (opening.salt.length !== SALT_BYTES || !commitmentOf(opening).equals(entry)) {
    throw new HoldfastError(
      'tampered',
      'The record and its salt do not belong to this ledger entry.',
    );
  }
  const envelope = Envelope.safeParse(parseCanonical(opening.record));
  if (!envelope.success) throw refused('the record is not of version 1');
  const { kind, recorded, body } = envelope.data;
  if (!isKind(kind)) throw refused('its kind is not on the list');
  // The body was checked against the schema of this very kind.
  return { kind, recorded: new Date(recorded), body: checkBody(kind, body) } as LedgerRecord;
}

/** An opening as one line of JSON: in exports, and in the extra line of a `.tlog-proof`. */
export function formatOpening({ salt, record }: Opening): string {
  return canonicalJson({ salt: salt.toString('base64'), record });
}

export function parseOpening(text: string): Opening {
  const parsed = OpeningText.safeParse(parseCanonical(text));
  const salt = decodeBase64(parsed.data?.salt ?? '');
  if (!parsed.success || salt?.length !== SALT_BYTES) throw refused('the opening is malformed');
  return { salt, record: parsed.data.record };
}

const OpeningText = z.strictObject({ salt: z.string(), record: z.string() });
const Envelope = z.strictObject({
  v: z.literal(1),
  kind: z.string(),
  recorded: z.iso.datetime({ precision: 3 }),
  body: z.json(),
});

function checkBody(kind: Kind, body: unknown): unknown {
  const checked = KINDS[kind].safeParse(body);
  if (checked.success) return checked.data;
  const fields = checked.error.issues.map(
    ({ path, code }) => `${path.join('.') || 'body'} ${code}`,
  );
  throw refused(`${kind}: ${fields.join(', ')}`);
}

function refused(why: string): HoldfastError {
  return new HoldfastError('bad_input', `The ledger record is refused: ${why}.`);
}
