/** C2SP signed-note: a text, a blank line, and one line for each signature. */
import { HoldfastError } from '../kernel/errors.ts';
import { isKeyName, type Signer, type Verifier } from './keys.ts';
import { decodeBase64 } from './text.ts';

/** One line below the text; nothing is known of it until a verifier has looked. */
export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Buffer;
}

/** Text and signature lines, nothing verified. */
export interface Note {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** A signature that verified, and the key that made it. */
export interface VerifiedSignature extends NoteSignature {
  readonly verifier: Verifier;
}

/** The specification asks for at least 16; a witness for every customer needs more. */
const MOST_SIGNATURES = 1024;
const MOST_BYTES = 1_000_000;

/** A note over `text` (which ends in a newline), signed by each signer in turn. */
export function signNote(text: string, signers: readonly Signer[], now: Date): string {
  assertText(text);
  return formatNote({ text, signatures: signers.map((signer) => signText(text, signer, now)) });
}

/** One signature over a note's text. */
export function signText(text: string, signer: Signer, now: Date): NoteSignature {
  const { name, id } = signer.verifier;
  return { name, keyId: id, signature: signer.sign(Buffer.from(text), now) };
}

/** The note with more signatures (verified by the caller): one line a key, a newer one in the place of the older. */
export function addSignatures(note: string, added: readonly NoteSignature[]): string {
  const { text, signatures } = parseNote(note);
  const lines = new Map<string, NoteSignature>();
  for (const line of [...signatures, ...added]) lines.set(`${line.name} ${line.keyId}`, line);
  return formatNote({ text, signatures: [...lines.values()] });
}

export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(formatSignature).join('')}`;
}

/** One signature line, newline included. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(keyId);
  return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/** Reads a note without verifying anything; throws `bad_input` for whatever is not one. */
export function parseNote(bytes: Uint8Array | string): Note {
  const whole = typeof bytes === 'string' ? bytes : decode(bytes);
  if (whole.length > MOST_BYTES) throw malformed('it is too long');
  const blank = whole.lastIndexOf('\n\n');
  if (blank < 0) throw malformed('no blank line before the signatures');
  const text = whole.slice(0, blank + 1);
  assertText(text);
  return { text, signatures: parseSignatures(whole.slice(blank + 2)) };
}

/** Signature lines alone, as a witness answers. */
export function parseSignatures(lines: string): NoteSignature[] {
  if (!lines.endsWith('\n')) throw malformed('its last line has no end');
  const list = lines.slice(0, -1).split('\n');
  if (list.length > MOST_SIGNATURES) throw malformed('it has too many signatures');
  return list.map(parseSignature);
}

/**
 * The signatures by `verifiers`, one a key. Signatures by other keys are passed over; throws `tampered` when a known
 * key's signature fails, or when there is none.
 */
export function verifyNote(note: Note, verifiers: readonly Verifier[]): VerifiedSignature[] {
  const verified = new Map<Verifier, VerifiedSignature>();
  const text = Buffer.from(note.text);
  for (const signature of note.signatures) {
    const verifier = verifiers.find(
      ({ name, id }) => name === signature.name && id === signature.keyId,
    );
    if (verifier === undefined) continue;
    if (!verifier.verify(text, signature.signature)) {
      throw new HoldfastError('tampered', `The signature by ${signature.name} does not verify.`);
    }
    if (!verified.has(verifier)) verified.set(verifier, { ...signature, verifier });
  }
  if (verified.size === 0) throw new HoldfastError('tampered', 'No known key signed this note.');
  return [...verified.values()];
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', base64 = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  const bytes = decodeBase64(base64);
  if (!isKeyName(name) || bytes === undefined || bytes.length < 5) {
    throw malformed('a line below the blank line is not a signature');
  }
  return { name, keyId: bytes.readUInt32BE(0), signature: bytes.subarray(4) };
}

function assertText(text: string): void {
  if (!text.endsWith('\n')) throw malformed('its text does not end in a newline');
  // No control characters but newline.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text) || !text.isWellFormed()) {
    throw malformed('it holds control characters');
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new HoldfastError('bad_input', 'The signed note is not UTF-8.', { cause });
  }
}

function malformed(why: string): HoldfastError {
  return new HoldfastError('bad_input', `The signed note is malformed: ${why}.`);
}
