/** SQL of what scanners saw: addresses, and what is known by which they find their assets. */
import { canonicalAddress } from '../kernel/ip.ts';
import type { Sql } from '../kernel/sql/database.ts';
import type { Claim } from './attribute.ts';
import { DECLARED, SCANNERS } from './model.ts';
import type { Seen } from './seen-ports.ts';
import type { DescribedDoor } from './sighted.ts';
import { NETWORK_SECTION } from './sighted.ts';
import type { Kind } from './schema.ts';
import type { Writer } from './store.ts';

export interface SightingRow {
  readonly network: string;
  readonly address: string;
  /** The asset that it was taken for the last time; an unknown one of its own where nobody owns it. */
  readonly owner: string;
  readonly why: string;
  readonly hostnames: readonly string[];
  readonly body: Seen;
  readonly trueAt: Date;
  readonly seenIn: number;
}

const COLUMNS = [
  'network',
  'address',
  'owner',
  'why',
  'hostnames',
  'body',
  'true_at as "trueAt"',
  'seen_in as "seenIn"',
].join(', ');

export async function hasSightings(sql: Sql): Promise<boolean> {
  const rows = await sql`select 1 from estate.sighting limit 1`;
  return rows.length > 0;
}

/** All of a source; only these addresses, or those not seen by its present collection, where given. */
export async function readSightings(
  sql: Sql,
  source: number,
  only: { readonly addresses?: readonly string[]; readonly unseenIn?: number } = {},
): Promise<SightingRow[]> {
  return sql<SightingRow[]>`
    select ${sql.unsafe(COLUMNS)} from estate.sighting
    where source_id = ${source}
      and ${only.addresses === undefined ? sql`true` : sql`address = any(${only.addresses as string[]}::text[])`}
      and ${only.unseenIn === undefined ? sql`true` : sql`seen_in < ${only.unseenIn}`}
    order by network, address`;
}

export async function saveSightings(
  sql: Sql,
  writer: Writer,
  rows: readonly {
    readonly network: string;
    readonly address: string;
    readonly trueAt: string;
    readonly body: Seen;
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  const given = rows.map(({ network, address, trueAt, body }) => ({
    network,
    address,
    true_at: trueAt,
    hostnames: body.hostnames,
    body,
  }));
  await sql`
    insert into estate.sighting (source_id, network, address, hostnames, body, true_at, seen_in)
    select ${writer.source}, network, address, hostnames, body, least(true_at, ${writer.at}), ${writer.collection}
    from jsonb_to_recordset(${JSON.stringify(given)}::text::jsonb) as g (network text, address text, true_at timestamptz, hostnames text[], body jsonb)
    on conflict (source_id, network, address) do update set hostnames = excluded.hostnames, body = excluded.body,
      true_at = excluded.true_at, seen_in = excluded.seen_in`;
}

export async function deleteSightings(
  sql: Sql,
  source: number,
  places: readonly { readonly network: string; readonly address: string }[],
): Promise<void> {
  if (places.length === 0) return;
  await sql`
    delete from estate.sighting s
    using unnest(${places.map(({ network }) => network)}::text[], ${places.map(({ address }) => address)}::text[]) as p (network, address)
    where s.source_id = ${source} and s.network = p.network and s.address = p.address`;
}

export async function saveOwners(
  sql: Sql,
  source: number,
  rows: readonly {
    readonly network: string;
    readonly address: string;
    readonly owner: string;
    readonly why: string;
  }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update estate.sighting s set owner = g.owner, why = g.why
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as g (network text, address text, owner text, why text)
    where s.source_id = ${source} and s.network = g.network and s.address = g.address`;
}

function outside(sql: Sql, sources: 'sources' | 's.sources') {
  return sql`not ${sql.unsafe(sources)} <@ array(select source_id from estate.source where connector = any(${SCANNERS as string[]}::text[]))`;
}

interface ClaimRow {
  readonly asset: string;
  readonly observed: boolean;
  readonly addresses: string[];
  readonly hostnames: string[];
  readonly networks: string[];
}

/** Every asset that names one of the addresses or host names, by its own word or by that of one of its doors. */
export async function readClaims(
  sql: Sql,
  addresses: readonly string[],
  hostnames: readonly string[],
): Promise<Claim[]> {
  if (addresses.length === 0) return [];
  // An address of IPv6 may be spelled otherwise where a person wrote it.
  const v6 = addresses.some((address) => address.includes(':'));
  const names = [
    ...new Set(
      hostnames
        .map((name) => name.toLowerCase())
        .flatMap((name) => [name, name.split('.')[0] ?? name]),
    ),
  ];
  const declared = sql`array(select source_id from estate.source where connector = ${DECLARED})`;
  const rows = await sql<ClaimRow[]>`
    select s.key as asset, not s.sources <@ ${declared} as observed, coalesce(s.body -> 'addresses', '[]') as addresses,
      coalesce(s.body -> 'hostnames', '[]') as hostnames, coalesce(s.body -> 'networks', '[]') as networks
    from estate.state s
    where s.kind = 'asset' and ${outside(sql, 's.sources')}
      and (s.body -> 'addresses' ?| ${addresses as string[]}::text[] or s.body -> 'hostnames' ?| ${names}::text[]
        ${v6 ? sql`or (s.body -> 'addresses')::text like '%:%'` : sql``})
    union all
    select coalesce(a.key, e.key), not s.sources <@ ${declared}, jsonb_build_array(s.body ->> 'address'), '[]',
      coalesce(a.body -> 'networks', '[]')
    from estate.state s join estate.entity e on e.entity_id = s.asset_id left join estate.state a on a.entity_id = s.asset_id
    where s.kind = 'door' and s.body ->> 'address' = any(${addresses as string[]}::text[]) and ${outside(sql, 's.sources')}
    order by 1`;
  return [...Map.groupBy(rows, ({ asset }) => asset)].map(([asset, said]) => ({
    asset,
    observed: said.some(({ observed }) => observed),
    addresses: said.flatMap((row) => row.addresses).map((each) => canonicalAddress(each) ?? each),
    hostnames: said.flatMap((row) => row.hostnames),
    networks: [...new Set(said.flatMap((row) => row.networks))],
  }));
}

export async function readNetworkRanges(sql: Sql): Promise<{ key: string; cidrs: string[] }[]> {
  return sql<{ key: string; cidrs: string[] }[]>`
    select key, coalesce(body -> 'cidrs', '[]') as cidrs from estate.state where kind = 'network' order by key`;
}

/** Doors with a port of these assets, as sources other than scanners describe them. */
export async function readDescribedDoors(
  sql: Sql,
  assets: readonly string[],
): Promise<DescribedDoor[]> {
  return sql<DescribedDoor[]>`
    select s.key, a.key as asset, s.body ->> 'name' as name, s.body ->> 'type' as type, (s.body ->> 'port')::int as port,
      coalesce(s.body ->> 'transport', 'tcp') as transport, coalesce(s.body ->> 'address', '') as address
    from estate.state s join estate.entity a on a.entity_id = s.asset_id
    where s.kind = 'door' and a.key = any(${assets as string[]}::text[]) and s.body ? 'port' and ${outside(sql, 's.sources')}
    order by s.key`;
}

/** Which of these names are packages, or sources of packages, that an asset's own list holds. */
export async function readPackageNames(
  sql: Sql,
  assets: readonly string[],
  names: readonly string[],
): Promise<{ asset: string; name: string }[]> {
  if (assets.length === 0 || names.length === 0) return [];
  return sql<{ asset: string; name: string }[]>`
    with wanted as (
      select component_id, name, source_name from estate.component
      where name = any(${names as string[]}::text[]) or source_name = any(${names as string[]}::text[])
    )
    select distinct e.key as asset, n.name
    from estate.inventory i join estate.entity e on e.entity_id = i.asset_id
    join wanted w on w.component_id = any(i.components)
    cross join lateral (values (w.name), (w.source_name)) as n (name)
    where i.section <> ${NETWORK_SECTION} and e.kind = 'asset' and e.key = any(${assets as string[]}::text[])`;
}

/** What a source says now, by the keys that it uses. */
export async function readAsserted(
  sql: Sql,
  source: number,
): Promise<{ id: number; kind: Kind; key: string }[]> {
  return sql<{ id: number; kind: Kind; key: string }[]>`
    select l.entity_id as id, e.kind, l.key from estate.latest l join estate.entity e using (entity_id)
    where l.source_id = ${source} and l.body is not null`;
}

/** Assets for which a source has a list of what services say they are, and it is not empty. */
export async function readBannerAssets(sql: Sql, source: number): Promise<string[]> {
  const rows = await sql<{ key: string }[]>`
    select e.key from estate.inventory i join estate.entity e on e.entity_id = i.asset_id
    where i.source_id = ${source} and i.section = ${NETWORK_SECTION} and cardinality(i.components) > 0`;
  return rows.map(({ key }) => key);
}

export interface Scanner {
  readonly source: number;
  /** Its last collection that ended. */
  readonly collection: number;
}

/** Scanners with sightings that a collection may have made to belong to another asset, and the addresses concerned. */
export async function readTouched(
  sql: Sql,
  collection: number,
): Promise<(Scanner & { addresses: string[] })[]> {
  return sql<(Scanner & { addresses: string[] })[]>`
    with changed as (
      select e.kind, e.key, l.body from estate.collection c
      join estate.latest l on l.source_id = c.source_id and l.learned_at >= c.started_at
      join estate.entity e on e.entity_id = l.entity_id
      where c.collection_id = ${collection} and e.kind in ('asset', 'network', 'door')
    )
    select s.source_id as source, c.collection_id as collection, array_agg(distinct s.address) as addresses
    from estate.sighting s
    join lateral (select max(collection_id) as collection_id from estate.collection c where c.source_id = s.source_id) c on true
    where exists (select 1 from changed where kind = 'network')
      or s.owner in (select key from changed where kind = 'asset')
      or s.owner in (select body ->> 'asset' from changed where kind = 'door')
      or s.address in (select jsonb_array_elements_text(body -> 'addresses') from changed where kind = 'asset' and body ? 'addresses')
      or s.address in (select body ->> 'address' from changed where kind = 'door')
      or s.hostnames && array(select jsonb_array_elements_text(body -> 'hostnames') from changed where kind = 'asset' and body ? 'hostnames')
    group by 1, 2 order by 1`;
}

export async function savePosition(sql: Sql, writer: Writer, text: string): Promise<void> {
  await sql`
    insert into estate.position (source_id, text, at) values (${writer.source}, ${text}, ${writer.at})
    on conflict (source_id) do update set text = excluded.text, at = excluded.at`;
}

/** Where a source's last collection that was broken off had come to; empty: nowhere. */
export async function readPosition(
  sql: Sql,
  source: { readonly connector: string; readonly name: string },
): Promise<string> {
  const [row] = await sql<{ text: string }[]>`
    select p.text from estate.position p join estate.source s using (source_id)
    where s.connector = ${source.connector} and s.name = ${source.name}`;
  return row?.text ?? '';
}
