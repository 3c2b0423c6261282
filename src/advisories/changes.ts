/** An update by difference: the source lists when each record changed, and only the changed ones are downloaded. */
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../kernel/errors.ts';
import { download, type Network } from './download.ts';
import type { Fetched, UnitState } from './download-state.ts';
import type { InputFile } from './gather.ts';
import { WORK } from './manifest.ts';
import { timeOf } from './read-json.ts';
import type { Changes, Unit } from './sources/source.ts';

/** Beyond so many changed records the whole archive is less work for both sides. */
const MOST = 500;
/** The whole is downloaded again after so long: records that were taken back upstream are in no list of changes. */
const WHOLE_EVERY_MS = 7 * 24 * 3600 * 1000;

interface Run {
  readonly base: string;
  readonly source: { readonly id: string };
  readonly options: { readonly directory: string; readonly network: { readonly now: () => Date } };
  readonly network: Network;
}

/** Undefined where the whole is to be downloaded. */
export async function changedRecords(
  run: Run,
  unit: Unit,
  known: UnitState,
): Promise<Fetched | undefined> {
  const { changes } = unit;
  const [feed] = Object.entries(known.segments);
  const since = known.newest ?? '';
  if (changes === undefined || feed === undefined || since === '') return undefined;
  if (isWholeDue(known, run.options.network.now())) return undefined;
  const list = path.join(workOf(run), `${run.source.id}-changes.csv`);
  const url = new URL(changes.path, run.base).href;
  const got = await download(url, list, known.parts[url] ?? {}, run.network);
  if (got.state === 'missing') return undefined;
  const { parts, wholeAt } = known;
  if (got.state === 'unchanged') {
    return { files: [], provenAt: got.provenAt, state: { parts, wholeAt } };
  }
  const { ids, newest } = changedSince(fs.readFileSync(list, 'utf8'), since);
  fs.rmSync(list, { force: true });
  const changed = await fetchRecords(run, changes, ids);
  if (changed === undefined) return undefined;
  return {
    files: changed,
    provenAt: got.provenAt,
    state: { parts: { ...parts, [url]: got.validators }, wholeAt, newest: later(newest, since) },
    seed: { feed: feed[0], segment: feed[1], except: new Set(ids) },
  };
}

function workOf(run: Run): string {
  return path.join(run.options.directory, WORK);
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

function isWholeDue({ wholeAt }: UnitState, now: Date): boolean {
  return now.getTime() - Date.parse(wholeAt) > WHOLE_EVERY_MS;
}

/** Lines `TIME,ID`, newest first. A change at the very time that we have counts again: it may have been half told. */
export function changedSince(
  list: string,
  since: string,
): { readonly ids: string[]; readonly newest: string } {
  const ids = new Set<string>();
  let newest = '';
  for (let start = 0; start < list.length;) {
    const found = list.indexOf('\n', start);
    const end = found < 0 ? list.length : found;
    const [at = '', id = ''] = list.slice(start, end).trim().split(',');
    start = end + 1;
    const time = timeOf(at);
    if (time === '' || id === '') continue;
    if (time > newest) newest = time;
    if (time < since) break;
    ids.add(path.posix.basename(id));
  }
  return { ids: [...ids], newest };
}

/**
 * The records in one file, a line each. Undefined where there are too many, or one is in the list and not there: a
 * mirror may hold archives only.
 */
async function fetchRecords(
  run: Run,
  changes: Changes,
  ids: readonly string[],
): Promise<InputFile[] | undefined> {
  if (ids.length > MOST) return undefined;
  if (ids.length === 0) return [];
  const file = path.join(workOf(run), `${run.source.id}-changed.jsonl`);
  const one = `${file}.one`;
  const lines = fs.openSync(file, 'w');
  try {
    for (const [at, id] of ids.entries()) {
      const url = new URL(changes.record(id), run.base).href;
      const quiet: Network = {
        ...run.network,
        progress: () => run.network.progress(at, ids.length, url),
      };
      const got = await download(url, one, {}, quiet);
      if (got.state !== 'new') return undefined;
      fs.writeSync(lines, `${oneLine(fs.readFileSync(one, 'utf8'), id)}\n`);
    }
  } finally {
    fs.closeSync(lines);
    fs.rmSync(one, { force: true });
  }
  return [{ path: file, shown: changes.path }];
}

function oneLine(text: string, id: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (cause) {
    throw new HoldfastError('bad_file', `The record ${id} is not JSON.`, { cause });
  }
}
