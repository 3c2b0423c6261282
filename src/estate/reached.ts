/** Living people whom an attacker reaches from a place, and the one order in which places stand by them. */
import { HoldfastError } from '../kernel/errors.ts';

/** Distinct living people; holdings that nobody counted are no part of the figures: their people come on top. */
export interface ReachedPeople {
  readonly low: number;
  readonly best: number;
  readonly high: number;
  readonly unknownHoldings: number;
}

/** Nothing leads an attacker from there to anybody's data. */
export const NOBODY: ReachedPeople = { low: 0, best: 0, high: 0, unknownHoldings: 0 };

/**
 * Most people first, by the best count. People unknown is never zero: of places from which the same number is reached,
 * those with holdings that nobody counted come first, and a place that nobody describes (undefined) stands behind those
 * from which anybody is reached, or some uncounted holding, and before those from which nobody is.
 */
export function compareReached(a: ReachedPeople | undefined, b: ReachedPeople | undefined): number {
  const [one, other] = [a ?? UNDESCRIBED, b ?? UNDESCRIBED];
  return (
    other.best - one.best ||
    other.unknownHoldings - one.unknownHoldings ||
    other.high - one.high ||
    other.low - one.low
  );
}

/** Less than one uncounted holding, more than none. */
const UNDESCRIBED: ReachedPeople = { ...NOBODY, unknownHoldings: 0.5 };

/** One result of exposure as an order: it has a name, so that the pages of a list can all be of the same one. */
export interface PeopleRanking {
  /** Equal orders have equal names. */
  readonly id: string;
  /** The moment of which it tells. */
  readonly at: Date;
  /** Figures of each place in the order, the most people first; undefined: nobody knows. */
  readonly places: readonly (ReachedPeople | undefined)[];
  /** Place of an asset by its number in the estate; one that nobody describes has the place of the unknown. */
  readonly ofAsset: (id: number) => number;
  /** The same of a door, by its key. */
  readonly ofDoor: (key: string) => number;
}

export interface PeopleRankings {
  /** As exposure stands now. */
  current(): Promise<PeopleRanking>;
  asAt(moment: Date): Promise<PeopleRanking>;
  /**
   * The one that a page before was of.
   *
   * @throws HoldfastError `stale` where it is not kept any more.
   */
  named(id: string): Promise<PeopleRanking>;
}

/** What a ranking is made of, and what is kept of it. */
export interface RankedPlaces {
  readonly at: Date;
  readonly places: readonly (ReachedPeople | undefined)[];
  /** Numbers of assets, ascending, and the place of each. */
  readonly assets: Int32Array;
  readonly assetPlaces: Int32Array;
  readonly doors: Readonly<Record<string, number>>;
}

export function peopleRanking(id: string, ranked: RankedPlaces): PeopleRanking {
  const { at, places, assets, assetPlaces, doors } = ranked;
  const unknown = places.indexOf(undefined);
  const byId = new Map<number, number>();
  for (const [i, asset] of assets.entries()) byId.set(asset, assetPlaces[i] ?? unknown);
  return {
    id,
    at,
    places,
    ofAsset: (asset) => byId.get(asset) ?? unknown,
    ofDoor: (key) => doors[key] ?? unknown,
  };
}

/** Puts each thing in its place; there is always one of the unknown. */
export function placesOf<T>(reached: ReadonlyMap<T, ReachedPeople | undefined>): {
  readonly places: (ReachedPeople | undefined)[];
  readonly placeOf: Map<T, number>;
} {
  const names = new Map<string, ReachedPeople | undefined>([['', undefined]]);
  for (const each of reached.values()) names.set(nameOf(each), each);
  const sorted = [...names].sort(([, a], [, b]) => compareReached(a, b));
  const placeNamed = new Map(sorted.map(([name], place) => [name, place]));
  return {
    places: sorted.map(([, each]) => each),
    placeOf: new Map([...reached].map(([key, each]) => [key, placeNamed.get(nameOf(each)) ?? 0])),
  };
}

function nameOf(reached: ReachedPeople | undefined): string {
  if (reached === undefined) return '';
  const { low, best, high, unknownHoldings } = reached;
  return `${low} ${best} ${high} ${unknownHoldings}`;
}

/** `79,404`, `70,000–79,404–81,000`, `12 + 2 uncounted`, `unknown`. */
export function reachedText(reached: ReachedPeople | null | undefined): string {
  if (reached === undefined || reached === null) return 'unknown';
  const { low, best, high, unknownHoldings } = reached;
  const figure = [...new Set([low, best, high])].map((each) => each.toLocaleString('en-GB'));
  if (unknownHoldings === 0) return figure.join('–');
  return best === 0 && high === 0
    ? 'unknown'
    : `${figure.join('–')} + ${unknownHoldings} uncounted`;
}

export function rankingGone(): HoldfastError {
  return new HoldfastError(
    'stale',
    'The order of people at risk that this page belongs to is gone',
    {
      remedy: 'Ask for the first page again, without `after`.',
    },
  );
}
