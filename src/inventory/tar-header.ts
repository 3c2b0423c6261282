/** One 512-byte header of a tar archive: POSIX ustar (IEEE 1003.1, pax), GNU and the seventh edition's. */

export interface TarHeader {
  /** As written, `prefix/name`; bytes that are no UTF-8 stand as `\xNN`. */
  readonly name: string;
  readonly linkName: string;
  readonly size: number;
  /** The type flag as a character; the oldest archives have `\0` for a file. */
  readonly type: string;
  /** GNU's list of the parts of a sparse file, where the type is `S`. */
  readonly sparse?: SparseHeader;
}

export interface SparseHeader {
  readonly parts: readonly SparsePart[];
  readonly realSize: number;
  /** Whether another block of parts follows the header. */
  readonly more: boolean;
}

/** `size` bytes of a sparse file that are not a hole. */
export interface SparsePart {
  readonly offset: number;
  readonly size: number;
}

export const BLOCK = 512;

/** Undefined where the checksum or a number is wrong: no header. */
export function readTarHeader(block: Buffer): TarHeader | undefined {
  const said = numberAt(block, 148, 8);
  if (said === undefined || !checksums(block).includes(said)) return undefined;
  const size = numberAt(block, 124, 12);
  if (size === undefined) return undefined;
  const type = String.fromCharCode(block[156] ?? 0);
  const ustar = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = ustar ? textAt(block, 345, 155) : '';
  const name = textAt(block, 0, 100);
  const sparse = type === 'S' ? oldSparse(block) : undefined;
  if (type === 'S' && sparse === undefined) return undefined;
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    linkName: textAt(block, 157, 100),
    size,
    type,
    ...(sparse === undefined ? {} : { sparse }),
  };
}

/** The sum of all bytes with the checksum's own as blanks; some old writers added signed bytes. */
function checksums(block: Buffer): readonly number[] {
  let unsigned = 8 * 0x20;
  let signed = 8 * 0x20;
  for (let at = 0; at < BLOCK; at += 1) {
    if (at >= 148 && at < 156) continue;
    const byte = block[at] ?? 0;
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  return [unsigned, signed];
}

/** Octal digits, or where the first bit is set a number in base 256; undefined for anything else and for negatives. */
function numberAt(block: Buffer, at: number, length: number): number | undefined {
  const first = block[at] ?? 0;
  if ((first & 0x80) !== 0) {
    let value = first & 0x7f;
    for (let index = 1; index < length; index += 1) value = value * 256 + (block[at + index] ?? 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const text =
    block
      .toString('latin1', at, at + length)
      .split('\0', 1)[0]
      ?.trim() ?? '';
  if (text === '') return 0;
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
}

function textAt(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at);
  return decodeName(block.subarray(at, end < 0 || end > at + length ? at + length : end));
}

/** A name in UTF-8; where its bytes are none, the wrong ones are spelt `\xNN`, so that two names never become one. */
export function decodeName(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!text.includes('\uFFFD') || Buffer.from(text).equals(bytes)) return text;
  return Array.from(bytes.toString('latin1'), (char) =>
    char < '\u0080' ? char : `\\x${char.charCodeAt(0).toString(16)}`,
  ).join('');
}

function oldSparse(block: Buffer): SparseHeader | undefined {
  const parts = sparseParts(block, 386, 4);
  const realSize = numberAt(block, 483, 12);
  if (parts === undefined || realSize === undefined) return undefined;
  return { parts, realSize, more: block[482] === 1 };
}

/** The block that follows a sparse header with too many parts; undefined where it is none. */
export function readSparseBlock(
  block: Buffer,
): { readonly parts: readonly SparsePart[]; readonly more: boolean } | undefined {
  const parts = sparseParts(block, 0, 21);
  return parts === undefined ? undefined : { parts, more: block[504] === 1 };
}

function sparseParts(block: Buffer, from: number, count: number): SparsePart[] | undefined {
  const parts: SparsePart[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = from + index * 24;
    if (block[at] === 0) break;
    const offset = numberAt(block, at, 12);
    const size = numberAt(block, at + 12, 12);
    if (offset === undefined || size === undefined) return undefined;
    parts.push({ offset, size });
  }
  return parts;
}
