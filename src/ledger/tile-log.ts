/** Writing a tlog-tiles directory: entries, then hashes, then the checkpoint that speaks of them. One writer at a time. */
import { readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError } from '../kernel/errors.ts';
import { formatCheckpoint, openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { ASIDE, makeRoot, writeDurably, type Fault } from './durable.ts';
import type { Signer, Verifier } from './keys.ts';
import { addSignatures, signNote, type NoteSignature } from './note.ts';
import { formatProof, type LedgerProof } from './proof.ts';
import { CHECKPOINT_FILE, openTileFiles, type TileFiles } from './tile-files.ts';
import * as tiles from './tiles.ts';
import { consistencyProof, inclusionProof, leafHash, rootAt, verifyInclusion } from './tree.ts';
import { EMPTY_ROOT, type Hash } from './tree.ts';

interface TileLogOptions {
  readonly directory: string;
  /** The log's name for ever; also the name of its keys. */
  readonly origin: string;
  /** The keys that sign, newest first: two of them while a key is being changed. */
  readonly signers: readonly Signer[];
  /** Retired keys, which may have signed the checkpoint that is on disk. */
  readonly formerKeys?: readonly Verifier[];
  readonly fault?: Fault;
}

export interface TileLog {
  readonly files: TileFiles;
  /** The checkpoint on disk. */
  readonly checkpoint: SignedCheckpoint;
  /** Its bytes. */
  readonly checkpointText: string;
  /**
   * Appends and returns the new checkpoint when all is durable. Given the same entries at the same size it writes the
   * same bytes, so that it can be run again after a crash. Throws `conflict` when another writer has been here, and
   * `tampered`, before anything is signed, when the new root is not `expected`.
   */
  append(entries: readonly Uint8Array[], now: Date, expected?: Hash): Promise<SignedCheckpoint>;
  /** Adds witnesses' signatures (verified by the caller) to the current checkpoint. */
  addCosignatures(signatures: readonly NoteSignature[]): Promise<SignedCheckpoint>;
  /** A `.tlog-proof` for an entry under the current checkpoint, checked before it is handed out. */
  prove(index: number, extra?: Buffer): string;
  proveGrowth(oldSize: number): Hash[];
}

/** Makes a new log of no entries. Refuses a directory that has a checkpoint already. */
export async function createTileLog(options: TileLogOptions, now: Date): Promise<TileLog> {
  const { directory, origin, signers, fault } = options;
  if (openTileFiles(directory).checkpoint() !== undefined) {
    throw new HoldfastError('conflict', `${directory} holds a ledger already.`);
  }
  makeRoot(directory);
  const note = signNote(formatCheckpoint({ origin, size: 0, root: EMPTY_ROOT }), signers, now);
  await writeDurably(
    directory,
    'checkpoint',
    new Map([[CHECKPOINT_FILE, Buffer.from(note)]]),
    fault,
  );
  return openTileLog(options);
}

/**
 * Opens the log to continue it. Throws `not_found` without a checkpoint (never begins anew over old tiles), `tampered`
 * when tiles or entries at the right edge do not give the signed root.
 */
export function openTileLog(options: TileLogOptions): TileLog {
  const { directory, origin, signers, formerKeys = [], fault } = options;
  const keys = [...signers.map(({ verifier }) => verifier), ...formerKeys];
  const files = openTileFiles(directory);
  makeRoot(directory);
  for (const left of readdirSync(path.join(directory, ASIDE))) {
    rmSync(path.join(directory, ASIDE, left), { force: true });
  }
  let text = files.checkpoint();
  if (text === undefined) {
    throw new HoldfastError('not_found', `${directory} holds no ledger checkpoint.`, {
      remedy: 'Restore the directory from a backup; a witness knows how long the ledger was.',
    });
  }
  let current = readOwn(text, origin, keys);
  let { edge, lastEntries } = loadEdge(files, current);

  async function publish(note: string): Promise<SignedCheckpoint> {
    const next = readOwn(note, origin, keys);
    if (files.checkpoint() !== text) {
      throw new HoldfastError('conflict', 'Another process has written the ledger checkpoint.');
    }
    await writeDurably(
      directory,
      'checkpoint',
      new Map([[CHECKPOINT_FILE, Buffer.from(note)]]),
      fault,
    );
    text = note;
    current = next;
    return next;
  }

  return {
    files,
    get checkpoint() {
      return current;
    },
    get checkpointText() {
      return text ?? '';
    },
    append: async (entries, now, expected) => {
      if (entries.length === 0) return current;
      const grown = tiles.grow(edge, entries.map(leafHash));
      const { size } = grown.edge;
      const root = rootAt(size, tiles.edgeReader(grown.edge));
      if (expected?.equals(root) === false) {
        throw new HoldfastError('tampered', `The ledger's first ${size} entries were changed.`);
      }
      const bundles = bundlesOf(edge.size, lastEntries, entries);
      // A root must never be signed before all that gives it is durable (else a crash forks the log).
      await writeDurably(directory, 'entries', filesOf(bundles), fault);
      await writeDurably(directory, 'tiles', filesOf(grown.tiles), fault);
      const next = await publish(signNote(formatCheckpoint({ origin, size, root }), signers, now));
      await removeSuperseded(directory, [...bundles, ...grown.tiles]);
      const left = size % tiles.TILE_WIDTH;
      lastEntries = left === 0 ? [] : [...lastEntries, ...entries].slice(-left);
      edge = grown.edge;
      return next;
    },
    addCosignatures: (signatures) => publish(addSignatures(text ?? '', signatures)),
    prove: (index, extra) => {
      const { size, root } = current;
      const entry = files.entry(index, size);
      const inclusion = inclusionProof(index, size, files.hashes(size));
      verifyInclusion({ index, size, leaf: leafHash(entry), path: inclusion }, root);
      const proof: LedgerProof = { index, path: inclusion, checkpoint: text ?? '', extra };
      return formatProof(proof);
    },
    proveGrowth: (oldSize) => consistencyProof(oldSize, current.size, files.hashes(current.size)),
  };
}

function readOwn(text: string, origin: string, keys: readonly Verifier[]): SignedCheckpoint {
  const checkpoint = openCheckpoint(text, keys);
  if (checkpoint.origin !== origin) {
    throw new HoldfastError('tampered', 'The checkpoint on disk is of another ledger.');
  }
  return checkpoint;
}

/** The right edge of the log, checked against the signed root. */
function loadEdge(files: TileFiles, checkpoint: SignedCheckpoint) {
  const { size, root } = checkpoint;
  const read = files.hashes(size);
  const rows: Buffer[] = [];
  for (let level = 0; tiles.hashesAt(level, size) > 0; level += 1) rows.push(Buffer.alloc(0));
  for (const { level, index, width } of tiles.partialTiles(size)) {
    const first = index * tiles.TILE_WIDTH;
    const row = Array.from({ length: width }, (_, n) => read(Number(level) * 8, first + n));
    rows[Number(level)] = Buffer.concat(row);
  }
  const edge: tiles.Edge = { size, rows };
  if (!rootAt(size, tiles.edgeReader(edge)).equals(root)) {
    throw new HoldfastError('tampered', 'The ledger tiles on disk do not give the signed root.', {
      remedy: 'Restore the ledger directory from a backup, and tell the witnesses.',
    });
  }
  const last = size % tiles.TILE_WIDTH;
  const lastEntries = last === 0 ? [] : files.bundle(Math.floor(size / tiles.TILE_WIDTH), size);
  if (!Buffer.concat(lastEntries.map(leafHash)).equals(rows[0] ?? Buffer.alloc(0))) {
    throw new HoldfastError('tampered', 'The last ledger entries on disk do not fit their tile.');
  }
  return { edge, lastEntries: lastEntries as readonly Uint8Array[] };
}

/** The bundles that change when `added` follows: the last partial one is written anew, longer. */
function bundlesOf(
  size: number,
  lastEntries: readonly Uint8Array[],
  added: readonly Uint8Array[],
): tiles.Tile[] {
  const entries = [...lastEntries, ...added];
  const firstIndex = Math.floor(size / tiles.TILE_WIDTH);
  const bundles: tiles.Tile[] = [];
  for (let at = 0; at < entries.length; at += tiles.TILE_WIDTH) {
    const part = entries.slice(at, at + tiles.TILE_WIDTH);
    const index = firstIndex + at / tiles.TILE_WIDTH;
    const bytes = tiles.encodeBundle(part);
    bundles.push({ level: 'entries', index, width: part.length, bytes });
  }
  return bundles;
}

function filesOf(list: readonly tiles.Tile[]): Map<string, Buffer> {
  return new Map(list.map((tile) => [tiles.tilePath(tile), tile.bytes]));
}

/** Partial tiles may go once the full one is there and a checkpoint speaks of it. */
async function removeSuperseded(directory: string, written: readonly tiles.Tile[]): Promise<void> {
  const full = written.filter(({ width }) => width === tiles.TILE_WIDTH);
  await Promise.all(
    full.map((tile) =>
      rm(path.join(directory, `${tiles.tilePath(tile)}.p`), { recursive: true, force: true }),
    ),
  );
}
