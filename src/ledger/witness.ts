/** C2SP tlog-witness: what a customer's Holdfast answers when its supplier asks it to cosign a checkpoint. */
import { HoldfastError } from '../kernel/errors.ts';
import { openCheckpoint, parseCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import type { Signer, Verifier } from './keys.ts';
import { formatSignature, parseNote, parseSignatures, signText, verifyNote } from './note.ts';
import type { NoteSignature } from './note.ts';
import { parseHash } from './proof.ts';
import { decodeDecimal } from './text.ts';
import { EMPTY_ROOT, verifyConsistency, type Hash, type TreeHead } from './tree.ts';

/** add-checkpoint, nothing verified. */
export interface AddCheckpoint {
  readonly oldSize: number;
  readonly path: readonly Hash[];
  /** The signed checkpoint, byte for byte. */
  readonly checkpoint: string;
}

/** The one fact a witness keeps of a log; `advance` is a compare-and-set that is durable when it returns true. */
export interface WitnessState {
  latest(origin: string): Promise<TreeHead | undefined>;
  advance(origin: string, from: TreeHead | undefined, to: SignedCheckpoint): Promise<boolean>;
}

export interface Witness {
  readonly state: WitnessState;
  readonly signer: Signer;
  /** The keys of the logs this witness follows; several of one name while a log changes its key. */
  readonly logs: readonly Verifier[];
}

/** An HTTP answer; `why` is for the log of whoever runs the witness. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly contentType: 'text/plain; charset=utf-8' | 'text/x.tlog.size';
  readonly body: string;
  readonly why: string;
}

const LONGEST_PATH = 63;
const NEW_KEY =
  'If its supplier has changed the key, ask them for it and run: holdfast ledger witness follow KEY';

export function formatAddCheckpoint({ oldSize, path, checkpoint }: AddCheckpoint): string {
  const lines = [`old ${oldSize}`, ...path.map((hash) => hash.toString('base64'))];
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

export function parseAddCheckpoint(body: string): AddCheckpoint {
  const blank = body.indexOf('\n\n');
  const [old = '', ...lines] = body.slice(0, Math.max(blank, 0)).split('\n');
  const oldSize = decodeDecimal(/^old (.*)$/.exec(old)?.[1] ?? '');
  if (oldSize === undefined || lines.length > LONGEST_PATH) {
    throw new HoldfastError('bad_input', 'The add-checkpoint request is malformed.');
  }
  return { oldSize, path: lines.map(parseHash), checkpoint: body.slice(blank + 2) };
}

/** The checks of the specification in its order. Two requests at once: `advance` lets one through. */
export async function addCheckpoint(
  body: string,
  witness: Witness,
  now: Date,
): Promise<WitnessAnswer> {
  const submitted = readSubmission(body, witness.logs);
  if ('status' in submitted) return submitted;
  const { next } = submitted;
  const latest = await witness.state.latest(next.origin);
  const objection = judge(submitted, latest);
  if (objection !== undefined) return objection;
  if (!(await witness.state.advance(next.origin, latest, next))) {
    return conflict(await witness.state.latest(next.origin));
  }
  const line = formatSignature(signText(next.note.text, witness.signer, now));
  return { status: 200, contentType: 'text/plain; charset=utf-8', body: line, why: 'Cosigned.' };
}

interface Submission extends AddCheckpoint {
  readonly next: SignedCheckpoint;
}

/** Whether it is a request, about a log that is followed, signed by that log. */
function readSubmission(body: string, logs: readonly Verifier[]): Submission | WitnessAnswer {
  const request = attempt(() => parseAddCheckpoint(body));
  if (request instanceof HoldfastError) return refuse(400, request.message);
  const read = attempt(() => parseCheckpoint(parseNote(request.checkpoint).text));
  if (read instanceof HoldfastError) return refuse(400, read.message);
  if (!logs.some(({ name }) => name === read.origin)) {
    return refuse(404, 'The log is not one this witness follows.');
  }
  const next = attempt(() => openCheckpoint(request.checkpoint, logs));
  if (next instanceof HoldfastError) return refuse(403, `${next.message} ${NEW_KEY}`);
  if (request.oldSize > next.size)
    return refuse(400, 'The old size is larger than the checkpoint.');
  return { ...request, next };
}

/** Whether the checkpoint continues what was cosigned last. */
function judge(
  { oldSize, path, next }: Submission,
  latest: TreeHead = { size: 0, root: EMPTY_ROOT },
): WitnessAnswer | undefined {
  if (oldSize !== latest.size) return conflict(latest);
  if (latest.size === next.size && !latest.root.equals(next.root)) {
    return conflict(latest, 'FORK: two roots for one size, both signed by the log.');
  }
  const wrong = attempt(() => verifyConsistency(latest, next, path));
  return wrong instanceof HoldfastError ? refuse(422, wrong.message) : undefined;
}

/** The cosignatures in a witness' answer that verify; lines by keys not in `witnesses` are passed over. */
export function readCosignatures(
  checkpoint: string,
  answer: string,
  witnesses: readonly Verifier[],
): NoteSignature[] {
  const { text } = parseNote(checkpoint);
  const cosigners = witnesses.filter(({ use }) => use === 'witness');
  return verifyNote({ text, signatures: parseSignatures(answer) }, cosigners).map(
    ({ name, keyId, signature }) => ({ name, keyId, signature }),
  );
}

function conflict(
  latest: TreeHead | undefined,
  why = 'Not the size last cosigned.',
): WitnessAnswer {
  const body = `${latest?.size ?? 0}\n`;
  return { status: 409, contentType: 'text/x.tlog.size', body, why };
}

function refuse(status: 400 | 403 | 404 | 422, why: string): WitnessAnswer {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${why}\n`, why };
}

/** What `work` gives, or the expected error that stopped it. */
function attempt<T>(work: () => T): T | HoldfastError {
  try {
    return work();
  } catch (error) {
    if (error instanceof HoldfastError) return error;
    throw error;
  }
}
