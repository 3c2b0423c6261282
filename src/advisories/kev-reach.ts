/** Which known exploited vulnerabilities this index could find on a host that has them, by what, and why not the others. */
import path from 'node:path';
import { readManifest } from './manifest.ts';
import type { AdvisoryRecord, AdvisoryRow, Feed } from './model.ts';
import type { ProductRow } from './products/model.ts';
import { tokensOf } from './products/order.ts';
import { readWords } from './products/words.ts';
import { rules } from './rules/index.ts';
import { segmentItems } from './segment-items.ts';

/** `packages`: feeds of ecosystems; `records`: ranges of CVE records; `configurations`: the NVD's; `windows`: Microsoft's updates; `rules`: hand-kept. */
export const KEV_MEANS = ['packages', 'records', 'configurations', 'windows', 'rules'] as const;
export type KevMeans = (typeof KEV_MEANS)[number];

/**
 * Why none of them reaches it. `no-record`: nothing here speaks of it; `no-product`: its record names no product;
 * `no-version`: its record names a product and no version; `no-range`: what it says of versions cannot be ordered;
 * `commits-only`: only commits are named.
 */
export const KEV_GAPS = [
  'no-record',
  'no-product',
  'no-version',
  'no-range',
  'commits-only',
] as const;
export type KevGap = (typeof KEV_GAPS)[number];

export interface KevEntry {
  readonly cve: string;
  readonly name: string;
  /** Empty where nothing reaches it. */
  readonly by: readonly KevMeans[];
  readonly reason?: KevGap;
}

export interface KevReach {
  readonly schema: 'holdfast.advisories.kev/1';
  /** Of the list of exploited vulnerabilities; null where it was not brought here. */
  readonly asOf: string | null;
  readonly entries: readonly KevEntry[];
  readonly total: number;
  readonly matchable: number;
  readonly means: Readonly<Record<KevMeans, number>>;
  readonly reasons: Readonly<Record<KevGap, number>>;
}

/** Reads every feed of the index whole: seconds, and no network. */
export function kevReach(directory: string): KevReach {
  const { feeds } = readManifest(directory);
  const names = namesOf(directory, feeds);
  const seen = new Map<string, Seen>();
  for (const cve of names.keys()) seen.set(cve, { by: new Set(), gaps: new Set() });
  for (const { cve } of rules) seen.get(cve)?.by.add('rules');
  for (const feed of feeds) lookInto(directory, feed, seen);
  const entries = [...names]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([cve, name]) => entryOf(cve, name, seen.get(cve)));
  const count = (holds: (entry: KevEntry) => boolean): number => entries.filter(holds).length;
  return {
    schema: 'holdfast.advisories.kev/1',
    asOf: feeds.find(({ source }) => source === 'kev')?.asOf ?? null,
    entries,
    total: entries.length,
    matchable: count(({ by }) => by.length > 0),
    means: countOf(KEV_MEANS, (one) => count(({ by }) => by.includes(one))),
    reasons: countOf(KEV_GAPS, (one) => count(({ reason }) => reason === one)),
  };
}

interface Seen {
  readonly by: Set<KevMeans>;
  readonly gaps: Set<KevGap>;
}

function countOf<Key extends string>(
  keys: readonly Key[],
  count: (key: Key) => number,
): Record<Key, number> {
  return Object.fromEntries(keys.map((key) => [key, count(key)])) as Record<Key, number>;
}

function* itemsOf(directory: string, feed: Feed) {
  if (feed.segment !== '')
    yield* segmentItems(path.join(directory, path.basename(feed.segment)), feed.id);
}

function namesOf(directory: string, feeds: readonly Feed[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const feed of feeds.filter(({ source }) => source === 'kev'))
    for (const item of itemsOf(directory, feed))
      if (item.kind === 'intel' && item.part.kev !== undefined)
        names.set(item.cve, item.part.kev.name);
  return names;
}

function lookInto(directory: string, feed: Feed, seen: ReadonlyMap<string, Seen>): void {
  const records = new Map<string, readonly string[]>();
  const rows = new Map<string, KevGap | undefined>();
  for (const item of itemsOf(directory, feed)) {
    if (item.kind === 'record') takeRecord(item.record, records, seen);
    else if (item.kind === 'row') takeRow(item.row, rows);
    else if (item.kind === 'product')
      take(seen.get(item.row.cve), meansOf(item.row), gapOfProduct(item.row));
    else if (item.kind === 'windows')
      for (const cve of item.update.cves) take(seen.get(cve), 'windows');
    else takeIntel(feed, seen.get(item.cve));
  }
  for (const [id, cves] of records)
    if (rows.has(id)) for (const cve of cves) take(seen.get(cve), 'packages', rows.get(id));
}

function meansOf({ by }: ProductRow): KevMeans {
  return by === 'nvd' ? 'configurations' : 'records';
}

/** A list of exploited flaws, or of their likelihood, is no record of them. */
function takeIntel({ source }: Feed, seen: Seen | undefined): void {
  if (source !== 'kev' && source !== 'epss') seen?.gaps.add('no-product');
}

function takeRecord(
  { id, aliases, upstream }: AdvisoryRecord,
  records: Map<string, readonly string[]>,
  seen: ReadonlyMap<string, Seen>,
): void {
  const cves = [id, ...aliases, ...upstream].flatMap((name) => cvesIn(name, seen));
  if (cves.length > 0) records.set(id, cves);
}

function takeRow(row: AdvisoryRow, rows: Map<string, KevGap | undefined>): void {
  const gap = gapOfRow(row);
  if (gap === undefined || !rows.has(row.id)) rows.set(row.id, gap);
}

/** `DEBIAN-CVE-2021-44228` and `ALPINE-CVE-…` are of that CVE. */
function cvesIn(name: string, seen: ReadonlyMap<string, Seen>): string[] {
  const cve = /CVE-\d{4}-\d{4,}$/.exec(name)?.[0];
  return cve !== undefined && seen.has(cve) ? [cve] : [];
}

function take(seen: Seen | undefined, means: KevMeans, gap?: KevGap): void {
  if (gap === undefined) seen?.by.add(means);
  else seen?.gaps.add(gap);
}

function gapOfRow({ ranges = [], versions = [] }: AdvisoryRow): KevGap | undefined {
  if (versions.length > 0 || ranges.some(({ type }) => type !== 'GIT')) return undefined;
  return ranges.length > 0 ? 'commits-only' : 'no-version';
}

/** Undefined where some version can be told to be affected by it. */
function gapOfProduct({ versions, otherwise }: ProductRow): KevGap | undefined {
  const affected = versions.filter(({ status }) => status === 'affected');
  if (affected.length === 0) return otherwise === 'affected' ? undefined : 'no-version';
  const gaps = affected.map(({ version, lessThan, lessThanOrEqual, type }) => {
    const bound = lessThan ?? lessThanOrEqual;
    if (type === 'exact') return tokensOf(version) === undefined ? 'no-range' : undefined;
    const words = readWords(version);
    if (bound !== undefined)
      return bound === '*' || tokensOf(bound) !== undefined ? undefined : 'no-range';
    if (words === 'unsaid') return 'no-version';
    return words === undefined ? 'no-range' : undefined;
  });
  return gaps.includes(undefined)
    ? undefined
    : gaps.includes('no-range')
      ? 'no-range'
      : 'no-version';
}

/** The gap that is nearest to being one no longer. */
const NEAREST: readonly KevGap[] = ['no-range', 'commits-only', 'no-version', 'no-product'];

function entryOf(cve: string, name: string, seen: Seen | undefined): KevEntry {
  const by = KEV_MEANS.filter((one) => seen?.by.has(one) === true);
  if (by.length > 0) return { cve, name, by };
  const reason = NEAREST.find((one) => seen?.gaps.has(one) === true) ?? 'no-record';
  return { cve, name, by, reason };
}
