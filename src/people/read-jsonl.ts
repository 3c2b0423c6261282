/** Reads JSON lines, one object a line, with bounded memory; nested objects become columns named `outer.inner`. */
import { createReadStream } from 'node:fs';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { decodeText } from './decode-text.ts';
import type { Batch, Extract, Problem, ProblemReason } from './extract.ts';

const LONGEST_LINE = 4 * 1024 * 1024;
const BATCH = 1000;
const DEEPEST = 6;
/** Fields beyond this many are not columns of an extract. */
const WIDEST = 2000;

/** An extract from a file of JSON lines. Its columns are the fields of the first thousand objects, in order of name. */
export async function jsonlExtract(file: string, name = file): Promise<Extract> {
  return jsonlExtractOf(createReadStream(file, { highWaterMark: 256 * 1024 }), name);
}

/** The same from any bytes. */
export async function jsonlExtractOf(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): Promise<Extract> {
  const lines = objects(lineTexts(bytes, name));
  const held: Item[] = [];
  while (held.length < BATCH) {
    const next = await lines.next();
    if (next.done === true) break;
    held.push(next.value);
  }
  const fields = new Set(held.flatMap((item) => [...(item.fields?.keys() ?? [])]));
  const header = [...fields].sort().slice(0, WIDEST);
  return { name, header, batches: batched(held, lines, header, name) };
}

interface Item {
  readonly number: number;
  readonly fields?: ReadonlyMap<string, string>;
  readonly reason?: ProblemReason;
}

async function* objects(lines: AsyncIterable<LineText>): AsyncGenerator<Item, undefined> {
  for await (const { number, text } of lines) {
    if (text === undefined) yield { number, reason: 'row-too-long' };
    else if (text.trim() !== '') yield { number, ...parsed(text) };
  }
  return undefined;
}

function parsed(text: string): Pick<Item, 'fields' | 'reason'> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'invalid-json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { reason: 'not-an-object' };
  }
  const fields = new Map<string, string>();
  flatten(value, '', 0, fields);
  return { fields };
}

function flatten(value: unknown, path: string, depth: number, fields: Map<string, string>): void {
  if (value === null || value === undefined || depth > DEEPEST || fields.size > WIDEST) return;
  if (typeof value === 'object') {
    for (const [name, inner] of Object.entries(value)) {
      const next = Array.isArray(value) ? path : path === '' ? name : `${path}.${name}`;
      flatten(inner, next, depth + 1, fields);
    }
    return;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const before = fields.get(path);
  fields.set(path, before === undefined ? text : `${before} ${text}`);
}

export interface LineText {
  readonly number: number;
  /** Absent when the line was too long to hold. */
  readonly text?: string;
}

export async function* lineTexts(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<LineText> {
  let number = 0;
  let pending = '';
  let skipping = false;
  try {
    for await (const { text } of decodeText(bytes, name)) {
      const parts = text.split('\n');
      for (const [i, part] of parts.entries()) {
        if (i > 0) {
          number++;
          yield skipping ? { number } : { number, text: withoutMark(pending, number) };
          pending = '';
          skipping = false;
        }
        if (!skipping) pending += part;
        if (pending.length > LONGEST_LINE) {
          skipping = true;
          pending = '';
        }
      }
    }
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError('bad_file', `${name} could not be read after line ${number}`, {
      detail: { code: systemCode(error) },
      remedy: 'Check that the file is there, whole and readable, and count again.',
    });
  }
  number++;
  if (skipping) yield { number };
  else if (pending !== '') yield { number, text: withoutMark(pending, number) };
}

function withoutMark(text: string, number: number): string {
  return number === 1 && text.startsWith('\ufeff') ? text.slice(1) : text;
}

async function* batched(
  held: readonly Item[],
  rest: AsyncIterator<Item, undefined>,
  header: readonly string[],
  file: string,
): AsyncGenerator<Batch> {
  let items: Item[] = [...held];
  let more = held.length === BATCH;
  const known = new Set(header);
  let told = false;
  for (;;) {
    const batch = batchOf(items, header, file);
    const late = told ? undefined : items.find((item) => hasOther(item, known));
    if (late !== undefined) {
      told = true;
      batch.problems.push({ file, row: late.number, reason: 'field-appeared-late' });
    }
    yield batch;
    items = [];
    while (more && items.length < BATCH) {
      const next = await rest.next();
      if (next.done === true) more = false;
      else items.push(next.value);
    }
    if (items.length === 0) return;
  }
}

/** A field that none of the first thousand objects had: nobody decided what it holds, so it is not counted. */
function hasOther(item: Item, known: ReadonlySet<string>): boolean {
  for (const name of item.fields?.keys() ?? []) if (!known.has(name)) return true;
  return false;
}

function batchOf(
  items: readonly Item[],
  header: readonly string[],
  file: string,
): Batch & { problems: Problem[] } {
  const problems: Problem[] = [];
  const rows: string[][] = [];
  const numbers: number[] = [];
  for (const { number, fields, reason } of items) {
    if (reason !== undefined) problems.push({ file, row: number, reason });
    if (fields === undefined) continue;
    const row = header.map((name) => fields.get(name) ?? '');
    if (row.some((cell) => cell.includes('\ufffd'))) {
      problems.push({ file, row: number, reason: 'undecodable-text' });
    }
    rows.push(row);
    numbers.push(number);
  }
  return { rows, numbers, problems };
}
