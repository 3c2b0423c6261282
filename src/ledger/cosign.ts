/** Asks the witnesses to cosign the newest head, and keeps what they answer. */
import type { Fetch } from '../kernel/http/outgoing.ts';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { parseVerifier, type Verifier } from './keys.ts';
import { addSignatures, type NoteSignature } from './note.ts';
import { openLedger, withLedger, type LedgerPlace } from './sequence.ts';
import * as store from './store.ts';
import { decodeDecimal } from './text.ts';
import type { TileLog } from './tile-log.ts';
import { formatAddCheckpoint, readCosignatures } from './witness.ts';

/**
 * How one witness answered. `ahead`: it has cosigned a longer log than ours, or another one: ours was cut, restored from
 * an older copy, or forked. That is never harmless.
 */
export interface WitnessReply {
  readonly name: string;
  readonly url: string;
  readonly outcome: 'cosigned' | 'refused' | 'unreachable' | 'ahead';
  readonly detail: string;
}

type Reply = WitnessReply & {
  readonly signatures: readonly NoteSignature[];
  readonly vkey: string;
};

const PATIENCE_MS = 10_000;
const LONGEST_ANSWER = 65_536;

/** Asks every witness at once; a slow or broken one holds up nobody else. */
export async function askWitnesses(place: LedgerPlace, fetch: Fetch): Promise<WitnessReply[]> {
  const log = await openLedger(place);
  const asked = await place.database.transaction('everything', store.readAskedWitnesses);
  const replies = await Promise.all(asked.map((witness) => ask(log, witness, fetch)));
  await keep(place, log.checkpoint.size, replies);
  return replies.map(({ name, url, outcome, detail }) => ({ name, url, outcome, detail }));
}

async function ask(log: TileLog, witness: store.AskedWitness, fetch: Fetch): Promise<Reply> {
  const { url, vkey } = witness;
  const verifier = parseVerifier(vkey);
  const reply = { name: verifier.name, url, vkey, signatures: [] };
  try {
    let answer = await post(log, witness.seenSize, url, fetch);
    // tlog-witness: a 409 names the size it cosigned last; ask once more from there.
    const size = answer.status === 409 ? decodeDecimal(answer.body.trim()) : undefined;
    if (size !== undefined && size > log.checkpoint.size) {
      const detail = `It has cosigned ${size} entries, and there are ${log.checkpoint.size}.`;
      return { ...reply, outcome: 'ahead', detail };
    }
    if (size !== undefined && size !== witness.seenSize) answer = await post(log, size, url, fetch);
    return { ...reply, ...judged(log, answer, verifier) };
  } catch (error) {
    const known = error instanceof HoldfastError;
    const outcome = known ? 'refused' : 'unreachable';
    return { ...reply, outcome, detail: known ? error.message : messageOf(error) };
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

function judged(log: TileLog, { status, body }: Answer, verifier: Verifier) {
  if (status === 200) {
    const signatures = readCosignatures(log.checkpointText, body, [verifier]);
    return { outcome: 'cosigned' as const, detail: '', signatures };
  }
  // 409 once more, or 422: it holds another root for what should be our own past.
  if (status === 409 || status === 422) {
    return { outcome: 'ahead' as const, detail: `It knows another past of this log (${status}).` };
  }
  if (status === 403) {
    const [own] = log.checkpoint.signatures.filter((one) => one.verifier.use === 'log');
    const detail = `It does not know the key that signs here. Tell it the key; it runs: holdfast ledger witness follow ${own?.verifier.vkey ?? ''}`;
    return { outcome: 'refused' as const, detail };
  }
  return { outcome: 'refused' as const, detail: `HTTP ${status}` };
}

async function post(log: TileLog, seen: number, url: string, fetch: Fetch): Promise<Answer> {
  // A size we never had is asked from nothing: the witness will say what it knows.
  const oldSize = seen > log.checkpoint.size ? 0 : seen;
  const body = formatAddCheckpoint({
    oldSize,
    path: log.proveGrowth(oldSize),
    checkpoint: log.checkpointText,
  });
  const response = await fetch(`${url.replace(/\/+$/, '')}/add-checkpoint`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  if (text.length > LONGEST_ANSWER)
    throw new HoldfastError('incomplete', 'Its answer is too long.');
  return { status: response.status, body: text };
}

/** Into the files while the head is still the newest, and into the database in any case. */
async function keep(place: LedgerPlace, size: number, replies: readonly Reply[]): Promise<void> {
  const signed = replies.filter(({ outcome }) => outcome === 'cosigned');
  const signatures = signed.flatMap((reply) => reply.signatures);
  if (signatures.length === 0) return;
  await withLedger(place, async (sql, log) => {
    if (log.checkpoint.size === size) await log.addCosignatures(signatures);
    const head = await store.readHead(sql, size);
    if (head === undefined) return;
    await store.saveHead(sql, { ...head, note: addSignatures(head.note, signatures) });
    for (const { vkey } of signed) await store.saveSeenSize(sql, vkey, size);
  });
}
