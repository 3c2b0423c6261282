/** An update by difference: the source lists when each record changed, and only the changed ones are downloaded. */
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError } from '../kernel/errors.ts';
import { download, type Network } from './download.ts';
import type { UnitState } from './download-state.ts';
import { timeOf } from './read-json.ts';
import type { Changes, Unit } from './sources/source.ts';
import type { Fetched } from './update-online.ts';

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
  const work = path.join(run.options.directory, 'work');
  const list = path.join(work, `${run.source.id}-changes.csv`);
  const url = new URL(changes.path, run.base).href;
  const got = await download(url, list, known.parts[url] ?? {}, run.network);
  if (got.state === 'missing') return undefined;
  const { parts, wholeAt } = known;
  if (got.state === 'unchanged') {
    return { files: [], provenAt: got.provenAt, state: { parts, wholeAt } };
  }
  const { ids, newest } = changedSince(fs.readFileSync(list, 'utf8'), since);
  fs.rmSync(list, { force: true });
  if (ids.length > MOST) return undefined;
  const file = path.join(work, `${run.source.id}-changed.jsonl`);
  const except = await fetchRecords(run, changes, ids, file);
  // It is in the list and not there: a mirror may hold archives only.
  if (except === undefined) return undefined;
  return {
    files: ids.length === 0 ? [] : [{ path: file, shown: changes.path }],
    provenAt: got.provenAt,
    state: {
      parts: { ...parts, [url]: got.validators },
      wholeAt,
      newest: [newest, since].sort().at(-1) ?? since,
    },
    seed: { feed: feed[0], segment: feed[1], except },
  };
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

/** Writes the records a line each; undefined where one is missing. */
async function fetchRecords(
  run: Run,
  changes: Changes,
  ids: readonly string[],
  file: string,
): Promise<ReadonlySet<string> | undefined> {
  const lines = fs.openSync(file, 'w');
  try {
    for (const [at, id] of ids.entries()) {
      const one = `${file}.one`;
      const url = new URL(changes.record(id), run.base).href;
      const quiet: Network = {
        ...run.network,
        progress: () => run.network.progress(at, ids.length, url),
      };
      const got = await download(url, one, {}, quiet);
      if (got.state !== 'new') return undefined;
      fs.writeSync(lines, `${oneLine(fs.readFileSync(one, 'utf8'), id)}\n`);
      fs.rmSync(one, { force: true });
    }
  } finally {
    fs.closeSync(lines);
  }
  return new Set(ids);
}

function oneLine(text: string, id: string): string {
  try {
    return JSON.stringify(JSON.parse(text));
  } catch (cause) {
    throw new HoldfastError('bad_file', `The record ${id} is not JSON.`, { cause });
  }
}
