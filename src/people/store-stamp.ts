/** SQL that tells whether the counts of holdings have changed. */
import type { Sql } from '../kernel/sql/database.ts';

/** A text that changes with every count that is stored. */
export async function readCountsStamp(sql: Sql): Promise<string> {
  const [row] = await sql<{ stamp: string }[]>`
    select concat_ws('.', count(*), max(counted_at)) as stamp from people.holding_count`;
  return row?.stamp ?? '';
}
