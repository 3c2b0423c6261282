/** A machine that was set up anew under its old name: what was open on it stays open, and what was fixed is open again. */
import type { Sql } from '../../kernel/sql/database.ts';
import type { ItemRow } from './item-row.ts';
import { readItemRows } from './store-items.ts';
import { readAncestors } from './store-re-image.ts';

/**
 * Items of machines that are not seen any more, as items of the machine that bears their name now: by another identity it is
 * another asset, and no clock begins anew by that. Of several machines that had the name, the last that had the item.
 */
export async function inheritedRows(sql: Sql, assets: readonly number[]): Promise<ItemRow[]> {
  if (assets.length === 0) return [];
  const heirs = Map.groupBy(await readAncestors(sql, assets), ({ ancestor }) => ancestor);
  if (heirs.size === 0) return [];
  const rows = await readItemRows(sql, { assets: [...heirs.keys()] });
  return rows
    .sort((a, b) => a.asset - b.asset)
    .flatMap((row) => (heirs.get(row.asset) ?? []).map(({ asset }) => ({ ...row, asset })));
}
