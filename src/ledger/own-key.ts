/** The key file of our own log, and which of the log's keys are in force. */
import { existsSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newId, newSecret, sha256Hex } from '../kernel/ids.ts';
import type { Sql } from '../kernel/sql/database.ts';
import { createSigner, readKeyFile, writeKeyFile, type Signer } from './keys.ts';
import { record } from './record.ts';
import * as store from './store.ts';

interface KeyPlace {
  readonly data: string;
  readonly origin?: string;
}

export function keyFile({ data }: KeyPlace): string {
  return path.join(data, 'keys', 'ledger.key');
}

/** The key that will sign next, while a change is under way. */
export function nextKeyFile({ data }: KeyPlace): string {
  return path.join(data, 'keys', 'ledger.key.next');
}

export function newLogKey(origin: string): Signer {
  return createSigner(origin, 'log', Buffer.from(newSecret(32), 'base64url'));
}

/** The key in its file, made on the first start. Unless told otherwise, the log is called after this machine and chance. */
export function ownKey(place: KeyPlace): Signer {
  const file = keyFile(place);
  if (existsSync(file)) return readKeyFile(file);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const host = os.hostname().replaceAll(/[^A-Za-z0-9.-]/g, '') || 'holdfast';
  const signer = newLogKey(place.origin ?? `${host}/holdfast-${newId().slice(0, 8)}`);
  writeKeyFile(file, signer);
  return signer;
}

/** Makes `vkey` the only key in force and records what that changes. Gives the keys that it retired. */
export async function settleKeys(
  sql: Sql,
  { keys }: store.LogState,
  vkey: string,
  now: Date,
): Promise<readonly string[]> {
  if (!keys.includes(vkey)) await announceKey(sql, vkey, now);
  const former = keys.filter((key) => key !== vkey);
  for (const key of former) {
    await store.retireKey(sql, key, now);
    await record(sql, 'ledger.key', { change: 'retired', key: sha256Hex(key) }, now);
  }
  return former;
}

/** Puts one more key in force, and records it. */
export async function announceKey(sql: Sql, vkey: string, now: Date): Promise<void> {
  await store.addKey(sql, vkey, now);
  await record(sql, 'ledger.key', { change: 'added', key: sha256Hex(vkey) }, now);
}
