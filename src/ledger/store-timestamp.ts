/** SQL of the time stamps of heads. */
import type { Sql } from '../kernel/sql/database.ts';

export interface Timestamp {
  readonly size: number;
  readonly authority: string;
  /** TimeStampResp, DER. */
  readonly reply: Buffer;
  readonly at: Date;
}

/** Keeps the first stamp of a head by an authority: the earliest is the one that proves most. */
export async function saveTimestamp(sql: Sql, stamp: Timestamp): Promise<void> {
  await sql`
    insert into ledger.timestamp (size, authority, reply, stamped_at)
    values (${stamp.size}, ${stamp.authority}, ${stamp.reply}, ${stamp.at})
    on conflict (size, authority) do nothing`;
}

export async function readTimestamps(sql: Sql): Promise<Timestamp[]> {
  return sql<Timestamp[]>`
    select size, authority, reply, stamped_at as at from ledger.timestamp order by size, authority`;
}
