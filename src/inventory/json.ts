/** JSON of files that nobody vouches for: depth and size are known before a value is built. */
import { isUtf8 } from 'node:buffer';
import { HoldfastError } from '../kernel/errors.ts';
import { jsonMistake } from './json-mistake.ts';

interface Options {
  /** What the message calls the document: `package-lock.json`. */
  readonly what: string;
  /** Objects and arrays within each other. */
  readonly maxDepth?: number;
  /** Values in all; each costs some fifty bytes of memory. */
  readonly maxValues?: number;
}

const MAX_DEPTH = 200;
const MAX_VALUES = 16_000_000;
/** Below V8's longest string. */
const MAX_BYTES = 512 * 1024 * 1024 - 64;

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const ARRAY = 0x5b;
const ARRAY_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

/**
 * The value of a UTF-8 document (or of UTF-16 with its mark, as PowerShell writes). The message of a refusal names line
 * and column and holds nothing of the content.
 *
 * @example parseJson(Buffer.from('{"a":1}'), { what: 'bom.json' })
 * @throws HoldfastError `bad_file` where it is no JSON or nested deeper than `maxDepth`; `too_large` for too many values.
 */
export function parseJson(bytes: Buffer, options: Options): unknown {
  const { what, maxDepth = MAX_DEPTH, maxValues = MAX_VALUES } = options;
  const utf8 = asUtf8(bytes, what);
  const { deepAt, values } = measure(utf8, maxDepth);
  if (deepAt !== undefined) {
    throw new HoldfastError(
      'bad_file',
      `${what}${placeOf(utf8, deepAt)}: nested deeper than ${maxDepth} levels`,
    );
  }
  if (values > maxValues) {
    throw new HoldfastError('too_large', `${what} holds more than ${maxValues} values`);
  }
  const text = utf8.toString('utf8');
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // V8's own message quotes the content, so the mistake is looked for again.
    const { line, column, problem } = jsonMistake(text);
    throw new HoldfastError('bad_file', `${what} line ${line} column ${column}: ${problem}`);
  }
}

function asUtf8(bytes: Buffer, what: string): Buffer {
  if (bytes.length > MAX_BYTES) {
    throw new HoldfastError('too_large', `${what} is larger than ${MAX_BYTES} bytes`);
  }
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return Buffer.from(bytes.subarray(2).toString('utf16le'), 'utf8');
  }
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)));
    return Buffer.from(even.swap16().toString('utf16le'), 'utf8');
  }
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const body = marked ? bytes.subarray(3) : bytes;
  if (!isUtf8(body)) {
    throw new HoldfastError('bad_file', `${what} is not UTF-8`);
  }
  return body;
}

interface Measured {
  /** Offset of the bracket that goes too deep. */
  readonly deepAt?: number;
  readonly values: number;
}

/** The hot loop of every JSON file: three nanoseconds a byte. */
function measure(bytes: Buffer, maxDepth: number): Measured {
  const { length } = bytes;
  let depth = 0;
  let values = 1;
  let at = 0;
  while (at < length) {
    const byte = bytes[at];
    at += 1;
    if (byte === SPACE) continue;
    if (byte === QUOTE) {
      at = afterString(bytes, at);
    } else if (byte === COMMA) {
      values += 1;
    } else if (byte === OBJECT || byte === ARRAY) {
      depth += 1;
      values += 1;
      if (depth > maxDepth) return { deepAt: at - 1, values };
    } else if (byte === OBJECT_END || byte === ARRAY_END) {
      depth -= 1;
    }
  }
  return { values };
}

/** Offset after the closing quote, or beyond the end where there is none. */
function afterString(bytes: Buffer, from: number): number {
  const { length } = bytes;
  let at = from;
  while (at < length) {
    const byte = bytes[at];
    at += 1;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at += 1;
  }
  return at;
}

function placeOf(bytes: Buffer, offset: number): string {
  let line = 1;
  let start = 0;
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) {
    line += 1;
    start = at + 1;
  }
  return ` line ${line} column ${bytes.toString('utf8', start, offset).length + 1}`;
}
