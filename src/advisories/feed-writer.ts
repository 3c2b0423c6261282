/** Writes one feed: its segment, and what is counted and proven of it on the way. */
import type { Item } from './item.ts';
import type { AdvisoryRow } from './model.ts';
import { segmentItems, type SegmentItem } from './segment-items.ts';
import { openSegmentWriter, type SegmentPool, type SegmentWriter } from './segment-writer.ts';

export interface WrittenFeed {
  /** Its file, below the directory. */
  readonly segment: string;
  readonly sha256: string;
  readonly records: number;
  readonly rows: number;
  /** Newest time in its content; empty where there is none. */
  readonly asOf: string;
  readonly canary?: { readonly id: string; readonly found: boolean };
  /** It tells of flaws without a fix: not of one or two by chance, but as a habit. */
  readonly hasUnfixed: boolean;
}

export interface FeedWriter {
  readonly id: string;
  /** False for an older or equal copy of what is there. */
  put(item: Item): boolean;
  /** Takes over a former segment of this feed but for some records. */
  copy(segment: string, except: ReadonlySet<string>): void;
  asOf(time: string): void;
  /** A newer copy came after an older one had been written: the files must be read again. */
  replaced(): boolean;
  /** Begins anew, now knowing which copies are the newest. */
  restart(): void;
  finish(): WrittenFeed & Identity;
  abandon(): void;
}

interface Identity {
  readonly id: string;
  readonly source: string;
  readonly ecosystem: string;
}

export interface FeedWriterOptions {
  readonly directory: string;
  readonly pool: SegmentPool;
  readonly canaryOf: (source: string, ecosystem: string) => string | undefined;
}

export function openFeedWriter(identity: Identity, options: FeedWriterOptions): FeedWriter {
  const { directory, pool } = options;
  /** Identity → time of its newest copy. */
  const newest = new Map<string, number>();
  let written: Set<string> | undefined;
  let replaced = false;
  let writer = openSegmentWriter(directory, { pool });
  let asOf = '';
  let tally = startTally();
  const canary = options.canaryOf(identity.source, identity.ecosystem);

  function isWanted(key: string, time: string): boolean {
    const modified = moment(time);
    const known = newest.get(key);
    if (written !== undefined) {
      if (known !== modified || written.has(key)) return false;
      written.add(key);
      return true;
    }
    if (known === undefined) {
      newest.set(key, modified);
      return true;
    }
    if (modified > known) {
      newest.set(key, modified);
      replaced = true;
    }
    return false;
  }

  return {
    id: identity.id,
    put(item) {
      const { key, modified } = identityOf(item);
      if (!isWanted(key, modified)) return false;
      writeItem(writer, item);
      count(tally, item, canary);
      return true;
    },
    copy(segment, except) {
      for (const item of segmentItems(segment, identity.id))
        copyItem(writer, tally, item, { except, canary });
    },
    asOf: (time) => {
      if (time > asOf) asOf = time;
    },
    replaced: () => replaced,
    restart() {
      writer.abandon();
      writer = openSegmentWriter(directory, { pool });
      tally = startTally();
      written = new Set();
    },
    finish() {
      const { file, sha256 } = writer.finish();
      return {
        ...identity,
        segment: file,
        sha256,
        records: tally.records,
        rows: tally.rows,
        asOf,
        ...(canary === undefined ? {} : { canary: { id: canary, found: tally.canary } }),
        hasUnfixed: tally.unfixed > 0 && tally.unfixed >= tally.rows * HABIT,
      };
    },
    abandon: () => writer.abandon(),
  };
}

function copyItem(
  writer: SegmentWriter,
  tally: Tally,
  item: SegmentItem,
  { except, canary }: { except: ReadonlySet<string>; canary: string | undefined },
): void {
  if (item.kind === 'row') {
    if (except.has(item.row.id)) return;
    writer.putRow(item.ecosystem, item.name, item.row);
    tally.rows += 1;
    if (isUnfixed(item.row)) tally.unfixed += 1;
  } else if (item.kind === 'record' && !except.has(item.record.id)) {
    writer.putRecord(item.record);
    tally.records += 1;
    const { id, aliases, upstream } = item.record;
    if (canary !== undefined && [id, ...aliases, ...upstream].includes(canary)) tally.canary = true;
  }
}

/** As a number it takes half the memory: there is one for each record of a feed. Without a time, before all others. */
function moment(time: string): number {
  const at = Date.parse(time);
  return Number.isFinite(at) ? at : Number(time) || 0;
}

function identityOf(item: Item): { key: string; modified: string } {
  if (item.kind === 'record') return { key: item.identity, modified: item.record.modified };
  return { key: nameOf(item), modified: item.modified };
}

function nameOf(item: Exclude<Item, { kind: 'record' }>): string {
  if (item.kind === 'windows') return item.catalogue.product;
  return item.kind === 'eol' ? item.product.slug : item.cve;
}

function writeItem(writer: SegmentWriter, item: Item): void {
  if (item.kind === 'intel') {
    writer.putIntel(item.cve, item.intel);
    for (const row of item.products ?? []) writer.putProduct(row);
  } else if (item.kind === 'eol') {
    writer.putEol(item.product);
  } else if (item.kind === 'windows') {
    const { product, updates } = item.catalogue;
    for (const update of updates) writer.putWindows(product, update);
  } else {
    writer.putRecord(item.record);
    for (const { ecosystem, name, row } of item.rows) writer.putRow(ecosystem, name, row);
  }
}

/** Share of rows without a fix from which a feed is taken to tell of such flaws. */
const HABIT = 0.005;

interface Tally {
  records: number;
  rows: number;
  canary: boolean;
  unfixed: number;
}

function startTally(): Tally {
  return { records: 0, rows: 0, canary: false, unfixed: 0 };
}

function count(tally: Tally, item: Item, canary: string | undefined): void {
  tally.records += 1;
  tally.rows += item.kind === 'record' ? item.rows.length : 1;
  if (canary !== undefined && !tally.canary) tally.canary = names(item, canary);
  if (item.kind === 'record') {
    for (const { row } of item.rows) if (isUnfixed(row)) tally.unfixed += 1;
  }
}

function names(item: Item, id: string): boolean {
  if (item.kind === 'intel') return item.cve === id;
  if (item.kind === 'eol') return item.product.slug === id;
  if (item.kind === 'windows') return item.catalogue.updates.some(({ cves }) => cves.includes(id));
  const { record } = item;
  return record.id === id || record.aliases.includes(id) || record.upstream.includes(id);
}

function isUnfixed({ state, ranges = [] }: AdvisoryRow): boolean {
  if (state === 'wont_fix' || state === 'under_investigation') return true;
  const open = ranges.some(
    ({ type, events }) => type !== 'GIT' && !events.some(({ fixed }) => fixed !== undefined),
  );
  return state === 'affected' && open;
}
