/** A count as the fact about a holding that the estate keeps: numbers and categories, nothing of anybody. */
import type { Observation } from '../estate/schema.ts';
import type { PeopleCount } from './count.ts';

export interface HoldingPlace {
  readonly key: string;
  readonly asset: string;
  readonly customer?: string | undefined;
  readonly service?: string | undefined;
  readonly name?: string | undefined;
}

/** The key of a holding that was given none: as the estate names declared ones, by what it is about. */
export function holdingKey(place: Omit<HoldingPlace, 'key'>): string {
  return [place.asset, place.customer, place.service, place.name]
    .filter((part) => part !== undefined)
    .join(' / ')
    .slice(0, 200);
}

/** The observation of a count; `people` and the categories are of the living. */
export function holdingFact(
  place: HoldingPlace,
  count: PeopleCount,
  countedAt: Date,
): Extract<Observation, { kind: 'holding' }> {
  const categories = Object.entries(count.categories).filter(([, range]) => range.best > 0);
  const at = countedAt.toISOString();
  return {
    type: 'observation',
    kind: 'holding',
    key: place.key,
    trueAt: at,
    body: {
      asset: place.asset,
      ...(place.customer === undefined ? {} : { customer: place.customer }),
      ...(place.service === undefined ? {} : { service: place.service }),
      ...(place.name === undefined ? {} : { name: place.name }),
      people: count.living,
      deceased: count.deceased.best,
      children: count.children.best,
      categories: Object.fromEntries(categories.map(([category, range]) => [category, range.best])),
      howCounted: 'counted',
      asOf: at,
    },
  };
}
