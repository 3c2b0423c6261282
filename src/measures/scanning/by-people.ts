/** Findings in the order of the people behind them: those in the assets from which most people are reached come first. */
import type { Sql } from '../../kernel/sql/database.ts';
import type { HeldComponents } from './held.ts';
import type { ListedFinding } from './model.ts';
import { readFindingsAmong, type FindingFilter, type PlacedFinding } from './store-by-people.ts';

/** The last finding of the page before. */
export interface PeoplePosition {
  readonly place: number;
  readonly rank: number;
  readonly key: string;
  readonly component: number;
}

type PeopleFinding = ListedFinding & { readonly place: number };

/** Components that are asked for at first, and at most; each further question takes twice as many. */
const FEW = 2_048;
const MANY = 65_536;

/**
 * The first `limit` findings after `after`: of the same people those to look at first first. Each component stands in the
 * place of the asset with most people that holds it.
 */
export async function readFindingsByPeople(
  sql: Sql,
  filter: FindingFilter,
  held: HeldComponents,
  after?: PeoplePosition,
): Promise<PeopleFinding[]> {
  const found: PlacedFinding[] = [];
  let size = FEW;
  for (let place = after?.place ?? 0; place < held.ranking.places.length;) {
    const batch = batchFrom(held, place, size);
    if (batch.components.length > 0) {
      const limit = filter.limit - found.length;
      found.push(...(await readFindingsAmong(sql, { ...filter, limit }, batch, after)));
    }
    if (found.length >= filter.limit) break;
    place = batch.next;
    size = Math.min(size * 2, MANY);
  }
  return found.map((row) => ({
    ...row,
    assets: held.assetsOf(row.component),
    people: held.peopleOf(row.component) ?? null,
  }));
}

/** Whole places, as many as have no more components than `size`, and at least one. */
function batchFrom({ components, starts, ranking }: HeldComponents, first: number, size: number) {
  const from = starts[first] ?? 0;
  let next = first + 1;
  while (next < ranking.places.length && (starts[next + 1] ?? 0) - from <= size) next++;
  const chosen = components.subarray(from, starts[next]);
  const places = new Int32Array(chosen.length);
  for (let place = first; place < next; place++)
    places.fill(place, (starts[place] ?? 0) - from, (starts[place + 1] ?? 0) - from);
  return { components: chosen, places, next };
}
