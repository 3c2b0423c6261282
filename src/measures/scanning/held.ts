/** Which components assets hold now, each with the people who are reached from the asset of most people that holds it. */
import type { PeopleRanking, ReachedPeople } from '../../estate/reached.ts';
import { readInventoryLists } from '../../estate/store-columns.ts';
import type { Sql } from '../../kernel/sql/database.ts';

export interface HeldComponents {
  readonly ranking: PeopleRanking;
  /** All of them, those of the first place in the order first; a component that nobody holds is not among them. */
  readonly components: Int32Array;
  /** Those of place p: `components[starts[p] … starts[p + 1] - 1]`, ascending. */
  readonly starts: Int32Array;
  /** How many assets hold it. */
  readonly assetsOf: (component: number) => number;
  /** undefined: nobody knows who is reached. */
  readonly peopleOf: (component: number) => ReachedPeople | undefined;
}

/** By one pass over the inventories of these assets, or of all. */
export async function readHeldComponents(
  sql: Sql,
  ranking: PeopleRanking,
  assets?: readonly number[],
): Promise<HeldComponents> {
  let counts = new Int32Array(1024);
  let places = new Int32Array(1024);
  let last = new Int32Array(1024);
  const grow = (size: number): void => {
    [counts, places, last] = [counts, places, last].map((old) => {
      const wide = new Int32Array(Math.max(size, old.length * 2));
      wide.set(old);
      return wide;
    }) as [typeof counts, typeof places, typeof last];
  };
  await readInventoryLists(
    sql,
    ({ asset, components }) => {
      const place = ranking.ofAsset(asset);
      const highest = components.at(-1) ?? 0;
      if (highest >= counts.length) grow(highest + 1);
      for (const component of components) {
        if (last[component] === asset) continue;
        last[component] = asset;
        const known = counts[component] as number;
        if (known === 0 || (places[component] as number) > place) places[component] = place;
        counts[component] = known + 1;
      }
    },
    { assets, together: true },
  );
  return {
    ranking,
    ...byPlace(counts, places, ranking.places.length),
    ...lookups(counts, places, ranking),
  };
}

function byPlace(
  counts: Int32Array,
  places: Int32Array,
  size: number,
): Pick<HeldComponents, 'components' | 'starts'> {
  const starts = new Int32Array(size + 1);
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const place = places[i] as number;
    starts[place + 1] = (starts[place + 1] as number) + 1;
  }
  for (let p = 0; p < size; p++) starts[p + 1] = (starts[p + 1] as number) + (starts[p] as number);
  const next = starts.slice();
  const components = new Int32Array(starts[size] as number);
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const place = places[i] as number;
    const at = next[place] as number;
    components[at] = i;
    next[place] = at + 1;
  }
  return { components, starts };
}

function lookups(
  counts: Int32Array,
  places: Int32Array,
  ranking: PeopleRanking,
): Pick<HeldComponents, 'assetsOf' | 'peopleOf'> {
  return {
    assetsOf: (component) => counts[component] ?? 0,
    peopleOf: (component) => ranking.places[places[component] ?? 0],
  };
}
