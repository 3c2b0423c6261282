/** Writes a segment of the index with bounded memory: runs sorted in memory, spilled, merged at the end. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import {
  aliasKey,
  eolKey,
  intelKey,
  productRowsKey,
  recordKey,
  releaseKey,
  rowKey,
  windowsKey,
} from './keys.ts';
import type { ProductRow } from './products/model.ts';
import type { WindowsUpdate } from './windows/model.ts';
import type { AdvisoryRecord, AdvisoryRow, EolProduct, Intel } from './model.ts';
import { encodeRow, withoutImpliedVersions } from './row-code.ts';
import { BLOCK_BYTES, MAX_BLOCK_BYTES, digestOf, hashOf, writeFooter } from './segment-format.ts';
import { mergedRuns, sortRun, spillRun, type Entry } from './segment-runs.ts';

export interface SegmentWriter {
  /** Values of one key become one array, sorted, each once: the order of calls leaves no trace. */
  add(key: string, value: unknown): void;
  /** `ecosystem` and `name` as the feed writes them. */
  putRow(ecosystem: string, name: string, row: AdvisoryRow): void;
  putRecord(record: AdvisoryRecord): void;
  putIntel(cve: string, part: Intel): void;
  /** Found by any of its identifiers. */
  putEol(product: EolProduct): void;
  putProduct(row: ProductRow): void;
  putWindows(product: string, update: WindowsUpdate): void;
  /** Bytes held in memory now. */
  held(): number;
  /** Frees the memory; the pool calls it. */
  spill(): void;
  finish(): Finished;
  /** Leaves nothing behind; harmless after `finish`. */
  abandon(): void;
}

export interface Finished {
  /** Name of the file below the directory: `<sha256>.seg`. */
  readonly file: string;
  /** Of directory and footer, which prove every block. */
  readonly sha256: string;
  readonly entries: number;
  readonly bytes: number;
  readonly rows: number;
  readonly records: number;
}

export interface SegmentOptions {
  /** Bytes held before they are spilled; 16 MB. */
  readonly memory?: number;
  /** A budget that several writers share, besides their own. */
  readonly pool?: SegmentPool;
  /** Of keys; another one only to provoke collisions. */
  readonly hashing?: typeof hashOf;
}

/** One budget for all writers of a run: when it is used up, the fullest spills. */
export interface SegmentPool {
  join(writer: SegmentWriter): void;
  leave(writer: SegmentWriter): void;
  grew(bytes: number): void;
}

const MEGABYTE = 1024 * 1024;

export function segmentPool(budget: number): SegmentPool {
  const writers = new Set<SegmentWriter>();
  let held = 0;
  return {
    join: (writer) => writers.add(writer),
    leave(writer) {
      held -= writer.held();
      writers.delete(writer);
    },
    grew(bytes) {
      held += bytes;
      while (held > budget) {
        const fullest = [...writers].reduce((a, b) => (b.held() > a.held() ? b : a));
        held -= fullest.held();
        fullest.spill();
      }
    },
  };
}

/** Nothing touches the disk until the memory is full or the segment is finished. */
export function openSegmentWriter(directory: string, options: SegmentOptions = {}): SegmentWriter {
  const { memory = 16 * MEGABYTE, pool, hashing = hashOf } = options;
  const seen = new Set<string>();
  let folder: string | undefined;
  let runs: string[] = [];
  let entries: Entry[] = [];
  let held = 0;
  let rows = 0;
  let records = 0;

  function scratch(): string {
    folder ??= onDisk(() => {
      fs.mkdirSync(directory, { recursive: true });
      return fs.mkdtempSync(path.join(directory, '.writing-'));
    });
    return folder;
  }

  function dropScratch(): void {
    if (folder !== undefined) fs.rmSync(folder, { recursive: true, force: true });
    folder = undefined;
    runs = [];
    entries = [];
  }

  const writer: SegmentWriter = {
    add(key, value) {
      const entry = { hash: hashing(key), key, value: JSON.stringify(value) };
      entries.push(entry);
      const bytes = 2 * (key.length + entry.value.length) + 160;
      held += bytes;
      if (held > memory) {
        pool?.grew(bytes - held);
        writer.spill();
      } else {
        pool?.grew(bytes);
      }
    },
    putRow(ecosystem, name, row) {
      rows += 1;
      writer.add(rowKey(ecosystem, name), encodeRow(withoutImpliedVersions(ecosystem, row)));
      if (seen.has(ecosystem)) return;
      seen.add(ecosystem);
      writer.add(releaseKey(ecosystem), 1);
    },
    putRecord(record) {
      records += 1;
      writer.add(recordKey(record.id), record);
      for (const alias of new Set([...record.aliases, ...record.upstream])) {
        writer.add(aliasKey(alias), record.id);
      }
    },
    putIntel: (cve, part) => writer.add(intelKey(cve), part),
    putEol(product) {
      for (const identifier of new Set([product.slug, ...product.identifiers])) {
        writer.add(eolKey(identifier), product);
      }
    },
    putProduct: (row) => writer.add(productRowsKey(row.vendor, row.product), row),
    putWindows: (product, update) => writer.add(windowsKey(product), update),
    held: () => held,
    spill() {
      if (entries.length === 0) return;
      sortRun(entries);
      const file = path.join(scratch(), `run-${runs.length}`);
      onDisk(() => spillRun(file, entries));
      runs.push(file);
      entries = [];
      held = 0;
    },
    finish() {
      sortRun(entries);
      const sorted = mergedRuns(runs, entries);
      const made = onDisk(() => writeSegment(directory, scratch(), sorted));
      pool?.leave(writer);
      held = 0;
      dropScratch();
      return { ...made, rows, records };
    },
    abandon() {
      pool?.leave(writer);
      held = 0;
      dropScratch();
    },
  };
  pool?.join(writer);
  return writer;
}

function onDisk<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (systemCode(error) !== 'ENOSPC') throw error;
    throw new HoldfastError('disk_full', 'no space is left for the advisory index', {
      remedy: 'Free some space and run the update again; the index in use is unchanged.',
      cause: error,
    });
  }
}

/** The values of one key, joined. */
interface Joined {
  readonly hash: string;
  readonly key: string;
  readonly value: string;
}

function* joined(sorted: Iterable<Entry>): Generator<Joined> {
  let current: { hash: string; key: string; values: string[] } | undefined;
  for (const { hash, key, value } of sorted) {
    if (current?.key !== key) {
      if (current !== undefined) yield { ...current, value: `[${current.values.join()}]` };
      current = { hash, key, values: [value] };
    } else if (current.values.at(-1) !== value) {
      current.values.push(value);
    }
  }
  if (current !== undefined) yield { ...current, value: `[${current.values.join()}]` };
}

/** Equal hashes stay in one block, so that one block answers for a hash. */
function* blocksOf(entries: Iterable<Joined>): Generator<Joined[]> {
  let block: Joined[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (bytes >= BLOCK_BYTES && block.at(-1)?.hash !== entry.hash) {
      yield block;
      block = [];
      bytes = 0;
    }
    block.push(entry);
    bytes += entry.key.length + entry.value.length;
    if (bytes > MAX_BLOCK_BYTES) {
      throw new HoldfastError('too_large', 'the feed says more of one package than can be kept', {
        detail: { key: entry.key },
      });
    }
  }
  if (block.length > 0) yield block;
}

function encodeBlock(block: readonly Joined[]): Buffer {
  const head = Buffer.alloc(2 + 8 * block.length);
  const lengths = Buffer.alloc(8 * block.length);
  head.writeUInt16BE(block.length, 0);
  const texts: Buffer[] = [lengths];
  for (const [index, { hash, key, value }] of block.entries()) {
    const keyBytes = Buffer.from(key);
    const valueBytes = Buffer.from(value);
    head.write(hash, 2 + 8 * index, 'latin1');
    lengths.writeUInt32BE(keyBytes.length, 8 * index);
    lengths.writeUInt32BE(valueBytes.length, 8 * index + 4);
    texts.push(keyBytes, valueBytes);
  }
  return Buffer.concat([head, zstdCompressSync(Buffer.concat(texts))]);
}

type Made = Pick<Finished, 'file' | 'sha256' | 'entries' | 'bytes'>;

function writeSegment(directory: string, scratch: string, sorted: Iterable<Entry>): Made {
  const temporary = path.join(scratch, 'segment');
  const file = fs.openSync(temporary, 'wx');
  try {
    const directoryEntries: Buffer[] = [];
    let offset = 0;
    let entries = 0;
    for (const block of blocksOf(joined(sorted))) {
      const bytes = encodeBlock(block);
      directoryEntries.push(directoryEntry(block[0]?.hash ?? '', offset, bytes));
      fs.writeSync(file, bytes);
      offset += bytes.length;
      entries += block.length;
    }
    const blocks = directoryEntries.length;
    const footer = writeFooter({ entries, blocks, directoryOffset: offset });
    const tail = Buffer.concat([...directoryEntries, footer]);
    fs.writeSync(file, tail);
    fs.fsyncSync(file);
    const sha256 = createHash('sha256').update(tail).digest('hex');
    const name = `${sha256}.seg`;
    fs.renameSync(temporary, path.join(directory, name));
    return { file: name, sha256, entries, bytes: offset + tail.length };
  } finally {
    fs.closeSync(file);
  }
}

function directoryEntry(hash: string, offset: number, block: Buffer): Buffer {
  const entry = Buffer.alloc(26);
  entry.write(hash, 0, 'latin1');
  entry.writeUIntBE(offset, 8, 6);
  entry.writeUInt32BE(block.length, 14);
  digestOf(block).copy(entry, 18);
  return entry;
}
