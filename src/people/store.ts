/** SQL of the people schema: counts of holdings, their sealed sets, and the record of who opened sets. */
import type { Sql } from '../kernel/sql/database.ts';
import { record } from '../ledger/record.ts';
import type { Range } from './count.ts';

export interface StoredCount {
  /** The number of the customer in the estate; 0 is the supplier's own. */
  readonly customer: number;
  readonly holding: string;
  readonly countedAt: Date;
  readonly living: Range;
  readonly deceased: number;
  readonly partial: boolean;
  /** Absent in counts-only mode. */
  readonly sealed?: { readonly keyId: string; readonly bytes: Uint8Array };
}

/** Why sets are opened: each opening is recorded with it. */
export type ReadingPurpose = 'union' | 'exposure' | 'incident' | 'rekey';

/** Keeps a count; earlier counts of the holding stay, so that any past answer can be given again. */
export async function storeCount(sql: Sql, count: StoredCount): Promise<void> {
  const { living, sealed } = count;
  await sql`
    insert into people.holding_count (customer_id, holding, counted_at, living_low, living_best, living_high, deceased,
      partial, key_id, sealed)
    values (${count.customer}, ${count.holding}, ${count.countedAt}, ${living.low}, ${living.best}, ${living.high},
      ${count.deceased}, ${count.partial}, ${sealed?.keyId ?? null},
      ${sealed === undefined ? null : Buffer.from(sealed.bytes)})
    on conflict (customer_id, holding, counted_at) do update set living_low = excluded.living_low,
      living_best = excluded.living_best, living_high = excluded.living_high, deceased = excluded.deceased,
      partial = excluded.partial, key_id = excluded.key_id, sealed = excluded.sealed`;
}

interface Row {
  customer_id: number;
  holding: string;
  counted_at: Date;
  living_low: number;
  living_best: number;
  living_high: number;
  deceased: number;
  partial: boolean;
  key_id: string | null;
  sealed: Buffer | null;
}

/**
 * The latest count of each holding (or the latest by `asAt`) with its sealed set; the reading is recorded in the same
 * transaction, so nobody reads without leaving the record.
 */
export async function readSets(
  sql: Sql,
  reading: { readonly purpose: ReadingPurpose; readonly at: Date; readonly asAt?: Date },
): Promise<StoredCount[]> {
  const rows = await sql<Row[]>`
    select distinct on (customer_id, holding) *
    from people.holding_count
    where counted_at <= ${reading.asAt ?? reading.at}
    order by customer_id, holding, counted_at desc`;
  const sets = rows.filter((row) => row.sealed !== null).length;
  const [left] = await sql<{ reading_id: number }[]>`
    insert into people.set_reading (read_at, purpose, sets)
    values (${reading.at}, ${reading.purpose}, ${sets}) returning reading_id`;
  const { purpose } = reading;
  await record(sql, 'sets.opened', { reading: left?.reading_id ?? 0, purpose, sets }, reading.at);
  return rows.map((row) => ({
    customer: row.customer_id,
    holding: row.holding,
    countedAt: row.counted_at,
    living: { low: row.living_low, best: row.living_best, high: row.living_high },
    deceased: row.deceased,
    partial: row.partial,
    ...(row.key_id === null || row.sealed === null
      ? {}
      : { sealed: { keyId: row.key_id, bytes: row.sealed } }),
  }));
}

/** How often sets were opened, for the record's own check. */
export async function countReadings(sql: Sql): Promise<number> {
  const [row] = await sql<
    { count: number }[]
  >`select count(*)::int as count from people.set_reading`;
  return row?.count ?? 0;
}

/** Another text after every count that is stored. */
export async function readCountStamp(sql: Sql): Promise<string> {
  const [row] = await sql<{ stamp: string }[]>`
    select concat_ws(' ', count(*), max(counted_at)) as stamp from people.holding_count`;
  return row?.stamp ?? '';
}
