/**
 * The organisation's person key, and the 64-bit hashes made with it. The key is never stored beside the hashes: NHS
 * numbers are a space of a thousand million, so whoever holds both can try them all.
 */
import { createHash, hkdfSync } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { newSecret } from '../kernel/ids.ts';
import { keyedHash } from './keyed-hash.ts';
import type { QuickHash } from './quick-hash.ts';
import { quickHash } from './quick-hash.ts';

const SECRET_BYTES = 32;
const FORMAT = 'holdfast-person-key-1';

/** Where the secrets come from: the oldest first. A KMS or HSM puts its own function here. */
export type KeySource = () => Promise<readonly Uint8Array[]>;

/** Hashes identities and derives the key that seals sets. */
export interface PersonKey {
  /** Names the key without revealing it: 16 hexadecimal digits, stored with every set. */
  readonly id: string;
  /** How many secrets are applied one after the other: one, and one more for each rotation. */
  readonly layers: number;
  /** The hash of an identity; its 64 bits are in `out` until the next call. */
  hash(identity: string): void;
  readonly out: Uint32Array;
  /** A fast hash under this key, for keys that never leave memory. */
  quick(): QuickHash;
  /** A 32-byte key for sealing one set, different for each `salt`. */
  sealingKey(salt: Uint8Array): Buffer;
  /** This key as it was with its first `layers` secrets: what older sets were counted under. */
  earlier(layers: number): PersonKey | undefined;
  /** Carries the 64 bits of `older` (a key with fewer layers of the same chain) over to this key. */
  carry(older: PersonKey, hi: number, lo: number): void;
}

/** Makes a person key from its secrets, each of 32 bytes. */
export function personKey(secrets: readonly Uint8Array[]): PersonKey {
  if (secrets.length === 0 || secrets.some((secret) => secret.length !== SECRET_BYTES)) {
    throw new HoldfastError('bad_config', 'a person key holds one or more secrets of 32 bytes');
  }
  const layers = secrets.map((secret) => keyedHash(derive(secret, '', 'person hash')));
  const [first, ...later] = layers as [ReturnType<typeof keyedHash>, ...typeof layers];
  const out = new Uint32Array(2);
  const newest = secrets.at(-1) as Uint8Array;
  const keep = (from: Uint32Array): void => out.set(from);
  function again(steps: typeof layers): void {
    for (const layer of steps) {
      layer.hashAgain(out[0] as number, out[1] as number);
      keep(layer.out);
    }
  }
  return {
    id: idOf(secrets),
    layers: secrets.length,
    out,
    hash(identity) {
      first.hash(identity);
      keep(first.out);
      if (later.length > 0) again(later);
    },
    quick() {
      const seed = derive(newest, '', 'quick hash');
      return quickHash(seed.readInt32LE(0), seed.readInt32LE(4));
    },
    sealingKey: (salt) => derive(newest, salt, 'sealed set'),
    earlier: (count) =>
      count >= 1 && count < secrets.length ? personKey(secrets.slice(0, count)) : undefined,
    carry(older, hi, lo) {
      if (older.id !== idOf(secrets.slice(0, older.layers))) {
        throw new HoldfastError(
          'conflict',
          'the older person key is not the beginning of this one',
          {
            remedy:
              'Count again from the source: hashes of an unrelated key cannot be carried over.',
          },
        );
      }
      out[0] = hi;
      out[1] = lo;
      again(layers.slice(older.layers));
    },
  };
}

function idOf(secrets: readonly Uint8Array[]): string {
  const digest = createHash('sha256');
  for (const secret of secrets) digest.update(derive(secret, '', 'key id'));
  return digest.digest('hex').slice(0, 16);
}

function derive(secret: Uint8Array, salt: string | Uint8Array, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, `holdfast person key 1: ${use}`, 32));
}

/**
 * Secrets from a file that only its owner may read: `holdfast-person-key-1`, then one base64url secret a line, oldest
 * first.
 */
export function keyFromFile(file: string): KeySource {
  return async () => {
    const info = await stat(file).catch((error: unknown) => {
      throw new HoldfastError('bad_config', `person key file ${file} cannot be read`, {
        remedy: 'Make one with mode 0600, away from the database and its backups.',
        detail: { code: systemCode(error) },
      });
    });
    if (process.platform !== 'win32' && (info.mode & 0o077) !== 0) {
      throw new HoldfastError('bad_config', `person key file ${file} can be read by others`, {
        remedy: `chmod 600 ${file}; if others may have read it, rotate the key.`,
      });
    }
    return parseSecrets(await readFile(file, 'utf8'), file);
  };
}

/** Secrets from text, as an environment variable holds them: base64url, several separated by commas, oldest first. */
export function keyFromText(text: string, name: string): KeySource {
  return () => Promise.resolve(parseSecrets(`${FORMAT}\n${text.replaceAll(',', '\n')}`, name));
}

/** The person key of a source. */
export async function loadPersonKey(source: KeySource): Promise<PersonKey> {
  return personKey(await source());
}

/** Writes a new key file with mode 0600; refuses to overwrite one. */
export async function createKeyFile(file: string): Promise<void> {
  await writeFile(file, `${FORMAT}\n${newSecret(SECRET_BYTES)}\n`, {
    mode: 0o600,
    flag: 'wx',
  }).catch((error: unknown) => {
    throw new HoldfastError('conflict', `person key file ${file} was not written`, {
      remedy: 'A key file is never overwritten: the sets counted with it would be lost.',
      detail: { code: systemCode(error) },
    });
  });
}

/** Adds a layer: sets are carried over without counting again, and hashes that leaked before no longer match new ones. */
export async function rotateKeyFile(file: string): Promise<void> {
  const secrets = await keyFromFile(file)();
  const lines = [...secrets.map((secret) => Buffer.from(secret).toString('base64url'))];
  const next = `${[FORMAT, ...lines, newSecret(SECRET_BYTES)].join('\n')}\n`;
  await writeFile(`${file}.next`, next, { mode: 0o600, flag: 'wx' });
  await rename(`${file}.next`, file);
}

function parseSecrets(text: string, name: string): Uint8Array[] {
  const [format, ...lines] = text.split('\n').map((line) => line.trim());
  const secrets = lines.filter((line) => line !== '').map((line) => Buffer.from(line, 'base64url'));
  if (
    format !== FORMAT ||
    secrets.length === 0 ||
    secrets.some((secret) => secret.length !== SECRET_BYTES)
  ) {
    throw new HoldfastError('bad_config', `${name} does not hold a person key`, {
      remedy: `It holds ${FORMAT}, then one secret of 32 bytes (base64url) a line.`,
    });
  }
  return secrets;
}
