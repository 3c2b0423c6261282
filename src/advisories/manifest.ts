/** The manifest on disk: read, replaced in one step, and the segments that nobody can need any more swept away. */
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { isObject, objectsOf } from './read-json.ts';
import { MANIFEST_FILE } from './index-open.ts';
import type { Feed, Manifest } from './model.ts';

/** The generation before: readers that opened it a moment ago still find its segments. */
export const PREVIOUS_FILE = 'manifest.previous.json';
/** Downloads and half-written segments of a run; what a killed run left is removed by the next. */
export const WORK = 'work';

const EMPTY: Manifest = { schema: 'holdfast.advisories/1', feeds: [] };

/** The manifest, or an empty one where there is no index yet. */
export function readManifest(directory: string): Manifest {
  return readOne(path.join(directory, MANIFEST_FILE)) ?? EMPTY;
}

function readOne(file: string): Manifest | undefined {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const manifest = parseManifest(text);
  if (manifest !== undefined) return manifest;
  throw new HoldfastError('bad_file', `${file} is damaged`, {
    remedy: 'Remove it and run holdfast advisories update: the index is made anew.',
  });
}

/** Undefined for what is no manifest of this version. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value) || value['schema'] !== EMPTY.schema || !Array.isArray(value['feeds']))
      return undefined;
    const feeds = objectsOf(value['feeds']) as unknown as readonly Feed[];
    return feeds.every(isFeed) ? { schema: EMPTY.schema, feeds } : undefined;
  } catch {
    return undefined;
  }
}

/** A name with a path in it would let a foreign manifest reach out of its directory. */
function isFeed(feed: Feed): boolean {
  return (
    typeof feed.id === 'string' &&
    typeof feed.asOf === 'string' &&
    /^[0-9a-f]{64}\.seg$/.test(feed.segment)
  );
}

/** Puts `feeds` in the place of those with the same ids; sorted, so that equal content gives an equal file. */
export function withFeeds(manifest: Manifest, feeds: readonly Feed[]): Manifest {
  const all = new Map([...manifest.feeds, ...feeds].map((feed) => [feed.id, feed]));
  const sorted = [...all.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { schema: EMPTY.schema, feeds: sorted };
}

/** Returns when the new manifest would survive a power cut; a reader sees the old one or the new one. */
export function replaceManifest(directory: string, manifest: Manifest): void {
  writeDurably(path.join(directory, MANIFEST_FILE), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** Keeps the manifest as it stands as the generation before. */
export function keepPrevious(directory: string): void {
  const current = path.join(directory, MANIFEST_FILE);
  if (fs.existsSync(current))
    writeDurably(path.join(directory, PREVIOUS_FILE), fs.readFileSync(current));
}

/** The file is whole or as it was. Throws `disk_full`. */
export function writeDurably(file: string, content: string | Uint8Array): void {
  const aside = `${file}.${newId()}.new`;
  try {
    const handle = fs.openSync(aside, 'wx', 0o644);
    try {
      fs.writeFileSync(handle, content);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(aside, file);
    syncDirectory(path.dirname(file));
  } catch (cause) {
    fs.rmSync(aside, { force: true });
    if (systemCode(cause) !== 'ENOSPC' && systemCode(cause) !== 'EDQUOT') throw cause;
    throw new HoldfastError('disk_full', 'No space is left for the advisory index.', {
      remedy: 'Free some space and run the update again; the index in use is unchanged.',
      cause,
    });
  }
}

export function syncDirectory(directory: string): void {
  // Windows cannot open a directory, and makes renames durable by itself.
  if (process.platform === 'win32') return;
  const handle = fs.openSync(directory, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

/** Removes what neither generation names and what runs that were killed left. Only the holder of the lock may. */
export function sweep(directory: string): void {
  const needed = new Set<string>();
  for (const file of [MANIFEST_FILE, PREVIOUS_FILE]) {
    for (const feed of readOne(path.join(directory, file))?.feeds ?? []) needed.add(feed.segment);
  }
  for (const name of fs.readdirSync(directory)) {
    const segment = name.endsWith('.seg') && !needed.has(name);
    if (segment || name.startsWith('.writing-') || name.endsWith('.new')) {
      fs.rmSync(path.join(directory, name), { recursive: true, force: true });
    }
  }
  fs.rmSync(path.join(directory, WORK), { recursive: true, force: true });
}
