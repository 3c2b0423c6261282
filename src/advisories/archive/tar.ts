/** Reads the regular files of a tar stream (POSIX.1-2017 pax, ustar, GNU long names) one after the other. */
import { HoldfastError } from '../../kernel/errors.ts';
import type { Budget } from './budget.ts';
import type { ArchiveEntry } from './zip.ts';

const BLOCK = 512;
/** Regular files: `0`, and a zero byte in archives older than ustar. */
const REGULAR = new Set(['0', '\0', '7']);

/** Whether the first block of a stream is a tar header. */
export function isTar(bytes: Buffer): boolean {
  return bytes.length >= BLOCK && bytes.toString('latin1', 257, 262) === 'ustar';
}

/**
 * Names are only told, never opened: links and absolute paths can do no harm here.
 *
 * @throws HoldfastError `bad_file` where the stream ends early, `too_large` beyond the budget.
 */
export async function* tarEntries(
  chunks: AsyncIterable<Buffer>,
  budget: Budget,
  wants: (name: string) => boolean,
): AsyncGenerator<ArchiveEntry, void, void> {
  const reader = exactly(chunks);
  let longName: string | undefined;
  for (;;) {
    const header = await reader(BLOCK);
    if (header === undefined || header.every((byte) => byte === 0)) return;
    const size = numberAt(header, 124, 12);
    const type = header.toString('latin1', 156, 157);
    budget.entry();
    const name: string = longName ?? nameOf(header);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (type === 'L' || type === 'x') {
      budget.document(size, 'a name');
      const body = await whole(reader, padded);
      longName =
        type === 'L'
          ? body.toString('utf8', 0, size).replace(/\0+$/, '')
          : paxPath(body.subarray(0, size));
      continue;
    }
    longName = undefined;
    if (REGULAR.has(type) && wants(name)) {
      budget.document(size, name.slice(0, 120));
      yield { name, bytes: (await whole(reader, padded)).subarray(0, size), packed: padded };
    } else {
      for (let left = padded; left > 0;)
        left -= (await whole(reader, Math.min(left, 1 << 20))).length;
    }
  }
}

function nameOf(header: Buffer): string {
  const prefix = textAt(header, 345, 155);
  const name = textAt(header, 0, 100);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textAt(header: Buffer, at: number, length: number): string {
  const field = header.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** Octal, or base 256 for what needs more than eleven digits (GNU). */
function numberAt(header: Buffer, at: number, length: number): number {
  if (((header[at] ?? 0) & 0x80) !== 0) return Number(header.readBigUInt64BE(at + length - 8));
  const text = textAt(header, at, length).trim();
  const value = text === '' ? 0 : parseInt(text, 8);
  if (!Number.isSafeInteger(value) || value < 0) throw damaged('a header is broken');
  return value;
}

/** `LENGTH key=value\n`, one after the other. */
function paxPath(body: Buffer): string | undefined {
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const length = Number(body.toString('latin1', at, Math.max(at, space)));
    if (space < 0 || !Number.isInteger(length) || length <= 0) return undefined;
    const record = body.toString('utf8', space + 1, at + length - 1);
    if (record.startsWith('path=')) return record.slice(5);
    at += length;
  }
  return undefined;
}

type Exactly = (size: number) => Promise<Buffer | undefined>;

async function whole(reader: Exactly, size: number): Promise<Buffer> {
  const bytes = size === 0 ? Buffer.alloc(0) : await reader(size);
  if (bytes === undefined) throw damaged('it is cut off');
  return bytes;
}

/** Reads exactly so many bytes, or undefined at a clean end. */
function exactly(chunks: AsyncIterable<Buffer>): Exactly {
  const source = chunks[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let have = 0;
  return async (size) => {
    while (have < size) {
      const next = await source.next();
      if (next.done === true) {
        if (have === 0) return undefined;
        throw damaged('it is cut off');
      }
      held.push(next.value);
      have += next.value.length;
    }
    const all = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    const rest = all.subarray(size);
    held = rest.length === 0 ? [] : [rest];
    have = rest.length;
    return all.subarray(0, size);
  };
}

function damaged(why: string): HoldfastError {
  return new HoldfastError('bad_file', `The archive is damaged: ${why}.`);
}
