/** SQL of items as people ask for them: now, or as they were known at a past moment. */
import type { Sql } from '../../kernel/sql/database.ts';
import type { ItemChange } from './item-row.ts';
import type { FixKind, Item } from './model.ts';

export interface StoredItem extends Item {
  readonly assetId: number;
  readonly fixId: number;
  readonly startFrom: string;
  /** Whether the flaw is there is known; where it is not, it counts as there. */
  readonly certain: boolean;
  readonly components: readonly number[];
}

interface Row {
  readonly assetId: number;
  readonly fixId: number;
  readonly asset: string;
  readonly key: string;
  readonly kind: FixKind;
  readonly type: string;
  readonly release: string;
  readonly name: string;
  readonly target: string | null;
  readonly flaws: readonly string[];
  readonly components: readonly number[] | null;
  readonly certain: boolean;
  readonly phase: Item['phase'];
  readonly startAt: Date;
  readonly startSource: Item['startSource'];
  readonly startFrom: string;
  readonly due: Date | null;
  readonly ruleSet: string | null;
  readonly rule: string | null;
  readonly ruleVersion: string | null;
  readonly bornOverdue: boolean;
  readonly reopenedAt: Date | null;
  readonly reopenedCause: NonNullable<Item['reopened']>['cause'] | null;
  readonly firstSeen: Date;
  readonly effectiveAt: Date | null;
  readonly lacks: readonly string[];
}

export interface ItemFilter {
  /** By number. */
  readonly assets?: readonly number[] | undefined;
  /** The key of a fix, the name of a flaw, or the name of what is to be mended. */
  readonly fix?: string | undefined;
  readonly asAt?: Date | undefined;
}

/** Items with the names of their assets and fixes, void ones left out. */
export async function readStoredItems(sql: Sql, filter: ItemFilter): Promise<StoredItem[]> {
  const { assets, fix, asAt } = filter;
  const source =
    asAt === undefined
      ? sql`(select asset_id, fix_id, flaws, components, certain, phase, start_at, start_source, start_from, due, rule_set, rule, rule_version,
          born_overdue, reopened_at, reopened_cause, first_seen, effective_at, lacks from patching.item)`
      : sql`(select distinct on (asset_id, fix_id) asset_id, fix_id, flaws, null::int4[] as components, certain, phase, start_at, start_source,
          start_from, due, rule_set, rule, rule_version, born_overdue, reopened_at, reopened_cause, first_seen, effective_at, lacks
        from patching.item_change where at <= ${asAt} order by asset_id, fix_id, change_id desc)`;
  const rows = await sql<Row[]>`
    select i.asset_id as "assetId", i.fix_id as "fixId", e.key as asset, f.key, f.kind, f.type, f.release, f.name, f.target, i.flaws, i.components,
      i.certain, i.phase, i.start_at as "startAt", i.start_source as "startSource", i.start_from as "startFrom", i.due, i.rule_set as "ruleSet",
      i.rule, i.rule_version as "ruleVersion", i.born_overdue as "bornOverdue", i.reopened_at as "reopenedAt",
      i.reopened_cause as "reopenedCause", i.first_seen as "firstSeen", i.effective_at as "effectiveAt", i.lacks
    from ${source} i join patching.fix f using (fix_id) join estate.entity e on e.entity_id = i.asset_id
    where i.phase <> 'void' and ${assets === undefined ? sql`true` : sql`i.asset_id = any(${assets as number[]}::int[])`}
      and ${fix === undefined ? sql`true` : sql`(f.key = ${fix} or f.name = ${fix} or ${fix.toUpperCase()} = any(i.flaws))`}`;
  return rows.map(itemOf);
}

function itemOf(row: Row): StoredItem {
  const { key, kind, type, release, name, target, ruleSet, rule, ruleVersion } = row;
  const { reopenedAt, reopenedCause, components } = row;
  return {
    assetId: row.assetId,
    fixId: row.fixId,
    asset: row.asset,
    fix: { key, kind, subject: { type, release, name }, to: target },
    flaws: row.flaws,
    components: components ?? [],
    certain: row.certain,
    phase: row.phase,
    start: row.startAt,
    startSource: row.startSource,
    startFrom: row.startFrom,
    due: row.due,
    binding:
      ruleSet === null || rule === null || ruleVersion === null
        ? null
        : { set: ruleSet, rule, version: ruleVersion },
    bornOverdue: row.bornOverdue,
    reopened:
      reopenedAt === null || reopenedCause === null
        ? null
        : { at: reopenedAt, cause: reopenedCause },
    firstSeen: row.firstSeen,
    effectiveAt: row.effectiveAt,
    lacks: row.lacks,
  };
}

export interface StoredChange {
  readonly at: Date;
  readonly why: ItemChange;
  readonly phase: Item['phase'];
  readonly due: Date | null;
  readonly ruleSet: string | null;
  readonly rule: string | null;
  readonly lacks: readonly string[];
}

/** Every state that the item was in, oldest first. */
export function readItemHistory(
  sql: Sql,
  asset: number,
  fix: number,
  asAt?: Date,
): Promise<StoredChange[]> {
  return sql<StoredChange[]>`
    select at, why, phase, due, rule_set as "ruleSet", rule, lacks from patching.item_change
    where asset_id = ${asset} and fix_id = ${fix} and ${asAt === undefined ? sql`true` : sql`at <= ${asAt}`} order by change_id`;
}

export interface HostNote {
  readonly asset: number;
  readonly component: number;
  readonly version: string;
  readonly name: string;
  readonly note: Readonly<Record<string, unknown>> | null;
}

/** What the hosts themselves say of these components: what is on offer, what keeps it away, whether the way back is open. */
export function readHostNotes(
  sql: Sql,
  pairs: readonly { readonly asset: number; readonly component: number }[],
): Promise<HostNote[]> {
  return sql<HostNote[]>`
    select i.asset_id as asset, c.component_id as component, c.name, c.version, i.notes -> c.component_id::text as note
    from unnest(${pairs.map(({ asset }) => asset)}::int[], ${pairs.map(({ component }) => component)}::int[]) as p(asset, component)
    join estate.inventory i on i.asset_id = p.asset and i.components @> array[p.component]
    join estate.component c on c.component_id = p.component`;
}
