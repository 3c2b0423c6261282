/** Reads the items of one file of any known format. */
import { HoldfastError } from '../kernel/errors.ts';
import { splitFirstList, splitJson } from './archive/json-split.ts';
import { LIMITS } from './archive/budget.ts';
import { splitLines } from './archive/lines.ts';
import type { Item, Notes, ParseDocument } from './item.ts';
import { openEntries, peek, refuseAborted, type Entry, type Reading } from './open-file.ts';
import { recogniseDocument, shapeOfJson, shapeOfTable, type Format } from './recognise.ts';
import { readTable } from './read-table.ts';

export interface FileReading extends Reading, Notes {
  item(item: Item): void;
  /** Part of the file is none of ours; the name is empty for the file as a whole. */
  unrecognised(name: string): void;
  /** Which format was met; more than one may be in an archive. */
  met(format: Format): void;
}

const HEAD = 64 * 1024;

/** @throws HoldfastError `bad_file`, `too_large` or `cancelled`; what was read before was already handed over. */
export async function readFile(file: string, reading: FileReading): Promise<void> {
  for await (const entry of openEntries(file, reading)) {
    if (readWhole(entry, reading)) continue;
    const { head, rest } = await peek(entry.chunks, HEAD);
    const text = head.toString('utf8', 0, HEAD).replace(/^\ufeff/, '');
    const table = shapeOfTable(text);
    const json = shapeOfJson(text);
    if (table !== undefined) {
      reading.met(table.format);
      await readTable(rest, table, reading);
    } else if (json === undefined) {
      await skip(entry, rest, reading);
    } else {
      await readJson(entry, rest, json, reading);
    }
  }
}

const OPEN_BRACE = 0x7b;

/** Archives hold hundreds of thousands of small documents: one that is at hand whole needs no cutting. */
function readWhole({ chunks }: Entry, reading: FileReading): boolean {
  const [bytes, more] = Array.isArray(chunks) ? (chunks as Buffer[]) : [];
  if (bytes === undefined || more !== undefined || bytes[0] !== OPEN_BRACE) return false;
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    return false;
  }
  const known = recogniseDocument(document);
  if (known === undefined) return false;
  reading.met(known.format);
  for (const item of known.parse(document, reading, '')) reading.item(item);
  return true;
}

/** An entry is read to its end, so that the next one begins where it should. */
async function skip(
  entry: Entry,
  rest: AsyncIterable<Buffer>,
  reading: FileReading,
): Promise<void> {
  reading.unrecognised(entry.name);
  await rest[Symbol.asyncIterator]().return?.(undefined);
}

async function readJson(
  entry: Entry,
  chunks: AsyncIterable<Buffer>,
  shape: NonNullable<ReturnType<typeof shapeOfJson>>,
  reading: FileReading,
): Promise<void> {
  if (shape.format !== undefined) reading.met(shape.format);
  const counts = { known: 0, unknown: 0 };
  for await (const { key, bytes } of piecesOf(chunks, shape.cut)) {
    refuseAborted(reading.signal);
    const document = parsed(bytes, shape.cut === 'lines', reading);
    if (document === undefined) continue;
    const parse = shape.parse ?? parserOf(document, reading);
    if (parse === undefined) {
      counts.unknown += 1;
      // A list of what is none of ours need not be read to its end.
      if (counts.known === 0 && counts.unknown >= 100) break;
    } else {
      counts.known += 1;
      for (const item of parse(document, reading, key)) reading.item(item);
    }
  }
  if (counts.known === 0) reading.unrecognised(entry.name);
  else
    for (let left = counts.unknown; left > 0; left -= 1)
      reading.dropped('document that is not recognised');
}

function piecesOf(
  chunks: AsyncIterable<Buffer>,
  cut: NonNullable<ReturnType<typeof shapeOfJson>>['cut'],
): AsyncIterable<{ readonly key: string; readonly bytes: Buffer }> {
  if (cut === 'lines') return splitLines(chunks, LIMITS.json);
  return cut === 'list' ? splitFirstList(chunks, LIMITS.json) : splitJson(chunks, cut, LIMITS.json);
}

function parserOf(document: unknown, reading: FileReading): ParseDocument | undefined {
  const known = recogniseDocument(document);
  if (known !== undefined) reading.met(known.format);
  return known?.parse;
}

/** One broken line costs that line; anything else that is broken, the file. */
function parsed(bytes: Buffer, isLine: boolean, reading: FileReading): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch (cause) {
    if (!isLine) throw new HoldfastError('bad_file', 'It holds broken JSON.', { cause });
    reading.dropped('line that is not JSON');
    return undefined;
  }
}
