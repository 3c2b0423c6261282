/** SQL of machines that are not seen any more, and of those that have their names now. */
import type { Sql } from '../../kernel/sql/database.ts';

/**
 * Of each asset those that told the same host name of themselves before it: the source that reports it now does not see
 * them any more, or nobody does.
 */
export function readAncestors(
  sql: Sql,
  assets: readonly number[],
): Promise<{ asset: number; ancestor: number }[]> {
  return sql<{ asset: number; ancestor: number }[]>`
    with heir as materialized (
      select l.entity_id as asset, l.source_id, l.seen_in, i.name
      from estate.latest l cross join unnest(l.identifiers) as i(name)
      where l.entity_id = any(${assets as number[]}::int[]) and l.body is not null and i.name ~ '^(hostname|fqdn):'
    ), elder as materialized (
      select l.entity_id as ancestor, l.source_id, l.seen_in, i.name
      from estate.latest l cross join unnest(l.identifiers) as i(name)
      where l.source_id in (select source_id from heir) and l.body is not null and i.name ~ '^(hostname|fqdn):'
    )
    select h.asset, e.ancestor from heir h join elder e using (source_id, name) where e.ancestor <> h.asset and e.seen_in < h.seen_in
    union
    select h.asset, n.entity_id from heir h join estate.identifier n on n.kind = 'asset' and n.identifier = h.name
    where n.entity_id <> h.asset and not exists (select from estate.state s where s.entity_id = n.entity_id)`;
}
