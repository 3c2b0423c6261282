/** SQL of scanning: what was matched with which feeds, the findings, and their changes. */
import type { Feed } from '../../advisories/model.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import type { NumberedComponent } from './component.ts';
import type { HeldComponents } from './held.ts';
import type { ConcernedComponents, ListedFinding } from './model.ts';
import { asked, type FindingFilter as AskedFindings } from './store-by-people.ts';

interface Group {
  readonly type: string;
  readonly release: string;
}

/**
 * Kinds of component that the estate holds, each with its number of distinct ones and the first of them. Systems that no
 * asset holds any more wait: null where there is no other.
 */
export function readGroups(
  sql: Sql,
): Promise<(Group & { readonly count: number; readonly first: number | null })[]> {
  return sql`
    select type, release, count(*)::int as count, min(component_id) filter (where type <> 'os' or exists (
      select from estate.inventory i where i.components @> array[component_id])) as first
    from estate.component group by 1, 2 order by 1, 2`;
}

/**
 * Numbers of the components of one kind that were not matched with these feeds, ascending. Systems that no asset holds any
 * more wait.
 */
export async function readUnmatched(sql: Sql, group: Group, feeds: string): Promise<number[]> {
  const [row] = await sql<{ numbers: number[] | null }[]>`
    select array_agg(c.component_id order by c.component_id) as numbers
    from estate.component c left join scanning.matched m using (component_id)
    where c.type = ${group.type} and c.release = ${group.release} and m.feeds is distinct from ${feeds}
      and (c.type <> 'os' or exists (select from estate.inventory i where i.components @> array[c.component_id]))`;
  return row?.numbers ?? [];
}

/**
 * These components, by number. A Windows system comes with its updates out of any inventory that holds it: they are part of
 * its identity.
 */
export function readComponents(sql: Sql, numbers: readonly number[]): Promise<NumberedComponent[]> {
  return sql`
    select c.component_id as id, c.type, c.release, c.name, c.version, c.architecture,
      c.source_name as "sourceName", c.source_version as "sourceVersion", w.updates
    from estate.component c
    left join lateral (
      select array(select substr(u.name, 3) from unnest(i.components) as x join estate.component u on u.component_id = x
        where u.type = 'windows' and u.name ~ '^kb[0-9]+$' order by 1) as updates
      from estate.inventory i where i.components @> array[c.component_id] limit 1
    ) w on c.type = 'windows' and c.source_version <> ''
    where c.component_id = any(${numbers as number[]}::int[])
    order by c.component_id`;
}

/** The feeds that the verdicts rest on. */
export async function replaceFeeds(sql: Sql, feeds: readonly Feed[]): Promise<void> {
  await sql`delete from scanning.feed`;
  await sql`
    insert into scanning.feed (id, body)
    select r->>'id', r from jsonb_array_elements(${JSON.stringify(feeds)}::text::jsonb) as r`;
}

/** Those that answer for something the estate holds, and those of intelligence. */
export async function readFeeds(sql: Sql): Promise<Feed[]> {
  const rows = await sql<{ body: Feed }[]>`
    select body from scanning.feed f where f.body->>'ecosystem' = ''
      or exists (select from scanning.matched m where split_part(m.ecosystem, ':', 1) = split_part(f.body->>'ecosystem', ':', 1))
    order by id`;
  return rows.map(({ body }) => body);
}

/** Components with a flaw of this name, by what is said of them; none where no component of the estate has it. */
export async function readConcerned(sql: Sql, name: string): Promise<ConcernedComponents> {
  const rows = await sql<{ component: number; affected: boolean }[]>`
    select component_id as component, bool_or(state = 'affected') as affected from scanning.finding
    where names @> array[${name.toUpperCase()}] and state in ('affected', 'unknown') group by 1 order by 1`;
  const numbers = (affected: boolean): number[] =>
    rows.filter((row) => row.affected === affected).map(({ component }) => component);
  return { affected: numbers(true), unknown: numbers(false) };
}

export interface FindingFilter extends AskedFindings {
  /** Only in components of these assets. */
  readonly assets?: readonly number[] | undefined;
  /** The last one of the page before: its rank, key and component. */
  readonly after?:
    { readonly rank: number; readonly key: string; readonly component: number } | undefined;
}

/**
 * Findings in components that some asset holds now, those to look at first first.
 *
 * @param held where the caller knows what is held: the inventories are then not read
 */
export async function readFindings(
  sql: Sql,
  filter: FindingFilter,
  held?: HeldComponents,
): Promise<ListedFinding[]> {
  const found: ListedFinding[] = [];
  const most = Math.max(filter.limit, FEWEST);
  for (let after = filter.after; ;) {
    const rows = await readCandidates(sql, { ...filter, after, limit: most });
    found.push(...(held === undefined ? await counted(sql, rows) : known(rows, held)));
    const last = rows.at(-1);
    if (found.length >= filter.limit || rows.length < most || last === undefined)
      return found.slice(0, filter.limit);
    after = { rank: last.rank, key: last.finding.key, component: last.component };
  }
}

type Candidate = Omit<ListedFinding, 'assets'>;

async function counted(sql: Sql, rows: readonly Candidate[]): Promise<ListedFinding[]> {
  const holders = await countHolders(sql, [...new Set(rows.map(({ component }) => component))]);
  return rows.flatMap((row) => {
    const assets = holders.get(row.component);
    return assets === undefined ? [] : [{ ...row, assets }];
  });
}

function known(rows: readonly Candidate[], held: HeldComponents): ListedFinding[] {
  return rows.flatMap((row) => {
    const assets = held.assetsOf(row.component);
    return assets === 0 ? [] : [{ ...row, assets, people: held.peopleOf(row.component) ?? null }];
  });
}

/** Read at once even where few are asked for: some are of components that nobody holds any more. */
const FEWEST = 100;

/** Bodies are put together only for those that are asked for. */
function readCandidates(sql: Sql, filter: FindingFilter): Promise<Candidate[]> {
  const { assets, after } = filter;
  const held =
    assets === undefined
      ? sql`true`
      : sql`f.component_id = any((select array_agg(distinct c) from estate.inventory i, unnest(i.components) as c where i.asset_id = any(${assets as number[]}::int[]))::int[])`;
  return sql<Candidate[]>`
    select f.component_id as component, f.rank, f.first_seen as "firstSeen", f.body as finding
    from (
      select f.component_id, f.key from scanning.finding f
      where ${asked(sql, filter)} and ${held}
        and ${after === undefined ? sql`true` : sql`(f.rank, f.key, f.component_id) > (${after.rank}, ${after.key}, ${after.component})`}
      order by f.rank, f.key, f.component_id limit ${filter.limit}
    ) first join scanning.finding f using (component_id, key)
    order by f.rank, f.key, f.component_id`;
}

/**
 * How many assets hold each of these components, by one pass for all of them: row-level security keeps PostgreSQL from using
 * the index over members, so that a pass for each would read everything as often.
 */
async function countHolders(sql: Sql, components: readonly number[]): Promise<Map<number, number>> {
  if (components.length === 0) return new Map();
  const rows = await sql<{ component: number; assets: number }[]>`
    select c as component, count(distinct i.asset_id)::int as assets
    from estate.inventory i cross join unnest(i.components) as c
    where c = any(${components as number[]}::int[]) group by c`;
  return new Map(rows.map(({ component, assets }) => [component, assets]));
}

export interface FindingCounts {
  readonly affected: number;
  readonly undecided: number;
  readonly knownExploited: number;
  readonly fixable: number;
  readonly critical: number;
  readonly high: number;
}

/** Findings of these assets, or of every component that some asset holds; or in the components that are known to be held. */
export async function countFindings(
  sql: Sql,
  assets?: readonly number[],
  components?: Int32Array,
): Promise<FindingCounts> {
  const held =
    components === undefined
      ? sql`select distinct c from estate.inventory i, unnest(i.components) as c
          where ${assets === undefined ? sql`true` : sql`i.asset_id = any(${assets as number[]}::int[])`}`
      : sql`select unnest(${[...components]}::int[])`;
  const [row] = await sql<FindingCounts[]>`
    select count(*) filter (where state = 'affected')::int as affected,
      count(*) filter (where state = 'unknown')::int as undecided,
      count(*) filter (where state = 'affected' and known_exploited)::int as "knownExploited",
      count(*) filter (where state = 'affected' and fixable)::int as fixable,
      count(*) filter (where state = 'affected' and severity = 'critical')::int as critical,
      count(*) filter (where state = 'affected' and severity = 'high')::int as high
    from scanning.finding where component_id in (${held})`;
  return row ?? { affected: 0, undecided: 0, knownExploited: 0, fixable: 0, critical: 0, high: 0 };
}

export interface AssetScan {
  readonly key: string;
  readonly type: string | null;
  /** When its packages were last listed, and whether a source that is not stale says so. */
  readonly listedAt: Date | null;
  readonly fresh: boolean;
  /** Components by the ecosystem that answers for them; empty: none does, or nobody matched them yet. */
  readonly ecosystems: readonly {
    readonly ecosystem: string;
    readonly reason: string | null;
    readonly count: number;
  }[];
  /** When its listening services were last seen, and whether by a source that is not stale. */
  readonly servicesAt: Date | null;
  readonly servicesFresh: boolean;
  /** Something answers there and nobody knows what it is. */
  readonly unidentified: boolean;
  /** When somebody who looked from outside last had an answer from it, and from which services (`tcp/443`). */
  readonly answeredAt: Date | null;
  readonly answering: readonly string[];
}

/** Numbers of sources whose word counts less. */
export interface WeakSources {
  /** It is too old. */
  readonly stale: readonly number[];
  /** A person wrote it: a door that somebody declares is no proof that anybody looked for the others. */
  readonly declared: readonly number[];
  /** It looks from outside: what listens behind a filter, or for the machine itself only, it cannot see. */
  readonly scanners: readonly number[];
}

/** Sections of what services say they are to whoever connects, and of what a person wrote down: no lists of packages. */
const NO_LISTS = ['network', 'declared-products'];

/** Every asset of the estate (or those of these numbers) with the evidence of its scans; also those that are only named. */
export function readAssetScans(
  sql: Sql,
  weak: WeakSources,
  among?: readonly number[],
): Promise<AssetScan[]> {
  const stale = sql`${weak.stale as number[]}::int[]`;
  const outside = sql`${[...weak.declared, ...weak.scanners]}::int[]`;
  return sql<AssetScan[]>`
    with listed as (
      select i.asset_id, max(i.true_at) as at, bool_or(not i.source_id = any(${stale})) as fresh
      from estate.inventory i left join estate.state s on s.entity_id = i.asset_id
      -- What an asset is said to run is no list of what is on it; of an appliance, read by a connector, it is all there is.
      where i.section <> all(${NO_LISTS}::text[])
        and (i.section <> 'system' or (s.body->>'type' = 'device' and i.components <> '{}' and not i.source_id = any(${outside})))
      group by i.asset_id
    ), counted as (
      select asset_id, jsonb_agg(jsonb_build_object('ecosystem', ecosystem, 'reason', reason, 'count', n) order by ecosystem, reason) as ecosystems
      from (
        select i.asset_id, coalesce(m.ecosystem, '') as ecosystem, case when m.component_id is null then 'not-matched' else m.reason end as reason,
          count(distinct c)::int as n
        from estate.inventory i cross join unnest(i.components) as c left join scanning.matched m on m.component_id = c
        group by 1, 2, 3) g
      group by asset_id
    ), served as (
      select asset_id, max(true_at) as at, bool_or(not sources <@ (${stale} || ${outside})) as fresh from estate.state
      where kind = 'door' and asset_id is not null and not sources <@ ${outside} group by asset_id
    ), sighted as (
      select g.owner, max(g.true_at) as at, coalesce(array_agg(distinct p.place) filter (where p.place is not null), '{}') as places
      from estate.sighting g
      left join lateral (select (e ->> 'transport') || '/' || (e ->> 'port') as place from jsonb_array_elements(g.body -> 'services') e) p on true
      group by g.owner
    )
    select e.key, s.body->>'type' as type, l.at as "listedAt", coalesce(l.fresh, false) as fresh, coalesce(c.ecosystems, '[]') as ecosystems,
      d.at as "servicesAt", coalesce(d.fresh, false) as "servicesFresh",
      coalesce((s.body ->> 'unidentified')::boolean, false) as unidentified, g.at as "answeredAt", coalesce(g.places, '{}') as answering
    from estate.entity e
    left join estate.state s on s.entity_id = e.entity_id
    left join listed l on l.asset_id = e.entity_id
    left join counted c on c.asset_id = e.entity_id
    left join served d on d.asset_id = e.entity_id
    left join sighted g on g.owner = e.key
    where e.kind = 'asset' and (s.entity_id is not null or not exists (select from estate.latest x where x.entity_id = e.entity_id))
      and ${among === undefined ? sql`true` : sql`e.entity_id = any(${among as number[]}::int[])`}
    order by e.key`;
}

/** Which assets run on which, by key. */
export function readRunsOn(sql: Sql): Promise<{ asset: string; host: string }[]> {
  return sql`
    select f.key as asset, t.key as host from estate.state d
    join estate.entity f on f.entity_id = d.from_id and f.kind = 'asset'
    join estate.entity t on t.entity_id = d.to_id and t.kind = 'asset'
    where d.kind = 'dependency' and d.body ->> 'type' = 'runs-on' order by 1, 2`;
}
