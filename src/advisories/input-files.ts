/** Finds the files below a directory, and the day that a manifest beside them or their name says they are of. */
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import type { InputFile } from './gather.ts';
import { isObject, textOf, timeOf } from './read-json.ts';

const DEEPEST = 12;
const MOST_FILES = 2_000_000;

/**
 * One file, or every regular file below a directory, sorted by path. Links are not followed out of it, hidden files are
 * passed over.
 *
 * @throws HoldfastError `bad_file` where there is nothing, or it may not be read.
 */
export function inputFiles(from: string): InputFile[] {
  const place = path.resolve(from);
  const found = statOf(place, from);
  if (found.isFile()) return [inputFile(place, path.basename(place), new Map())];
  const files: InputFile[] = [];
  collect(place, '', files, 0);
  if (files.length === 0) throw new HoldfastError('bad_file', `${from} holds no files.`);
  return files;
}

function statOf(place: string, from: string): fs.Stats {
  try {
    return fs.statSync(place);
  } catch (cause) {
    throw new HoldfastError('bad_file', `${from} cannot be read (${systemCode(cause)}).`, {
      remedy: 'Name a directory, a file or an address that begins with http:// or https://.',
      cause,
    });
  }
}

function collect(root: string, below: string, files: InputFile[], depth: number): void {
  const entries = fs.readdirSync(path.join(root, below), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const dates = manifestDates(path.join(root, below, 'manifest.json'));
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const name = path.join(below, entry.name);
    if (entry.isDirectory() && depth < DEEPEST) collect(root, name, files, depth + 1);
    if (entry.isFile() && files.length < MOST_FILES)
      files.push(inputFile(path.join(root, name), name, dates));
  }
}

function inputFile(place: string, shown: string, dates: ReadonlyMap<string, string>): InputFile {
  const name = path.basename(place);
  const date = dates.get(name) ?? timeOf(/\d{4}-\d{2}-\d{2}/.exec(name)?.[0]);
  return date === '' ? { path: place, shown } : { path: place, shown, date };
}

/** `{"name": {"file": "npm.jsonl", "date": "2026-08-22"}}` or `{"files": [{"file": …, "asOf": …}]}`. */
function manifestDates(file: string): Map<string, string> {
  const dates = new Map<string, string>();
  let content: unknown;
  try {
    if (fs.statSync(file).size > 16 * 1024 * 1024) return dates;
    content = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return dates;
  }
  if (!isObject(content)) return dates;
  const list = Array.isArray(content['files'])
    ? (content['files'] as unknown[])
    : Object.values(content);
  for (const entry of list) {
    if (!isObject(entry)) continue;
    const date = timeOf(entry['asOf']) || timeOf(entry['as_of']) || timeOf(entry['date']);
    if (date !== '' && textOf(entry['file']) !== '') dates.set(textOf(entry['file']), date);
  }
  return dates;
}
