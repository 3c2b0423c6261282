/** Sorted runs of a segment on disk, and their merge. */
import fs from 'node:fs';

export interface Entry {
  /** Eight bytes as latin1. */
  readonly hash: string;
  readonly key: string;
  /** JSON. */
  readonly value: string;
}

function compare(a: Entry, b: Entry): number {
  if (a.hash !== b.hash) return a.hash < b.hash ? -1 : 1;
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
}

export function sortRun(entries: Entry[]): void {
  entries.sort(compare);
}

const CHUNK = 256 * 1024;

/** Each entry: hash, key length u32, value length u32, key, value. */
export function spillRun(path: string, entries: readonly Entry[]): void {
  const file = fs.openSync(path, 'wx');
  try {
    let pieces: Buffer[] = [];
    let bytes = 0;
    for (const { hash, key, value } of entries) {
      const head = Buffer.alloc(16);
      const keyBytes = Buffer.from(key);
      const valueBytes = Buffer.from(value);
      head.write(hash, 0, 'latin1');
      head.writeUInt32BE(keyBytes.length, 8);
      head.writeUInt32BE(valueBytes.length, 12);
      pieces.push(head, keyBytes, valueBytes);
      bytes += 16 + keyBytes.length + valueBytes.length;
      if (bytes < CHUNK) continue;
      fs.writeSync(file, Buffer.concat(pieces));
      pieces = [];
      bytes = 0;
    }
    if (bytes > 0) fs.writeSync(file, Buffer.concat(pieces));
  } finally {
    fs.closeSync(file);
  }
}

function* readRun(path: string): Generator<Entry> {
  const file = fs.openSync(path, 'r');
  try {
    let held = Buffer.alloc(0);
    let position = 0;
    const take = (length: number): Buffer | undefined => {
      while (held.length - position < length) {
        const chunk = Buffer.alloc(Math.max(CHUNK, length));
        const read = fs.readSync(file, chunk, 0, chunk.length, null);
        if (read === 0) return undefined;
        held = Buffer.concat([held.subarray(position), chunk.subarray(0, read)]);
        position = 0;
      }
      position += length;
      return held.subarray(position - length, position);
    };
    for (;;) {
      const head = take(16);
      if (head === undefined) return;
      const hash = head.toString('latin1', 0, 8);
      const keyLength = head.readUInt32BE(8);
      const text = take(keyLength + head.readUInt32BE(12));
      if (text === undefined) return;
      yield {
        hash,
        key: text.toString('utf8', 0, keyLength),
        value: text.toString('utf8', keyLength),
      };
    }
  } finally {
    fs.closeSync(file);
  }
}

/** All entries in order: of the files and of `rest`, each sorted by itself. */
export function* mergedRuns(paths: readonly string[], rest: readonly Entry[]): Generator<Entry> {
  const sources = [...paths.map((path) => readRun(path)), rest.values()];
  const heads: { entry: Entry; from: Iterator<Entry> }[] = [];
  for (const from of sources) {
    const first = from.next();
    if (first.done !== true) heads.push({ entry: first.value, from });
  }
  while (heads.length > 0) {
    const least = heads.reduce((a, b) => (compare(b.entry, a.entry) < 0 ? b : a));
    yield least.entry;
    const next = least.from.next();
    if (next.done === true) heads.splice(heads.indexOf(least), 1);
    else least.entry = next.value;
  }
}
