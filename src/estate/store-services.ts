/** SQL of the network view: what listens, on which asset, and who saw it. */
import type { Sql } from '../kernel/sql/database.ts';
import type { SightedProduct } from './sighting.ts';
import type { Bodies } from './schema.ts';

export interface ServiceFilter {
  /** The asset is in this network, or its address was seen there. */
  readonly network?: string | undefined;
  readonly asset?: string | undefined;
  readonly port?: number | undefined;
  /** Only of assets that nobody knows, or only of the others. */
  readonly unknown?: boolean | undefined;
  readonly after?: ServicePlace | undefined;
  readonly limit: number;
}

/** Where a service stands in the order: unknown assets first, then by asset and door. */
export interface ServicePlace {
  readonly unknown: boolean;
  readonly asset: string;
  readonly door: string;
}

export interface ServiceRow extends ServicePlace {
  readonly name: string;
  readonly networks: readonly string[];
  readonly body: Bodies['door'];
  readonly sources: readonly string[];
  /** Of the last look from outside that this service answered or was asked in; null: nobody looked from outside. */
  readonly sightedAt: Date | null;
  readonly answeredAt: string | null;
  readonly product: SightedProduct | null;
  readonly banner: string | null;
  /** Why nobody owns the address; empty where somebody does. */
  readonly why: string;
}

const SERVICES = `
  select d.key as door, coalesce(a.key, e.key, '') as asset, coalesce(a.body ->> 'name', e.key, '') as name,
    coalesce((a.body ->> 'unidentified')::boolean, false) as unknown, a.body -> 'networks' as networks, d.body, d.sources
  from estate.state d
  left join estate.entity e on e.entity_id = d.asset_id
  left join estate.state a on a.entity_id = d.asset_id
  where d.kind = 'door' and d.body ? 'port'`;

export async function readServices(sql: Sql, filter: ServiceFilter): Promise<ServiceRow[]> {
  const { after } = filter;
  return sql<ServiceRow[]>`
    select v.door, v.asset, v.name, v.unknown, v.body, coalesce(v.networks, '[]') as networks,
      array(select connector || '/' || s.name from estate.source s where s.source_id = any(v.sources) order by 1) as sources,
      g.at as "sightedAt", g.service ->> 'answeredAt' as "answeredAt", g.service -> 'product' as product,
      g.service ->> 'banner' as banner, coalesce(g.why, '') as why
    from (${sql.unsafe(SERVICES)}) v
    left join lateral (
      select g.true_at as at, g.why, p as service
      from estate.sighting g
      left join lateral (select p from jsonb_array_elements(g.body -> 'services') p
        where p ->> 'port' = v.body ->> 'port' and p ->> 'transport' = coalesce(v.body ->> 'transport', 'tcp')) p on true
      where g.owner = v.asset order by p is null, g.true_at desc limit 1
    ) g on true
    where ${conditions(sql, filter)}
      and ${after === undefined ? sql`true` : sql`(not v.unknown, v.asset, v.door) > (${!after.unknown}, ${after.asset}, ${after.door})`}
    order by not v.unknown, v.asset, v.door limit ${filter.limit}`;
}

export interface ServiceTotals {
  readonly services: number;
  readonly assets: number;
  readonly unknownAssets: number;
}

/** Of everything that the filter lets through, whatever the page. */
export async function countServices(
  sql: Sql,
  filter: Omit<ServiceFilter, 'after' | 'limit'>,
): Promise<ServiceTotals> {
  const [row] = await sql<ServiceTotals[]>`
    select count(*)::int as services, count(distinct v.asset)::int as assets,
      count(distinct v.asset) filter (where v.unknown)::int as "unknownAssets"
    from (${sql.unsafe(SERVICES)}) v where ${conditions(sql, filter)}`;
  return row ?? { services: 0, assets: 0, unknownAssets: 0 };
}

function conditions(sql: Sql, { network, asset, port, unknown }: Omit<ServiceFilter, 'limit'>) {
  const there =
    network === undefined
      ? sql`true`
      : sql`(v.networks ? ${network} or exists (select 1 from estate.sighting g where g.owner = v.asset and g.network = ${network}))`;
  return sql`${there} and ${asset === undefined ? sql`true` : sql`v.asset = ${asset}`}
    and ${port === undefined ? sql`true` : sql`(v.body ->> 'port')::int = ${port}`}
    and ${unknown === undefined ? sql`true` : sql`v.unknown = ${unknown}`}`;
}
