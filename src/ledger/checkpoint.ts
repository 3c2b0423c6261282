/** C2SP tlog-checkpoint: the signed head of a log's tree. */
import { HoldfastError } from '../kernel/errors.ts';
import type { Verifier } from './keys.ts';
import { parseNote, verifyNote, type Note, type VerifiedSignature } from './note.ts';
import { decodeBase64, decodeDecimal } from './text.ts';
import { EMPTY_ROOT, HASH_BYTES, type TreeHead } from './tree.ts';

/** `origin` names the log for ever; extension lines are kept but mean nothing here. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
  readonly extensions: readonly string[];
}

/** A checkpoint whose log signature verified. */
export interface SignedCheckpoint extends Checkpoint {
  readonly note: Note;
  readonly signatures: readonly VerifiedSignature[];
}

/** The text that is signed. */
export function formatCheckpoint(head: TreeHead & { readonly origin: string }): string {
  return `${head.origin}\n${head.size}\n${head.root.toString('base64')}\n`;
}

/** Reads a checkpoint's text; throws `bad_input`. */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw malformed('its last line has no end');
  const [origin = '', sizeText = '', rootText = '', ...extensions] = lines;
  const size = decodeDecimal(sizeText);
  const root = decodeBase64(rootText);
  if (origin === '') throw malformed('no origin');
  if (size === undefined) throw malformed('its second line is no tree size');
  if (root?.length !== HASH_BYTES) throw malformed('its third line is no root hash');
  if (size === 0 && !root.equals(EMPTY_ROOT)) throw malformed('no leaves but a root of some');
  if (extensions.includes('')) throw malformed('an empty extension line');
  return { origin, size, root, extensions };
}

/**
 * Reads and verifies a checkpoint: at least one of `logKeys` named as its origin must have signed it. `witnessKeys` are
 * verified where they signed. Throws `tampered` or `bad_input`.
 */
export function openCheckpoint(
  bytes: Uint8Array | string,
  logKeys: readonly Verifier[],
  witnessKeys: readonly Verifier[] = [],
): SignedCheckpoint {
  const note = parseNote(bytes);
  const checkpoint = parseCheckpoint(note.text);
  // Several keys of one name: the log changed its key. A key of another log says nothing about this one.
  const own = logKeys.filter(({ name, use }) => use === 'log' && name === checkpoint.origin);
  const witnesses = witnessKeys.filter(({ use }) => use === 'witness');
  const signatures = verifyNote(note, [...own, ...witnesses]);
  if (!signatures.some(({ verifier }) => verifier.use === 'log')) {
    throw new HoldfastError('tampered', 'No key of this log signed the checkpoint.');
  }
  return { ...checkpoint, note, signatures };
}

function malformed(why: string): HoldfastError {
  return new HoldfastError('bad_input', `The checkpoint is malformed: ${why}.`);
}
