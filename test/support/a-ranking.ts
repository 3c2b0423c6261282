/** An invented order by people at risk, as exposure would give it. */
import {
  peopleRanking,
  placesOf,
  rankingGone,
  type PeopleRanking,
  type PeopleRankings,
  type ReachedPeople,
} from '../../src/estate/reached.ts';
import { readAssetNumbers } from '../../src/estate/store-read.ts';
import type { Database } from '../../src/kernel/sql/database.ts';

export function thatMany(best: number, unknownHoldings = 0): ReachedPeople {
  return { low: best, best, high: best, unknownHoldings };
}

/** @param people by key of the asset, or as `door:KEY` */
export async function aRanking(
  database: Database,
  people: Readonly<Record<string, ReachedPeople>>,
  id = 'a',
): Promise<PeopleRanking> {
  const numbers = await database.transaction('everything', readAssetNumbers);
  const { places, placeOf } = placesOf(new Map(Object.entries(people)));
  const placed = [...placeOf];
  const assets = placed.filter(([key]) => !key.startsWith('door:'));
  const doors = placed.filter(([key]) => key.startsWith('door:'));
  return peopleRanking(id, {
    at: new Date('2026-10-10T08:00:00Z'),
    places,
    assets: Int32Array.from(assets, ([key]) => numbers.get(key) ?? 0),
    assetPlaces: Int32Array.from(assets, ([, place]) => place),
    doors: Object.fromEntries(doors.map(([key, place]) => [key.slice('door:'.length), place])),
  });
}

/** What exposure says, changed by the test. */
export function rankingsOf(first?: PeopleRanking) {
  const all = new Map<string, PeopleRanking>();
  let now: PeopleRanking | undefined;
  const set = (ranking: PeopleRanking): void => {
    all.set(ranking.id, ranking);
    now = ranking;
  };
  if (first !== undefined) set(first);
  const found = (ranking: PeopleRanking | undefined): Promise<PeopleRanking> =>
    ranking === undefined ? Promise.reject(rankingGone()) : Promise.resolve(ranking);
  const told: PeopleRankings = {
    current: () => found(now),
    asAt: () => found(now),
    named: (id) => found(all.get(id)),
  };
  return { told, set, forget: (id: string) => all.delete(id) };
}
