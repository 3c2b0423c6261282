/** SQL of the orders by people that pages of lists are of. */
import type { RankedPlaces, ReachedPeople } from '../estate/reached.ts';
import type { Sql } from '../kernel/sql/database.ts';

/** However many come: these are kept, and whatever was used within the hour. */
const KEPT = 10;
const KEPT_MS = 3_600_000;

export async function putRanking(
  sql: Sql,
  id: string,
  { at, places, assets, assetPlaces, doors }: RankedPlaces,
  now: Date,
): Promise<void> {
  await sql`
    insert into exposure.ranking (id, at, used_at, places, assets, asset_places, doors)
    values (${id}, ${at}, ${now}, ${JSON.stringify(places.map((each) => each ?? null))}::text::jsonb,
      ${[...assets]}::int[], ${[...assetPlaces]}::int[], ${JSON.stringify(doors)}::text::jsonb)
    on conflict (id) do update set at = greatest(ranking.at, excluded.at), used_at = excluded.used_at`;
  await sql`
    delete from exposure.ranking where used_at < ${new Date(now.getTime() - KEPT_MS)}
      and id not in (select id from exposure.ranking order by used_at desc limit ${KEPT})`;
}

/** Keeps it for longer. */
export async function touchRanking(sql: Sql, id: string, now: Date): Promise<void> {
  await sql`update exposure.ranking set used_at = greatest(used_at, ${now}) where id = ${id}`;
}

export async function readRanking(sql: Sql, id: string): Promise<RankedPlaces | undefined> {
  const [row] = await sql<StoredRanking[]>`
    select at, places, assets, asset_places as "assetPlaces", doors from exposure.ranking where id = ${id}`;
  if (row === undefined) return undefined;
  return {
    at: row.at,
    places: row.places.map((each) => each ?? undefined),
    assets: Int32Array.from(row.assets),
    assetPlaces: Int32Array.from(row.assetPlaces),
    doors: row.doors,
  };
}

interface StoredRanking {
  readonly at: Date;
  readonly places: readonly (ReachedPeople | null)[];
  readonly assets: readonly number[];
  readonly assetPlaces: readonly number[];
  readonly doors: Readonly<Record<string, number>>;
}
