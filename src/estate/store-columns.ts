/** SQL that reads inventories and links of the whole estate at once, for indexes that are held in memory. */
import type { Sql } from '../kernel/sql/database.ts';
import type { Component } from './schema.ts';
import { int4Members, readCopy } from '../kernel/sql/read-copy.ts';

/** The components of one kind on one asset as one source last saw them. */
export interface InventoryList {
  /** Number of the asset. */
  readonly asset: number;
  /** Tells the lists of one asset apart: source and section. */
  readonly of: string;
  /** Ascending, without repeats. */
  readonly components: Uint32Array;
}

/** Every inventory of the estate, one after the other, in one pass; of `assets` only, or those of an asset together. */
export async function readInventoryLists(
  sql: Sql,
  take: (list: InventoryList) => void,
  {
    assets,
    together = false,
  }: { readonly assets?: readonly number[] | undefined; readonly together?: boolean } = {},
): Promise<void> {
  // COPY takes no parameters.
  const among =
    assets === undefined
      ? sql``
      : sql`where asset_id = any(${sql.unsafe(`'{${assets.map(Math.trunc).join()}}'`)}::int[])`;
  const stream = await sql`
    copy (select asset_id, source_id, section, components from estate.inventory ${among} ${together ? sql`order by asset_id` : sql``})
    to stdout with (format binary)`.readable();
  await readCopy(stream as AsyncIterable<Buffer>, ([asset, source, section, components]) => {
    if (asset === undefined || source === undefined || section === undefined) return;
    take({
      asset: asset.readInt32BE(0),
      of: listName(source.readInt32BE(0), section.toString('utf8')),
      components: components === undefined ? new Uint32Array() : int4Members(components),
    });
  });
}

/**
 * For each of these components the assets that have it, whether they are still there or not, by one pass over everything:
 * row-level security keeps PostgreSQL from using the index over members, whose operators may tell what they saw.
 */
export async function readHolders(
  sql: Sql,
  components: readonly number[],
): Promise<Map<number, Set<number>>> {
  const holders = new Map(components.map((component) => [component, new Set<number>()]));
  if (holders.size === 0) return holders;
  const wanted = new Uint8Array(components.reduce((most, each) => Math.max(most, each), 0) + 1);
  for (const component of components) wanted[component] = 1;
  await readInventoryLists(sql, ({ asset, components: held }) => {
    for (const component of held) if (wanted[component] === 1) holders.get(component)?.add(asset);
  });
  return holders;
}

function listName(source: number, section: string): string {
  return `${source} ${section}`;
}

/** Distinct components of the estate, all of them or those of these numbers. */
export function readComponents(
  sql: Sql,
  ids?: readonly number[],
): Promise<(Component & { id: number })[]> {
  return sql`
    select component_id as id, type, release, name, version, architecture, source_name as "sourceName", source_version as "sourceVersion"
    from estate.component
    where ${ids === undefined ? sql`true` : sql`component_id = any(${ids as number[]}::int[])`} order by component_id`;
}

/** One difference of one inventory. */
export interface InventoryDifference {
  readonly change: number;
  readonly asset: number;
  readonly of: string;
  readonly added: readonly number[];
  readonly removed: readonly number[];
}

/** What came and went in inventories after the change of this number, in the order in which it happened to each. */
export async function readInventoryDifferences(
  sql: Sql,
  after: number,
): Promise<InventoryDifference[]> {
  const rows = await sql<(Omit<InventoryDifference, 'of'> & { source: number; section: string })[]>`
    select change_id as change, asset_id as asset, source_id as source, section, added, removed
    from estate.inventory_change where change_id > ${after} order by change_id`;
  return rows.map(({ source, section, ...row }) => ({ ...row, of: listName(source, section) }));
}

/** How far the estate has been written, and which transactions may still be writing. */
export interface EstateMarks {
  /** The last numbers that were given out, to writers that may not have finished. */
  readonly change: number;
  readonly observation: number;
  /** No transaction below `oldest` is at work; none at or above `next` had begun. */
  readonly oldest: number;
  readonly next: number;
}

/**
 * The numbers first, the transactions after: whoever was given one of these numbers had begun by then, so that nothing
 * is missing up to `change` once no transaction below `next` is at work any more.
 */
export async function readEstateMarks(sql: Sql): Promise<EstateMarks> {
  const [given] = await sql<{ change: number; observation: number }[]>`
    select coalesce(pg_sequence_last_value(pg_get_serial_sequence('estate.inventory_change', 'change_id')::regclass), 0) as change,
      coalesce(pg_sequence_last_value(pg_get_serial_sequence('estate.observation', 'observation_id')::regclass), 0) as observation`;
  const [working] = await sql<{ oldest: number; next: number }[]>`
    select pg_snapshot_xmin(now)::text::bigint as oldest, pg_snapshot_xmax(now)::text::bigint as next from pg_current_snapshot() as now`;
  return {
    change: given?.change ?? 0,
    observation: given?.observation ?? 0,
    oldest: working?.oldest ?? 0,
    next: working?.next ?? 0,
  };
}

export interface NamedEntity {
  readonly id: number;
  readonly kind: 'asset' | 'customer' | 'service' | 'division';
  readonly key: string;
  readonly name: string;
  /** Of assets: whose it is (0: the supplier's own), and its division. */
  readonly customer: number;
  readonly division: number | null;
}

export interface HoldingLink {
  readonly key: string;
  readonly asset: number | null;
  /** 0: the supplier's own. */
  readonly customer: number;
  readonly service: number | null;
  readonly people: { readonly low: number; readonly best: number; readonly high: number } | null;
  readonly children: number | null;
  readonly categories: Readonly<Record<string, number>> | null;
}

/** One thing stands on another (`runs-on`) or works for it (`serves`): assets and services. */
export interface DependencyLink {
  readonly type: 'runs-on' | 'serves';
  readonly fromKind: string;
  readonly from: number;
  readonly toKind: string;
  readonly to: number;
}

/** What hangs on assets. Things that every source found gone are left out; names that nobody describes stay. */
export interface EstateLinkRows {
  readonly entities: readonly NamedEntity[];
  readonly holdings: readonly HoldingLink[];
  readonly dependencies: readonly DependencyLink[];
  /** Customers that a service is said to have. */
  readonly serviceCustomers: readonly { readonly service: number; readonly customer: number }[];
}

export async function readEstateLinks(sql: Sql): Promise<EstateLinkRows> {
  const entities = await sql<NamedEntity[]>`
    select e.entity_id as id, e.kind, e.key, coalesce(s.body->>'name', e.key) as name, coalesce(s.customer_id, 0) as customer, s.division_id as division
    from estate.entity e left join estate.state s on s.entity_id = e.entity_id
    where e.kind in ('asset', 'customer', 'service', 'division')
      and (s.entity_id is not null or not exists (select 1 from estate.latest l where l.entity_id = e.entity_id))
    order by e.kind, e.key`;
  const holdings = await sql<HoldingLink[]>`
    select key, asset_id as asset, customer_id as customer, service_id as service, body->'people' as people,
      (body->>'children')::float8::bigint as children, body->'categories' as categories
    from estate.state where kind = 'holding' order by key`;
  const dependencies = await sql<DependencyLink[]>`
    select body->>'type' as type, body->'from'->>'kind' as "fromKind", from_id as "from", body->'to'->>'kind' as "toKind", to_id as "to"
    from estate.state where kind = 'dependency' and body->>'type' in ('runs-on', 'serves') and from_id is not null and to_id is not null`;
  const serviceCustomers = await sql<{ service: number; customer: number }[]>`
    select distinct s.entity_id as service, i.entity_id as customer
    from estate.state s cross join lateral jsonb_array_elements_text(s.body->'customers') as c (key)
    join estate.identifier i on i.kind = 'customer' and i.identifier = 'key:' || c.key
    where s.kind = 'service' and jsonb_typeof(s.body->'customers') = 'array'`;
  return { entities, holdings, dependencies, serviceCustomers };
}
