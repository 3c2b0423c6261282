/** SQL of inventories: distinct components, the sorted set of each asset and section, and what came and went. */
import type { Database, Sql } from '../kernel/sql/database.ts';
import type { Component, Inventory } from './schema.ts';
import type { Writer } from './store.ts';
import { ensureEntities, pairKey } from './store-names.ts';

/** Components that this process has seen numbered; a number never changes, so the memory needs no upkeep. */
export type ComponentNumbers = Map<string, number>;

const LARGEST_MEMORY = 2_000_000;

function componentKey(component: Component): string {
  return [
    component.type,
    component.release,
    component.name,
    component.version,
    component.architecture,
    component.sourceName,
    component.sourceVersion,
  ].join('\n');
}

/**
 * Numbers for components, in a transaction of its own that comes first: a number must outlive the inventory that
 * needed it, since other inventories may use it at once.
 */
export async function numberComponents(
  database: Database,
  numbers: ComponentNumbers,
  components: readonly Component[],
): Promise<number[]> {
  const missing = new Map<string, Component>();
  for (const component of components) {
    const key = componentKey(component);
    if (!numbers.has(key)) missing.set(key, component);
  }
  if (missing.size > 0) {
    if (numbers.size > LARGEST_MEMORY) numbers.clear();
    // Sorted, so that two writers of the same components wait for each other and never in a circle.
    const rows = [...missing.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, component]) => component);
    await database.transaction('everything', (sql) => lookUp(sql, rows, numbers, 'find'));
    const unknown = rows.filter((component) => !numbers.has(componentKey(component)));
    if (unknown.length > 0)
      await database.transaction('everything', (sql) => lookUp(sql, unknown, numbers, 'make'));
  }
  return components.map((component) => {
    const number = numbers.get(componentKey(component));
    if (number === undefined) throw new Error('a component was numbered and then forgotten');
    return number;
  });
}

async function lookUp(
  sql: Sql,
  rows: readonly Component[],
  numbers: ComponentNumbers,
  how: 'find' | 'make',
): Promise<void> {
  // A plan by the index: the planner has no idea how few rows of a growing table are asked for.
  await sql`set local enable_seqscan = off`;
  const given = sql`unnest(${rows.map((row) => row.type)}::text[], ${rows.map((row) => row.release)}::text[], ${rows.map((row) => row.name)}::text[],
    ${rows.map((row) => row.version)}::text[], ${rows.map((row) => row.architecture)}::text[], ${rows.map((row) => row.sourceName)}::text[],
    ${rows.map((row) => row.sourceVersion)}::text[]) with ordinality as g (type, release, name, version, architecture, source_name, source_version, at)`;
  if (how === 'make') {
    await sql`
      insert into estate.component (type, release, name, version, architecture, source_name, source_version)
      select type, release, name, version, architecture, source_name, source_version from ${given} order by at on conflict do nothing`;
  }
  const found = await sql<{ id: number; at: number }[]>`
    select c.component_id as id, g.at::int as at
    from ${given}
    join estate.component c using (name, version, type, release, architecture, source_name, source_version)`;
  for (const { id, at } of found) {
    const component = rows[at - 1];
    if (component !== undefined) numbers.set(componentKey(component), id);
  }
}

/** The asset that a key means, and whose it is; a key that nobody described yet still gets its number. */
export async function assetOf(
  sql: Sql,
  key: string,
  at: Date,
): Promise<{ id: number; customer: number }> {
  const numbers = await ensureEntities(sql, [{ kind: 'asset', key }], at);
  const id = numbers.get(pairKey('asset', key)) ?? 0;
  const [owner] = await sql<
    { customer_id: number }[]
  >`select customer_id from estate.entity where entity_id = ${id}`;
  return { id, customer: owner?.customer_id ?? 0 };
}

/** Replaces one section of one asset; true where it differs from what was known. */
export async function applyInventory(
  sql: Sql,
  writer: Writer,
  asset: { readonly id: number; readonly customer: number },
  inventory: Inventory,
  ids: readonly number[],
): Promise<boolean> {
  const components = [...new Set(ids)].sort((a, b) => a - b);
  const [before] = await sql<{ components: number[] }[]>`
    select components from estate.inventory
    where asset_id = ${asset.id} and source_id = ${writer.source} and section = ${inventory.section}`;
  const trueAt = new Date(inventory.trueAt) > writer.at ? writer.at : new Date(inventory.trueAt);
  const added = difference(components, before?.components ?? []);
  const removed = difference(before?.components ?? [], components);
  const notes = JSON.stringify(notesById(inventory, ids));
  if (before !== undefined && added.length === 0 && removed.length === 0) {
    // The set itself is left untouched, and with it the index over its members.
    await sql`
      update estate.inventory set notes = ${notes}::text::jsonb, sha256 = ${inventory.sha256 ?? null}, true_at = ${trueAt},
        learned_at = ${writer.at}, seen_in = ${writer.collection}
      where asset_id = ${asset.id} and source_id = ${writer.source} and section = ${inventory.section}`;
    return false;
  }
  await sql`
    insert into estate.inventory (customer_id, asset_id, source_id, section, components, notes, sha256, true_at, learned_at, seen_in)
    values (${asset.customer}, ${asset.id}, ${writer.source}, ${inventory.section}, ${components}::int[], ${notes}::text::jsonb,
      ${inventory.sha256 ?? null}, ${trueAt}, ${writer.at}, ${writer.collection})
    on conflict (asset_id, source_id, section) do update set components = excluded.components, notes = excluded.notes,
      sha256 = excluded.sha256, true_at = excluded.true_at, learned_at = excluded.learned_at, seen_in = excluded.seen_in`;
  await sql`
    insert into estate.inventory_change (customer_id, asset_id, source_id, section, collection_id, added, removed, true_at, learned_at)
    values (${asset.customer}, ${asset.id}, ${writer.source}, ${inventory.section}, ${writer.collection}, ${added}::int[], ${removed}::int[],
      ${trueAt}, ${writer.at})`;
  return true;
}

function notesById(inventory: Inventory, ids: readonly number[]): Record<string, unknown> {
  const notes: Record<string, unknown> = {};
  for (const { index, ...note } of inventory.notes ?? []) {
    const id = ids[index];
    if (id !== undefined) notes[String(id)] = note;
  }
  return notes;
}

/** What the sorted `a` has and the sorted `b` has not. */
function difference(a: readonly number[], b: readonly number[]): number[] {
  const other = new Set(b);
  return a.filter((id) => !other.has(id));
}
