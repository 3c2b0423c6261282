/**
 * The layers of an image, or one archive of a root filesystem, as a tree. Plain archives are read in place. Packed ones are
 * unpacked once, in order, and only files of interest are kept in a spool on the disk; what turns out to be needed later
 * costs unpacking that layer again.
 */
import { HoldfastError, messageOf } from '../kernel/errors.ts';
import { checkAborted } from './aborted.ts';
import { type ByteSource, sliceSource } from './byte-source.ts';
import { inputFile } from './input-file.ts';
import {
  applyEntry,
  type DirectoryNode,
  emptyRoot,
  type FileData,
  type LayerNode,
  resolveNode,
} from './layer-nodes.ts';
import type { InputFile, TargetPath } from './schema.ts';
import { sparseSource } from './sparse-source.ts';
import { openSpool, type Spool } from './spool.ts';
import { tarEntries } from './tar.ts';
import { sourceInput, streamInput, type TarInput } from './tar-input.ts';
import type { Interest, Note, TargetLimits, TargetTree, TreeFile } from './tree.ts';
import { packingOf, unpacked } from './unpack.ts';
import { unreadReason } from './unread.ts';

export interface Layer {
  /** Named in notes: the archive's path or the layer's place in the image. */
  readonly name: string;
  readonly source: ByteSource;
  /** SHA-256 of its bytes as they are stored, tested where they are all read anyway. */
  readonly expected?: string;
  /** Shown with what it brought. */
  readonly digest?: string;
}

interface Context {
  readonly interest: Interest;
  readonly limits: TargetLimits;
  readonly note: Note;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the bytes unpacked so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

export interface LayerTree extends TargetTree {
  /** Unpacks everything: for an image inside a packed archive, all of which will be read. */
  spoolAll(): Promise<void>;
}

interface State {
  readonly layers: readonly Layer[];
  readonly root: DirectoryNode;
  readonly spool: Spool;
  /** Every file of a packed layer in the order of its archive. */
  readonly packed: Map<number, FileData[]>;
  readonly context: Context;
  entries: number;
  files: number;
  /** Unpacked so far, of all layers. */
  bytes: number;
}

/** Small files are kept when a layer has to be unpacked again. */
const SMALL = 1024 * 1024;

/** What is wrong with a layer is noted, and the layers after it are still applied. */
export async function openLayers(layers: readonly Layer[], context: Context): Promise<LayerTree> {
  const state: State = {
    layers,
    root: emptyRoot(),
    spool: openSpool(context.limits.bytes),
    packed: new Map(),
    context,
    entries: 0,
    files: 0,
    bytes: 0,
  };
  try {
    for (const [index, layer] of layers.entries()) await readLayer(state, layer, index);
  } catch (error) {
    state.spool.close();
    throw error;
  }
  return treeOf(state);
}

async function readLayer(state: State, layer: Layer, index: number): Promise<void> {
  const { note, limits } = state.context;
  try {
    const packing = packingOf(await layer.source.read(0, 8));
    if (packing === 'none') {
      await readEntries(state, layer, index, sourceInput(layer.source), false);
      return;
    }
    const rest = { ...limits, bytes: limits.bytes - state.bytes };
    const stream = unpacked(layer.source, packing, layer.name, rest);
    const { chunks } = stream;
    state.packed.set(index, []);
    try {
      await readEntries(state, layer, index, streamInput(counted(state, chunks)), true);
      // What follows the end mark belongs to the packed stream and to its checksum.
      for await (const chunk of chunks) state.bytes += chunk.length;
      if (layer.expected !== undefined && stream.digest() !== layer.expected) {
        note(layer.name, 'invalid', 'its bytes are not those of its digest');
      }
    } finally {
      await chunks.return(undefined);
    }
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code === 'cancelled') throw error;
    if (error.code === 'disk_full' || error.code === 'internal') throw error;
    note(layer.name, unreadReason(error), messageOf(error));
  }
}

async function* counted(state: State, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { signal, onBytes } = state.context;
  for await (const chunk of chunks) {
    checkAborted(signal);
    state.bytes += chunk.length;
    onBytes?.(state.bytes);
    yield chunk;
  }
}

async function readEntries(
  state: State,
  layer: Layer,
  index: number,
  input: TarInput,
  packed: boolean,
): Promise<void> {
  const { limits, note, signal } = state.context;
  for await (const entry of tarEntries(input, layer.name)) {
    state.entries += 1;
    if (state.entries % 1024 === 0) checkAborted(signal);
    if (state.entries > limits.entries) {
      throw new HoldfastError('too_large', `${layer.name}: more than ${limits.entries} entries.`, {
        detail: { reason: 'limit' },
      });
    }
    const applied = applyEntry(state.root, entry, index);
    if (applied.kind === 'refused') note(entry.name.slice(0, 1024), 'invalid', applied.detail);
    if (applied.kind !== 'file') continue;
    state.files += 1;
    if (!packed) continue;
    state.packed.get(index)?.push(applied.data);
    await spoolIfWanted(state, applied.path, applied.data, input);
  }
}

async function spoolIfWanted(
  { context, spool }: State,
  path: TargetPath,
  data: FileData,
  input: TarInput,
): Promise<void> {
  const wanted = context.interest(path);
  if (wanted === false) return;
  const head = wanted === true ? 0 : Math.min(wanted.bytes, data.stored);
  const first = head === 0 ? Buffer.alloc(0) : Buffer.from(await input.take(head));
  // A sparse file's first stored bytes need not be its first.
  if (wanted !== true && data.sparse === undefined && !wanted.accepts(first)) {
    data.dull = true;
    return;
  }
  await spoolBytes(spool, data, input, first);
}

async function spoolBytes(
  spool: Spool,
  data: FileData,
  input: TarInput,
  first: Buffer,
): Promise<void> {
  const place = spool.size();
  spool.write(first);
  for (let left = data.stored - first.length; left > 0;) {
    const bytes = await input.piece(left);
    // The archive ends here; whoever reads on says so.
    if (bytes.length === 0) return;
    spool.write(bytes);
    left -= bytes.length;
  }
  data.spooled = place;
}

/** Unpacks a layer again up to its last file that is missing in the spool. */
async function spoolAgain(
  state: State,
  index: number,
  chosen: (data: FileData) => boolean,
): Promise<void> {
  const layer = state.layers[index];
  const missing = (state.packed.get(index) ?? []).filter(
    (data) => data.spooled === undefined && chosen(data),
  );
  if (layer === undefined || missing.length === 0) return;
  const packing = packingOf(await layer.source.read(0, 8));
  const { chunks } = unpacked(layer.source, packing, layer.name, state.context.limits);
  const input = streamInput(chunks);
  try {
    for (const data of missing) {
      checkAborted(state.context.signal);
      if (!(await input.skip(data.offset - input.position()))) return;
      await spoolBytes(state.spool, data, input, Buffer.alloc(0));
    }
  } finally {
    await chunks.return(undefined);
  }
}

function treeOf(state: State): LayerTree {
  const open = (path: TargetPath): Promise<InputFile | undefined> => {
    const found = resolveNode(state.root, path);
    return Promise.resolve(
      found?.node.kind === 'file' ? fileOf(state, path, found.node.data, open) : undefined,
    );
  };
  return {
    files: (interest) => filesOf(state, interest, open),
    open,
    names: (path) => {
      const found = resolveNode(state.root, path)?.node;
      return Promise.resolve(found?.kind === 'directory' ? [...found.children.keys()].sort() : []);
    },
    seen: () => state.files,
    spoolAll: async () => {
      for (const index of state.packed.keys()) await spoolAgain(state, index, () => true);
    },
    close: () => state.spool.close(),
  };
}

type Open = (path: TargetPath) => Promise<InputFile | undefined>;

function* filesOf(state: State, interest: Interest, open: Open): Generator<TreeFile> {
  const pending: { readonly path: TargetPath; readonly node: LayerNode }[] = [
    { path: '', node: state.root },
  ];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, node } = next;
    if (node.kind === 'directory') {
      const names = [...node.children].sort(([a], [b]) => (a < b ? 1 : -1));
      for (const [name, child] of names) {
        pending.push({ path: path === '' ? name : `${path}/${name}`, node: child });
      }
    } else if (node.kind !== 'other') {
      const wanted = interest(path);
      const file =
        wanted === false ? undefined : treeFileOf(state, path, node, wanted === true, open);
      if (file !== undefined) yield file;
    }
  }
}

function treeFileOf(
  state: State,
  path: TargetPath,
  node: LayerNode,
  byName: boolean,
  open: Open,
): TreeFile | undefined {
  const found = node.kind === 'symlink' ? resolveNode(state.root, path) : { node, path };
  if (found === undefined) {
    // Of names that tell nothing too many are dangling on every system.
    if (byName) state.context.note(path, 'unreadable', 'a link to nothing inside the target');
    return undefined;
  }
  if (found.node.kind !== 'file') return undefined;
  const { data } = found.node;
  // Looking at its first bytes again would mean to unpack its layer again.
  if (data.dull === true && !byName) return undefined;
  const layer = state.layers[data.layer]?.digest;
  return {
    path,
    ...(node.kind === 'symlink' ? { leadsTo: found.path } : {}),
    ...(layer === undefined ? {} : { layer }),
    open: () => Promise.resolve(fileOf(state, path, data, open)),
  };
}

function fileOf(state: State, path: TargetPath, data: FileData, open: Open): InputFile {
  const stored = storedSource(state, path, data);
  const source = data.sparse === undefined ? stored : sparseSource(stored, data.sparse, data.size);
  return inputFile(path, source, open);
}

function storedSource(state: State, path: TargetPath, data: FileData): ByteSource {
  const layer = state.layers[data.layer];
  if (layer !== undefined && !state.packed.has(data.layer)) {
    return sliceSource(layer.source, data.offset, data.stored);
  }
  return {
    size: data.stored,
    read: async (offset, length) => {
      if (data.spooled === undefined) {
        await spoolAgain(state, data.layer, (one) => one === data || one.stored <= SMALL);
      }
      if (data.spooled === undefined) {
        throw new HoldfastError('bad_file', `${path}: its layer ends before it does.`, {
          detail: { reason: 'truncated' },
        });
      }
      return state.spool.source(data.spooled, data.stored).read(offset, length);
    },
  };
}
