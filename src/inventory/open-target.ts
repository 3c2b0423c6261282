/** What a person named, opened: a file, a folder, an archive of a root filesystem, an image, or this machine. */
import { lstatSync, statSync, type Stats } from 'node:fs';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { checkAborted } from './aborted.ts';
import { type ByteSource, sliceSource } from './byte-source.ts';
import { type FolderContext, openFolder } from './folder-tree.ts';
import { HOST_NOTE, hostPlaces, isInsidePackage } from './host-places.ts';
import { type Image, IMAGE_FILES, imageIn, type Platform } from './image.ts';
import { inputFile } from './input-file.ts';
import { type LayerTree, openLayers } from './layer-tree.ts';
import { mountsLeftOut } from './mounts.ts';
import { openRegular } from './regular-file.ts';
import type { InputFile, TargetInventory } from './schema.ts';
import { openSpool } from './spool.ts';
import { BLOCK, readTarHeader } from './tar-header.ts';
import type { Interest, Note, TargetLimits, TargetTree } from './tree.ts';
import { packingOf, unpacked } from './unpack.ts';

export interface OpenContext {
  readonly interest: Interest;
  readonly limits: TargetLimits;
  readonly platform: Platform;
  /** All of a host's disks instead of the usual places. */
  readonly wholeDisk: boolean;
  readonly note: Note;
  readonly onLeftOut: (path: string, why: string) => void;
  readonly onFolder: (path: string) => void;
  readonly onBytes: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenTarget {
  readonly kind: TargetInventory['target']['kind'];
  readonly digest?: string;
  /** Absent for a single file. */
  readonly tree?: TargetTree;
  readonly file?: InputFile;
  close(): void;
}

/** @throws HoldfastError `not_found`, `not_permitted`, `unsupported`, `bad_file`, `cancelled`. */
export async function openTarget(name: string, context: OpenContext): Promise<OpenTarget> {
  if (name === 'host') return openHost(context);
  const stats = statOf(name);
  if (stats.isDirectory()) return openDirectory(path.resolve(name), context);
  if (stats.isFile()) return openArchiveOrFile(path.resolve(name), context);
  throw new HoldfastError('unsupported', `${name}: neither a file nor a folder.`);
}

function statOf(name: string): Stats {
  try {
    return statSync(name);
  } catch (error) {
    const denied = ['EACCES', 'EPERM'].includes(systemCode(error));
    throw new HoldfastError(
      denied ? 'not_permitted' : 'not_found',
      denied ? `${name}: may not be read.` : `${name}: no such file or folder.`,
      { remedy: 'Name a file, a folder, an archive, an image, or host.', cause: error },
    );
  }
}

function folderContext(root: string, context: OpenContext): FolderContext {
  const { limits, note, onLeftOut, onFolder, signal } = context;
  const mounts = new Map(
    [...mountsLeftOut()].map(([point, why]) => [path.relative(root, point), why] as const),
  );
  return {
    limits,
    note,
    onLeftOut,
    onFolder,
    signal,
    leaveOut: (at) => mounts.get(at),
  };
}

function openHost(context: OpenContext): OpenTarget {
  const root = path.parse(process.cwd()).root;
  const folder = folderContext(root, context);
  const leaveOut = (at: string): string | undefined =>
    at === 'run' ? 'what runs now, not what is installed' : folder.leaveOut(at);
  const places = context.wholeDisk ? undefined : hostPlaces(root);
  if (places !== undefined) context.onLeftOut('', HOST_NOTE);
  const usual = places === undefined ? {} : { places, prunes: isInsidePackage };
  const tree = openFolder(root, { ...folder, leaveOut, ...usual });
  return { kind: 'host', tree, close: () => tree.close() };
}

async function openDirectory(root: string, context: OpenContext): Promise<OpenTarget> {
  const tree = openFolder(root, folderContext(root, context));
  const image = IMAGE_FILES.some((name) => isThere(path.join(root, name)))
    ? await imageOf(tree, context)
    : undefined;
  if (image === undefined) return { kind: 'directory', tree, close: () => tree.close() };
  return openImage(image, tree, context);
}

function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

function imageOf(tree: TargetTree, context: OpenContext): Promise<Image | undefined> {
  const { platform, note, onLeftOut } = context;
  return imageIn(tree, { platform, note, onLeftOut });
}

async function openImage(
  image: Image,
  outer: TargetTree,
  context: OpenContext,
): Promise<OpenTarget> {
  const tree = await openLayers(image.layers, context);
  const { digest } = image;
  return {
    kind: 'image',
    ...(digest === undefined ? {} : { digest }),
    tree,
    close: () => {
      tree.close();
      outer.close();
    },
  };
}

async function openArchiveOrFile(file: string, context: OpenContext): Promise<OpenTarget> {
  const name = path.basename(file);
  const source = openRegular(file, name);
  try {
    const head = await unpackedHead(source, name, context);
    if (head.length === BLOCK && readTarHeader(head) !== undefined) {
      return await openArchive(name, source, context);
    }
    return await openFile(name, source, context);
  } catch (error) {
    source.close();
    throw error;
  }
}

/** The first block as it is behind gzip or zstd; what cannot be unpacked has none. */
async function unpackedHead(
  source: ByteSource,
  name: string,
  context: OpenContext,
): Promise<Buffer> {
  const head = await source.read(0, BLOCK);
  const packing = packingOf(head);
  if (packing === 'none') return head;
  const { chunks } = unpacked(source, packing, name, context.limits);
  try {
    const parts: Buffer[] = [];
    for (let length = 0; length < BLOCK;) {
      const next = await chunks.next();
      if (next.done === true) break;
      parts.push(next.value);
      length += next.value.length;
    }
    return Buffer.concat(parts).subarray(0, BLOCK);
  } finally {
    await chunks.return(undefined);
  }
}

async function openArchive(
  name: string,
  source: ByteSource & { close(): void },
  context: OpenContext,
): Promise<OpenTarget> {
  const names = new Set(IMAGE_FILES);
  const interest: Interest = (at) => names.has(at) || context.interest(at);
  const tree = await openLayers([{ name, source }], { ...context, interest });
  const closing = closedTogether(tree, source);
  const image = await imageOf(tree, context);
  if (image === undefined) return { kind: 'archive', tree, close: () => closing.close() };
  // Every layer will be read: unpack the archive around them once, not once a layer.
  await tree.spoolAll();
  return openImage(image, closing, context);
}

function closedTogether(tree: LayerTree, source: { close(): void }): LayerTree {
  return {
    ...tree,
    close: () => {
      tree.close();
      source.close();
    },
  };
}

/** A packed file that is no archive (`status.zst`) is read as what it holds, under its name without the ending. */
async function openFile(
  name: string,
  source: ByteSource & { close(): void },
  context: OpenContext,
): Promise<OpenTarget> {
  const packing = packingOf(await source.read(0, 8));
  if (packing !== 'gzip' && packing !== 'zstd') {
    return { kind: 'file', file: inputFile(name, source), close: () => source.close() };
  }
  const spool = openSpool(context.limits.bytes);
  try {
    for await (const chunk of unpacked(source, packing, name, context.limits).chunks) {
      checkAborted(context.signal);
      spool.write(chunk);
    }
  } catch (error) {
    spool.close();
    throw error;
  }
  source.close();
  const inner = sliceSource(spool.source(0, spool.size()), 0, spool.size());
  const file = inputFile(name.replace(/\.(gz|zst)$/i, ''), inner);
  return { kind: 'file', file, close: () => spool.close() };
}
