/**
 * A person set at rest: AES-256-GCM under a key derived from the person key and a fresh salt. A stolen database without
 * the person key holds noise; a changed byte, another holding's name or another key is refused.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { HoldfastError } from '../kernel/errors.ts';
import { newSecret } from '../kernel/ids.ts';
import type { PersonSet } from './hash-set.ts';
import { rekeyedSet } from './hash-set.ts';
import type { PersonKey } from './person-key.ts';

const MAGIC = 'HFPS1\n';
const SALT = 32;
/** One key seals one set, so the nonce can be fixed (NIST SP 800-38D §8: never twice under one key). */
const NONCE = Buffer.alloc(12);
const TAG = 16;
/** Magic, key id (16 hexadecimal digits), layers (1 byte), salt. */
const HEAD = MAGIC.length + 16 + 1 + SALT;

/** Seals a set for the holding called `holding`: its name is authenticated, not stored. */
export function sealSet(set: PersonSet, holding: string, key: PersonKey): Buffer {
  if (set.keyId !== key.id) throw wrongKey();
  const salt = Buffer.from(newSecret(SALT), 'base64url');
  const head = Buffer.concat([
    Buffer.from(MAGIC + set.keyId, 'latin1'),
    Buffer.of(set.keyLayers),
    salt,
  ]);
  const cipher = createCipheriv('aes-256-gcm', key.sealingKey(salt), NONCE);
  cipher.setAAD(Buffer.concat([head, Buffer.from(holding, 'utf8')]));
  const body = [cipher.update(encodeSet(set)), cipher.final()];
  return Buffer.concat([head, ...body, cipher.getAuthTag()]);
}

/**
 * The set that was sealed for this holding under this key, or under it before a rotation: then it is carried over. Reading
 * one is to be permitted and recorded by the caller.
 */
export function openSet(sealed: Uint8Array, holding: string, key: PersonKey): PersonSet {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes.length < HEAD + TAG || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new HoldfastError(
      'tampered',
      'this is not a sealed person set, or its beginning is lost',
    );
  }
  const head = bytes.subarray(0, HEAD);
  const keyId = head.toString('latin1', MAGIC.length, MAGIC.length + 16);
  if (keyId !== key.id) {
    const earlier = key.earlier(head[MAGIC.length + 16] as number);
    if (earlier?.id !== keyId) throw wrongKey();
    return rekeyedSet(openSet(sealed, holding, earlier), earlier, key);
  }
  const decipher = createDecipheriv(
    'aes-256-gcm',
    key.sealingKey(head.subarray(HEAD - SALT)),
    NONCE,
  );
  decipher.setAAD(Buffer.concat([head, Buffer.from(holding, 'utf8')]));
  decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
  let body: Buffer;
  try {
    body = Buffer.concat([decipher.update(bytes.subarray(HEAD, -TAG)), decipher.final()]);
  } catch {
    throw new HoldfastError(
      'tampered',
      'a sealed person set was changed, or belongs to another holding',
      {
        remedy: 'Count the holding again.',
      },
    );
  }
  return decodeSet(body, keyId, key.layers);
}

function wrongKey(): HoldfastError {
  return new HoldfastError('conflict', 'the set was counted under another person key', {
    remedy: 'Use that key, or count the holding again.',
  });
}

/** Little-endian words: number of people, number of aliases, then the six arrays one after the other. */
function encodeSet(set: PersonSet): Buffer {
  const { aliases } = set;
  const arrays = [set.hi, set.lo, set.flags, aliases.hi, aliases.lo, aliases.of];
  const words = 2 + arrays.reduce((sum, array) => sum + array.length, 0);
  const buffer = Buffer.alloc(words * 4);
  buffer.writeUInt32LE(set.hi.length, 0);
  buffer.writeUInt32LE(aliases.hi.length, 4);
  let at = 8;
  for (const array of arrays) {
    for (const word of array) {
      buffer.writeUInt32LE(word, at);
      at += 4;
    }
  }
  return buffer;
}

function decodeSet(body: Buffer, keyId: string, keyLayers: number): PersonSet {
  const people = body.readUInt32LE(0);
  const others = body.readUInt32LE(4);
  if (body.length !== 8 + (people + others) * 12) {
    throw new HoldfastError('tampered', 'a sealed person set has the wrong length');
  }
  let at = 8;
  const take = (length: number): Uint32Array => {
    const array = new Uint32Array(length);
    for (let i = 0; i < length; i++, at += 4) array[i] = body.readUInt32LE(at);
    return array;
  };
  const [hi, lo, flags] = [take(people), take(people), take(people)];
  const aliases = { hi: take(others), lo: take(others), of: take(others) };
  return { keyId, keyLayers, hi, lo, flags, aliases };
}
