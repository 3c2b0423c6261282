/** SQL of the logs that this Holdfast witnesses for others. */
import type { Sql } from '../kernel/sql/database.ts';
import type { SignedCheckpoint } from './checkpoint.ts';
import { formatNote } from './note.ts';
import type { TreeHead } from './tree.ts';

export interface FollowedLog {
  readonly origin: string;
  readonly vkeys: readonly string[];
  readonly size: number | null;
  readonly cosignedAt: Date | null;
}

export async function readFollowed(sql: Sql): Promise<FollowedLog[]> {
  return sql<FollowedLog[]>`
    select origin, vkeys, size, cosigned_at as "cosignedAt" from ledger.followed order by origin`;
}

/** Follows a log, or adds a key to one that is followed. False when nothing is new. */
export async function follow(sql: Sql, origin: string, vkey: string, at: Date): Promise<boolean> {
  const rows = await sql`
    insert into ledger.followed (origin, vkeys, added_at) values (${origin}, array[${vkey}], ${at})
    on conflict (origin) do update set vkeys = ledger.followed.vkeys || excluded.vkeys
    where not ledger.followed.vkeys @> excluded.vkeys`;
  return rows.count === 1;
}

export async function readLatest(sql: Sql, origin: string): Promise<TreeHead | undefined> {
  const [row] = await sql<{ size: number; root: Buffer }[]>`
    select size, root from ledger.followed where origin = ${origin} and size is not null`;
  return row;
}

/** Compare-and-set of the last head: false when another request moved it meanwhile. */
export async function advanceFollowed(
  sql: Sql,
  from: TreeHead | undefined,
  to: SignedCheckpoint,
  at: Date,
): Promise<boolean> {
  const rows = await sql`
    update ledger.followed set size = ${to.size}, root = ${to.root}, note = ${formatNote(to.note)}, cosigned_at = ${at}
    where origin = ${to.origin} and size is not distinct from ${from?.size ?? null}::bigint
      and root is not distinct from ${from?.root ?? null}::bytea`;
  return rows.count === 1;
}
