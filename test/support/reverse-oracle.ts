/** The reverse question in plain SQL, by another way than the index: what its answers are compared with. */
import type { Sql } from '../../src/kernel/sql/database.ts';

export interface OracleAnswer {
  readonly assets: Readonly<Record<string, boolean>>;
  readonly customers: Readonly<Record<string, boolean>>;
  readonly services: Readonly<Record<string, boolean>>;
  readonly holdings: Readonly<Record<string, boolean>>;
}

/** Keys of what a flaw of this name concerns, each with whether for certain. */
export async function oracleAnswer(sql: Sql, name: string): Promise<OracleAnswer> {
  const [row] = await sql<OracleAnswer[]>`
    with recursive concerned as (
      select component_id, bool_or(state = 'affected') as sure from scanning.finding
      where ${name.toUpperCase()} = any(names) and state <> 'not_affected' group by 1
    ), present as (
      select e.entity_id as id, e.key, e.kind from estate.entity e
      where exists (select from estate.state s where s.entity_id = e.entity_id) or not exists (select from estate.latest l where l.entity_id = e.entity_id)
    ), held as (
      select i.asset_id as id, bool_or(c.sure) as sure
      from estate.inventory i cross join unnest(i.components) as u (component_id) join concerned c using (component_id)
      join present p on p.id = i.asset_id group by 1
    ), link as (
      select body->>'type' as type, body->'from'->>'kind' as from_kind, from_id, body->'to'->>'kind' as to_kind, to_id from estate.state where kind = 'dependency'
    ), hosted as (
      select id, id as via, sure from held
      union select h.id, l.from_id, h.sure from hosted h join link l on l.type = 'runs-on' and l.from_kind = 'asset' and l.to_kind = 'asset' and l.to_id = h.via
        join present p on p.id = l.from_id and p.kind = 'asset'
    ), served as (
      select id, via, sure from hosted
      union select s.id, l.to_id, s.sure from served s join link l on l.type = 'serves' and l.from_kind = 'asset' and l.to_kind = 'asset' and l.from_id = s.via
        join present p on p.id = l.to_id and p.kind = 'asset'
    ), holding as (
      select s.key, h.sure, s.customer_id, s.service_id from hosted h join estate.state s on s.kind = 'holding' and s.asset_id = h.via
    ), service as (
      select l.to_id as id, s.sure from served s join link l on l.type = 'serves' and l.from_kind = 'asset' and l.to_kind = 'service' and l.from_id = s.via
      union select l.from_id, s.sure from served s join link l on l.type = 'runs-on' and l.from_kind = 'service' and l.to_kind = 'asset' and l.to_id = s.via
      union select x.service_id, s.sure from served s join estate.state x on x.kind = 'holding' and x.asset_id = s.via where x.service_id is not null
    ), customer as (
      select x.customer_id as id, h.sure from hosted h join estate.state x on x.entity_id = h.via
      union select customer_id, sure from holding
      union select i.entity_id, s.sure from service s join estate.state x on x.entity_id = s.id
        cross join lateral jsonb_array_elements_text(coalesce(x.body->'customers', '[]')) as c (key)
        join estate.identifier i on i.kind = 'customer' and i.identifier = 'key:' || c.key
    )
    select
      (select coalesce(jsonb_object_agg(key, sure), '{}') from (select p.key, bool_or(sure) as sure from held join present p using (id) group by 1) x) as assets,
      (select coalesce(jsonb_object_agg(key, sure), '{}') from (select p.key, bool_or(sure) as sure from customer join present p using (id) where p.kind = 'customer' group by 1) x) as customers,
      (select coalesce(jsonb_object_agg(key, sure), '{}') from (select p.key, bool_or(sure) as sure from service join present p using (id) group by 1) x) as services,
      (select coalesce(jsonb_object_agg(key, sure), '{}') from (select key, bool_or(sure) as sure from holding group by 1) x) as holdings`;
  if (row === undefined) throw new Error('the oracle is silent');
  return row;
}
