/** One page of the things that are concerned, each with what is behind it. */
import type { ConcernedComponents } from '../../measures/scanning/model.ts';
import { eachOf, type Lists } from './csr.ts';
import type { Holders } from './holders.ts';
import type { Links } from './links.ts';
import type { ReverseAnswer, ReverseList, ReversePage, ReverseRow } from './model.ts';
import type { People } from './people.ts';

export const UNKNOWN = 1;
export const AFFECTED = 2;

/** By list and position: 0 not concerned, `UNKNOWN` or `AFFECTED`. */
export type Marks = Readonly<Record<ReverseList, Uint8Array>>;

interface Indexes {
  readonly each: Holders['each'];
  readonly links: Links;
  readonly people: People;
}

export function rowsOfPage(
  indexes: Indexes,
  concerned: ConcernedComponents,
  marks: Marks,
  { list, after, limit }: ReversePage,
): Pick<ReverseAnswer, 'rows' | 'next'> {
  const { keys, names } = indexes.links[list];
  const found: number[] = [];
  for (let i = 0; i < keys.length && found.length <= limit; i++) {
    const isPast = after === undefined || (keys[i] as string) > after;
    if (marks[list][i] !== 0 && isPast) found.push(i);
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const behind = behindOf(indexes, marks, list, page);
  if (list === 'assets') noteComponents(indexes, concerned, behind);
  return {
    rows: page.map((position): ReverseRow => {
      const { assets, holdings, components } = behind.get(position) ?? nothing();
      return {
        key: keys[position] ?? '',
        name: names[position] ?? '',
        state: marks[list][position] === AFFECTED ? 'affected' : 'unknown',
        assets,
        holdings: holdings.length,
        unknownHoldings: holdings.filter((each) => indexes.people.isUnknown(each)).length,
        components: [...components].sort((a, b) => a - b),
      };
    }),
    next: found.length > limit && last !== undefined ? (keys[last] ?? null) : null,
  };
}

interface Behind {
  assets: number;
  readonly holdings: number[];
  readonly components: Set<number>;
}

function nothing(): Behind {
  return { assets: 0, holdings: [], components: new Set() };
}

function behindOf(
  { links }: Indexes,
  marks: Marks,
  list: ReverseList,
  page: readonly number[],
): Map<number, Behind> {
  const behind = new Map(page.map((position) => [position, nothing()]));
  if (list === 'assets') {
    for (const [asset, entry] of behind) {
      entry.assets = 1;
      eachOf(links.holdingsOf, asset, (holding) => {
        if (marks.holdings[holding] !== 0) entry.holdings.push(holding);
      });
    }
    return behind;
  }
  const through = {
    customers: links.customersOf,
    services: links.servicesOf,
    holdings: links.holdingsOf,
  };
  countAssets(marks.assets, through[list], behind);
  const ownerOf = {
    customers: (holding: number) => links.holdingCustomer[holding],
    services: (holding: number) => links.holdingService[holding],
    holdings: (holding: number) => holding,
  }[list];
  for (let holding = 0; holding < marks.holdings.length; holding++) {
    if (marks.holdings[holding] !== 0) behind.get(ownerOf(holding) ?? -1)?.holdings.push(holding);
  }
  return behind;
}

function countAssets(assets: Uint8Array, lists: Lists, behind: ReadonlyMap<number, Behind>): void {
  for (let asset = 0; asset < assets.length; asset++) {
    if (assets[asset] === 0) continue;
    eachOf(lists, asset, (item) => {
      const entry = behind.get(item);
      if (entry !== undefined) entry.assets += 1;
    });
  }
}

function noteComponents(
  { each, links }: Indexes,
  { affected, unknown }: ConcernedComponents,
  behind: ReadonlyMap<number, Behind>,
): void {
  const shown = new Uint8Array(links.assets.keys.length);
  for (const position of behind.keys()) shown[position] = 1;
  for (const component of [...affected, ...unknown]) {
    each(component, (id) => {
      const asset = links.assetAt(id);
      if (asset >= 0 && shown[asset] === 1) behind.get(asset)?.components.add(component);
    });
  }
}
