/** The write-ahead log beside an SQLite database: committed pages that are not in the database yet (fileformat2, section 4). */
import { unread } from '../damage.ts';
import { randomReader } from '../random-reader.ts';
import type { Extracted, InputFile } from '../schema.ts';

const HEADER_BYTES = 32;
const FRAME_BYTES = 24;
const MAGIC = 0x377f0682;
const FORMAT = 3_007_000;

export interface Wal {
  /** Page number → the page as last committed. */
  page(number: number): Promise<Buffer | undefined>;
  /** Pages of the database after the last commit; undefined where nothing is committed. */
  readonly pages: number | undefined;
  readonly note: Extracted | undefined;
}

const EMPTY: Wal = {
  page: async () => Promise.resolve(undefined),
  pages: undefined,
  note: undefined,
};

interface Sums {
  readonly one: number;
  readonly two: number;
}

/** An absent or empty log is no log; one that cannot be read is said, and the database is read without it. */
export async function readWal(file: InputFile | undefined, pageSize: number): Promise<Wal> {
  if (file === undefined || file.size === 0) return EMPTY;
  if (file.size < HEADER_BYTES) return unreadable('its write-ahead log is cut off');
  const reader = randomReader(file);
  const header = await reader.at(0, HEADER_BYTES);
  const bigEndian = (header.readUInt32BE(0) & 1) === 1;
  let sums = checksum(header.subarray(0, 24), { one: 0, two: 0 }, bigEndian);
  if (!isStart(header, pageSize) || !matches(sums, header, 24)) {
    return unreadable('its write-ahead log has no valid start');
  }

  const committed = new Map<number, number>();
  const pending = new Map<number, number>();
  let pages: number | undefined;
  const step = FRAME_BYTES + pageSize;
  for (let at = HEADER_BYTES; at + step <= file.size; at += step) {
    const frame = await reader.at(at, step);
    // Frames of an earlier round carry other salts: the log ends here.
    if (!frame.subarray(8, 16).equals(header.subarray(16, 24))) break;
    sums = checksum(
      frame.subarray(FRAME_BYTES),
      checksum(frame.subarray(0, 8), sums, bigEndian),
      bigEndian,
    );
    if (!matches(sums, frame, 16)) break;
    pending.set(frame.readUInt32BE(0), at + FRAME_BYTES);
    const afterCommit = frame.readUInt32BE(4);
    if (afterCommit === 0) continue;
    pages = afterCommit;
    for (const [page, offset] of pending) committed.set(page, offset);
    pending.clear();
  }
  return {
    pages,
    note: undefined,
    page: async (number) => {
      const offset = committed.get(number);
      return offset === undefined ? undefined : reader.at(offset, pageSize);
    },
  };
}

function unreadable(detail: string): Wal {
  return {
    ...EMPTY,
    note: unread('invalid', `${detail}: packages of the last transactions may be missing`),
  };
}

function isStart(header: Buffer, pageSize: number): boolean {
  const magic = (header.readUInt32BE(0) & ~1) >>> 0;
  return (
    magic === MAGIC && header.readUInt32BE(4) === FORMAT && header.readUInt32BE(8) === pageSize
  );
}

function matches(sums: Sums, bytes: Buffer, offset: number): boolean {
  return bytes.readUInt32BE(offset) === sums.one && bytes.readUInt32BE(offset + 4) === sums.two;
}

/** Section 4.2: running sums over pairs of 32-bit words. */
function checksum(bytes: Buffer, from: Sums, bigEndian: boolean): Sums {
  let { one, two } = from;
  for (let at = 0; at < bytes.length; at += 8) {
    const first = bigEndian ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
    const second = bigEndian ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4);
    one = (one + first + two) >>> 0;
    two = (two + second + one) >>> 0;
  }
  return { one, two };
}
