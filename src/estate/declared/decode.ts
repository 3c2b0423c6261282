/** Bytes of a declared file to text: UTF-8 only, one kind of line end, no control characters. */
import { quoted, type Problems } from './problem.ts';

/**
 * The text of a file with a byte order mark removed and CRLF or CR made LF, so that positions count what an editor
 * shows. Reports and returns undefined when it is not UTF-8 text.
 */
export function decode(file: string, bytes: Uint8Array, problems: Problems): string | undefined {
  const foreign = otherEncoding(bytes);
  if (foreign !== undefined) {
    const message = `the file is ${foreign}, not UTF-8 text; save it as UTF-8`;
    problems.add({ code: 'encoding', file, line: 1, column: 1, message });
    return undefined;
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) {
    problems.add({ code: 'encoding', file, ...firstBadByte(bytes) });
    return undefined;
  }
  const lines = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  return hasControl(file, lines, problems) ? undefined : lines;
}

function otherEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return 'UTF-16';
  if (first === 0xfe && second === 0xff) return 'UTF-16';
  if (first === 0x50 && second === 0x4b && third === 3 && fourth === 4)
    return 'a spreadsheet or zip archive';
  if (first === 0x1f && second === 0x8b) return 'compressed (gzip)';
  return undefined;
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function firstBadByte(bytes: Uint8Array): { line: number; column: number; message: string } {
  const at = firstBadOffset(bytes);
  const before = new TextDecoder().decode(bytes.subarray(0, at)).split(/\r\n|[\r\n]/);
  const bad = (bytes[at] ?? 0).toString(16).padStart(2, '0');
  const message = `byte 0x${bad} is not UTF-8; save the file as UTF-8`;
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}

/** Line by line, so that only the bad line is searched. */
function firstBadOffset(bytes: Uint8Array): number {
  for (let start = 0; ;) {
    const found = bytes.indexOf(0x0a, start);
    const end = found === -1 ? bytes.length : found;
    const line = bytes.subarray(start, end);
    if (found === -1 || decodeUtf8(line) === undefined) return start + goodBytes(line);
    start = found + 1;
  }
}

/** A decoder that is told that more follows gives back what is good so far, up to the bad byte. */
function goodBytes(line: Uint8Array): number {
  let [low, high] = [0, line.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (decodesAsStart(line.subarray(0, middle))) low = middle;
    else high = middle - 1;
  }
  // What was good so far may end inside a character: the bad place is where that character starts.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const text = decoder.decode(line.subarray(0, low), { stream: true });
  return Buffer.byteLength(text);
}

function decodesAsStart(part: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(part, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function hasControl(file: string, text: string, problems: Problems): boolean {
  const found = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.exec(text);
  if (found === null) return false;
  const before = text.slice(0, found.index);
  const line = before.split('\n').length;
  const column = found.index - before.lastIndexOf('\n');
  const message = `control character ${quoted(found[0])} in the file; it must be plain text`;
  problems.add({ code: 'encoding', file, line, column, message });
  return true;
}
