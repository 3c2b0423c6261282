/** Text of files that nobody vouches for. */
import { isUtf8 } from 'node:buffer';
import { basename } from 'node:path/posix';
import { HoldfastError } from '../kernel/errors.ts';
import type { InputFile } from './schema.ts';

/** The whole file as text; see `decodeText`. */
export async function readText(file: InputFile, maxBytes: number): Promise<string> {
  return decodeText(await file.bytes(maxBytes), basename(file.path));
}

/**
 * UTF-8, or UTF-16 with its mark (as PowerShell writes it), without the mark.
 *
 * @throws HoldfastError `bad_file` with the line of the first NUL or of the first byte that is no UTF-8.
 */
export function decodeText(bytes: Buffer, what: string): string {
  const wide = decodeUtf16(bytes);
  const body =
    bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  if (wide === undefined && !isUtf8(body)) {
    throw new HoldfastError('bad_file', `${what} line ${lineOfBadByte(body)}: not UTF-8`);
  }
  const text = wide ?? body.toString('utf8');
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    throw new HoldfastError('bad_file', `${what} line ${lineAt(text, nul)}: a NUL character`);
  }
  return text;
}

/** Undefined where the bytes do not begin with a mark of UTF-16. */
export function decodeUtf16(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  if (bytes[0] !== 0xfe || bytes[1] !== 0xff) return undefined;
  const even = Buffer.from(bytes.subarray(2, bytes.length - (bytes.length % 2)));
  return even.swap16().toString('utf16le');
}

/** From 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1))
    line += 1;
  return line;
}

function lineOfBadByte(bytes: Buffer): number {
  let line = 1;
  for (let from = 0; ; line += 1) {
    const end = bytes.indexOf(10, from);
    if (end < 0 || !isUtf8(bytes.subarray(from, end))) return line;
    from = end + 1;
  }
}

/** Lines with their numbers from 1, without their ends (LF or CRLF). */
export function* linesOf(
  text: string,
): Generator<{ readonly line: number; readonly text: string }> {
  let line = 1;
  for (let from = 0; from <= text.length; line += 1) {
    const found = text.indexOf('\n', from);
    const end = found < 0 ? text.length : found;
    const stop = end > from && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    yield { line, text: text.slice(from, stop) };
    from = end + 1;
  }
}
