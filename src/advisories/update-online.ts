/** Updates from the sources themselves or a mirror of them: unit after unit, each in place before the next begins. */
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { attribution } from './attribute.ts';
import { changedRecords } from './changes.ts';
import { download, shownUrl, type Download, type Network, type Validators } from './download.ts';
import { readState, stateOf, writeState, type Fetched, type UnitState } from './download-state.ts';
import { feedId, gather, type FileReport, type GatheredFeed, type InputFile } from './gather.ts';
import { install, renew, type FeedReport } from './install.ts';
import { readManifest, WORK } from './manifest.ts';
import type { Source, Unit } from './sources/source.ts';
import { withLock } from './with-lock.ts';
import {
  canaryOf,
  chosenSources,
  updateFrom,
  type UpdateOptions,
  type UpdateReport,
} from './update.ts';

export interface OnlineOptions extends UpdateOptions {
  /** Takes the place of every source's own address: below it lie `osv/…`, `kev/…` with the paths of upstream. */
  readonly mirror?: string;
  readonly network: Omit<Network, 'signal' | 'progress'>;
  /** Download everything, also what has not changed. */
  readonly whole?: boolean;
}

/**
 * @throws HoldfastError `locked`, `bad_input` for an unknown source, `cancelled`, `disk_full`. What cannot be had is in
 * the report, and the feeds in place go on serving.
 */
export async function updateFromSources(options: OnlineOptions): Promise<UpdateReport> {
  const chosen = chosenSources(options.only);
  return withLock(options.directory, async () => {
    const feeds: FeedReport[] = [];
    const files: FileReport[] = [];
    for (const source of chosen) {
      const done = await updateSource(source, options);
      feeds.push(...done.feeds);
      files.push(...done.files);
    }
    const complete = feeds.every(({ outcome }) => outcome !== 'refused' && outcome !== 'failed');
    return { feeds, files, complete };
  });
}

/** Downloads one file of advisories and reads it as if it had been at hand. */
export async function updateFromAddress(
  url: string,
  options: OnlineOptions,
): Promise<UpdateReport> {
  return withLock(options.directory, async () => {
    const name = path.posix.basename(new URL(url).pathname).replaceAll(/[^\w.-]/g, '_');
    const file = path.join(options.directory, WORK, `from-${name}`);
    const network: Network = {
      ...options.network,
      signal: options.signal,
      progress: (done, total) => options.progress?.(done, total, name),
    };
    const got = await download(url, file, {}, network);
    if (got.state !== 'new')
      throw new HoldfastError('unreachable', `${shownUrl(url)} is not there`);
    return updateFrom([{ path: file, shown: name }], shownUrl(url), options);
  });
}

interface Done {
  readonly feeds: readonly FeedReport[];
  readonly files: readonly FileReport[];
}

interface Run {
  readonly source: Source;
  readonly base: string;
  readonly options: OnlineOptions;
  readonly network: Network;
}

async function updateSource(source: Source, options: OnlineOptions): Promise<Done> {
  const base = baseOf(source, options.mirror);
  const { progress } = options;
  const network: Network = {
    ...options.network,
    signal: options.signal,
    progress: (done, total, url) =>
      progress?.(done, total, `${source.id} ${path.posix.basename(shownUrl(url))}`),
  };
  const run: Run = { source, base, options, network };
  let units: readonly Unit[];
  try {
    units = await source.plan({
      text: (name) => readText(run, name),
      now: options.network.now(),
    });
  } catch (error) {
    return failedSource(run, error);
  }
  const feeds: FeedReport[] = [];
  const files: FileReport[] = [];
  for (const unit of units) {
    const done = await updateUnit(run, unit).catch((error: unknown) =>
      failedUnit(run, unit, error),
    );
    feeds.push(...done.feeds);
    files.push(...done.files);
  }
  return { feeds, files };
}

function baseOf(source: Source, mirror: string | undefined): string {
  if (mirror === undefined) return source.base;
  return `${mirror.replace(/\/+$/, '')}/${source.id}/`;
}

async function updateUnit(run: Run, unit: Unit): Promise<Done> {
  const { source, base, options } = run;
  const key = `${source.id} ${base} ${unit.ecosystem ?? ''}`;
  const state = readState(options.directory);
  const known =
    options.whole === true ? undefined : stateOf(state, key, readManifest(options.directory));
  const byDifference = known === undefined ? undefined : await changedRecords(run, unit, known);
  const fetched = byDifference ?? (await fetchUnit(run, unit, known));
  if (fetched.files.length === 0) {
    if (known === undefined)
      throw new HoldfastError('unreachable', 'the source has none of its files');
    const renewed = renew(Object.keys(known.segments), renewal(run, fetched));
    writeState(options.directory, { ...state, [key]: { ...known, ...fetched.state } });
    return { feeds: renewed, files: [] };
  }
  const gathered = await gather(fetched.files, {
    directory: options.directory,
    sourceOf: (item, format) => attribution([source], true)(item, format),
    canaryOf,
    now: options.network.now(),
    signal: options.signal,
    progress: (bytes, _items, shown) =>
      options.progress?.(bytes, undefined, `${source.id} ${shown}`),
    ...(unit.ecosystem === undefined ? {} : { ecosystem: unit.ecosystem }),
    ...(options.memory === undefined ? {} : { memory: options.memory }),
    ...(fetched.seed === undefined ? {} : { seed: fetched.seed }),
  });
  removeFiles(fetched.files);
  const installed = install(gathered.feeds, {
    directory: options.directory,
    from: shownUrl(base),
    acceptShrink: options.acceptShrink ?? false,
    ...renewalTimes(run, fetched, gathered.feeds),
  });
  const failed = gathered.broken.map(({ id, why }) => failure(id, why));
  const vanished = vanishedFeeds(run, unit, gathered.feeds, gathered.broken);
  const feeds = [...installed, ...failed, ...vanished];
  const isWhole = feeds.every(({ outcome }) => outcome !== 'refused' && outcome !== 'failed');
  if (isWhole) remember(run, key, fetched, gathered.feeds);
  return { feeds, files: gathered.files };
}

async function fetchUnit(run: Run, unit: Unit, known: UnitState | undefined): Promise<Fetched> {
  const first = await fetchParts(run, unit, known?.parts ?? {});
  const isUnchanged = first.downloads.every(({ state }) => state !== 'new');
  const isMixed = !isUnchanged && first.downloads.some(({ state }) => state === 'unchanged');
  // A feed is made of all its parts: where one has changed, the others are needed too.
  const { files, downloads, parts } = isMixed ? await fetchParts(run, unit, {}) : first;
  const told = downloads.filter((one) => one.state !== 'missing');
  const provenAt = told.map((one) => one.provenAt).sort()[0] ?? '';
  const changedAt = told
    .flatMap((one) => one.changedAt ?? [])
    .sort()
    .at(-1);
  const state =
    isUnchanged && known !== undefined
      ? { parts: known.parts, wholeAt: known.wholeAt }
      : { parts, wholeAt: provenAt };
  return { files, provenAt, ...(changedAt === undefined ? {} : { changedAt }), state };
}

interface Parts {
  readonly files: InputFile[];
  readonly downloads: Download[];
  readonly parts: Record<string, Validators>;
}

async function fetchParts(
  run: Run,
  unit: Unit,
  known: Readonly<Record<string, Validators>>,
): Promise<Parts> {
  const found: Parts = { files: [], downloads: [], parts: {} };
  for (const [index, part] of unit.parts.entries()) {
    const url = new URL(part.path, run.base).href;
    const file = path.join(
      workFolder(run),
      `${run.source.id}-${index}-${path.posix.basename(part.path).replaceAll(/[^\w.-]/g, '_')}`,
    );
    const got = await download(url, file, known[url] ?? {}, run.network);
    found.downloads.push(got);
    if (got.state === 'missing' && part.mayBeMissing !== true) {
      throw new HoldfastError('unreachable', `${shownUrl(url)} is not there`);
    }
    if (got.state !== 'new') continue;
    if (part.sha256From !== undefined) await checkSum(run, part.sha256From, got.sha256, url);
    found.files.push({ path: file, shown: part.path });
    found.parts[url] = got.validators;
  }
  return found;
}

async function checkSum(run: Run, name: string, sha256: string, url: string): Promise<void> {
  const text = await readText(run, name).catch((error: unknown) => {
    // Without a published checksum there is nothing to compare with.
    if (error instanceof HoldfastError && error.code === 'not_found') return '';
    throw error;
  });
  const expected = /^[0-9a-f]{64}\b/i.exec(text.trim())?.[0]?.toLowerCase();
  if (expected === undefined || expected === sha256) return;
  throw new HoldfastError(
    'tampered',
    `${shownUrl(url)}: its checksum is not the one that the source publishes`,
  );
}

const MOST_TEXT = 64 * 1024 * 1024;

/** A small file below the base. */
export async function readText(run: Run, name: string): Promise<string> {
  const url = new URL(name, run.base).href;
  const file = path.join(workFolder(run), `${run.source.id}-text`);
  const limits = { ...run.network.limits, bytes: MOST_TEXT };
  const got = await download(url, file, {}, { ...run.network, limits });
  if (got.state !== 'new') throw new HoldfastError('not_found', `${shownUrl(url)} is not there`);
  const text = fs.readFileSync(file, 'utf8');
  fs.rmSync(file, { force: true });
  return text;
}

export function workFolder({ options }: Pick<Run, 'options'>): string {
  return path.join(options.directory, WORK);
}

function removeFiles(files: readonly InputFile[]): void {
  for (const file of files) fs.rmSync(file.path, { force: true });
}

function renewal(run: Run, fetched: Fetched): { directory: string; now: Date; asOf: string } {
  return {
    directory: run.options.directory,
    now: run.options.network.now(),
    asOf: asOfUnit(run, fetched, ''),
  };
}

function renewalTimes(
  run: Run,
  fetched: Fetched,
  feeds: readonly GatheredFeed[],
): { now: Date; asOf: string } {
  const newest =
    feeds
      .map(({ asOf }) => asOf)
      .sort()
      .at(-1) ?? '';
  return {
    now: run.options.network.now(),
    asOf: run.options.asOf ?? asOfUnit(run, fetched, newest),
  };
}

/**
 * The server proves what it has now; whether its maker still works shows in when the content last changed. A source that
 * is known to change often, and has not for long, is only as new as its last change.
 */
function asOfUnit({ source }: Run, { provenAt, changedAt }: Fetched, newestRecord: string): string {
  if (source.quietSeconds === undefined) return provenAt;
  const changed = [changedAt ?? '', newestRecord].sort().at(-1) ?? '';
  const quiet = Date.parse(provenAt) - Date.parse(changed === '' ? provenAt : changed);
  return quiet > source.quietSeconds * 1000 ? changed : provenAt;
}

function remember(run: Run, key: string, fetched: Fetched, feeds: readonly GatheredFeed[]): void {
  const { directory } = run.options;
  const segments = Object.fromEntries(feeds.map(({ id, segment }) => [id, segment]));
  const newest =
    fetched.state.newest ??
    feeds
      .map(({ asOf }) => asOf)
      .sort()
      .at(-1) ??
    '';
  writeState(directory, { ...readState(directory), [key]: { ...fetched.state, newest, segments } });
}

function failure(id: string, why: string): FeedReport {
  return { id, outcome: 'failed', why, records: 0, rows: 0, asOf: '' };
}

/** Feeds of the unit that the download no longer brings: what is in place stays, and grows old. */
function vanishedFeeds(
  { source, options }: Run,
  unit: Unit,
  feeds: readonly GatheredFeed[],
  broken: readonly { readonly id: string }[],
): FeedReport[] {
  const present = new Set([...feeds, ...broken].map(({ id }) => id));
  return ownFeeds(options.directory, source, unit)
    .filter((id) => !present.has(id))
    .map((id) => failure(id, 'the source no longer brings it'));
}

function ownFeeds(directory: string, source: Source, unit: Unit | undefined): string[] {
  const own = readManifest(directory).feeds.filter((feed) => feed.source === source.id);
  const ecosystem = unit?.ecosystem;
  return own
    .filter((feed) => ecosystem === undefined || feed.ecosystem === ecosystem)
    .map(({ id }) => id);
}

function failedUnit(run: Run, unit: Unit, error: unknown): Done {
  const why = expectedFailure(error);
  const own = ownFeeds(run.options.directory, run.source, unit);
  const ids = own.length > 0 ? own : [feedId(run.source.id, unit.ecosystem ?? '')];
  return { feeds: ids.map((id) => failure(id, why)), files: [] };
}

function failedSource(run: Run, error: unknown): Done {
  const why = expectedFailure(error);
  const own = ownFeeds(run.options.directory, run.source, undefined);
  const ids = own.length > 0 ? own : [run.source.id];
  return { feeds: ids.map((id) => failure(id, why)), files: [] };
}

/** What a source does wrong is told; what we do wrong, a full disk and a wish to stop are not swallowed. */
function expectedFailure(error: unknown): string {
  const expected = [
    'unreachable',
    'bad_file',
    'too_large',
    'tampered',
    'incomplete',
    'rate_limited',
  ];
  if (error instanceof HoldfastError && expected.includes(error.code)) return messageOf(error);
  throw error;
}
