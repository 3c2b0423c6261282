/** Gathers items of files into one segment a feed; of two records with one identity the newer counts, whatever file it came in. */
import path from 'node:path';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { ecosystemBase } from './ecosystem.ts';
import { openFeedWriter, type FeedWriter, type WrittenFeed } from './feed-writer.ts';
import type { Item, RecordItem } from './item.ts';
import { refuseAborted } from './open-file.ts';
import { readFile } from './read-file.ts';
import type { Format } from './recognise.ts';
import { segmentPool } from './segment-writer.ts';

/** A file to read. */
export interface InputFile {
  readonly path: string;
  /** As the person named it. */
  readonly shown: string;
  /** The day that the file is of where its records do not say, ISO 8601; from a manifest or its name. */
  readonly date?: string;
}

export interface GatherOptions {
  /** Where the segments go. */
  readonly directory: string;
  /** Which source an item of this format is of, or undefined where it is not wanted. */
  readonly sourceOf: (item: Item, format: Format) => string | undefined;
  /** Only this ecosystem (without release) of records that speak of several. */
  readonly ecosystem?: string;
  /** Times beyond it are wrong clocks and prove nothing. */
  readonly now: Date;
  readonly signal: AbortSignal;
  /** Bytes read of all files, packed, and items so far. */
  readonly progress: (bytes: number, items: number, shown: string) => void;
  /** A flaw that a whole feed must name. */
  readonly canaryOf: (source: string, ecosystem: string) => string | undefined;
  /** A feed in place that the files only change: all of it but these records is taken over. */
  readonly seed?: {
    readonly feed: string;
    readonly segment: string;
    readonly except: ReadonlySet<string>;
  };
  /** Bytes that all writers may hold in memory. */
  readonly memory?: number;
}

export interface FileReport {
  readonly shown: string;
  readonly items: number;
  readonly dropped: Readonly<Record<string, number>>;
  /** Nothing in it is of a known format. */
  readonly unrecognised: boolean;
  /** Why it could not be read to its end. */
  readonly damaged?: string;
  /** Ids of the feeds that it has a part in. */
  readonly feeds: readonly string[];
}

export interface GatheredFeed extends WrittenFeed {
  readonly id: string;
  readonly source: string;
  readonly ecosystem: string;
}

export interface Gathered {
  readonly files: readonly FileReport[];
  readonly feeds: readonly GatheredFeed[];
  /** Feeds that a damaged file had a part in: they are not renewed. */
  readonly broken: readonly { readonly id: string; readonly why: string }[];
}

const MEMORY = 24 * 1024 * 1024;

/** @throws HoldfastError `cancelled`, `disk_full`; whatever is wrong with a file is in the report. */
export async function gather(
  files: readonly InputFile[],
  options: GatherOptions,
): Promise<Gathered> {
  const pool = segmentPool(options.memory ?? MEMORY);
  const feeds = new Map<string, FeedWriter>();
  const broken = new Map<string, string>();
  const reports: FileReport[] = [];
  const open = (source: string, ecosystem: string): FeedWriter => {
    const id = feedId(source, ecosystem);
    let feed = feeds.get(id);
    if (feed === undefined) {
      feed = openFeedWriter({ id, source, ecosystem }, { ...options, pool });
      feeds.set(id, feed);
    }
    return feed;
  };
  try {
    if (options.seed !== undefined) sow(options.seed, options.directory, open);
    for (const file of files) reports.push(await gatherFile(file, options, { open, broken }));
    const again = [...feeds.values()].filter((feed) => feed.replaced() && !broken.has(feed.id));
    if (again.length > 0) {
      const known = new Map(again.map((feed) => [feed.id, feed]));
      for (const feed of again) feed.restart();
      if (options.seed !== undefined && known.has(options.seed.feed))
        sow(options.seed, options.directory, open);
      const only = (source: string, ecosystem: string) => known.get(feedId(source, ecosystem));
      for (const [index, file] of files.entries()) {
        const involved = reports[index]?.feeds.some((id) => known.has(id)) === true;
        if (involved) await gatherFile(file, options, { open: only, broken: new Map() });
      }
    }
    const whole = [...feeds.values()].filter((feed) => !broken.has(feed.id));
    return {
      feeds: whole.flatMap((feed) => {
        refuseAborted(options.signal);
        return finished(feed, broken);
      }),
      files: reports,
      broken: [...broken].map(([id, why]) => ({ id, why })),
    };
  } finally {
    for (const feed of feeds.values()) feed.abandon();
  }
}

/** A feed that says more than can be kept is that feed's failure. */
function finished(feed: FeedWriter, broken: Map<string, string>): GatheredFeed[] {
  try {
    return [feed.finish()];
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'too_large') throw error;
    broken.set(feed.id, error.message);
    return [];
  }
}

function sow(
  { feed, segment, except }: NonNullable<GatherOptions['seed']>,
  directory: string,
  open: (source: string, ecosystem: string) => FeedWriter,
): void {
  const colon = feed.indexOf(':');
  const writer = colon < 0 ? open(feed, '') : open(feed.slice(0, colon), feed.slice(colon + 1));
  writer.copy(path.join(directory, segment), except);
}

/** `osv:npm`, `kev`. */
export function feedId(source: string, ecosystem: string): string {
  return ecosystem === '' ? source : `${source}:${ecosystem}`;
}

interface Into {
  readonly open: (source: string, ecosystem: string) => FeedWriter | undefined;
  readonly broken: Map<string, string>;
}

async function gatherFile(
  file: InputFile,
  options: GatherOptions,
  into: Into,
): Promise<FileReport> {
  const dropped: Record<string, number> = {};
  const touched = new Set<FeedWriter>();
  let items = 0;
  let unrecognised = 0;
  let bytes = 0;
  let format: Format = 'osv';
  let newest = '';
  const drop = (reason: string): void => {
    dropped[reason] = (dropped[reason] ?? 0) + 1;
  };
  const latest = new Date(options.now.getTime() + DAY_MS).toISOString();
  const put = (feed: FeedWriter | undefined, item: Item): void => {
    if (feed === undefined) return;
    touched.add(feed);
    if (!feed.put(item)) drop('older copy of a record');
  };
  let damaged: string | undefined;
  try {
    await readFile(file.path, {
      signal: options.signal,
      progress: (read) => {
        bytes = read;
        options.progress(bytes, items, file.shown);
      },
      met: (met) => {
        format = met;
      },
      dropped: drop,
      unrecognised: () => {
        unrecognised += 1;
      },
      asOf: (time) => {
        if (time > newest && time <= latest) newest = time;
      },
      item: (item) => {
        items += 1;
        if (items % 5000 === 0) options.progress(bytes, items, file.shown);
        const source = options.sourceOf(item, format);
        if (source === undefined) return;
        for (const [ecosystem, part] of partsOf(dated(item, file.date), options.ecosystem)) {
          put(into.open(source, ecosystem), part);
        }
      },
    });
  } catch (error) {
    if (
      !(error instanceof HoldfastError) ||
      error.code === 'cancelled' ||
      error.code === 'disk_full'
    )
      throw error;
    damaged = messageOf(error);
  }
  for (const feed of touched) {
    if (damaged !== undefined) into.broken.set(feed.id, `${file.shown}: ${damaged}`);
    feed.asOf(newest === '' ? (file.date ?? '') : newest);
  }
  return {
    shown: file.shown,
    items,
    dropped,
    unrecognised: items === 0 && unrecognised > 0,
    feeds: [...touched].map(({ id }) => id),
    ...(damaged === undefined ? {} : { damaged }),
  };
}

const DAY_MS = 24 * 3600 * 1000;

/** One part for each ecosystem that a record speaks of, each with the rows of that ecosystem. */
function partsOf(item: Item, only: string | undefined): [string, Item][] {
  if (item.kind !== 'record') return [['', item]];
  const parts = new Map<string, RecordItem['rows'][number][]>();
  for (const row of item.rows) {
    const base = ecosystemBase(row.ecosystem);
    if (only !== undefined && base !== only) continue;
    const rows = parts.get(base);
    if (rows === undefined) parts.set(base, [row]);
    else rows.push(row);
  }
  return [...parts].map(([base, rows]) => [base, { ...item, rows }]);
}

/** Items that do not say when they are of are of the day of their file. */
function dated(item: Item, date: string | undefined): Item {
  if (date === undefined || item.kind === 'record' || item.modified !== '') return item;
  if (item.kind !== 'intel' || item.intel.epss === undefined) return { ...item, modified: date };
  return {
    ...item,
    modified: date,
    intel: { epss: { ...item.intel.epss, date: date.slice(0, 10) } },
  };
}
