/** Has the newest head stamped by an RFC 3161 authority, so that its age does not rest on anybody's word. */
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import type { Fetch } from '../kernel/http/outgoing.ts';
import { newSecret } from '../kernel/ids.ts';
import { openLedger, type LedgerPlace } from './sequence.ts';
import { saveTimestamp } from './store-timestamp.ts';
import { readTimestampReply, timestampRequest } from './timestamp.ts';

export interface StampedHead {
  readonly size: number;
  readonly authority: string;
  readonly at: Date;
}

const PATIENCE_MS = 20_000;
const LARGEST_REPLY = 65_536;

/** Throws `unreachable` when the authority does not answer or refuses, `tampered` when it stamped something else. */
export async function stampHead(
  place: LedgerPlace,
  authority: string,
  fetch: Fetch,
): Promise<StampedHead> {
  const { size, note } = (await openLedger(place)).checkpoint;
  const request = timestampRequest(note.text, Buffer.from(newSecret(8), 'base64url'));
  const reply = await post(authority, request, fetch);
  const { at } = readTimestampReply(reply, request);
  await place.database.transaction('everything', (sql) =>
    saveTimestamp(sql, { size, authority, reply, at }),
  );
  return { size, authority, at };
}

/** RFC 3161 §3.4 */
async function post(authority: string, request: Buffer, fetch: Fetch): Promise<Buffer> {
  try {
    const response = await fetch(authority, {
      method: 'POST',
      body: new Uint8Array(request),
      headers: { 'content-type': 'application/timestamp-query' },
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const reply = Buffer.from(await response.arrayBuffer());
    if (response.ok && reply.length <= LARGEST_REPLY) return reply;
    throw new Error(`HTTP ${response.status}, ${reply.length} bytes`);
  } catch (cause) {
    throw new HoldfastError(
      'unreachable',
      `The time-stamping authority gave no answer (${messageOf(cause)}).`,
      { cause },
    );
  }
}
