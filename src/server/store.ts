/** All SQL of the server's own tables: sign-in links and sessions, both found by the hash of their secret. */
import type { Sql } from '../kernel/sql/database.ts';

interface NewSecret {
  readonly hash: Buffer;
  /** Whom it is for; null: whoever holds it. */
  readonly account: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

export interface SessionRow {
  readonly account: string | null;
  readonly expiresAt: Date;
  readonly seenAt: Date;
  readonly endedAt: Date | null;
}

export type LinkState = 'used' | 'expired' | 'unknown';

export async function insertLink(sql: Sql, link: NewSecret): Promise<void> {
  await sql`
    insert into server.sign_in_link (secret_hash, account, created_at, expires_at)
    values (${link.hash}, ${link.account}, ${link.createdAt}, ${link.expiresAt})`;
}

/** Marks the link used in one statement, so that of two requests with one link only one gets a session. */
export async function useLink(
  sql: Sql,
  hash: Buffer,
  now: Date,
): Promise<{ readonly account: string | null } | undefined> {
  const [row] = await sql<{ account: string | null }[]>`
    update server.sign_in_link set used_at = ${now}
    where secret_hash = ${hash} and used_at is null and created_at <= ${now} and expires_at > ${now}
    returning account`;
  return row;
}

export async function linkState(sql: Sql, hash: Buffer): Promise<LinkState> {
  const [row] = await sql<{ used: boolean }[]>`
    select used_at is not null as used from server.sign_in_link where secret_hash = ${hash}`;
  if (row === undefined) return 'unknown';
  return row.used ? 'used' : 'expired';
}

export async function insertSession(sql: Sql, session: NewSecret): Promise<void> {
  await sql`
    insert into server.session (secret_hash, account, created_at, expires_at, seen_at)
    values (${session.hash}, ${session.account}, ${session.createdAt}, ${session.expiresAt}, ${session.createdAt})`;
}

export async function readSession(sql: Sql, hash: Buffer): Promise<SessionRow | undefined> {
  const [row] = await sql<SessionRow[]>`
    select account, expires_at as "expiresAt", seen_at as "seenAt", ended_at as "endedAt"
    from server.session where secret_hash = ${hash}`;
  return row;
}

/** Never moves backwards, whatever order concurrent requests arrive in. */
export async function touchSession(sql: Sql, hash: Buffer, now: Date): Promise<void> {
  await sql`update server.session set seen_at = greatest(seen_at, ${now}::timestamptz) where secret_hash = ${hash}`;
}

export async function endSession(sql: Sql, hash: Buffer, now: Date): Promise<void> {
  await sql`update server.session set ended_at = ${now} where secret_hash = ${hash} and ended_at is null`;
}

export async function endAllSessions(sql: Sql, now: Date): Promise<number> {
  const rows = await sql`
    update server.session set ended_at = ${now} where ended_at is null and expires_at > ${now} returning 1`;
  return rows.length;
}

export async function deleteOld(sql: Sql, before: Date): Promise<void> {
  await sql`delete from server.sign_in_link where expires_at < ${before}`;
  await sql`delete from server.session where expires_at < ${before}`;
}

/** Says one word to the database. */
export async function ping(sql: Sql): Promise<void> {
  await sql`select 1`;
}
