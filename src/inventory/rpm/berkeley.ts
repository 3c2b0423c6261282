/**
 * Berkeley DB hash files, `Packages` of RHEL 8 and older: every page is looked at in turn and the values taken from hash pages,
 * with the overflow chains that hold what is longer than a page (Berkeley DB's published page layout, `db_page.h`).
 */
import { beyondLimit, invalid, truncated, unreadOf, unsupported } from '../damage.ts';
import { randomReader, type RandomReader } from '../random-reader.ts';
import type { Extracted, InputFile } from '../schema.ts';

const HASH_MAGIC = 0x061561;
const BTREE_MAGIC = 0x053162;
const PAGE_HEADER_BYTES = 26;
const MAX_VALUE = 64 * 1024 * 1024;

const PAGE = { hashUnsorted: 2, overflow: 7, hashMeta: 8, hash: 13 } as const;
const ITEM = { keyData: 1, offPage: 3 } as const;

export interface BerkeleyValue {
  readonly kind: 'blob';
  readonly blob: Buffer;
}

interface Database {
  readonly reader: RandomReader;
  readonly pageSize: number;
  readonly pages: number;
  readonly bigEndian: boolean;
  /** Overflow pages that were used: a chain that comes back to one is damaged. */
  readonly used: Set<number>;
}

export function isBerkeley(head: Buffer): boolean {
  if (head.length < 16) return false;
  const magics = [head.readUInt32LE(12), head.readUInt32BE(12)];
  return magics.includes(HASH_MAGIC) || magics.includes(BTREE_MAGIC);
}

/** The values of the database, in the order of its pages. @throws HoldfastError `bad_file` where it is no such database. */
export async function* berkeleyValues(file: InputFile): AsyncGenerator<BerkeleyValue | Extracted> {
  const database = await open(file);
  for (let number = 1; number < database.pages; number += 1) {
    let page: Buffer;
    try {
      page = await pageAt(database, number);
    } catch (error) {
      yield unreadOf(error);
      return;
    }
    const type = page.readUInt8(25);
    if (type === PAGE.hash || type === PAGE.hashUnsorted) yield* hashPage(database, page);
  }
}

async function open(file: InputFile): Promise<Database> {
  const reader = randomReader(file);
  const meta = file.size < 512 ? Buffer.alloc(0) : await reader.at(0, 512);
  if (!isBerkeley(meta)) throw invalid('not a Berkeley DB file');
  const bigEndian = [HASH_MAGIC, BTREE_MAGIC].includes(meta.readUInt32BE(12));
  const word = (offset: number) => readWord({ bigEndian }, meta, offset);
  if (word(12) !== HASH_MAGIC || meta.readUInt8(25) !== PAGE.hashMeta) {
    throw unsupported('a Berkeley DB file that is no hash table');
  }
  if (meta.readUInt8(24) !== 0) throw unsupported('an encrypted Berkeley DB file');
  const pageSize = word(20);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) {
    throw invalid(`a Berkeley DB file with pages of ${pageSize} bytes`);
  }
  return { reader, pageSize, pages: word(32) + 1, bigEndian, used: new Set() };
}

function pageAt({ reader, pageSize }: Database, number: number): Promise<Buffer> {
  return reader.at(number * pageSize, pageSize);
}

function readWord({ bigEndian }: { bigEndian: boolean }, bytes: Buffer, offset: number): number {
  return bigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset);
}

function readHalf({ bigEndian }: Database, bytes: Buffer, offset: number): number {
  return bigEndian ? bytes.readUInt16BE(offset) : bytes.readUInt16LE(offset);
}

/** Keys and values take turns; an item ends where the one before it begins. */
async function* hashPage(
  database: Database,
  page: Buffer,
): AsyncGenerator<BerkeleyValue | Extracted> {
  const entries = readHalf(database, page, 20);
  if (PAGE_HEADER_BYTES + entries * 2 > page.length) {
    yield unreadOf(invalid('a page with more entries than room'));
    return;
  }
  const offset = (i: number) => readHalf(database, page, PAGE_HEADER_BYTES + i * 2);
  for (let i = 1; i < entries; i += 2) {
    try {
      const blob = await valueOf(database, page, offset(i), offset(i - 1));
      if (blob !== undefined) yield { kind: 'blob', blob };
    } catch (error) {
      yield unreadOf(error);
    }
  }
}

async function valueOf(
  database: Database,
  page: Buffer,
  start: number,
  end: number,
): Promise<Buffer | undefined> {
  if (start < PAGE_HEADER_BYTES || start >= end || end > page.length) {
    throw invalid('an entry outside its page');
  }
  const type = page.readUInt8(start);
  if (type === ITEM.keyData) {
    // The record of key 0 counts the packages; a header is never as short.
    return end - start > 9 ? page.subarray(start + 1, end) : undefined;
  }
  if (type !== ITEM.offPage) throw unsupported(`an entry of type ${type}`);
  if (end - start < 12) throw truncated('an entry that is cut off');
  return overflow(
    database,
    readWord(database, page, start + 4),
    readWord(database, page, start + 8),
  );
}

async function overflow(database: Database, first: number, length: number): Promise<Buffer> {
  if (length > MAX_VALUE) throw beyondLimit(`a package header of ${length} bytes`);
  const parts: Buffer[] = [];
  let missing = length;
  for (let number = first; missing > 0;) {
    if (number === 0) throw truncated('a chain of pages that ends too early');
    if (number >= database.pages) throw truncated(`page ${number} is not in the file`);
    if (database.used.has(number)) throw invalid(`page ${number} is used twice`);
    database.used.add(number);
    const page = await pageAt(database, number);
    if (page.readUInt8(25) !== PAGE.overflow) throw invalid(`page ${number} continues no value`);
    const bytes = Math.min(readHalf(database, page, 22), missing, page.length - PAGE_HEADER_BYTES);
    if (bytes === 0) throw invalid(`page ${number} continues no value`);
    parts.push(page.subarray(PAGE_HEADER_BYTES, PAGE_HEADER_BYTES + bytes));
    missing -= bytes;
    number = readWord(database, page, 16);
  }
  return Buffer.concat(parts, length);
}
