/** Bytes of an extract as text: UTF-8, UTF-16 with its mark, Windows-1252, or a refusal that says what is wrong. */
import { isAscii } from 'node:buffer';
import { HoldfastError } from '../kernel/errors.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface TextChunk {
  readonly text: string;
  readonly encoding: Encoding;
}

/** Enough to see a character that is not ASCII in most extracts. */
const HEAD = 64 * 1024;
/** Windows-1252 for bytes 0x80-0x9F; a space stands where the code page has no character. */
const CP1252 =
  '\u20ac \u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152 \u017d  \u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153 \u017e\u0178';

/** Decodes a file's bytes; `name` is used in errors. What follows the first non-ASCII bytes decides between UTF-8 and Windows-1252. */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<TextChunk> {
  const iterator = bytes[Symbol.asyncIterator]();
  try {
    yield* decoded(iterator, name);
  } finally {
    await iterator.return?.();
  }
}

async function* decoded(
  iterator: AsyncIterator<Uint8Array>,
  name: string,
): AsyncGenerator<TextChunk> {
  const head = await readHead(iterator);
  if (head.length === 0) return;
  refuseBinary(head, name);
  let encoding = encodingOf(head);
  let decode = decoderOf(encoding);
  let ascii = isAscii(head);
  yield { text: decode(head, false), encoding };
  for (;;) {
    const next = await iterator.next();
    if (next.done === true) break;
    const chunk = Buffer.from(next.value);
    // Nothing but ASCII so far, which both encodings share: the first other bytes decide.
    if (ascii && encoding === 'utf-8' && !isAscii(chunk)) {
      ascii = false;
      if (!isUtf8(chunk)) {
        encoding = 'windows-1252';
        decode = decoderOf(encoding);
      }
    }
    yield { text: decode(chunk, false), encoding };
  }
  const last = decode(Buffer.alloc(0), true);
  if (last !== '') yield { text: last, encoding };
}

async function readHead(iterator: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD) {
    const next = await iterator.next();
    if (next.done === true) break;
    parts.push(next.value);
    length += next.value.length;
  }
  return Buffer.concat(parts);
}

function encodingOf(head: Buffer): Encoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return isUtf8(head) ? 'utf-8' : 'windows-1252';
}

/** Whether the bytes are UTF-8, apart from a character cut off at the end. */
function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

const FORMATS: readonly (readonly [string, readonly number[]])[] = [
  ['a zip archive or a spreadsheet (.xlsx, .ods)', [0x50, 0x4b, 0x03, 0x04]],
  ['gzip-compressed', [0x1f, 0x8b]],
  ['an old spreadsheet (.xls) or another OLE document', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a PDF document', [0x25, 0x50, 0x44, 0x46]],
  ['zstandard-compressed', [0x28, 0xb5, 0x2f, 0xfd]],
  ['UTF-32 text', [0xff, 0xfe, 0x00, 0x00]],
  ['a Parquet file', [0x50, 0x41, 0x52, 0x31]],
];

function refuseBinary(head: Buffer, name: string): void {
  const format = FORMATS.find(([, magic]) => magic.every((byte, i) => head[i] === byte))?.[0];
  const marked = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const what = format ?? (!marked && head.includes(0) ? 'binary, or UTF-16 without its mark' : '');
  if (what === '') return;
  throw new HoldfastError('bad_file', `${name} is ${what}: nothing of it was counted`, {
    remedy: 'Export it as CSV or JSON lines in UTF-8.',
  });
}

function decoderOf(encoding: Encoding): (bytes: Buffer, last: boolean) => string {
  if (encoding === 'windows-1252') return (bytes) => fromWindows1252(bytes);
  const decoder = new TextDecoder(encoding);
  return (bytes, last) => decoder.decode(bytes, { stream: !last });
}

/** By a table of our own: what the runtime's decoder makes of 0x80-0x9F has changed between its versions. */
function fromWindows1252(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll(/[\x80-\x9f]/g, (c) => CP1252[c.charCodeAt(0) - 0x80] ?? ' ');
}
