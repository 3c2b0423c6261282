/** SQL of products that people declare: which assets have a list of them now. */
import type { Sql } from '../kernel/sql/database.ts';
import type { Writer } from './store.ts';

/** A section of its own: what somebody wrote down is no list that anybody read on the asset. */
export const PRODUCTS_SECTION = 'declared-products';

/** The source of a collection, to write as. */
export async function writerOf(sql: Sql, collection: number, at: Date): Promise<Writer> {
  const [row] = await sql<{ source: number }[]>`
    select source_id as source from estate.collection where collection_id = ${collection}`;
  return { source: row?.source ?? 0, collection, at };
}

/** Assets of which this source declared products before, by key. */
export function readListed(sql: Sql, source: number): Promise<{ key: string }[]> {
  return sql`
    select s.key from estate.inventory i join estate.state s on s.entity_id = i.asset_id and s.kind = 'asset'
    where i.source_id = ${source} and i.section = ${PRODUCTS_SECTION} and i.components <> '{}'`;
}
