/** The order in which assets and doors stand by the people who are reached from them. */
import { placesOf, type RankedPlaces, type ReachedPeople } from '../estate/reached.ts';
import { sha256Hex } from '../kernel/ids.ts';
import type { Exposure } from './exposure.ts';
import { reachedFrom } from './gaps.ts';

/** @param numbers of the assets, by key */
export function rankedPlaces(
  exposure: Exposure,
  numbers: ReadonlyMap<string, number>,
): RankedPlaces {
  const assets = reachedFrom(exposure, 'asset');
  const doors = reachedFrom(exposure, 'door');
  const all = new Map<string, ReachedPeople>();
  for (const [key, reached] of assets) all.set(`asset:${key}`, reached);
  for (const [key, reached] of doors) all.set(`door:${key}`, reached);
  const { places, placeOf } = placesOf(all);
  const placed = [...assets.keys()].flatMap((key) => {
    const id = numbers.get(key);
    return id === undefined ? [] : [[id, placeOf.get(`asset:${key}`) ?? 0] as const];
  });
  placed.sort(([a], [b]) => a - b);
  return {
    at: exposure.at,
    places,
    assets: Int32Array.from(placed, ([id]) => id),
    assetPlaces: Int32Array.from(placed, ([, place]) => place),
    doors: Object.fromEntries(
      [...doors.keys()].sort().map((key) => [key, placeOf.get(`door:${key}`) ?? 0]),
    ),
  };
}

/** Equal orders have equal names, whenever and by whomever they were worked out. */
export function rankingName({ places, assets, assetPlaces, doors }: RankedPlaces): string {
  const text = JSON.stringify([places.map((each) => each ?? null), doors]);
  const bytes = Buffer.concat([
    Buffer.from(text),
    Buffer.from(assets.buffer, assets.byteOffset, assets.byteLength),
    Buffer.from(assetPlaces.buffer, assetPlaces.byteOffset, assetPlaces.byteLength),
  ]);
  return sha256Hex(bytes).slice(0, 24);
}
