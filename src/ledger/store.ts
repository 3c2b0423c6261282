/** All SQL of the ledger's own log: records, their places, heads, keys and the witnesses that are asked. */
import type { Sql } from '../kernel/sql/database.ts';
import type { Opening, Sealed } from './commitment.ts';
import type { Kind } from './kinds.ts';
import type { TreeHead } from './tree.ts';

/** Any number; held by whoever gives places or writes the ledger's files. */
const LOG_LOCK = 6_962_916;
/** Rows of one insert: five parameters each, and PostgreSQL takes 65,535. */
const ROWS = 5000;

export interface LogState {
  readonly origin: string;
  /** How many entries have their place. */
  readonly size: number;
  /** Public texts of the keys in force. */
  readonly keys: readonly string[];
  readonly retiredKeys: readonly string[];
}

/** A key of our own log; `retiredAt` is null while it is in force. */
interface LogKey {
  readonly vkey: string;
  readonly addedAt: Date;
  readonly retiredAt: Date | null;
}

/** A signed head as it was made known. */
export interface PublishedHead extends TreeHead {
  readonly note: string;
  readonly publishedAt: Date;
}

/** An entry with its place; no opening once it is erased. */
export interface PlacedEntry {
  readonly index: number;
  readonly commitment: Buffer;
  readonly kind: string;
  readonly recordedAt: Date;
  readonly opening: Opening | undefined;
}

export interface AskedWitness {
  readonly vkey: string;
  readonly url: string;
  readonly seenSize: number;
}

/** Held until the transaction ends: one process at a time gives places or writes files. */
export async function lockLog(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOG_LOCK})`;
}

export async function readLog(sql: Sql): Promise<LogState | undefined> {
  const [log] = await sql<{ origin: string; size: number }[]>`select origin, size from ledger.log`;
  if (log === undefined) return undefined;
  const keys = await readKeys(sql);
  return {
    ...log,
    keys: keys.filter(({ retiredAt }) => retiredAt === null).map(({ vkey }) => vkey),
    retiredKeys: keys.filter(({ retiredAt }) => retiredAt !== null).map(({ vkey }) => vkey),
  };
}

/** Every key the log ever had, newest first. */
export async function readKeys(sql: Sql): Promise<LogKey[]> {
  return sql<LogKey[]>`
    select vkey, added_at as "addedAt", retired_at as "retiredAt" from ledger.key
    order by retired_at desc nulls first, added_at desc`;
}

export async function addKey(sql: Sql, vkey: string, at: Date): Promise<void> {
  await sql`insert into ledger.key (vkey, added_at) values (${vkey}, ${at})`;
}

/** Never before the last head, which it may have signed: the clock may have been set back since. */
export async function retireKey(sql: Sql, vkey: string, at: Date): Promise<void> {
  await sql`
    update ledger.key
    set retired_at = greatest(${at}::timestamptz, (select max(published_at) from ledger.checkpoint))
    where vkey = ${vkey} and retired_at is null`;
}

export async function insertLog(sql: Sql, origin: string, vkey: string, at: Date): Promise<void> {
  await sql`insert into ledger.log (origin, created_at) values (${origin}, ${at})`;
  await addKey(sql, vkey, at);
}

/** Puts records into the caller's transaction: they wait for their place, or are gone with a rollback. */
export async function insertEntries(
  sql: Sql,
  entries: readonly (Sealed & { readonly kind: Kind; readonly recordedAt: Date })[],
): Promise<void> {
  const rows = entries.map(({ entry, opening, kind, recordedAt }) => ({
    commitment: entry,
    salt: opening.salt,
    record: opening.record,
    kind,
    recorded_at: recordedAt,
  }));
  for (let from = 0; from < rows.length; from += ROWS) {
    await sql`insert into ledger.entry ${sql(rows.slice(from, from + ROWS))}`;
  }
}

/** Gives the next places to at most `most` waiting entries, oldest first, and returns the log's size. Needs the lock. */
export async function givePlaces(sql: Sql, most: number): Promise<number> {
  const [row] = await sql<{ size: number }[]>`
    with next as (
      select entry_id, (select size from ledger.log) + row_number() over (order by entry_id) - 1 as place
      from (select entry_id from ledger.entry where place is null order by entry_id limit ${most}) waiting
    ), placed as (
      update ledger.entry e set place = next.place from next where e.entry_id = next.entry_id returning 1
    )
    update ledger.log set size = size + (select count(*) from placed) returning size`;
  return row?.size ?? 0;
}

export async function countWaiting(sql: Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*) as count from ledger.entry where place is null`;
  return row?.count ?? 0;
}

/** Commitments of the places `[from, to)` in order. */
export async function readCommitments(sql: Sql, from: number, to: number): Promise<Buffer[]> {
  const rows = await sql<{ commitment: Buffer }[]>`
    select commitment from ledger.entry where place >= ${from} and place < ${to} order by place`;
  return rows.map(({ commitment }) => commitment);
}

/** Entries of the places `[from, to)` in order. */
export async function readEntries(sql: Sql, from: number, to: number): Promise<PlacedEntry[]> {
  const rows = await sql<
    {
      place: number;
      commitment: Buffer;
      kind: string;
      recorded_at: Date;
      salt: Buffer | null;
      record: string | null;
    }[]
  >`select place, commitment, kind, recorded_at, salt, record from ledger.entry
    where place >= ${from} and place < ${to} order by place`;
  return rows.map(({ place, commitment, kind, recorded_at, salt, record }) => ({
    index: place,
    commitment,
    kind,
    recordedAt: recorded_at,
    opening: salt === null || record === null ? undefined : { salt, record },
  }));
}

/** Commitments whose records a restored database does not know, in their places from `from` on. */
export async function insertLost(
  sql: Sql,
  from: number,
  commitments: readonly Buffer[],
  at: Date,
): Promise<void> {
  const rows = commitments.map((commitment, n) => ({
    place: from + n,
    commitment,
    kind: 'lost',
    recorded_at: at,
  }));
  await sql`insert into ledger.entry ${sql(rows)}`;
}

export async function setSize(sql: Sql, size: number): Promise<void> {
  await sql`update ledger.log set size = ${size}`;
}

/** Destroys a record and its salt; false when it had none. */
export async function eraseOpening(sql: Sql, index: number): Promise<boolean> {
  const rows = await sql`
    update ledger.entry set salt = null, record = null where place = ${index} and salt is not null`;
  return rows.count === 1;
}

/** Makes a head known, or replaces its text by one with more cosignatures, never by one with fewer. */
export async function saveHead(sql: Sql, head: PublishedHead): Promise<void> {
  await sql`
    insert into ledger.checkpoint (size, root, note, published_at)
    values (${head.size}, ${head.root}, ${head.note}, ${head.publishedAt})
    on conflict (size) do update set note = excluded.note
    where ledger.checkpoint.root = excluded.root and length(excluded.note) > length(ledger.checkpoint.note)`;
}

/** Heads that were made known, newest first: all, or those at or before a moment, or the one of a size. */
export async function readHeads(
  sql: Sql,
  which: { readonly until?: Date | undefined; readonly most: number },
): Promise<PublishedHead[]> {
  const rows = await sql<{ size: number; root: Buffer; note: string; published_at: Date }[]>`
    select size, root, note, published_at from ledger.checkpoint
    ${which.until === undefined ? sql`` : sql`where published_at <= ${which.until}`}
    order by size desc limit ${which.most}`;
  return rows.map(({ published_at, ...head }) => ({ ...head, publishedAt: published_at }));
}

/** The head of exactly this size. */
export async function readHead(sql: Sql, size: number): Promise<PublishedHead | undefined> {
  const [row] = await sql<{ size: number; root: Buffer; note: string; published_at: Date }[]>`
    select size, root, note, published_at from ledger.checkpoint where size = ${size}`;
  if (row === undefined) return undefined;
  const { published_at, ...head } = row;
  return { ...head, publishedAt: published_at };
}

/** The first head beyond `size` that was ever made known. */
export async function readNextHead(sql: Sql, size: number): Promise<TreeHead | undefined> {
  const [row] = await sql<{ size: number; root: Buffer }[]>`
    select size, root from ledger.checkpoint where size > ${size} order by size limit 1`;
  return row;
}

export async function readAskedWitnesses(sql: Sql): Promise<AskedWitness[]> {
  return sql<AskedWitness[]>`
    select vkey, url, seen_size as "seenSize" from ledger.witness where removed_at is null order by added_at, vkey`;
}

/** False when it is asked already. */
export async function addWitness(sql: Sql, vkey: string, url: string, at: Date): Promise<boolean> {
  const rows = await sql`
    insert into ledger.witness (vkey, url, added_at) values (${vkey}, ${url}, ${at})
    on conflict (vkey) do update set url = excluded.url, removed_at = null, seen_size = 0
    where ledger.witness.removed_at is not null or ledger.witness.url <> excluded.url`;
  return rows.count === 1;
}

export async function removeWitness(sql: Sql, vkey: string, at: Date): Promise<boolean> {
  const rows = await sql`
    update ledger.witness set removed_at = ${at} where vkey = ${vkey} and removed_at is null`;
  return rows.count === 1;
}

export async function saveSeenSize(sql: Sql, vkey: string, size: number): Promise<void> {
  await sql`update ledger.witness set seen_size = ${size} where vkey = ${vkey}`;
}
