/** SQL that reads the estate, now or as it was known at a past moment. */
import type { Sql } from '../kernel/sql/database.ts';
import { merge, type Assertion } from './merge.ts';
import {
  DECLARED,
  referencesOf,
  type CollectionRecord,
  type Entity,
  type SourceRecord,
} from './model.ts';
import type { Component, Kind } from './schema.ts';

export interface EntityFilter {
  readonly kind?: Kind | undefined;
  readonly ids?: readonly number[] | undefined;
  /** Only entities of this asset (doors, holdings) by number. */
  readonly asset?: number | undefined;
  readonly source?: number | undefined;
  /** Only keys after this one, for paging: `kind` must be given too. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

interface StateRow {
  readonly id: number;
  readonly kind: Kind;
  readonly key: string;
  readonly customer: number;
  readonly body: Record<string, unknown>;
  readonly sources: number[];
  readonly conflicts: Entity['conflicts'];
  readonly trueAt: Date;
  readonly learnedAt: Date;
}

/** Entities that at least one source reports, by kind and key. */
export async function readEntities(sql: Sql, filter: EntityFilter, asAt?: Date): Promise<Entity[]> {
  if (asAt !== undefined) return readPast(sql, filter, asAt);
  const rows = await sql<StateRow[]>`
    select entity_id as id, kind, key, customer_id as customer, body, sources, conflicts, true_at as "trueAt", learned_at as "learnedAt"
    from estate.state
    where ${filter.kind === undefined ? sql`true` : sql`kind = ${filter.kind}`}
      and ${filter.ids === undefined ? sql`true` : sql`entity_id = any(${filter.ids as number[]}::int[])`}
      and ${filter.asset === undefined ? sql`true` : sql`asset_id = ${filter.asset}`}
      and ${filter.source === undefined ? sql`true` : sql`${filter.source} = any(sources)`}
      and ${filter.after === undefined ? sql`true` : sql`key > ${filter.after}`}
    order by kind, key ${filter.limit === undefined ? sql`` : sql`limit ${filter.limit}`}`;
  return rows;
}

interface PastRow {
  readonly entity_id: number;
  readonly kind: Kind;
  readonly key: string;
  readonly source_id: number;
  readonly connector: string;
  readonly true_at: Date;
  readonly learned_at: Date;
  readonly body: Record<string, unknown>;
}

/**
 * The estate as it was known at a moment: for each source the last thing it had told by then, folded as the present is.
 * The last is the one stored last, not the one with the latest time: a clock may have been set back in between.
 * The customer of an entity is what its body named then.
 */
async function readPast(sql: Sql, filter: EntityFilter, asAt: Date): Promise<Entity[]> {
  const rows = await sql<PastRow[]>`
    select * from (
      select distinct on (o.entity_id, o.source_id) o.entity_id, e.kind, e.key, o.source_id, s.connector, o.true_at, o.learned_at, o.body
      from estate.observation o
      join estate.entity e on e.entity_id = o.entity_id
      join estate.source s on s.source_id = o.source_id
      where o.learned_at <= ${asAt}
        and ${filter.kind === undefined ? sql`true` : sql`e.kind = ${filter.kind}`}
        and ${filter.ids === undefined ? sql`true` : sql`o.entity_id = any(${filter.ids as number[]}::int[])`}
        and ${filter.after === undefined ? sql`true` : sql`e.key > ${filter.after}`}
      order by o.entity_id, o.source_id, o.observation_id desc
    ) last
    where body is not null
    order by kind, key, source_id`;
  const groups = new Map<number, PastRow[]>();
  for (const row of rows) {
    const group = groups.get(row.entity_id);
    if (group === undefined) groups.set(row.entity_id, [row]);
    else group.push(row);
  }
  const customers = await customerNumbers(sql);
  const ofAsset = await assetFilter(sql, filter.asset);
  return [...groups.values()]
    .flatMap((group) => foldPast(group, customers) ?? [])
    .filter((entity) => filter.source === undefined || entity.sources.includes(filter.source))
    .filter((entity) => ofAsset === undefined || ofAsset.has(referencesOf(entity.body).asset ?? ''))
    .slice(0, filter.limit);
}

function foldPast(
  group: readonly PastRow[],
  customers: ReadonlyMap<string, number>,
): Entity | undefined {
  const [first] = group;
  if (first === undefined) return undefined;
  const merged = merge(
    first.kind,
    group.map((row): Assertion => ({
      source: row.source_id,
      declared: row.connector === DECLARED,
      trueAt: row.true_at,
      learnedAt: row.learned_at,
      body: row.body,
    })),
  );
  if (merged === undefined) return undefined;
  const named = referencesOf(merged.body).customer;
  const customer = first.kind === 'customer' ? first.entity_id : (customers.get(named ?? '') ?? 0);
  return { id: first.entity_id, kind: first.kind, key: first.key, customer, ...merged };
}

async function customerNumbers(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql<{ identifier: string; entity_id: number }[]>`
    select identifier, entity_id from estate.identifier where kind = 'customer' and identifier like 'key:%'`;
  return new Map(rows.map((row) => [row.identifier.slice('key:'.length), row.entity_id]));
}

/** Every key by which an asset has been called, for filtering past bodies that name it. */
async function assetFilter(sql: Sql, asset: number | undefined): Promise<Set<string> | undefined> {
  if (asset === undefined) return undefined;
  const rows = await sql<{ identifier: string }[]>`
    select identifier from estate.identifier where entity_id = ${asset} and identifier like 'key:%'`;
  return new Set(rows.map((row) => row.identifier.slice('key:'.length)));
}

/** All sources with their last collection, stale by their own interval at `now`. */
export async function readSources(sql: Sql, now: Date, asAt?: Date): Promise<SourceRecord[]> {
  const until = asAt ?? now;
  const rows = await sql<
    (Omit<SourceRecord, 'lastCollection' | 'stale'> & { last: CollectionRecord | null })[]
  >`
    select s.source_id as id, s.connector, s.name, s.interval_seconds as interval,
      (select max(c.ended_at) from estate.collection c
        where c.source_id = s.source_id and c.outcome in ('complete', 'partial') and c.ended_at <= ${until}) as "lastSeenAt",
      (select jsonb_build_object('id', c.collection_id, 'startedAt', c.started_at,
          'endedAt', case when c.ended_at <= ${until} then c.ended_at end, 'outcome', case when c.ended_at <= ${until} then c.outcome end,
          'observed', c.observed, 'changed', c.changed, 'gone', c.gone, 'unseen', c.unseen)
        from estate.collection c where c.source_id = s.source_id and c.started_at <= ${until} order by c.collection_id desc limit 1) as last
    from estate.source s
    where s.created_at <= ${until}
    order by s.connector, s.name`;
  return rows.map(({ last, ...source }) => ({
    ...source,
    stale:
      source.lastSeenAt === null ||
      until.getTime() - source.lastSeenAt.getTime() > source.interval * 1000,
    lastCollection:
      last === null
        ? null
        : {
            ...last,
            connector: source.connector,
            name: source.name,
            startedAt: new Date(last.startedAt),
            endedAt: last.endedAt === null ? null : new Date(last.endedAt),
          },
  }));
}

/** How many entities of each kind each set of sources reports: the raw material of the seen-by matrix. */
export async function readSeenBy(
  sql: Sql,
): Promise<{ kind: Kind; sources: number[]; count: number }[]> {
  return sql<{ kind: Kind; sources: number[]; count: number }[]>`
    select kind, sources, count(*)::int as count from estate.state group by kind, sources order by kind, sources`;
}

/** Names that something refers to and nobody describes. */
export async function readDangling(
  sql: Sql,
  limit: number,
): Promise<{ kind: Kind; key: string }[]> {
  return sql<{ kind: Kind; key: string }[]>`
    select e.kind, e.key from estate.entity e
    where not exists (select 1 from estate.latest l where l.entity_id = e.entity_id)
    order by e.kind, e.key limit ${limit}`;
}

/** How many names of each kind something refers to and nobody describes. */
export async function countDangling(sql: Sql): Promise<Map<Kind, number>> {
  const rows = await sql<{ kind: Kind; count: number }[]>`
    select e.kind, count(*)::int as count from estate.entity e
    where not exists (select 1 from estate.latest l where l.entity_id = e.entity_id)
    group by e.kind`;
  return new Map(rows.map((row) => [row.kind, row.count]));
}

/** What the sources of one connector say now: the base of an import's difference, and what an export writes. */
export async function readAssertions(sql: Sql, connector: string): Promise<AssertedEntity[]> {
  return sql<AssertedEntity[]>`
    select l.entity_id as id, e.kind, l.key, l.body, l.identifiers, l.true_at as "trueAt"
    from estate.latest l
    join estate.source s on s.source_id = l.source_id and s.connector = ${connector}
    join estate.entity e on e.entity_id = l.entity_id
    where l.body is not null
    order by e.kind, l.key`;
}

export interface AssertedEntity {
  readonly id: number;
  readonly kind: Kind;
  readonly key: string;
  readonly body: Record<string, unknown>;
  readonly identifiers: readonly string[];
  readonly trueAt: Date;
}

/**
 * Every key by which something is called, as `kind` and `key`, and every identity source that accounts name: what a
 * declared file may refer to. Without the facts of one connector, when those are about to be replaced.
 */
export async function readKnownKeys(
  sql: Sql,
  without: string | null = null,
): Promise<{ kind: Kind | 'identity-source'; key: string }[]> {
  return sql<{ kind: Kind | 'identity-source'; key: string }[]>`
    with said as (
      select l.entity_id, l.body from estate.latest l join estate.source s on s.source_id = l.source_id
      where l.body is not null and s.connector is distinct from ${without}::text)
    select i.kind::text as kind, substr(i.identifier, 5) as key
    from estate.identifier i
    -- An array is looked up by hash whatever the planner thinks of its size, which row-level security hides from it.
    where i.identifier like 'key:%' and i.entity_id = any(array(select entity_id from said))
    union
    select 'identity-source', said.body->>'identitySource'
    from said join estate.entity e on e.entity_id = said.entity_id and e.kind = 'account'`;
}

export async function findEntity(sql: Sql, kind: Kind, name: string): Promise<number | undefined> {
  const rows = await sql<{ entity_id: number }[]>`
    select entity_id from estate.identifier where kind = ${kind} and identifier in ('key:' || ${name}, 'hostname:' || ${name}, 'fqdn:' || ${name})
    order by identifier like 'key:%' desc limit 2`;
  return rows[0]?.entity_id;
}

export interface InstalledComponent extends Component {
  readonly id: number;
  readonly section: string;
  readonly notes: Readonly<Record<string, unknown>> | null;
}

/** The components of an asset, as all its sources last saw them; at a past moment by undoing the changes since. */
export async function readInventory(
  sql: Sql,
  asset: number,
  asAt?: Date,
): Promise<InstalledComponent[]> {
  if (asAt === undefined) {
    return sql<InstalledComponent[]>`
      select distinct on (i.section, c.component_id) c.component_id as id, i.section, i.notes -> c.component_id::text as notes, c.type, c.release,
        c.name, c.version, c.architecture, c.source_name as "sourceName", c.source_version as "sourceVersion"
      from estate.inventory i join estate.component c on c.component_id = any(i.components)
      where i.asset_id = ${asset} order by i.section, c.component_id`;
  }
  const changes = await sql<
    { section: string; source_id: number; added: number[]; removed: number[] }[]
  >`
    select section, source_id, added, removed from estate.inventory_change
    where asset_id = ${asset} and learned_at <= ${asAt} order by change_id`;
  const sets = new Map<string, { section: string; ids: Set<number> }>();
  for (const change of changes) {
    const key = `${change.source_id}\n${change.section}`;
    const set = sets.get(key) ?? { section: change.section, ids: new Set<number>() };
    for (const id of change.removed) set.ids.delete(id);
    for (const id of change.added) set.ids.add(id);
    sets.set(key, set);
  }
  const sections = new Map<number, string>();
  for (const set of sets.values()) for (const id of set.ids) sections.set(id, set.section);
  const rows = await sql<(Component & { id: number })[]>`
    select component_id as id, type, release, name, version, architecture, source_name as "sourceName", source_version as "sourceVersion"
    from estate.component where component_id = any(${[...sections.keys()]}::int[]) order by component_id`;
  return rows.map((row) => ({ ...row, section: sections.get(row.id) ?? '', notes: null }));
}

/** Which assets have any of these components: the reverse question, by the GIN index. */
export async function readAssetsWith(sql: Sql, components: readonly number[]): Promise<number[]> {
  const rows = await sql<{ asset_id: number }[]>`
    select distinct asset_id from estate.inventory
    where components && ${components as number[]}::int[] and ${isThere(sql)} order by asset_id`;
  return rows.map((row) => row.asset_id);
}

/** Not of an asset that every source has found gone; one that nobody described yet counts. */
function isThere(sql: Sql) {
  return sql`(exists (select 1 from estate.state s where s.entity_id = inventory.asset_id)
    or not exists (select 1 from estate.latest l where l.entity_id = inventory.asset_id))`;
}

export async function countComponents(
  sql: Sql,
): Promise<{ distinct: number; installed: number; assets: number }> {
  const [row] = await sql<{ distinct: number; installed: number; assets: number }[]>`
    select (select count(*)::int from estate.component) as distinct,
      coalesce(sum(cardinality(components)), 0)::bigint as installed, count(distinct asset_id)::int as assets from estate.inventory where ${isThere(sql)}`;
  return row ?? { distinct: 0, installed: 0, assets: 0 };
}

/** Numbers of all assets, by key; also of those that are only named. */
export async function readAssetNumbers(sql: Sql): Promise<Map<string, number>> {
  const rows = await sql<{ id: number; key: string }[]>`
    select entity_id as id, key from estate.entity where kind = 'asset'`;
  return new Map(rows.map(({ id, key }) => [key, id]));
}
