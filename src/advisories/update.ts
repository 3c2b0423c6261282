/** `holdfast advisories update`: from files at hand, or from the sources and their mirrors. */
import fs from 'node:fs';
import path from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { attribution } from './attribute.ts';
import { gather, type FileReport, type Gathered, type InputFile } from './gather.ts';
import { inputFiles } from './input-files.ts';
import { install, type FeedReport } from './install.ts';
import { sources } from './sources/index.ts';
import type { Source } from './sources/source.ts';
import { withLock } from './with-lock.ts';

export interface UpdateOptions {
  /** Of the index. */
  readonly directory: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Ids of sources; undefined: those that are on by default, or whatever the files bring. */
  readonly only?: readonly string[];
  /** ISO 8601: what the content is of, told by the operator. */
  readonly asOf?: string;
  readonly acceptShrink?: boolean;
  readonly progress?: (done: number, total: number | undefined, what: string) => void;
  /** Bytes that may be held in memory before they go to disk. */
  readonly memory?: number;
}

export interface UpdateReport {
  readonly feeds: readonly FeedReport[];
  /** Files of which something was dropped, not recognised or damaged, and the ones that were read. */
  readonly files: readonly FileReport[];
  /** Everything that was asked for is in place. */
  readonly complete: boolean;
}

/**
 * Reads a directory or a file; replaces only the feeds that it brings.
 *
 * @throws HoldfastError `locked`, `bad_file` where nothing in it is known, `cancelled`, `disk_full`.
 */
export async function updateFromFiles(from: string, options: UpdateOptions): Promise<UpdateReport> {
  return withLock(options.directory, () => updateFrom(inputFiles(from), from, options));
}

/** The sources that were named, or the ones that are on by default. */
export function chosenSources(only: readonly string[] | undefined): readonly Source[] {
  if (only === undefined) return sources.filter(({ byDefault }) => byDefault === true);
  return only.map((id) => {
    const source = sources.find((candidate) => candidate.id === id);
    if (source !== undefined) return source;
    throw new HoldfastError('bad_input', `There is no source ${id}.`, {
      remedy: `Sources: ${sources.map((known) => known.id).join(', ')}.`,
    });
  });
}

export function canaryOf(source: string, ecosystem: string): string | undefined {
  return sources.find(({ id }) => id === source)?.canaries[ecosystem];
}

/** Under the lock: reads these files and puts what they bring in place. */
export async function updateFrom(
  files: readonly InputFile[],
  from: string,
  options: UpdateOptions,
): Promise<UpdateReport> {
  const { directory, clock, signal, only, asOf, acceptShrink = false, memory } = options;
  const now = clock.now();
  const gathered = await gather(files, {
    directory,
    sourceOf: attribution(chosenSources(only), only !== undefined),
    canaryOf,
    now,
    signal,
    progress: progressOver(files, options.progress),
    ...(memory === undefined ? {} : { memory }),
  });
  refuseNothing(gathered, from);
  const feeds = install(gathered.feeds, {
    directory,
    now,
    from: /^https?:/.test(from) ? from : path.basename(path.resolve(from)),
    acceptShrink,
    ...(asOf === undefined ? {} : { asOf }),
  });
  return report(feeds, gathered);
}

function refuseNothing({ feeds, broken, files }: Gathered, from: string): void {
  if (feeds.length > 0 || broken.length > 0) return;
  const damaged = files.find((file) => file.damaged !== undefined);
  const why =
    damaged === undefined
      ? 'nothing in it is of a known format'
      : `${damaged.shown}: ${damaged.damaged ?? ''}`;
  throw new HoldfastError('bad_file', `${from} brings no advisories: ${why}`, {
    remedy:
      'Known are OSV, KEV, EPSS, CVE records, the NVD, CSAF-VEX, the Debian tracker, Alpine secdb and endoflife.date.',
  });
}

function report(feeds: readonly FeedReport[], { files, broken }: Gathered): UpdateReport {
  const failed = broken.map(({ id, why }): FeedReport => ({
    id,
    outcome: 'failed',
    why,
    records: 0,
    rows: 0,
    asOf: '',
  }));
  const all = [...feeds, ...failed].sort((a, b) => (a.id < b.id ? -1 : 1));
  const damaged = files.some((file) => file.damaged !== undefined);
  const complete =
    !damaged && all.every(({ outcome }) => outcome !== 'refused' && outcome !== 'failed');
  return { feeds: all, files, complete };
}

function progressOver(
  files: readonly InputFile[],
  tell: UpdateOptions['progress'],
): (bytes: number, items: number, shown: string) => void {
  if (tell === undefined) return () => undefined;
  const sizes = files.map((file) => fs.statSync(file.path).size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const offsets = new Map<string, number>();
  let sum = 0;
  for (const [index, file] of files.entries()) {
    offsets.set(file.shown, sum);
    sum += sizes[index] ?? 0;
  }
  return (bytes, _items, shown) => tell((offsets.get(shown) ?? 0) + bytes, total, shown);
}
