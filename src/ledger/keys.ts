/** Names, ids and texts of the Ed25519 keys that sign notes (C2SP signed-note). */
import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { HoldfastError } from '../kernel/errors.ts';
import { cosignedMessage, joinCosignature, splitCosignature } from './cosignature.ts';
import { decodeBase64 } from './text.ts';
import { sha256 } from './tree.ts';

/**
 * signed-note, signature types: `log` signs the note text (0x01), `witness` signs it with a time (0x04,
 * tlog-cosignature). ML-DSA-44 (0x06) has its place here once every supported Node can verify it.
 */
const TYPES = { log: 0x01, witness: 0x04 } as const;
export type KeyUse = keyof typeof TYPES;

/** A public key under its name: what others are given to check our signatures. */
export interface Verifier {
  readonly name: string;
  /** Name and key, `<name>+<id>+<base64>`; safe to publish. */
  readonly vkey: string;
  readonly id: number;
  readonly use: KeyUse;
  /** The raw key, 32 bytes. */
  readonly publicKey: Buffer;
  /** Whether `signature` (without the key id) signs `text`. */
  verify(text: Buffer, signature: Buffer): boolean;
}

/** A private key under its name. A witness' signer reads the time it signs from `now`. */
export interface Signer {
  readonly verifier: Verifier;
  /** The private key as text, for a key file only. */
  readonly skey: string;
  sign(text: Buffer, now: Date): Buffer;
}

// RFC 8410: the DER that goes before a raw Ed25519 key.
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const KEY_BYTES = 32;
const SECRET_MARK = 'PRIVATE+KEY+';

/**
 * A signer from 32 random bytes.
 *
 * @example createSigner('supplier.example/holdfast', 'log', Buffer.from(newSecret(32), 'base64url'))
 */
export function createSigner(name: string, use: KeyUse, seed: Buffer): Signer {
  assertName(name);
  assertKeyLength(seed);
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8, seed]),
    format: 'der',
    type: 'pkcs8',
  });
  const publicKey = createPublicKey(key)
    .export({ format: 'der', type: 'spki' })
    .subarray(SPKI.length);
  const verifier = createVerifier(name, use, publicKey);
  return {
    verifier,
    skey: `${SECRET_MARK}${keyText(verifier, seed)}`,
    sign: (text, now) => (use === 'log' ? sign(null, text, key) : cosign(text, now, key)),
  };
}

/** Reads `<name>+<id>+<base64>`; throws `unsupported` for other algorithms and `bad_input` for anything malformed. */
export function parseVerifier(vkey: string): Verifier {
  const { name, use, key, id } = parseKey(vkey.trim());
  const verifier = createVerifier(name, use, key);
  if (verifier.id !== id) throw malformed('its id does not belong to its name and key');
  return verifier;
}

/** Reads the text of a private key. Errors never show any of it. */
export function parseSigner(skey: string): Signer {
  const text = skey.trim();
  if (!text.startsWith(SECRET_MARK)) throw malformed('a private key begins with PRIVATE+KEY+');
  const { name, use, key, id } = parseKey(text.slice(SECRET_MARK.length));
  const signer = createSigner(name, use, key);
  if (signer.verifier.id !== id) throw malformed('its id does not belong to its name and key');
  return signer;
}

/** Writes a new key file that only its owner may read. Never overwrites: an old key still proves old signatures. */
export function writeKeyFile(file: string, signer: Signer): void {
  writeFileSync(file, `${signer.skey}\n`, { flag: 'wx', mode: 0o600, flush: true });
  chmodSync(file, 0o600);
}

/** Reads a key file; refuses one that others may read or write. */
export function readKeyFile(file: string): Signer {
  const { mode } = statSync(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new HoldfastError('bad_file', `${file}: the key may be read by others.`, {
      remedy: `Run chmod 600 ${file}, and replace the key if others use this machine.`,
    });
  }
  return parseSigner(readFileSync(file, 'utf8'));
}

function createVerifier(name: string, use: KeyUse, publicKey: Buffer): Verifier {
  const key = createPublicKey({
    key: Buffer.concat([SPKI, publicKey]),
    format: 'der',
    type: 'spki',
  });
  const id = keyId(name, use, publicKey);
  return {
    name,
    id,
    use,
    publicKey,
    vkey: keyText({ name, id, use }, publicKey),
    verify: (text, signature) =>
      use === 'log' ? verify(null, text, key, signature) : verifyCosigned(text, signature, key),
  };
}

/** signed-note: the first four bytes of `SHA-256(name || LF || type || key)`. */
function keyId(name: string, use: KeyUse, publicKey: Buffer): number {
  const named = Buffer.concat([Buffer.from(`${name}\n`), Buffer.of(TYPES[use]), publicKey]);
  return sha256(named).readUInt32BE(0);
}

function cosign(text: Buffer, now: Date, key: KeyObject): Buffer {
  const seconds = Math.floor(now.getTime() / 1000);
  return joinCosignature({ seconds, signature: sign(null, cosignedMessage(text, seconds), key) });
}

function verifyCosigned(text: Buffer, bytes: Buffer, key: KeyObject): boolean {
  const parts = splitCosignature(bytes);
  if (parts === undefined) return false;
  return verify(null, cosignedMessage(text, parts.seconds), key, parts.signature);
}

function keyText({ name, id, use }: Pick<Verifier, 'name' | 'id' | 'use'>, key: Buffer): string {
  const typed = Buffer.concat([Buffer.of(TYPES[use]), key]);
  return `${name}+${id.toString(16).padStart(8, '0')}+${typed.toString('base64')}`;
}

function parseKey(text: string): { name: string; use: KeyUse; key: Buffer; id: number } {
  const [, name = '', hex = '', base64 = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  if (name === '') throw malformed('a key is <name>+<id>+<base64>');
  assertName(name);
  const typed = decodeBase64(base64);
  if (typed === undefined || typed.length === 0) throw malformed('its last part is not base64');
  const use = (['log', 'witness'] as const).find((known) => TYPES[known] === typed[0]);
  if (use === undefined) {
    throw new HoldfastError('unsupported', 'The ledger key is of an algorithm not known here.', {
      remedy: 'Use an Ed25519 key: type 1 for a log, type 4 for a witness.',
    });
  }
  const key = typed.subarray(1);
  assertKeyLength(key);
  return { name, use, key, id: parseInt(hex, 16) };
}

/** signed-note: names are not empty and hold neither Unicode spaces nor plus; control characters end lines. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}\p{Cc}+]/u.test(name);
}

function assertName(name: string): void {
  if (!isKeyName(name)) throw malformed('a name holds no space and no plus');
}

function assertKeyLength(key: Buffer): void {
  if (key.length !== KEY_BYTES) throw malformed(`an Ed25519 key is ${KEY_BYTES} bytes`);
}

function malformed(why: string): HoldfastError {
  return new HoldfastError('bad_input', `The ledger key is malformed: ${why}.`);
}
