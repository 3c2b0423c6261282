/** SQL of the flaws that an attacker may use, by asset: now, or as they had been found by a past moment. */
import type { Sql } from '../../kernel/sql/database.ts';
import { flawOf, type Flaw, type FlawSource } from './flaw.ts';

/** Findings worth an attacker's while: known to be exploited, or at least as likely or as severe as this. */
export interface FlawFilter {
  /** 0 to 1. */
  readonly epss: number;
  /** CVSS base score, 0 to 10. */
  readonly cvss: number;
}

interface FlawRow extends FlawSource {
  readonly component: number;
  readonly package: string;
  readonly source: string;
  readonly firstSeen: Date;
}

/** Flaws by the key of the asset that has them. */
export async function readFlaws(
  sql: Sql,
  filter: FlawFilter,
  asAt?: Date,
): Promise<Map<string, readonly Flaw[]>> {
  const rows = asAt === undefined ? await present(sql, filter) : await past(sql, filter, asAt);
  const byComponent = new Map<number, Flaw[]>();
  for (const { component, package: name, source, firstSeen, ...finding } of rows) {
    const flaw = flawOf(finding, { component, package: name, source, firstSeen });
    if (flaw === undefined) continue;
    const flaws = byComponent.get(component);
    if (flaws === undefined) byComponent.set(component, [flaw]);
    else flaws.push(flaw);
  }
  const holders = await readHolders(sql, [...byComponent.keys()], asAt);
  return new Map(
    holders.map(({ asset, components }) => [
      asset,
      components.flatMap((component) => byComponent.get(component) ?? []),
    ]),
  );
}

function worthwhile(sql: Sql, { epss, cvss }: FlawFilter) {
  return sql`(f.known_exploited or (f.said #>> '{epss,score}')::float >= ${epss} or (f.said #>> '{severity,score}')::float >= ${cvss})`;
}

function columns(sql: Sql) {
  return sql`f.component_id as component, c.name as package, c.source_name as source, f.id, f.said -> 'aliases' as aliases,
    f.said -> 'upstream' as upstream, f.said -> 'severity' as severity, f.said -> 'kev' as kev, f.said -> 'epss' as epss`;
}

function present(sql: Sql, filter: FlawFilter): Promise<FlawRow[]> {
  return sql<FlawRow[]>`
    select ${columns(sql)}, f.state, f.first_seen as "firstSeen"
    from scanning.finding f join estate.component c using (component_id)
    where f.state <> 'not_affected' and ${worthwhile(sql, filter)}
    order by f.component_id, f.rank, f.key`;
}

/**
 * What was said of each component by then. How a flaw is used is what is known of it today; where nobody says anything
 * of it any more, only its severity of that day is left.
 */
function past(sql: Sql, { epss, cvss }: FlawFilter, asAt: Date): Promise<FlawRow[]> {
  return sql<FlawRow[]>`
    select l.component_id as component, c.name as package, c.source_name as source, l.id, l.state, l.at as "firstSeen",
      coalesce(f.said -> 'aliases', '[]') as aliases, coalesce(f.said -> 'upstream', '[]') as upstream,
      coalesce(f.said -> 'severity', '{"vector": null, "score": null}') as severity,
      case when l.known_exploited then coalesce(nullif(f.said -> 'kev', 'null'), '{"ransomware": false}') end as kev,
      f.said -> 'epss' as epss
    from (
      select distinct on (component_id, key) * from scanning.finding_change where at <= ${asAt}
      order by component_id, key, change_id desc
    ) l
    join estate.component c using (component_id)
    left join scanning.finding f using (component_id, key)
    where l.state in ('affected', 'unknown')
      and (l.known_exploited or (f.said #>> '{epss,score}')::float >= ${epss}
        or coalesce((f.said #>> '{severity,score}')::float, case when l.severity = 'critical' then 9 else 0 end) >= ${cvss})
    order by l.component_id, l.id`;
}

interface Holder {
  readonly asset: string;
  readonly components: number[];
}

function readHolders(sql: Sql, components: number[], asAt?: Date): Promise<Holder[]> {
  if (components.length === 0) return Promise.resolve([]);
  if (asAt === undefined) {
    return sql<Holder[]>`
      select e.key as asset, array_agg(distinct c order by c) as components
      from estate.inventory i join estate.entity e on e.entity_id = i.asset_id cross join unnest(i.components) as c
      where i.components && ${components}::int[] and c = any(${components}::int[])
      group by e.key order by e.key`;
  }
  return sql<Holder[]>`
    select e.key as asset, array_agg(distinct l.component order by l.component) as components
    from (
      select distinct on (asset_id, source_id, section, component) * from (
        select asset_id, source_id, section, change_id, unnest(added) as component, true as there
        from estate.inventory_change where learned_at <= ${asAt}
        union all
        select asset_id, source_id, section, change_id, unnest(removed), false
        from estate.inventory_change where learned_at <= ${asAt}
      ) changes
      where component = any(${components}::int[])
      order by asset_id, source_id, section, component, change_id desc
    ) l join estate.entity e on e.entity_id = l.asset_id
    where l.there group by e.key order by e.key`;
}

/** Assets whose components had been listed by a moment: when last, and whether a source of these numbers did. */
export async function readListed(
  sql: Sql,
  asAt: Date,
  fresh: readonly number[],
): Promise<{ asset: string; at: Date; fresh: boolean }[]> {
  return sql<{ asset: string; at: Date; fresh: boolean }[]>`
    select e.key as asset, max(i.learned_at) as at, bool_or(i.source_id = any(${fresh as number[]}::int[])) as fresh
    from estate.inventory_change i join estate.entity e on e.entity_id = i.asset_id
    where i.learned_at <= ${asAt} group by e.key order by e.key`;
}

/** Changes whenever a matching ended: what was worked out from findings before is then old. */
export async function readFindingsStamp(sql: Sql): Promise<string> {
  const [row] = await sql<{ stamp: string }[]>`
    select concat_ws('.', (select max(change_id) from scanning.finding_change), (select count(*) from scanning.matched),
      (select md5(string_agg(body::text, '' order by id)) from scanning.feed)) as stamp`;
  return row?.stamp ?? '';
}
