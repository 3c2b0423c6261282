/** SQL of the operating systems that assets are said to run: a section of one component, until a list of more is there. */
import type { Sql } from '../kernel/sql/database.ts';
import type { Component, Inventory } from './schema.ts';
import { applyInventory } from './store-inventory.ts';
import { ensureEntities, pairKey } from './store-names.ts';
import type { Writer } from './store.ts';
import { SYSTEM_SECTION, TELLS_MORE } from './system.ts';

export interface SaidSystem {
  readonly asset: string;
  readonly trueAt: string;
  /** Undefined: the source says nothing from which a component follows. */
  readonly component: Component | undefined;
}

interface Held {
  readonly asset_id: number;
  readonly customer_id: number;
  /** What this source said before. */
  readonly said: number[] | null;
  /** Another section tells more. */
  readonly listed: boolean;
}

/** @param numbers of the components that are there, in their order. */
export async function applySystems(
  sql: Sql,
  writer: Writer,
  systems: readonly SaidSystem[],
  numbers: readonly number[],
): Promise<void> {
  if (systems.length === 0) return;
  const given = numbers.values();
  const wanted = systems.map((system) => ({
    ...system,
    ids: system.component === undefined ? [] : [given.next().value ?? 0],
  }));
  const pairs = wanted.map(({ asset }) => ({ kind: 'asset' as const, key: asset }));
  const entities = await ensureEntities(sql, pairs, writer.at);
  const idOf = (key: string): number => entities.get(pairKey('asset', key)) ?? 0;
  const held = await readHeld(
    sql,
    writer,
    wanted.map(({ asset }) => idOf(asset)),
  );
  for (const { asset, trueAt, component, ids } of wanted) {
    const known = held.get(idOf(asset));
    if (known === undefined) continue;
    const now = known.listed ? [] : ids;
    if ((known.said ?? []).join() === now.join() && (known.said !== null || now.length === 0))
      continue;
    const components = component === undefined || known.listed ? [] : [component];
    await applyInventory(
      sql,
      writer,
      { id: known.asset_id, customer: known.customer_id },
      section(asset, trueAt, components),
      now,
    );
  }
}

async function readHeld(
  sql: Sql,
  { source }: Writer,
  ids: readonly number[],
): Promise<ReadonlyMap<number, Held>> {
  const rows = await sql<Held[]>`
    select e.entity_id as asset_id, e.customer_id, i.components as said,
      exists (select from estate.inventory w where w.asset_id = e.entity_id and w.section = any(${TELLS_MORE as string[]}) and w.components <> '{}') as listed
    from estate.entity e
    left join estate.inventory i on i.asset_id = e.entity_id and i.source_id = ${source} and i.section = ${SYSTEM_SECTION}
    where e.entity_id = any(${ids as number[]}::int[])`;
  return new Map(rows.map((row) => [row.asset_id, row]));
}

/** What sources say of the system of an asset gives way to the list that was read on it. */
export async function emptySystems(
  sql: Sql,
  writer: Writer,
  asset: { readonly id: number; readonly customer: number },
  key: string,
): Promise<void> {
  const rows = await sql<{ source_id: number }[]>`
    select source_id from estate.inventory where asset_id = ${asset.id} and section = ${SYSTEM_SECTION} and components <> '{}'`;
  const empty = section(key, writer.at.toISOString(), []);
  for (const { source_id: source } of rows)
    await applyInventory(sql, { ...writer, source }, asset, empty, []);
}

function section(asset: string, trueAt: string, components: readonly Component[]): Inventory {
  return { type: 'inventory', asset, section: SYSTEM_SECTION, trueAt, components };
}
