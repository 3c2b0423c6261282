/** The files of an image's layers as one tree: later layers change what earlier ones left, links stay inside the root. */
import type { TargetPath } from './schema.ts';
import type { TarEntry } from './tar.ts';
import type { SparsePart } from './tar-header.ts';

/** Where a file's stored bytes are. */
export interface FileData {
  readonly layer: number;
  readonly size: number;
  readonly offset: number;
  readonly stored: number;
  readonly sparse?: readonly SparsePart[];
  /** Place in the spool, once it is there. */
  spooled?: number;
  /** Whether its first bytes were seen and are those of no file of interest. */
  dull?: boolean;
}

export interface DirectoryNode {
  readonly kind: 'directory';
  /** The last layer that named it. */
  layer: number;
  readonly children: Map<string, LayerNode>;
}

export interface FileNode {
  readonly kind: 'file';
  readonly layer: number;
  readonly data: FileData;
}

export interface LinkNode {
  readonly kind: 'symlink';
  readonly layer: number;
  readonly target: string;
}

/** Devices and FIFOs: they take a name and hold nothing. */
interface OtherNode {
  readonly kind: 'other';
  readonly layer: number;
}

export type LayerNode = DirectoryNode | FileNode | LinkNode | OtherNode;

export interface Resolved {
  readonly node: LayerNode;
  /** Without links. */
  readonly path: TargetPath;
}

/** As many as Linux follows (path_resolution(7)). */
const MOST_LINKS = 40;

export function emptyRoot(): DirectoryNode {
  return { kind: 'directory', layer: -1, children: new Map() };
}

/** `a/./b//c` in parts; undefined where it climbs. A leading slash means the root of the target. */
export function insidePath(name: string): string[] | undefined {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  return parts.includes('..') || name.includes('\0') ? undefined : parts;
}

interface Walk {
  /** Folders from the root, each with the name by which it was entered. */
  readonly stack: { readonly name: string; readonly node: DirectoryNode }[];
  /** Parts still to go, the next one last. */
  readonly ahead: string[];
  links: number;
}

/** A step up stays in the root, as after chroot(2). Undefined: nothing there, or links that lead in a circle. */
export function resolveNode(
  root: DirectoryNode,
  path: string,
  followLast = true,
): Resolved | undefined {
  const walk: Walk = { stack: [], ahead: partsOf(path), links: 0 };
  for (let part = walk.ahead.pop(); part !== undefined; part = walk.ahead.pop()) {
    const arrived = step(walk, root, part, followLast);
    if (arrived !== 'on') return arrived;
  }
  return { node: walk.stack.at(-1)?.node ?? root, path: pathOf(walk) };
}

function step(
  walk: Walk,
  root: DirectoryNode,
  part: string,
  followLast: boolean,
): Resolved | 'on' | undefined {
  const node = enter(walk, root, part);
  if (part === '..' || node?.kind === 'directory') return 'on';
  const last = walk.ahead.length === 0;
  if (node?.kind === 'symlink' && (followLast || !last)) {
    return follow(walk, node.target) ? 'on' : undefined;
  }
  // A file has nothing below it.
  return node === undefined || !last ? undefined : { node, path: pathOf(walk, part) };
}

/** Goes up, or into a folder; the node of that name, undefined for none and for a step up. */
function enter(walk: Walk, root: DirectoryNode, part: string): LayerNode | undefined {
  if (part === '..') {
    walk.stack.pop();
    return undefined;
  }
  const node = (walk.stack.at(-1)?.node ?? root).children.get(part);
  if (node?.kind === 'directory') walk.stack.push({ name: part, node });
  return node;
}

function partsOf(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .reverse();
}

function pathOf({ stack }: Walk, last?: string): TargetPath {
  const names = stack.map(({ name }) => name);
  return (last === undefined ? names : [...names, last]).join('/');
}

function follow(walk: Walk, target: string): boolean {
  walk.links += 1;
  if (walk.links > MOST_LINKS || walk.ahead.length > 10_000) return false;
  if (target.startsWith('/')) walk.stack.length = 0;
  walk.ahead.push(...partsOf(target));
  return true;
}

/** The folder at a path, made where it is missing; undefined for links in a circle. */
function folderAt(root: DirectoryNode, parts: readonly string[], layer: number): Walk | undefined {
  const walk: Walk = { stack: [], ahead: [...parts].reverse(), links: 0 };
  for (let part = walk.ahead.pop(); part !== undefined; part = walk.ahead.pop()) {
    const here = walk.stack.at(-1)?.node ?? root;
    const node = enter(walk, root, part);
    if (node?.kind === 'symlink') {
      if (!follow(walk, node.target)) return undefined;
    } else if (node?.kind !== 'directory' && part !== '..') {
      const made: DirectoryNode = { kind: 'directory', layer, children: new Map() };
      here.children.set(part, made);
      walk.stack.push({ name: part, node: made });
    }
  }
  return walk;
}

export type Applied =
  | { readonly kind: 'file'; readonly path: TargetPath; readonly data: FileData }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly detail: string };

const DONE: Applied = { kind: 'done' };
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

/** Puts one entry of a layer into the tree (OCI image-spec, layer.md, "Applying Changesets"). */
export function applyEntry(root: DirectoryNode, entry: TarEntry, layer: number): Applied {
  const parts = insidePath(entry.name);
  if (parts === undefined) return { kind: 'refused', detail: 'a name that climbs out of the root' };
  const name = parts.pop();
  if (name === undefined) return DONE;
  const walk = folderAt(root, parts, layer);
  if (walk === undefined) return { kind: 'refused', detail: 'lies behind links in a circle' };
  const folder = walk.stack.at(-1)?.node ?? root;
  if (name.startsWith(WHITEOUT)) {
    whiteOut(folder, name, layer);
    return DONE;
  }
  if (entry.kind === 'hardlink') return linked(root, folder, name, entry, layer);
  return placed(folder, name, entry, layer, () => pathOf(walk, name));
}

function placed(
  folder: DirectoryNode,
  name: string,
  { kind, target, size, offset, stored, sparse }: TarEntry,
  layer: number,
  path: () => TargetPath,
): Applied {
  if (kind === 'directory') {
    const there = folder.children.get(name);
    if (there?.kind === 'directory') there.layer = layer;
    else folder.children.set(name, { kind, layer, children: new Map() });
    return DONE;
  }
  if (kind === 'file') {
    const data = { layer, size, offset, stored, ...(sparse === undefined ? {} : { sparse }) };
    folder.children.set(name, { kind, layer, data });
    return { kind, path: path(), data };
  }
  folder.children.set(
    name,
    kind === 'symlink' ? { kind, layer, target } : { kind: 'other', layer },
  );
  return DONE;
}

function linked(
  root: DirectoryNode,
  folder: DirectoryNode,
  name: string,
  entry: TarEntry,
  layer: number,
): Applied {
  if (insidePath(entry.target) === undefined) {
    return { kind: 'refused', detail: 'a hard link that climbs out of the root' };
  }
  const target = resolveNode(root, entry.target, false)?.node;
  if (target === undefined || target.kind === 'directory') {
    return { kind: 'refused', detail: 'a hard link to nothing' };
  }
  folder.children.set(name, { ...target, layer });
  return DONE;
}

function whiteOut(folder: DirectoryNode, name: string, layer: number): void {
  if (name === OPAQUE) {
    prune(folder, layer);
    return;
  }
  // Other names of that kind are aufs' own book-keeping.
  if (name.startsWith(`${WHITEOUT}${WHITEOUT}`)) return;
  const hidden = name.slice(WHITEOUT.length);
  const node = folder.children.get(hidden);
  if (node === undefined) return;
  if (node.kind === 'directory') prune(node, layer);
  if (node.layer < layer && !(node.kind === 'directory' && node.children.size > 0)) {
    folder.children.delete(hidden);
  }
}

/** Takes away what layers below left; what this layer brought stays, whichever came first in its archive. */
function prune(folder: DirectoryNode, layer: number): void {
  const pending: DirectoryNode[] = [folder];
  const order: DirectoryNode[] = [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    order.push(next);
    for (const child of next.children.values()) if (child.kind === 'directory') pending.push(child);
  }
  // Innermost first, so that a folder which became empty goes too.
  for (const directory of order.reverse()) {
    for (const [name, child] of directory.children) {
      const kept = child.kind === 'directory' && child.children.size > 0;
      if (child.layer < layer && !kept) directory.children.delete(name);
    }
  }
}
