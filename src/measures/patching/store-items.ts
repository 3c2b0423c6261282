/** SQL of items: what is open on which asset, what it was before, and every change of it. */
import type { Sql } from '../../kernel/sql/database.ts';
import { WINDOWS } from './fix-of.ts';
import type { ItemChange, ItemRow } from './item-row.ts';

/** Which (asset, component) pairs hold something that these components' needs ask for. */
export async function readHolders(
  sql: Sql,
  scope:
    { readonly components: readonly number[] } | { readonly assets: readonly number[] } | 'all',
): Promise<{ customer: number; asset: number; components: number[] }[]> {
  if (scope !== 'all' && 'components' in scope) {
    // Each component by the index over the members of all inventories.
    return sql`
      select i.customer_id as customer, i.asset_id as asset, array_agg(distinct c.id) as components
      from unnest(${scope.components as number[]}::int[]) as c(id) join estate.inventory i on i.components @> array[c.id]
      group by 1, 2`;
  }
  const which =
    scope === 'all' ? sql`true` : sql`i.asset_id = any(${scope.assets as number[]}::int[])`;
  return sql`
    select i.customer_id as customer, i.asset_id as asset, array_agg(distinct n.id) as components
    from estate.inventory i cross join unnest(i.components) as c(id)
    join (select distinct component_id as id from patching.need) n on n.id = c.id
    where ${which} group by 1, 2`;
}

function itemColumns(sql: Sql) {
  return sql`customer_id as customer, asset_id as asset, fix_id as fix, flaws, certain, phase, start_at as "startAt", start_source as "startSource",
    start_from as "startFrom", due, rule_set as "ruleSet", rule, rule_version as "ruleVersion", born_overdue as "bornOverdue",
    reopened_at as "reopenedAt", reopened_cause as "reopenedCause", first_seen as "firstSeen", effective_at as "effectiveAt", lacks`;
}

export async function readItemRows(
  sql: Sql,
  scope:
    | 'all'
    | { readonly assets: readonly number[] }
    | { readonly fixes: readonly number[] }
    | { readonly phase: ItemRow['phase'] },
): Promise<ItemRow[]> {
  const which =
    scope === 'all'
      ? sql`true`
      : 'assets' in scope
        ? sql`asset_id = any(${scope.assets as number[]}::int[])`
        : 'fixes' in scope
          ? sql`fix_id = any(${scope.fixes as number[]}::int[])`
          : sql`phase = ${scope.phase}`;
  return sql<ItemRow[]>`select ${itemColumns(sql)}, components from patching.item where ${which}`;
}

export interface ItemWrite {
  readonly row: ItemRow;
  /** Undefined: nothing that a person could see. */
  readonly why: ItemChange | undefined;
}

const ROWS = 5000;

/** Writes the items, and of each that changed what it is now. */
export async function writeItems(sql: Sql, writes: readonly ItemWrite[], now: Date): Promise<void> {
  for (let from = 0; from < writes.length; from += ROWS) {
    const rows = JSON.stringify(
      writes.slice(from, from + ROWS).map(({ row, why }) => ({ ...row, why: why ?? null })),
    );
    const given = sql`jsonb_to_recordset(${rows}::text::jsonb) as r(customer int, asset int, fix int, flaws text[], components int[], certain boolean,
      phase text, "startAt" timestamptz, "startSource" text, "startFrom" text, due timestamptz, "ruleSet" text, rule text, "ruleVersion" text,
      "bornOverdue" boolean, "reopenedAt" timestamptz, "reopenedCause" text, "firstSeen" timestamptz, "effectiveAt" timestamptz, lacks text[], why text)`;
    await sql`
      with given as materialized (select * from ${given}), changed as (
        insert into patching.item_change (customer_id, at, asset_id, fix_id, why, flaws, certain, phase, start_at, start_source, start_from, due,
          rule_set, rule, rule_version, born_overdue, reopened_at, reopened_cause, first_seen, effective_at, lacks)
        select customer, ${now}, asset, fix, why, flaws, certain, phase, "startAt", "startSource", "startFrom", due, "ruleSet", rule, "ruleVersion",
          "bornOverdue", "reopenedAt", "reopenedCause", "firstSeen", "effectiveAt", lacks
        from given where why is not null)
      insert into patching.item (customer_id, asset_id, fix_id, flaws, components, certain, phase, start_at, start_source, start_from, due,
        rule_set, rule, rule_version, born_overdue, reopened_at, reopened_cause, first_seen, effective_at, lacks, changed_at)
      select customer, asset, fix, flaws, components, certain, phase, "startAt", "startSource", "startFrom", due, "ruleSet", rule, "ruleVersion",
        "bornOverdue", "reopenedAt", "reopenedCause", "firstSeen", "effectiveAt", lacks, ${now} from given
      on conflict (asset_id, fix_id) do update set customer_id = excluded.customer_id, flaws = excluded.flaws, components = excluded.components,
        certain = excluded.certain, phase = excluded.phase, start_at = excluded.start_at, start_source = excluded.start_source,
        start_from = excluded.start_from, due = excluded.due, rule_set = excluded.rule_set, rule = excluded.rule,
        rule_version = excluded.rule_version, born_overdue = excluded.born_overdue, reopened_at = excluded.reopened_at,
        reopened_cause = excluded.reopened_cause, first_seen = excluded.first_seen, effective_at = excluded.effective_at, lacks = excluded.lacks,
        changed_at = excluded.changed_at`;
  }
}

export interface InstalledPart {
  readonly asset: number;
  readonly fix: number;
  readonly component: number;
  readonly name: string;
  readonly version: string;
  /** The package manager's own state where it is not "installed and configured". */
  readonly state: string | null;
  readonly listedAt: Date;
  /** Why no feed answers for it; null where one does. */
  readonly reason: string | null;
}

/** What each asset holds now of the subject of each fix. */
export function readParts(
  sql: Sql,
  pairs: readonly { readonly asset: number; readonly fix: number }[],
): Promise<InstalledPart[]> {
  return sql<InstalledPart[]>`
    with pair as materialized (
      select p.asset, p.fix, f.type, f.release, f.name
      from unnest(${pairs.map(({ asset }) => asset)}::int[], ${pairs.map(({ fix }) => fix)}::int[]) as p(asset, fix) join patching.fix f on f.fix_id = p.fix
    ), part as materialized (
      select s.type, s.release, s.subject, c.component_id, c.name, c.version
      from (select distinct type, release, name as subject from pair) s
      join estate.component c on c.type = s.type and c.release = s.release
        and case when c.type = ${WINDOWS} then c.name else coalesce(nullif(c.source_name, ''), c.name) end = s.subject
    ), held as materialized (
      select i.asset_id, c.id, i.true_at, i.notes -> c.id::text ->> 'state' as state
      from estate.inventory i cross join unnest(i.components) as c(id)
      where i.asset_id in (select asset from pair) and c.id in (select component_id from part)
    )
    select p.asset, p.fix, h.id as component, t.name, t.version, h.state, h.true_at as "listedAt", m.reason
    from pair p join part t on t.type = p.type and t.release = p.release and t.subject = p.name
    join held h on h.asset_id = p.asset and h.id = t.component_id
    left join scanning.matched m on m.component_id = h.id`;
}

/** Flaws of these components against which a setting is still to be made. */
export async function readSettingsAsked(
  sql: Sql,
  components: readonly number[],
): Promise<{ component: number; flaw: string; certain: boolean }[]> {
  if (components.length === 0) return [];
  return sql<{ component: number; flaw: string; certain: boolean }[]>`
    select n.component_id as component, n.flaw->>'name' as flaw, n.certain from patching.need n join patching.fix f on f.fix_id = n.fix_id
    where f.kind = 'configuration' and n.component_id = any(${components as number[]}::int[])`;
}

/** When each asset was last listed by any of its sources. */
export async function readListedAt(
  sql: Sql,
  assets: readonly number[],
): Promise<Map<number, Date>> {
  const rows = await sql<{ asset: number; at: Date }[]>`
    select asset_id as asset, max(true_at) as at from estate.inventory where asset_id = any(${assets as number[]}::int[]) group by 1`;
  return new Map(rows.map(({ asset, at }) => [asset, at]));
}

export interface Offered {
  readonly asset: number;
  readonly component: number;
  readonly version: string;
  readonly from: string | null;
  /** When the machine was seen to be offered it. */
  readonly at: Date;
  /** The date that the repository gives its list: the version was out by then. */
  readonly releasedAt: Date | null;
}

/** Newer versions that machines were offered in inventories learned since then. */
export function readOffered(sql: Sql, since: Date): Promise<Offered[]> {
  return sql<Offered[]>`
    select i.asset_id as asset, n.key::int as component, n.value->>'available' as version, n.value->>'availableFrom' as "from", i.true_at as at,
      (n.value->>'availableReleasedAt')::timestamptz as "releasedAt"
    from estate.inventory i cross join lateral jsonb_each(i.notes) as n
    where i.learned_at > ${since} and n.value->>'available' is not null
      and n.key::int in (select component_id from patching.need)`;
}

/** How far the inventories and the matching are, and the assets whose components came or went since. */
export async function readMarks(
  sql: Sql,
  since: Date | null,
): Promise<{ assets: number[]; inventoriesAt: Date | null; matchedAt: Date | null }> {
  const [row] = await sql<
    { assets: number[] | null; inventoriesAt: Date | null; matchedAt: Date | null }[]
  >`select (select array_agg(distinct i.asset_id) from estate.inventory i
        join estate.inventory_change c on c.asset_id = i.asset_id and c.source_id = i.source_id and c.section = i.section
        where i.learned_at > ${since} and c.learned_at > ${since}) as assets,
      (select max(learned_at) from estate.inventory) as "inventoriesAt", greatest((select max(matched_at) from scanning.matched),
        (select at from scanning.finding_change order by change_id desc limit 1)) as "matchedAt"`;
  return {
    assets: row?.assets ?? [],
    inventoriesAt: row?.inventoriesAt ?? null,
    matchedAt: row?.matchedAt ?? null,
  };
}

export interface RunRecord {
  readonly at: Date;
  /** Digest of the rules in force and of how time is counted. */
  readonly rules: string;
  readonly matchedAt: Date | null;
  readonly inventoriesAt: Date | null;
}

export async function readLastRun(sql: Sql): Promise<RunRecord | undefined> {
  const [row] = await sql<RunRecord[]>`
    select at, rules, matched_at as "matchedAt", inventories_at as "inventoriesAt" from patching.run order by run_id desc limit 1`;
  return row;
}

export async function insertRun(
  sql: Sql,
  run: RunRecord & { readonly items: number; readonly changes: number },
): Promise<number> {
  const [row] = await sql<{ id: number }[]>`
    insert into patching.run (at, rules, matched_at, inventories_at, items, changes)
    values (${run.at}, ${run.rules}, ${run.matchedAt}, ${run.inventoriesAt}, ${run.items}, ${run.changes}) returning run_id as id`;
  return row?.id ?? 0;
}

/** Assets that somebody still reports, or that nobody ever described. */
export async function readPresent(sql: Sql): Promise<Set<number>> {
  const rows = await sql<{ asset: number }[]>`
    select entity_id as asset from estate.state where kind = 'asset'
    union select i.asset_id from estate.inventory i where not exists (select from estate.latest l where l.entity_id = i.asset_id)`;
  return new Set(rows.map(({ asset }) => asset));
}

export interface StoredFacts {
  readonly asset: number;
  readonly facts: unknown;
  readonly firstEvaluated: Date;
}

export function readStoredFacts(sql: Sql): Promise<StoredFacts[]> {
  return sql<
    StoredFacts[]
  >`select asset_id as asset, facts, first_evaluated as "firstEvaluated" from patching.asset`;
}

export async function writeFacts(
  sql: Sql,
  facts: readonly { readonly asset: number; readonly facts: unknown }[],
  now: Date,
): Promise<void> {
  if (facts.length === 0) return;
  await sql`
    insert into patching.asset (asset_id, facts, first_evaluated)
    select asset, facts, ${now} from jsonb_to_recordset(${JSON.stringify(facts)}::text::jsonb) as r(asset int, facts jsonb)
    on conflict (asset_id) do update set facts = excluded.facts`;
}

export async function deleteFacts(sql: Sql, assets: readonly number[]): Promise<void> {
  if (assets.length > 0)
    await sql`delete from patching.asset where asset_id = any(${assets as number[]}::int[])`;
}
