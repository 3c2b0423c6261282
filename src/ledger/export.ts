/**
 * An export: a copy of the log that anybody can check with docs/verify/holdfast-verify.mjs and nothing of ours.
 *
 *     checkpoint              signed by the log, cosigned by its witnesses
 *     checkpoints/<size>      older checkpoints, each a beginning of this log
 *     tile/…, tile/entries/…  C2SP tlog-tiles at the size of the checkpoint
 *     records.jsonl           {"index":n,"record":"…","salt":"…"} a line, ascending; erased ones are missing
 *     timestamps/             RFC 3161 replies (.tsr) over the texts of heads (.txt), when there are any
 *     README.txt, holdfast-verify.mjs
 */
import { createWriteStream, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HoldfastError } from '../kernel/errors.ts';
import { canonicalJson } from './canonical.ts';
import { parseCheckpoint } from './checkpoint.ts';
import type { Opening } from './commitment.ts';
import { parseNote } from './note.ts';
import { CHECKPOINT_FILE, widthAt, type TileFiles } from './tile-files.ts';
import { encodeBundle, hashesAt, tilePath, TILE_WIDTH, type TileName } from './tiles.ts';

/** What of the log is exported; `openings` ascend by index and leave out what is erased. */
interface ExportSource {
  readonly files: TileFiles;
  readonly checkpoint: string;
  readonly olderCheckpoints: readonly string[];
  readonly openings: AsyncIterable<{ readonly index: number; readonly opening: Opening }>;
  /** RFC 3161 replies over heads of these sizes. */
  readonly timestamps?: readonly { readonly size: number; readonly reply: Buffer }[];
  /** The text of docs/verify/holdfast-verify.mjs. */
  readonly script: string;
}

/** Counts of what was written. */
export interface Exported {
  readonly entries: number;
  readonly records: number;
  readonly checkpoints: number;
  /** Rounded up. */
  readonly kilobytes: number;
}

/** Writes the export into `directory`, which must be new or empty. Verify it with the script before handing it on. */
export async function exportLog(source: ExportSource, directory: string): Promise<Exported> {
  mkdirSync(directory, { recursive: true });
  if (readdirSync(directory).length > 0) {
    throw new HoldfastError('conflict', `${directory} is not empty.`, {
      remedy: 'Export into a new directory.',
    });
  }
  const { size, origin } = headOf(source.checkpoint);
  let bytes = 0;
  const write = (file: string, content: string | Buffer) => {
    bytes += content.length;
    writeBelow(directory, file, content);
  };
  for (const name of tilesAt(size)) write(tilePath(name), bytesOf(source, name));
  for (const text of source.olderCheckpoints) {
    write(`checkpoints/${headOf(text).size}`, text);
  }
  source.timestamps?.forEach(({ size: of, reply }, n) => {
    const stamped = [source.checkpoint, ...source.olderCheckpoints].find(
      (note) => headOf(note).size === of,
    );
    if (stamped === undefined) return;
    write(`timestamps/${of}-${n}.tsr`, reply);
    write(`timestamps/${of}-${n}.txt`, parseNote(stamped).text);
  });
  let records = 0;
  const lines = async function* () {
    for await (const { index, opening } of source.openings) {
      if (index >= size) return;
      records += 1;
      const { salt, record } = opening;
      const line = `${canonicalJson({ index, salt: salt.toString('base64'), record })}\n`;
      bytes += line.length;
      yield line;
    }
  };
  const file = path.join(directory, 'records.jsonl');
  await pipeline(Readable.from(lines()), createWriteStream(file));
  write('holdfast-verify.mjs', source.script);
  write('README.txt', readme(origin));
  write(CHECKPOINT_FILE, source.checkpoint);
  const kilobytes = Math.ceil(bytes / 1024);
  return { entries: size, records, checkpoints: source.olderCheckpoints.length, kilobytes };
}

function headOf(note: string) {
  return parseCheckpoint(parseNote(note).text);
}

/** Every tile and bundle of a tree of `size` leaves, partial ones at exactly this size. */
function* tilesAt(size: number): Generator<TileName> {
  for (let level = 0; hashesAt(level, size) > 0; level += 1) {
    const count = hashesAt(level, size);
    for (let index = 0; index * TILE_WIDTH < count; index += 1) {
      const width = widthAt(count, index);
      if (level === 0) yield { level: 'entries', index, width };
      yield { level, index, width };
    }
  }
}

function bytesOf({ files, checkpoint }: ExportSource, { level, index }: TileName): Buffer {
  const { size } = headOf(checkpoint);
  return level === 'entries'
    ? encodeBundle(files.bundle(index, size))
    : files.tile(level, index, size);
}

function writeBelow(directory: string, file: string, bytes: string | Buffer): void {
  const full = path.join(directory, file);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, bytes);
}

function readme(origin: string): string {
  return `This directory is a copy of the ledger of ${origin}.

To check it, with Node 18 or newer and without any other software:

  node holdfast-verify.mjs . --key <the ledger's key> [--witness <key>]... [--old <checkpoint you kept>]...

If the ledger has changed its key, give each of its keys with a --key of its own.
Take the ledger's key from a message or contract of your own, not from whoever gave you this directory, and
holdfast-verify.mjs from the Holdfast release: whoever could forge the rest could forge that file too.
Checkpoints that you kept from earlier days are the best witness: any change of the past since then will show.

checkpoint      the signed head of the ledger, with the cosignatures of witnesses
checkpoints/    older heads
tile/           the hashes and entries (c2sp.org/tlog-tiles)
timestamps/     replies of time-stamping authorities, if any; with the certificates of the authority:
                openssl ts -verify -data timestamps/<n>.txt -in timestamps/<n>.tsr -CAfile <certificates>
records.jsonl   what was recorded; entries without a record were erased or withheld, and still count
`;
}
