/** What parsers give: one record with its rows, one CVE's intelligence or one product's life, on the way to a segment. */
import type { ProductRow } from './products/model.ts';
import type { WindowsCatalogue } from './windows/model.ts';
import type { AdvisoryRecord, AdvisoryRow, EolProduct, Intel } from './model.ts';

/** One package that a record speaks of. */
export interface ItemRow {
  /** Canonical, with its release: `Debian:12`. */
  readonly ecosystem: string;
  readonly name: string;
  readonly row: AdvisoryRow;
}

export interface RecordItem {
  readonly kind: 'record';
  /** What makes it one thing within its feed: of two with the same identity the newer one counts. */
  readonly identity: string;
  readonly record: AdvisoryRecord;
  readonly rows: readonly ItemRow[];
}

export interface IntelItem {
  readonly kind: 'intel';
  /** `CVE-2020-1472` */
  readonly cve: string;
  readonly intel: Intel;
  /** What the record says of products that are in no ecosystem. */
  readonly products?: readonly ProductRow[];
  /** Which feed it belongs to, where a file brings several. */
  readonly source: string;
  readonly modified: string;
}

export interface EolItem {
  readonly kind: 'eol';
  readonly product: EolProduct;
  readonly modified: string;
}

/** Microsoft's updates for one product. */
export interface WindowsItem {
  readonly kind: 'windows';
  readonly catalogue: WindowsCatalogue;
  readonly modified: string;
}

export type Item = RecordItem | IntelItem | EolItem | WindowsItem;

/** What a parser tells besides items. */
export interface Notes {
  /** Something was not taken over; the reason is a fixed phrase, so that it can be counted. */
  dropped(reason: string): void;
  /** The document says of itself when it was made. */
  asOf(time: string): void;
}

/** A parser of one JSON document (or one member of a huge one) into items. */
export type ParseDocument = (document: unknown, notes: Notes, key: string) => Item[];
