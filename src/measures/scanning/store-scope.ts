/** SQL of a part of the estate: the assets of a customer, a service or a division. */
import type { Sql } from '../../kernel/sql/database.ts';

/** Numbers of entities; an asset must have to do with all that are given. */
export interface ScopeIds {
  readonly asset?: number | undefined;
  /** It is theirs, or data of theirs are on it. */
  readonly customer?: number | undefined;
  /** It serves it, or data of it are on it. */
  readonly service?: number | undefined;
  readonly division?: number | undefined;
}

export async function readScopedAssets(
  sql: Sql,
  { asset, customer, service, division }: ScopeIds,
): Promise<number[]> {
  const holds = (column: 'customer_id' | 'service_id', id: number) =>
    sql`exists (select from estate.state h where h.kind = 'holding' and h.asset_id = s.entity_id and h.${sql(column)} = ${id})`;
  const rows = await sql<{ id: number }[]>`
    select s.entity_id as id from estate.state s where s.kind = 'asset'
      and ${asset === undefined ? sql`true` : sql`s.entity_id = ${asset}`}
      and ${customer === undefined ? sql`true` : sql`(s.customer_id = ${customer} or ${holds('customer_id', customer)})`}
      and ${division === undefined ? sql`true` : sql`s.division_id = ${division}`}
      and ${
        service === undefined
          ? sql`true`
          : sql`(${holds('service_id', service)} or exists (select from estate.state d where d.kind = 'dependency'
              and d.body->>'type' = 'serves' and d.from_id = s.entity_id and d.to_id = ${service}))`
      }
    order by 1`;
  return rows.map(({ id }) => id);
}
