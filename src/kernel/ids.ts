/** Identifiers and secrets; only this file draws random bytes. */
import { createHash, hash, randomBytes, randomUUID } from 'node:crypto';

export function newId(): string {
  return randomUUID();
}

/** A bearer secret of `bytes` random bytes, base64url. Store only `hashSecret` of it. */
export function newSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** SHA-256 of a secret that has enough entropy of its own (RFC 6750 tokens, one-time links). */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data);
}
