/**
 * Gives waiting records their places and writes them into the tree, however many processes try.
 *
 * The order is fixed first, in a transaction of its own under a lock; from then on everything is a function of the
 * database: the same entries give the same tiles and, Ed25519 being deterministic, the same signed head. So a process that
 * was killed, or that lost the lock without noticing, can at worst write again what another writes: it cannot fork the log.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { sha256Hex } from '../kernel/ids.ts';
import type { Database, Sql } from '../kernel/sql/database.ts';
import type { Fault } from './durable.ts';
import { parseVerifier, readKeyFile } from './keys.ts';
import { keyFile, ownKey, settleKeys } from './own-key.ts';
import { record } from './record.ts';
import * as store from './store.ts';
import { createTileLog, openTileLog, type TileLog } from './tile-log.ts';
import { TILE_WIDTH } from './tiles.ts';

/** Where a Holdfast keeps its ledger: files below `data`, records in `database`. */
export interface LedgerPlace {
  readonly database: Database;
  readonly clock: Clock;
  /** The data directory: tiles go to `ledger/`, keys to `keys/`, so that the tiles can be served or copied alone. */
  readonly data: string;
  /** What the log is called: taken when it is made, and compared ever after. */
  readonly origin?: string;
  readonly fault?: Fault;
}

/** The ledger of an opened Holdfast. */
export function placeOf(opened: {
  readonly database: Database;
  readonly clock: Clock;
  readonly config: { readonly data: string; readonly ledgerOrigin?: string | undefined };
}): LedgerPlace {
  const { database, clock, config } = opened;
  const { data, ledgerOrigin: origin } = config;
  return { database, clock, data, ...(origin === undefined ? {} : { origin }) };
}

/** Entries under one new head: a bound on memory and on how long the lock is held. */
const BATCH = 10_000;

export function tileDirectory(place: Pick<LedgerPlace, 'data'>): string {
  return path.join(place.data, 'ledger');
}

/**
 * Places and signs everything that waits, and returns the log at its newest head. Makes the ledger when there is none.
 * Throws `tampered` when database and tiles contradict each other: nothing is signed then.
 */
export async function sequence(place: LedgerPlace): Promise<TileLog> {
  const { database, clock } = place;
  await database.transaction('everything', async (sql) => {
    await store.lockLog(sql);
    if ((await store.readLog(sql)) === undefined) await begin(sql, place);
  });
  for (;;) {
    const size = await database.transaction('everything', async (sql) => {
      await store.lockLog(sql);
      // Before any place is given: an older database would give places that are taken.
      await openChecked(sql, place);
      return store.givePlaces(sql, BATCH);
    });
    const log = await database.transaction('everything', async (sql) => {
      await store.lockLog(sql);
      const open = await openChecked(sql, place);
      while (open.checkpoint.size < size) await appendNext(sql, open, size, clock.now());
      return open;
    });
    const waiting = await database.transaction('everything', store.countWaiting);
    if (waiting === 0) return log;
  }
}

/** Throws `bad_config` when the log was made under another name than the configuration gives it. */
export async function checkOrigin(place: LedgerPlace): Promise<void> {
  const log = await place.database.transaction('everything', store.readLog);
  if (log !== undefined) assertOrigin(place, log.origin);
}

/** Opens the log without adding to it. Throws `not_found` when nothing was ever recorded. */
export async function openLedger(place: LedgerPlace): Promise<TileLog> {
  return withLedger(place, (_, log) => Promise.resolve(log));
}

/** The same for work that writes: nobody else does until it is done. */
export async function withLedger<T>(
  place: LedgerPlace,
  work: (sql: Sql, log: TileLog) => Promise<T>,
): Promise<T> {
  return place.database.transaction('everything', async (sql) => {
    await store.lockLog(sql);
    return work(sql, await openChecked(sql, place));
  });
}

/** Whether this failed because the ledger's key is on another machine, which then is the one that signs. */
export function isKeptElsewhere(error: unknown): boolean {
  return error instanceof HoldfastError && error.detail?.['keptElsewhere'] === true;
}

/**
 * After an older database was restored on purpose: takes over the commitments that only the tiles still have, so that the
 * ledger goes on without a fork. What those entries said is lost, and recorded as lost. Returns how many they are.
 */
export async function recoverEntries(place: LedgerPlace): Promise<number> {
  const { database, clock } = place;
  return database.transaction('everything', async (sql) => {
    await store.lockLog(sql);
    const { log, state, vkey } = await openTiles(sql, place);
    const { size } = log.checkpoint;
    if (size <= state.size) return 0;
    await compareEdge(sql, log, state.size);
    const now = clock.now();
    for (let from = state.size; from < size; from += TILE_WIDTH - (from % TILE_WIDTH)) {
      const bundle = log.files.bundle(Math.floor(from / TILE_WIDTH), size);
      await store.insertLost(sql, from, bundle.slice(from % TILE_WIDTH), now);
    }
    await store.setSize(sql, size);
    await publishHead(sql, log, now);
    // The key may have been changed in the part that is lost.
    await settleKeys(sql, state, vkey, now);
    const lost = { from: state.size, entries: size - state.size };
    await record(sql, 'ledger.recovered', lost, now);
    return lost.entries;
  });
}

/** Makes the newest head known: from now on the log must contain it. */
export async function publishHead(sql: Sql, log: TileLog, now: Date): Promise<void> {
  const { size, root } = log.checkpoint;
  await store.saveHead(sql, { size, root, note: log.checkpointText, publishedAt: now });
}

async function begin(sql: Sql, place: LedgerPlace): Promise<void> {
  const now = place.clock.now();
  const directory = tileDirectory(place);
  const signer = ownKey(place);
  const { name: origin, vkey } = signer.verifier;
  assertOrigin(place, origin);
  // Left from a first start that was killed before its commit.
  const exists = existsSync(path.join(directory, 'checkpoint'));
  const options = { directory, origin, signers: [signer] };
  const log = exists ? openTileLog(options) : await createTileLog(options, now);
  if (log.checkpoint.size > 0) throw olderDatabase(log.checkpoint.size, 0);
  await store.insertLog(sql, origin, vkey, now);
  await publishHead(sql, log, now);
  await record(sql, 'ledger.opened', { origin: sha256Hex(origin), key: sha256Hex(vkey) }, now);
}

/** Opens the tiles, and makes sure that they and the database tell the same story where they meet. */
async function openChecked(sql: Sql, place: LedgerPlace): Promise<TileLog> {
  const { log, state } = await openTiles(sql, place);
  if (log.checkpoint.size > state.size) throw olderDatabase(log.checkpoint.size, state.size);
  await compareEdge(sql, log, log.checkpoint.size);
  return log;
}

async function openTiles(
  sql: Sql,
  place: LedgerPlace,
): Promise<{ log: TileLog; state: store.LogState; vkey: string }> {
  const state = await store.readLog(sql);
  if (state === undefined) {
    throw new HoldfastError('not_found', 'There is no ledger yet: nothing has been recorded.');
  }
  assertOrigin(place, state.origin);
  const file = keyFile(place);
  if (!existsSync(file)) {
    throw new HoldfastError('not_found', `The ledger's key ${file} is missing.`, {
      remedy: 'Restore it from its backup; without it nothing more can be signed.',
      detail: { keptElsewhere: true },
    });
  }
  const signer = readKeyFile(file);
  const { vkey, name } = signer.verifier;
  const isKnown = state.keys.includes(vkey);
  // A key of our name that an older database has not heard of may have been made since: the tiles tell, below.
  if (!isKnown && (name !== state.origin || state.retiredKeys.includes(vkey))) throw strangeKey();
  const directory = tileDirectory(place);
  const { fault } = place;
  const options = {
    directory,
    origin: state.origin,
    signers: [signer],
    formerKeys: [...state.keys, ...state.retiredKeys].map(parseVerifier),
    ...(fault === undefined ? {} : { fault }),
  };
  const exists = existsSync(path.join(directory, 'checkpoint'));
  if (!isKnown && !exists) throw strangeKey();
  // All entries are in the database: a lost directory is written again, and must come to the same heads.
  const log = exists ? openTileLog(options) : await createTileLog(options, place.clock.now());
  if (!isKnown && log.checkpoint.size <= state.size) throw strangeKey();
  return { log, state, vkey };
}

/** The last entries below `size` in both: a database from another past has other records there. */
async function compareEdge(sql: Sql, log: TileLog, size: number): Promise<void> {
  if (size === 0) return;
  const bundle = Math.floor((size - 1) / TILE_WIDTH);
  const width = size - bundle * TILE_WIDTH;
  const written = Buffer.concat(log.files.bundle(bundle, log.checkpoint.size).slice(0, width));
  const known = Buffer.concat(await store.readCommitments(sql, bundle * TILE_WIDTH, size));
  if (!written.equals(known)) throw contradiction();
}

/** Appends up to the next head that was already made known (after a loss of the tiles), else up to `size`. */
async function appendNext(sql: Sql, log: TileLog, size: number, now: Date): Promise<void> {
  const from = log.checkpoint.size;
  const known = await store.readNextHead(sql, from);
  const to = Math.min(from + BATCH, known?.size ?? size, size);
  const entries = await store.readCommitments(sql, from, to);
  if (entries.length !== to - from) throw contradiction();
  await log.append(entries, now, known?.size === to ? known.root : undefined);
  await publishHead(sql, log, now);
}

function assertOrigin({ origin }: LedgerPlace, actual: string): void {
  if (origin === undefined || origin === actual) return;
  throw new HoldfastError(
    'bad_config',
    `This ledger is called ${actual} and stays so; ledgerOrigin says ${origin}.`,
    {
      remedy: `Set ledgerOrigin to ${actual}, or take it out of the configuration. Another name needs a new data directory and database.`,
    },
  );
}

function strangeKey(): HoldfastError {
  return new HoldfastError('conflict', 'The key file is not the key of this ledger.', {
    remedy: 'Run this on the machine that keeps the ledger, or restore its key file.',
    detail: { keptElsewhere: true },
  });
}

function olderDatabase(written: number, known: number): HoldfastError {
  return new HoldfastError(
    'tampered',
    `The database knows ${known} ledger entries, but ${written} are written and signed: it is an older copy.`,
    {
      remedy:
        'Nothing was signed or changed. Restore the newest backup; if there is none, holdfast ledger recover goes on without the lost records.',
    },
  );
}

function contradiction(): HoldfastError {
  return new HoldfastError('tampered', 'Database and ledger contradict each other.', {
    remedy: 'Keep both as they are and compare them with an export that a witness holds.',
  });
}
