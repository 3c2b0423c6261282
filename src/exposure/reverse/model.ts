/** The reverse question: given flawed components, which assets, customers, services and holdings, and how many people. */
import type { Range } from '../../people/count.ts';

/** Keys; an asset counts where it has to do with all that are given. */
export interface ReverseFilter {
  readonly customer?: string | undefined;
  readonly service?: string | undefined;
  readonly division?: string | undefined;
}

export const REVERSE_LISTS = ['assets', 'customers', 'services', 'holdings'] as const;
export type ReverseList = (typeof REVERSE_LISTS)[number];

export interface ReversePage {
  readonly list: ReverseList;
  /** Only rows after this key. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** How many people there are, by everything that is known of it. */
export interface PeopleCount {
  /** Distinct living people. */
  readonly living: Range;
  /** Of them: children, and by category of data, where anybody is. */
  readonly by: Readonly<Record<string, Range>>;
  /** Holdings of which nobody has counted or declared the people: unknown, never zero. */
  readonly unknownHoldings: number;
  /** Whether every holding that is known has its set, so that nobody counts twice. */
  readonly exact: boolean;
}

export interface ReverseTotals {
  readonly assets: number;
  readonly customers: number;
  readonly services: number;
  readonly holdings: number;
  readonly people: PeopleCount;
}

export interface ReverseRow {
  readonly key: string;
  readonly name: string;
  /** `unknown`: only through components of which it cannot be told. */
  readonly state: 'affected' | 'unknown';
  /** Assets through which it is concerned; of an asset: itself. */
  readonly assets: number;
  /** Holdings on these assets, or on what runs on them. */
  readonly holdings: number;
  /** Of these holdings: those whose people nobody has counted. */
  readonly unknownHoldings: number;
  /** Of an asset: its concerned components. */
  readonly components: readonly number[];
}

export interface ReverseAnswer {
  /** By what is affected for certain. */
  readonly affected: ReverseTotals;
  /** The same with what may be affected. */
  readonly possible: ReverseTotals;
  readonly rows: readonly ReverseRow[];
  readonly next: string | null;
}
