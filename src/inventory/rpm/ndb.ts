/** rpm's own database, `Packages.db` (SUSE): a table of slots, each naming the blocks of one header. */
import { beyondLimit, invalid, truncated, unreadOf } from '../damage.ts';
import { randomReader, type RandomReader } from '../random-reader.ts';
import type { Extracted, InputFile } from '../schema.ts';

const MAGIC = 'RpmP';
const SLOT_MAGIC = 'Slot';
const BLOB_START = 'BlbS';
const BLOB_END = 'BlbE';
const PAGE_BYTES = 4096;
const SLOT_BYTES = 16;
const BLOCK_BYTES = 16;
/** The file's own header takes the place of the first slots. */
const HEADER_SLOTS = 2;
const MAX_BLOB = 64 * 1024 * 1024;

export interface NdbBlob {
  readonly kind: 'blob';
  readonly blob: Buffer;
}

export function isNdb(head: Buffer): boolean {
  return head.toString('latin1', 0, 4) === MAGIC;
}

/** @throws HoldfastError `bad_file` where it is no such database. */
export async function* ndbBlobs(file: InputFile): AsyncGenerator<NdbBlob | Extracted> {
  const reader = randomReader(file);
  const header = file.size < 32 ? Buffer.alloc(0) : await reader.at(0, 32);
  if (!isNdb(header)) throw invalid('not an rpm ndb database');
  if (header.readUInt32LE(4) !== 0) throw invalid('an rpm ndb database of an unknown version');
  const slotPages = header.readUInt32LE(12);
  if (slotPages < 1 || slotPages * PAGE_BYTES > file.size) {
    throw truncated('the file ends within its table of packages');
  }
  const seen = new Set<number>();
  for (let page = 0; page < slotPages; page += 1) {
    const slots = await reader.at(page * PAGE_BYTES, PAGE_BYTES);
    const first = page === 0 ? HEADER_SLOTS * SLOT_BYTES : 0;
    for (let at = first; at < PAGE_BYTES; at += SLOT_BYTES) {
      const slot = slots.subarray(at, at + SLOT_BYTES);
      try {
        const blob = await blobOf(reader, slot, seen);
        if (blob !== undefined) yield { kind: 'blob', blob };
      } catch (error) {
        yield unreadOf(error);
      }
    }
  }
}

async function blobOf(
  reader: RandomReader,
  slot: Buffer,
  seen: Set<number>,
): Promise<Buffer | undefined> {
  if (slot.toString('latin1', 0, 4) !== SLOT_MAGIC) throw invalid('a slot without its mark');
  const index = slot.readUInt32LE(4);
  const block = slot.readUInt32LE(8);
  if (block === 0) return undefined;
  if (seen.has(block)) throw invalid('two packages at one place');
  seen.add(block);

  const offset = block * BLOCK_BYTES;
  const room = slot.readUInt32LE(12) * BLOCK_BYTES;
  const head = await reader.at(offset, 16);
  const length = head.readUInt32LE(12);
  if (head.toString('latin1', 0, 4) !== BLOB_START || head.readUInt32LE(4) !== index) {
    throw invalid('a package that does not start where its slot says');
  }
  if (length + 28 > room) throw invalid('a package that is longer than its slot');
  if (length > MAX_BLOB) throw beyondLimit(`a package header of ${length} bytes`);
  const tail = await reader.at(offset + room - 12, 12);
  if (tail.toString('latin1', 8, 12) !== BLOB_END || tail.readUInt32LE(4) !== length) {
    throw invalid('a package that does not end where its slot says');
  }
  return reader.at(offset + 16, length);
}
