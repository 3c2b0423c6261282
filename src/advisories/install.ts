/** Puts gathered feeds in the place of the former ones, unless one has shrunk or lost its canary. */
import { parseFeedTime } from './feed-time.ts';
import type { GatheredFeed } from './gather.ts';
import { readManifest, replaceManifest, withFeeds } from './manifest.ts';
import type { Feed } from './model.ts';
import { sources } from './sources/index.ts';

/** Below this share of its former rows a feed is taken for a torso. */
const SHRINK = 0.7;

export type FeedOutcome = 'new' | 'renewed' | 'unchanged' | 'refused' | 'failed';

export interface FeedReport {
  readonly id: string;
  readonly outcome: FeedOutcome;
  /** Of a refusal or a failure; or a warning about what was put in place. */
  readonly why?: string;
  readonly records: number;
  readonly rows: number;
  /** Rows of the feed that was or is in its place. */
  readonly before?: number;
  readonly asOf: string;
}

export interface InstallOptions {
  readonly directory: string;
  readonly now: Date;
  /** Where the files came from, as a person would recognise it. */
  readonly from: string;
  /** The time that the content is of, where it is known better than from its records. */
  readonly asOf?: string;
  readonly acceptShrink: boolean;
}

/** One step: all accepted feeds appear together. */
export function install(gathered: readonly GatheredFeed[], options: InstallOptions): FeedReport[] {
  const manifest = readManifest(options.directory);
  const former = new Map(manifest.feeds.map((feed) => [feed.id, feed]));
  const accepted: Feed[] = [];
  const reports: FeedReport[] = [];
  for (const made of gathered) {
    const feed = feedOf(made, options);
    const before = former.get(feed.id);
    const refusal = options.acceptShrink ? undefined : refusalOf(feed, before);
    const outcome =
      refusal !== undefined
        ? 'refused'
        : before === undefined
          ? 'new'
          : before.segment === feed.segment
            ? 'unchanged'
            : 'renewed';
    const why = refusal ?? warningOf(feed);
    reports.push({
      id: feed.id,
      outcome,
      ...(why === undefined ? {} : { why }),
      records: feed.records,
      rows: feed.rows,
      ...(before === undefined ? {} : { before: before.rows }),
      asOf: feed.asOf,
    });
    if (refusal === undefined) accepted.push(feed);
  }
  if (accepted.length > 0) replaceManifest(options.directory, withFeeds(manifest, accepted));
  return reports;
}

/** Nothing has changed: the same content is proven anew. */
export function renew(
  ids: readonly string[],
  {
    directory,
    now,
    asOf,
  }: { readonly directory: string; readonly now: Date; readonly asOf: string },
): FeedReport[] {
  const manifest = readManifest(directory);
  const renewed = manifest.feeds
    .filter(({ id }) => ids.includes(id))
    .map((feed) => ({
      ...feed,
      asOf: later(feed.asOf, parseFeedTime(asOf, now)),
      updatedAt: now.toISOString(),
    }));
  if (renewed.length > 0) replaceManifest(directory, withFeeds(manifest, renewed));
  return renewed.map(({ id, records, rows, asOf: at }) => ({
    id,
    outcome: 'unchanged',
    records,
    rows,
    before: rows,
    asOf: at,
  }));
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function feedOf(made: GatheredFeed, { now, from, asOf }: InstallOptions): Feed {
  const source = sources.find(({ id }) => id === made.source);
  return {
    id: made.id,
    source: made.source,
    ecosystem: made.ecosystem,
    asOf: parseFeedTime(asOf ?? made.asOf, now),
    updatedAt: now.toISOString(),
    maxAgeSeconds: source?.maxAgeSeconds ?? 0,
    records: made.records,
    rows: made.rows,
    sha256: made.sha256,
    ...(made.canary === undefined ? {} : { canary: made.canary }),
    // Declared by the source and shown by the content: a copy of a tracker without its open flaws sees none.
    seesUnfixed: (source?.seesUnfixed(made.ecosystem) ?? false) && made.hasUnfixed,
    ...(source?.names === undefined ? {} : { names: source.names }),
    segment: made.segment,
    from,
  };
}

function refusalOf(feed: Feed, before: Feed | undefined): string | undefined {
  if (before === undefined) return undefined;
  if (feed.rows < before.rows * SHRINK)
    return `it has ${feed.rows} rows where there were ${before.rows}`;
  const lost = feed.canary?.found === false && before.canary?.found === true;
  return lost ? `it no longer names ${feed.canary.id}, which every whole feed names` : undefined;
}

function warningOf(feed: Feed): string | undefined {
  if (feed.canary?.found !== false) return undefined;
  return `it does not name ${feed.canary.id}, which every whole feed names: its silence proves nothing`;
}
