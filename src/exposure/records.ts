/** The holdings that an attacker reaches: what the figures of people are counted from. */
import type { Exposure } from './exposure.ts';
import type { Category } from '../people/categories.ts';
import type { Range } from '../people/count.ts';

export interface ReachedRecords {
  readonly key: string;
  readonly name: string;
  readonly asset: string | null;
  readonly customer: string | null;
  readonly service: string | null;
  /** Living people by its own count; null: nobody counted. A person may be in several holdings. */
  readonly living: Range | null;
  readonly categories: Readonly<Partial<Record<Category, number>>>;
  /** Distinct people can be told apart in it; else its number alone is known. */
  readonly counted: 'people' | 'number' | 'declared' | 'nobody';
  /** Reached by steps that evidence shows; else only where nobody can rule a step out. */
  readonly proven: boolean;
  readonly trueAt: Date;
}

/** Most people first; those that nobody counted first of all: they may be anybody. */
export function reachedRecords(exposure: Exposure): ReachedRecords[] {
  const { facts, all, proven, people } = exposure;
  const declared = new Set(people.declared);
  const reached = new Map<number, boolean>();
  for (const node of all.held.nodes) {
    const position = all.held.positionOf[node] ?? -1;
    if (all.reach.reached[node] !== 1) continue;
    const shown = proven.reach.reached[node] === 1 || reached.get(position) === true;
    reached.set(position, shown);
  }
  const records = [...reached].flatMap(([position, shown]): ReachedRecords[] => {
    const holding = facts.holdings[position];
    if (holding === undefined) return [];
    const { name, asset, customer, service } = holding.body;
    const { living, facets, hasSet } = people.sets.own(position);
    const number = declared.has(holding.key) ? 'declared' : 'number';
    return [
      {
        key: holding.key,
        name: name ?? holding.key,
        asset: asset ?? null,
        customer: customer ?? null,
        service: service ?? null,
        living: living ?? null,
        categories: facets,
        counted: living === undefined && !hasSet ? 'nobody' : hasSet ? 'people' : number,
        proven: shown,
        trueAt: holding.trueAt,
      },
    ];
  });
  return records.sort(
    (a, b) =>
      Number(b.counted === 'nobody') - Number(a.counted === 'nobody') ||
      (b.living?.best ?? 0) - (a.living?.best ?? 0) ||
      (a.key < b.key ? -1 : 1),
  );
}
