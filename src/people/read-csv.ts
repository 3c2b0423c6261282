/** Reads a CSV extract row by row with bounded memory; a row that cannot be trusted is reported by its number and left out. */
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { meaningOf } from './column-words.ts';
import { decodeText } from './decode-text.ts';
import type { Batch, Extract, Problem, ProblemReason } from './extract.ts';
import { parseNhsNumber } from './nhs-number.ts';

/** A row longer than this is no row: most often a quotation mark that was never closed. */
const LONGEST_ROW = 1024 * 1024;
const BATCH = 1000;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** An extract from a CSV file; the first row is the header unless it holds data. */
export async function csvExtract(file: string, name = file): Promise<Extract> {
  return csvExtractOf(createReadStream(file, { highWaterMark: 256 * 1024 }), name);
}

/** The same from any bytes. */
export async function csvExtractOf(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): Promise<Extract> {
  const rows = csvRows(readable(decodeText(bytes, name), name), name);
  const first = await rows.next();
  if (first.done === true) return { name, header: [], batches: noBatches() };
  const isHeader = first.value.row !== undefined && looksLikeHeader(first.value.row);
  const header = isHeader ? (first.value.row ?? []) : [];
  const width = first.value.row?.length ?? 0;
  const start = isHeader ? undefined : first.value;
  return { name, header, batches: batched(rows, start, width, name) };
}

/** A row, or the reason why the row of this number was left out. */
interface Line {
  readonly number: number;
  readonly row?: readonly string[];
  readonly reason?: ProblemReason;
}

async function* csvRows(text: AsyncIterable<string>, name: string): AsyncGenerator<Line> {
  const iterator = text[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return;
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(first.value),
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_ROW,
  });
  let failed: unknown;
  const feeding = feed(parser, first.value, iterator).catch((error: unknown) => {
    failed = error;
    parser.destroy();
  });
  let number = 0;
  try {
    for await (const row of parser as AsyncIterable<string[]>) yield { number: ++number, row };
  } catch (error) {
    if (failed === undefined) yield { number: number + 1, reason: csvReason(error) };
  } finally {
    // Also when the count is cancelled: the file is closed, not left to the collector.
    parser.destroy();
    await iterator.return?.();
  }
  await feeding;
  if (failed !== undefined) throw readFailure(failed, name, number);
}

async function feed(
  parser: ReturnType<typeof parse>,
  first: string,
  rest: AsyncIterator<string>,
): Promise<void> {
  let chunk: string | undefined = first;
  while (chunk !== undefined && !parser.destroyed) {
    if (!parser.write(chunk)) await drained(parser);
    const next: IteratorResult<string> = await rest.next();
    chunk = next.done === true ? undefined : next.value;
  }
  parser.end();
}

function drained(parser: ReturnType<typeof parse>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      parser.off('drain', done);
      parser.off('close', done);
      resolve();
    };
    parser.once('drain', done);
    parser.once('close', done);
  });
}

/** The parser stops at its first error: what follows an unclosed quotation mark cannot be told from text. */
function csvReason(error: unknown): ProblemReason {
  return systemCode(error) === 'CSV_MAX_RECORD_SIZE' ? 'row-too-long' : 'broken-quotes';
}

function readFailure(error: unknown, name: string, row: number): HoldfastError {
  if (error instanceof HoldfastError) return error;
  return new HoldfastError('bad_file', `${name} could not be read after row ${row}`, {
    detail: { code: systemCode(error) },
    remedy: 'Check that the file is there, whole and readable, and count again.',
  });
}

async function* batched(
  rows: AsyncIterator<Line>,
  start: Line | undefined,
  width: number,
  file: string,
): AsyncGenerator<Batch> {
  let batch = emptyBatch();
  function take(line: Line): void {
    const { row, number } = line;
    const reason =
      row === undefined ? line.reason : row.length === width ? undefined : 'ragged-row';
    if (reason !== undefined) {
      batch.problems.push({ file, row: number, reason });
      return;
    }
    if (row === undefined) return;
    if (row.some((cell) => cell.includes('\ufffd'))) {
      batch.problems.push({ file, row: number, reason: 'undecodable-text' });
    }
    batch.rows.push(row);
    batch.numbers.push(number);
  }
  try {
    if (start !== undefined) take(start);
    for (;;) {
      const next = await rows.next();
      if (next.done === true) break;
      take(next.value);
      if (batch.rows.length + batch.problems.length >= BATCH) {
        yield batch;
        batch = emptyBatch();
      }
    }
  } finally {
    await rows.return?.();
  }
  yield batch;
}

function emptyBatch(): { rows: (readonly string[])[]; numbers: number[]; problems: Problem[] } {
  return { rows: [], numbers: [], problems: [] };
}

async function* noBatches(): AsyncGenerator<Batch> {
  // An empty file has none.
}

async function* readable(
  chunks: AsyncIterable<{ text: string }>,
  name: string,
): AsyncGenerator<string> {
  try {
    for await (const { text } of chunks) yield text;
  } catch (error) {
    throw readFailure(error, name, 0);
  }
}

/** The separator that cuts the first line into most parts. */
function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const line = (end < 0 ? text : text.slice(0, end)).slice(0, LONGEST_ROW);
  const bare = line.replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((each) => bare.split(each).length);
  return DELIMITERS[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** A first row of names, not of somebody's data: no number, date or address among them, or words that we know. */
function looksLikeHeader(row: readonly string[]): boolean {
  if (row.some(isData)) return false;
  if (row.some((cell) => meaningOf(cell).known)) return true;
  return row.every((cell) => /^[A-Za-z][A-Za-z\d _./#()-]{0,60}$/.test(cell.trim()));
}

function isData(cell: string): boolean {
  const value = cell.trim();
  return (
    parseNhsNumber(value, true) >= 0 ||
    /^[\d£$+-][\d\s/.,:-]*$/.test(value) ||
    /@.+\./.test(value) ||
    value.length > 120
  );
}
