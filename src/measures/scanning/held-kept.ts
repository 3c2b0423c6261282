/** What assets hold, kept between requests until an inventory comes in or people at risk change. */
import type { PeopleRanking } from '../../estate/reached.ts';
import { readEstateStamp } from '../../estate/store-voices.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { readHeldComponents, type HeldComponents } from './held.ts';

/** Whole estates and parts of it, each twelve bytes a component. */
const KEPT = 8;

export type KeptHeld = (
  sql: Sql,
  ranking: PeopleRanking,
  assets?: readonly number[],
) => Promise<HeldComponents>;

export function keptHeld(): KeptHeld {
  const kept = new Map<string, Promise<HeldComponents>>();
  return async (sql, ranking, assets) => {
    const stamp = await readEstateStamp(sql);
    const name = `${ranking.id} ${stamp} ${assets?.join() ?? 'all'}`;
    const known = kept.get(name);
    if (known !== undefined) return known;
    const reading = readHeldComponents(sql, ranking, assets);
    kept.set(name, reading);
    reading.catch(() => kept.delete(name));
    const [oldest] = kept.keys();
    if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
    return reading;
  };
}
