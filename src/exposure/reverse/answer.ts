/** Fans concerned components out to assets, customers, services, holdings and people: pure, given the indexes. */
import { HoldfastError } from '../../kernel/errors.ts';
import type { ConcernedComponents } from '../../measures/scanning/model.ts';
import type { Lists } from './csr.ts';
import type { Holders } from './holders.ts';
import type { Links, Things } from './links.ts';
import type {
  ReverseAnswer,
  ReverseFilter,
  ReverseList,
  ReversePage,
  ReverseTotals,
} from './model.ts';
import type { People } from './people.ts';
import { AFFECTED, UNKNOWN, rowsOfPage, type Marks } from './rows.ts';

/** Which assets hold a component: the index in memory, or what the database was asked for. */
export type EachHolder = Holders['each'];

export interface Indexes {
  readonly each: EachHolder;
  readonly links: Links;
  readonly people: People;
}

/** @throws HoldfastError `not_found` for a filter that names nothing of the estate. */
export function reverseAnswer(
  indexes: Indexes,
  concerned: ConcernedComponents,
  filter: ReverseFilter,
  page: ReversePage,
): ReverseAnswer {
  const { links, people } = indexes;
  const wanted = wantedOf(links, filter);
  const assets = markAssets(indexes, concerned, wanted);
  const marks: Marks = {
    assets,
    services: spread(assets, links.servicesOf, links.services, (i) => wanted.isService(i)),
    customers: spread(assets, links.customersOf, links.customers, (i) => wanted.isCustomer(i)),
    holdings: spread(assets, links.holdingsOf, links.holdings, (i) => wanted.isHolding(i)),
  };
  const possible = totalsOf(marks, UNKNOWN, people);
  const isCertain = Object.values(marks).every((each: Uint8Array) => !each.includes(UNKNOWN));
  return {
    affected: isCertain ? possible : totalsOf(marks, AFFECTED, people),
    possible,
    ...rowsOfPage(indexes, concerned, marks, page),
  };
}

interface Wanted {
  isAsset(position: number): boolean;
  isCustomer(position: number): boolean;
  isService(position: number): boolean;
  isHolding(position: number): boolean;
}

function wantedOf(links: Links, { customer, service, division }: ReverseFilter): Wanted {
  const c = positionOf(links.customers, 'customer', customer);
  const s = positionOf(links.services, 'service', service);
  const d = positionOf(links.divisions, 'division', division);
  const has = ({ starts, items }: Lists, position: number, item: number): boolean =>
    items.subarray(starts[position], starts[position + 1]).includes(item);
  return {
    isAsset: (i) =>
      (c === undefined || has(links.customersOf, i, c)) &&
      (s === undefined || has(links.servicesOf, i, s)) &&
      (d === undefined || links.divisionOf[i] === d),
    isCustomer: (i) => c === undefined || i === c,
    isService: (i) => s === undefined || i === s,
    isHolding: (i) =>
      (c === undefined || links.holdingCustomer[i] === c) &&
      (s === undefined || links.holdingService[i] === s),
  };
}

function positionOf(things: Things, kind: string, key: string | undefined): number | undefined {
  if (key === undefined) return undefined;
  const position = things.at.get(key);
  if (position !== undefined) return position;
  throw new HoldfastError('not_found', `No ${kind} is called ${key}`, {
    remedy: `holdfast estate list ${kind} shows them all.`,
  });
}

function markAssets(
  { each, links }: Indexes,
  concerned: ConcernedComponents,
  wanted: Wanted,
): Uint8Array {
  const marks = new Uint8Array(links.assets.keys.length);
  const mark = (components: readonly number[], as: number): void => {
    for (const component of components) {
      each(component, (id) => {
        const asset = links.assetAt(id);
        if (asset >= 0 && (marks[asset] as number) < as) marks[asset] = as;
      });
    }
  };
  mark(concerned.unknown, UNKNOWN);
  mark(concerned.affected, AFFECTED);
  for (let i = 0; i < marks.length; i++) if (marks[i] !== 0 && !wanted.isAsset(i)) marks[i] = 0;
  return marks;
}

function spread(
  assets: Uint8Array,
  lists: Lists,
  things: Things,
  isWanted: (position: number) => boolean,
): Uint8Array {
  const marks = new Uint8Array(things.keys.length);
  for (let asset = 0; asset < assets.length; asset++) {
    const as = assets[asset] as number;
    if (as === 0) continue;
    const end = lists.starts[asset + 1] as number;
    for (let i = lists.starts[asset] as number; i < end; i++) {
      const item = lists.items[i] as number;
      if ((marks[item] as number) < as && isWanted(item)) marks[item] = as;
    }
  }
  return marks;
}

function totalsOf(marks: Marks, from: number, people: People): ReverseTotals {
  const holdings = positions(marks.holdings, from);
  const count = (list: ReverseList): number => positions(marks[list], from).length;
  return {
    assets: count('assets'),
    customers: count('customers'),
    services: count('services'),
    holdings: holdings.length,
    people: people.count(holdings),
  };
}

function positions(marks: Uint8Array, from: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < marks.length; i++) if ((marks[i] as number) >= from) found.push(i);
  return found;
}
