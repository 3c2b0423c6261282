/**
 * A folder of this machine as a tree: a project, or the root of a filesystem. Only regular files are opened; links are
 * followed inside the folder, as after chroot(2). Everything is read synchronously, which costs half the processor time.
 */
import {
  type Dirent,
  lstatSync,
  opendirSync,
  readdirSync,
  readlinkSync,
  type Stats,
} from 'node:fs';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { inputFile } from './input-file.ts';
import { checkAborted } from './aborted.ts';
import type { InputFile, TargetPath } from './schema.ts';
import { type Handles, openRegular, type Real } from './regular-file.ts';
import { decodeName } from './tar-header.ts';
import type { Interest, Note, TargetLimits, TargetTree, TreeFile } from './tree.ts';

export interface FolderContext {
  readonly limits: TargetLimits;
  readonly note: Note;
  readonly signal?: AbortSignal | undefined;
  /** Why a folder is left out, or undefined. */
  readonly leaveOut: (path: TargetPath) => string | undefined;
  /** Folders that are left out without a word each, because one word was said for all. */
  readonly prunes?: (path: TargetPath) => boolean;
  readonly onLeftOut: (path: TargetPath, why: string) => void;
  /** The only folders and files that are read; absent: everything. */
  readonly places?: readonly TargetPath[];
  /** Called for every folder. */
  readonly onFolder?: ((path: TargetPath) => void) | undefined;
}

interface State {
  readonly root: string;
  readonly context: FolderContext;
  readonly handles: Handles;
  seen: number;
  entries: number;
}

export function openFolder(root: string, context: FolderContext): TargetTree {
  const state: State = { root, context, handles: { open: [] }, seen: 0, entries: 0 };
  return {
    files: (interest) => filesOf(state, interest),
    open: (at) => openInside(state, at),
    names: (at) => Promise.resolve(namesOf(state, at)),
    seen: () => state.seen,
    close: () => {
      for (const file of state.handles.open.splice(0)) file.close();
    },
  };
}

interface Folder {
  readonly path: TargetPath;
  readonly real: Real;
}

/** Folders whose listing gave way to others: how often a long walk looks up. */
const YIELD_EVERY = 64;

async function* filesOf(state: State, interest: Interest): AsyncGenerator<TreeFile> {
  const { places } = state.context;
  if (places !== undefined) yield* placesThatAreFiles(state, places, interest);
  const pending: Folder[] = (places ?? ['']).flatMap((at) => folderAt(state, at)).reverse();
  let folders = 0;
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    checkAborted(state.context.signal);
    state.context.onFolder?.(folder.path);
    folders += 1;
    if (folders % YIELD_EVERY === 0) await new Promise((resolve) => setImmediate(resolve));
    const { files, folders: inner } = listing(state, folder, interest);
    yield* files;
    for (const next of inner.reverse()) pending.push(next);
  }
}

function folderAt(state: State, at: TargetPath): Folder[] {
  if (at === '') return [{ path: '', real: state.root }];
  const found = resolveInside(state, at);
  // A place that is a link to another is read there, under the other's name.
  return found?.stats.isDirectory() === true && found.path === at
    ? [{ path: at, real: below(state.root, at) }]
    : [];
}

function* placesThatAreFiles(
  state: State,
  places: readonly TargetPath[],
  interest: Interest,
): Generator<TreeFile> {
  for (const at of places) {
    const found = resolveInside(state, at);
    if (found?.stats.isFile() !== true || found.path !== at || interest(at) === false) continue;
    state.seen += 1;
    yield treeFile(state, at, below(state.root, at));
  }
}

interface Listing {
  readonly files: TreeFile[];
  readonly folders: Folder[];
}

function listing(state: State, folder: Folder, interest: Interest): Listing {
  const found: { files: [string, Real, boolean][]; folders: [string, Real][] } = {
    files: [],
    folders: [],
  };
  try {
    for (const entry of entriesOf(folder.real)) {
      countEntry(state);
      const name = typeof entry.name === 'string' ? entry.name : decodeName(entry.name);
      const at = folder.path === '' ? name : `${folder.path}/${name}`;
      if (entry.isDirectory()) {
        if (isRead(state, at)) found.folders.push([at, entry.name]);
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        if (entry.isFile()) state.seen += 1;
        if (interest(at) !== false) found.files.push([at, entry.name, entry.isSymbolicLink()]);
      }
    }
  } catch (error) {
    noteSystemError(state, folder.path, error);
  }
  const byName = (
    [a]: readonly [string, ...unknown[]],
    [b]: readonly [string, ...unknown[]],
  ): number => (a < b ? -1 : 1);
  return {
    files: found.files
      .sort(byName)
      .flatMap(([at, name, link]) =>
        fileOrLink(state, at, joined(folder.real, name), link, interest),
      ),
    folders: found.folders
      .sort(byName)
      .map(([at, name]) => ({ path: at, real: joined(folder.real, name) })),
  };
}

function countEntry(state: State): void {
  state.entries += 1;
  const { limits, signal } = state.context;
  if (state.entries % 4096 === 0) checkAborted(signal);
  if (state.entries <= limits.entries) return;
  throw new HoldfastError('too_large', `More than ${limits.entries} files and folders.`, {
    detail: { reason: 'limit' },
  });
}

function isRead(state: State, at: TargetPath): boolean {
  const { leaveOut, onLeftOut, prunes } = state.context;
  const why = leaveOut(at);
  if (why !== undefined) onLeftOut(at, why);
  return why === undefined && prunes?.(at) !== true;
}

/** Bytes of a folder's own record above which its names are taken one after the other: a million are never held at once. */
const LARGE_FOLDER = 1024 * 1024;

/** Names that are no UTF-8 come as bytes. */
function* entriesOf(folder: Real): Generator<Dirent<string | Buffer>> {
  let strange = typeof folder !== 'string';
  if (typeof folder === 'string') {
    for (const entry of lstatSync(folder).size < LARGE_FOLDER
      ? readdirSync(folder, { withFileTypes: true })
      : oneByOne(folder)) {
      if (entry.name.includes('\uFFFD')) strange = true;
      else yield entry;
    }
  }
  if (!strange) return;
  for (const entry of readdirSync(folder, { withFileTypes: true, encoding: 'buffer' })) {
    const known = typeof folder === 'string' && !entry.name.toString('utf8').includes('\uFFFD');
    if (!known) yield entry;
  }
}

/** Costs four times as much a folder. */
function* oneByOne(folder: string): Generator<Dirent> {
  const handle = opendirSync(folder, { bufferSize: 512 });
  try {
    for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) yield entry;
  } finally {
    handle.closeSync();
  }
}

function joined(folder: Real, name: Real): Real {
  if (typeof folder === 'string' && typeof name === 'string') return `${folder}/${name}`;
  return Buffer.concat([
    Buffer.from(folder as string),
    Buffer.from('/'),
    Buffer.from(name as string),
  ]);
}

function fileOrLink(
  state: State,
  at: TargetPath,
  real: Real,
  link: boolean,
  interest: Interest,
): TreeFile[] {
  if (!link) return [treeFile(state, at, real)];
  const found = resolveInside(state, at);
  if (found === undefined) {
    // Of names that tell nothing too many are dangling on every system.
    if (interest(at) === true) {
      state.context.note(at, 'unreadable', 'a link to nothing inside the target');
    }
    return [];
  }
  if (!found.stats.isFile()) return [];
  return [{ ...treeFile(state, at, below(state.root, found.path)), leadsTo: found.path }];
}

function treeFile(state: State, at: TargetPath, real: Real): TreeFile {
  return { path: at, open: () => Promise.resolve(openReal(state, at, real)) };
}

function noteSystemError(state: State, at: TargetPath, error: unknown): void {
  if (error instanceof HoldfastError) {
    if (error.code === 'cancelled') throw error;
    state.context.note(at, 'limit', error.message);
    return;
  }
  const code = systemCode(error);
  if (code === '') throw error;
  const denied = code === 'EACCES' || code === 'EPERM';
  const why = code === 'ENOENT' ? 'vanished while it was read' : `cannot be listed (${code})`;
  state.context.note(at, denied ? 'not-permitted' : 'unreadable', why);
}

interface Found {
  /** Without links. */
  readonly path: TargetPath;
  readonly stats: Stats;
}

const MOST_LINKS = 40;

/** What a path means inside the root; undefined where there is nothing or links lead in a circle. */
function resolveInside(state: State, at: TargetPath): Found | undefined {
  const ahead = partsOf(at);
  const behind: string[] = [];
  let links = 0;
  let stats: Stats | undefined;
  for (let part = ahead.pop(); part !== undefined; part = ahead.pop()) {
    if (part === '..') {
      behind.pop();
      continue;
    }
    const real = below(state.root, [...behind, part].join('/'));
    stats = lstatSync(real, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) {
      links += 1;
      if (links > MOST_LINKS) return undefined;
      const target = readlinkSync(real);
      if (target.startsWith('/')) behind.length = 0;
      ahead.push(...partsOf(target));
    } else {
      behind.push(part);
    }
  }
  return { path: behind.join('/'), stats: stats ?? lstatSync(state.root) };
}

/** `path.join` tidies up what is tidy here, at a price. */
function below(root: string, at: TargetPath): string {
  return root.endsWith('/') ? root + at : `${root}/${at}`;
}

function partsOf(at: string): string[] {
  return at
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .reverse();
}

function found(state: State, at: TargetPath): Found | undefined {
  try {
    const result = resolveInside(state, at);
    if (result === undefined) return undefined;
    // After a step up the last thing looked at need not be the last of the path.
    const stats = lstatSync(below(state.root, result.path), { throwIfNoEntry: false });
    return stats === undefined ? undefined : { path: result.path, stats };
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return undefined;
  }
}

function openInside(state: State, at: TargetPath): Promise<InputFile | undefined> {
  const there = found(state, at);
  if (there?.stats.isFile() !== true) return Promise.resolve(undefined);
  return Promise.resolve(openReal(state, at, below(state.root, there.path)));
}

function namesOf(state: State, at: TargetPath): readonly string[] {
  const there = found(state, at);
  if (there?.stats.isDirectory() !== true) return [];
  try {
    return readdirSync(below(state.root, there.path)).sort();
  } catch (error) {
    noteSystemError(state, at, error);
    return [];
  }
}

function openReal(state: State, at: TargetPath, real: Real): InputFile {
  const source = openRegular(real, at, state.handles);
  return inputFile(at, source, (other) => openInside(state, other));
}
