/**
 * Reads the rows of one table out of an SQLite file (https://www.sqlite.org/fileformat2.html), from any place that can be
 * read by offset: also inside an image, where no SQLite library reaches. Every page is visited at most once, so that cycles
 * end and hostile files cost no more than their size.
 */
import { beyondLimit, invalid, truncated, unread, unreadOf } from '../damage.ts';
import { randomReader } from '../random-reader.ts';
import type { Extracted, InputFile } from '../schema.ts';
import { readWal } from './sqlite-wal.ts';

const MAGIC = Buffer.from('SQLite format 3\0', 'latin1');
/** Longest value that is read; the largest rpm headers are a few megabytes. */
const MAX_PAYLOAD = 64 * 1024 * 1024;
const MAX_DEPTH = 24;

const INTERIOR_TABLE = 5;
const LEAF_TABLE = 13;

export interface SqliteRow {
  readonly kind: 'row';
  readonly rowId: number;
  readonly columns: readonly (Buffer | number | undefined)[];
}

interface Database {
  readonly usable: number;
  readonly pages: number;
  readonly notes: readonly Extracted[];
  readonly visited: Set<number>;
  page(number: number): Promise<Buffer>;
}

export function isSqlite(head: Buffer): boolean {
  return head.subarray(0, 16).equals(MAGIC);
}

/**
 * The rows of a table in the order of their row ids; text columns as bytes. Parts that are damaged come as notes.
 *
 * @throws HoldfastError `bad_file` where it is no SQLite database or has no such table.
 */
export async function* sqliteTable(
  file: InputFile,
  table: string,
): AsyncGenerator<SqliteRow | Extracted> {
  const database = await open(file);
  yield* database.notes;
  const root = await rootOf(database, table);
  yield* rows(database, root, 0);
}

async function open(file: InputFile): Promise<Database> {
  const reader = randomReader(file);
  const header = file.size < 100 ? Buffer.alloc(0) : await reader.at(0, 100);
  if (!isSqlite(header)) throw invalid('not an SQLite database');
  const raw = header.readUInt16BE(16);
  const pageSize = raw === 1 ? 65_536 : raw;
  const usable = pageSize - header.readUInt8(20);
  if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0 || usable < 480) {
    throw invalid(`an SQLite database with pages of ${pageSize} bytes`);
  }
  const wal = await readWal(await file.other(`${file.path}-wal`), pageSize);
  const notes = wal.note === undefined ? [] : [wal.note];
  notes.push(...(await hotJournal(file)));
  return {
    usable,
    pages: wal.pages ?? Math.floor(file.size / pageSize),
    notes,
    visited: new Set(),
    page: async (number) =>
      (await wal.page(number)) ?? reader.at((number - 1) * pageSize, pageSize),
  };
}

/** A rollback journal that was not rolled back: the database holds half a transaction. */
async function hotJournal(file: InputFile): Promise<Extracted[]> {
  const journal = await file.other(`${file.path}-journal`);
  if (journal === undefined || journal.size < 512) return [];
  const start = await journal.read(0, 8);
  if (start.toString('hex') !== 'd9d505f920a163d7') return [];
  return [
    unread(
      'invalid',
      'a transaction was broken off: its rollback journal lies beside the database',
    ),
  ];
}

async function rootOf(database: Database, table: string): Promise<number> {
  for await (const row of rows(database, 1, 0)) {
    if (row.kind !== 'row') throw invalid('the list of tables is damaged');
    const [type, name, , root] = row.columns;
    if (textOf(type) !== 'table' || textOf(name) !== table) continue;
    if (typeof root !== 'number') throw invalid(`the table ${table} has no pages`);
    return root;
  }
  throw invalid(`no table ${table}`);
}

function textOf(value: Buffer | number | undefined): string | undefined {
  return Buffer.isBuffer(value) ? value.toString('utf8') : undefined;
}

async function* rows(
  database: Database,
  number: number,
  depth: number,
): AsyncGenerator<SqliteRow | Extracted> {
  let children: number[];
  try {
    const page = await takePage(database, number);
    const start = number === 1 ? 100 : 0;
    const type = page.readUInt8(start);
    if (type === LEAF_TABLE) {
      yield* leafRows(database, page, start);
      return;
    }
    if (type !== INTERIOR_TABLE) throw invalid(`page ${number} is no table page`);
    if (depth >= MAX_DEPTH) throw beyondLimit('a table that is too deep');
    children = childPages(page, start);
  } catch (error) {
    yield unreadOf(error);
    return;
  }
  for (const child of children) yield* rows(database, child, depth + 1);
}

async function takePage(database: Database, number: number): Promise<Buffer> {
  if (number < 1 || number > database.pages) throw truncated(`page ${number} is not in the file`);
  if (database.visited.has(number)) throw invalid(`page ${number} is used twice`);
  database.visited.add(number);
  return database.page(number);
}

/** Offsets of the cells of a page, checked to lie in it. */
function cellOffsets(page: Buffer, start: number, headerBytes: number): number[] {
  const count = page.readUInt16BE(start + 3);
  const first = start + headerBytes;
  if (first + count * 2 > page.length) throw invalid('a page with more cells than room');
  const offsets: number[] = [];
  for (let i = 0; i < count; i += 1) offsets.push(page.readUInt16BE(first + i * 2));
  return offsets;
}

function childPages(page: Buffer, start: number): number[] {
  const children = cellOffsets(page, start, 12).map((offset) => {
    if (offset + 4 > page.length) throw invalid('a cell outside its page');
    return page.readUInt32BE(offset);
  });
  children.push(page.readUInt32BE(start + 8));
  return children;
}

async function* leafRows(
  database: Database,
  page: Buffer,
  start: number,
): AsyncGenerator<SqliteRow | Extracted> {
  for (const offset of cellOffsets(page, start, 8)) {
    try {
      const [length, afterLength] = varint(page, offset);
      const [rowId, at] = varint(page, afterLength);
      const payload = await readPayload(database, page, at, length);
      yield { kind: 'row', rowId, columns: columnsOf(payload) };
    } catch (error) {
      yield unreadOf(error);
    }
  }
}

/** Section 1.6: how much of a payload stands in the cell, and the chain of pages that holds the rest. */
async function readPayload(
  database: Database,
  page: Buffer,
  at: number,
  length: number,
): Promise<Buffer> {
  const { usable } = database;
  if (length > MAX_PAYLOAD) throw beyondLimit(`a row of ${length} bytes`);
  const most = usable - 35;
  const local = length <= most ? length : localBytes(length, usable, most);
  const head = page.subarray(at, at + local);
  if (head.length < local) throw truncated('a row that leaves its page');
  if (local === length) return head;
  if (at + local + 4 > page.length) throw truncated('a row that leaves its page');
  const parts = [head];
  let next = page.readUInt32BE(at + local);
  for (let missing = length - local; missing > 0;) {
    const overflow = await takePage(database, next);
    next = overflow.readUInt32BE(0);
    parts.push(overflow.subarray(4, Math.min(usable, 4 + missing)));
    missing -= usable - 4;
  }
  return Buffer.concat(parts, length);
}

function localBytes(length: number, usable: number, most: number): number {
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fitting = least + ((length - least) % (usable - 4));
  return fitting <= most ? fitting : least;
}

/** Section 2.1: the types, then the values. */
function columnsOf(payload: Buffer): (Buffer | number | undefined)[] {
  const [headerBytes, first] = varint(payload, 0);
  if (headerBytes > payload.length) throw truncated('a row whose header leaves it');
  const columns: (Buffer | number | undefined)[] = [];
  let at = headerBytes;
  for (let position = first; position < headerBytes;) {
    const [type, after] = varint(payload, position);
    position = after;
    const length = columnBytes(type);
    if (at + length > payload.length) throw truncated('a column that leaves its row');
    const bytes = payload.subarray(at, at + length);
    columns.push(type >= 12 ? bytes : numberOf(type, bytes));
    at += length;
  }
  return columns;
}

const INTEGER_BYTES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function columnBytes(type: number): number {
  if (type >= 12) return Math.floor((type - 12) / 2);
  const length = INTEGER_BYTES[type];
  if (length === undefined) throw invalid(`a column of the reserved type ${type}`);
  return length;
}

function numberOf(type: number, bytes: Buffer): number | undefined {
  if (type === 0) return undefined;
  if (type === 7) return bytes.readDoubleBE(0);
  if (type >= 8) return type - 8;
  return bytes.length > 6 ? Number(bytes.readBigInt64BE(0)) : bytes.readIntBE(0, bytes.length);
}

/** Section 1.6: seven bits a byte, the first nine at most; numbers above 2^53 are no lengths or keys that we take. */
function varint(bytes: Buffer, offset: number): [value: number, next: number] {
  let value = 0;
  for (let i = 0; i < 8; i += 1) {
    const byte = bytes[offset + i];
    if (byte === undefined) throw truncated('a number that leaves its page');
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return [value, offset + i + 1];
    if (value > Number.MAX_SAFE_INTEGER) throw invalid('a number that is too large');
  }
  throw invalid('a number that is too large');
}
