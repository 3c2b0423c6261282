/** The entries of a tar archive one after the other: long names (GNU, pax), base-256 numbers, all four forms of sparse files. */
import { HoldfastError } from '../kernel/errors.ts';
import {
  BLOCK,
  decodeName,
  readSparseBlock,
  readTarHeader,
  type SparsePart,
  type TarHeader,
} from './tar-header.ts';
import type { TarInput } from './tar-input.ts';

export interface TarEntry {
  /** As the archive writes it, which may climb or begin with a slash: see `insidePath`. */
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';
  /** Where a link leads, as written. */
  readonly target: string;
  /** Bytes of the file as a program reads it, holes included. */
  readonly size: number;
  /** Where its stored bytes begin in the input, and how many there are. */
  readonly offset: number;
  readonly stored: number;
  /** The parts of a sparse file in the order of its stored bytes. */
  readonly sparse?: readonly SparsePart[];
}

/** Long names and pax records above this are no archive but an attack on memory. */
const META_BYTES = 1024 * 1024;
const SPARSE_PARTS = 100_000;

type Pax = ReadonlyMap<string, string>;

/**
 * Between two entries the caller may take any part of the entry's stored bytes from `input`; the rest is skipped.
 *
 * @throws HoldfastError `bad_file` where the archive is damaged or ends too early; entries before stay good.
 */
export async function* tarEntries(input: TarInput, path: string): AsyncGenerator<TarEntry> {
  let global: Pax = new Map();
  let said: Said = { pax: new Map() };
  for (let first = true; ; first = false) {
    const header = await nextHeader(input, path, first);
    if (header === undefined) return;
    if (header.type === 'g') {
      global = new Map([...global, ...paxRecords(await meta(input, header, path), path)]);
    } else if ('xLK'.includes(header.type)) {
      said = { ...said, ...(await saidBefore(input, header, path)) };
    } else {
      const pax = global.size === 0 ? said.pax : new Map([...global, ...said.pax]);
      yield* entryOf(input, header, { ...said, pax }, path);
      said = { pax: new Map() };
    }
  }
}

/** What headers before an entry say of it. */
interface Said {
  readonly pax: Pax;
  readonly name?: string;
  readonly link?: string;
}

async function saidBefore(
  input: TarInput,
  header: TarHeader,
  path: string,
): Promise<Partial<Said>> {
  const bytes = await meta(input, header, path);
  if (header.type === 'x') return { pax: paxRecords(bytes, path) };
  const name = decodeName(untilZero(bytes));
  return header.type === 'L' ? { name } : { link: name };
}

async function* entryOf(
  input: TarInput,
  header: TarHeader,
  said: Said,
  path: string,
): AsyncGenerator<TarEntry> {
  const { pax } = said;
  const stored = storedSize(pax, header, path);
  const start = input.position();
  const sparse = await sparseOf(input, header, pax, path);
  // A map that stands before the data counts as data; GNU's old one does not.
  const taken = header.type === 'S' ? 0 : input.position() - start;
  if (taken > stored) throw damaged(path, 'the map of a sparse file is longer than the file');
  const end = input.position() + stored - taken;
  yield {
    ...namesOf(header, said),
    kind: kindOf(header),
    size: sparse?.size ?? stored,
    offset: input.position(),
    stored: stored - taken,
    ...(sparse === undefined ? {} : { sparse: sparse.parts }),
  };
  // The padding of the last file may be missing; its bytes may not.
  const whole = await input.skip(end + padding(stored) - input.position());
  if (!whole && input.position() < end) throw damaged(path, 'ends within a file', 'truncated');
}

/** A pax record wins over GNU's long name, which wins over the header. */
function namesOf(
  header: TarHeader,
  { pax, name = header.name, link = header.linkName }: Said,
): { readonly name: string; readonly target: string } {
  return {
    name: pax.get('GNU.sparse.name') ?? pax.get('path') ?? name,
    target: pax.get('linkpath') ?? link,
  };
}

function damaged(path: string, what: string, reason = 'invalid'): HoldfastError {
  return new HoldfastError('bad_file', `${path}: not a whole tar archive: ${what}.`, {
    detail: { reason },
  });
}

function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** Undefined at the end mark: two blocks of zeros, or one and no more. */
async function nextHeader(
  input: TarInput,
  path: string,
  first: boolean,
): Promise<TarHeader | undefined> {
  let block = await input.take(BLOCK);
  if (block.length === BLOCK && isZero(block)) {
    block = await input.take(BLOCK);
    if (block.length < BLOCK || isZero(block)) return undefined;
  }
  if (block.length < BLOCK) throw damaged(path, 'no end mark', 'truncated');
  const header = readTarHeader(block);
  if (header !== undefined) return header;
  throw damaged(path, first ? 'it does not begin with a header' : 'a header is damaged');
}

function isZero(block: Buffer): boolean {
  return block[0] === 0 && block.every((byte) => byte === 0);
}

function kindOf({ type, name }: TarHeader): TarEntry['kind'] {
  switch (type) {
    case '0':
    case '\0':
    case '7':
    case 'S':
      // The seventh edition marked directories by their name alone.
      return name.endsWith('/') ? 'directory' : 'file';
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '5':
    case 'D':
      return 'directory';
    default:
      return 'other';
  }
}

/** pax may say a greater size than twelve characters hold; links and folders have no bytes whatever they say. */
function storedSize(pax: Pax, header: TarHeader, path: string): number {
  if ('123456'.includes(header.type)) return 0;
  const said = pax.get('size');
  if (said === undefined) return header.size;
  const size = decimal(said);
  if (size === undefined) throw damaged(path, 'a size that is no number');
  return size;
}

function decimal(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}

async function meta(input: TarInput, { size }: TarHeader, path: string): Promise<Buffer> {
  if (size > META_BYTES) throw damaged(path, `a name or extended header of ${size} bytes`);
  const bytes = Buffer.from(await input.take(size));
  if (bytes.length < size || !(await input.skip(padding(size)))) {
    throw damaged(path, 'ends within an extended header', 'truncated');
  }
  return bytes;
}

function untilZero(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

/** `LENGTH KEY=VALUE\n` each, the length counting itself; a repeated key is collected for GNU's oldest sparse form. */
function paxRecords(bytes: Buffer, path: string): Pax {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length && bytes[at] !== 0;) {
    const blank = bytes.indexOf(0x20, at);
    const length = decimal(bytes.toString('latin1', at, Math.min(Math.max(blank, at), at + 20)));
    const end = at + (length ?? 0);
    const equals = bytes.indexOf(0x3d, blank);
    if (length === undefined || equals < 0 || equals >= end || end > bytes.length) {
      throw damaged(path, 'an extended header that is none');
    }
    const key = bytes.toString('latin1', blank + 1, equals);
    addRecord(records, key, decodeName(bytes.subarray(equals + 1, end - 1)));
    at = end;
  }
  return records;
}

function addRecord(records: Map<string, string>, key: string, value: string): void {
  if (key !== SPARSE_OFFSET && key !== SPARSE_BYTES) {
    records.set(key, value);
    return;
  }
  const before = records.get(SPARSE_MAP);
  records.set(SPARSE_MAP, before === undefined ? value : `${before},${value}`);
}

const SPARSE_MAP = 'GNU.sparse.map';
const SPARSE_OFFSET = 'GNU.sparse.offset';
const SPARSE_BYTES = 'GNU.sparse.numbytes';

interface Sparse {
  readonly parts: readonly SparsePart[];
  readonly size: number;
}

/** GNU tar, "Storing Sparse Files": the old header, pax 0.0 and 0.1 in the records, pax 1.0 before the data. */
async function sparseOf(
  input: TarInput,
  header: TarHeader,
  pax: Pax,
  path: string,
): Promise<Sparse | undefined> {
  if (header.sparse !== undefined) {
    const parts = [...header.sparse.parts];
    for (let more = header.sparse.more; more;) {
      const block = await input.take(BLOCK);
      const next = block.length < BLOCK ? undefined : readSparseBlock(block);
      if (next === undefined) throw damaged(path, 'the map of a sparse file');
      parts.push(...next.parts);
      more = next.more;
      if (parts.length > SPARSE_PARTS) throw damaged(path, 'a sparse file of too many parts');
    }
    return checkedSparse(parts, header.sparse.realSize, path);
  }
  const size = decimal(pax.get('GNU.sparse.realsize') ?? pax.get('GNU.sparse.size') ?? '');
  if (size === undefined) return undefined;
  if (pax.get('GNU.sparse.major') === '1')
    return checkedSparse(await mapBefore(input, path), size, path);
  const map = pax.get(SPARSE_MAP);
  return map === undefined ? undefined : checkedSparse(pairs(map.split(','), path), size, path);
}

function pairs(numbers: readonly string[], path: string): SparsePart[] {
  const parts: SparsePart[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    const offset = decimal(numbers[at] ?? '');
    const size = decimal(numbers[at + 1] ?? '');
    if (offset === undefined || size === undefined) throw damaged(path, 'the map of a sparse file');
    parts.push({ offset, size });
  }
  return parts;
}

/** Decimal numbers, a line each: how many parts, then offset and size of each; padded to a block. */
async function mapBefore(input: TarInput, path: string): Promise<SparsePart[]> {
  const blocks: string[] = [];
  let seen = 0;
  for (let wanted = 1; seen < wanted;) {
    const block = await input.take(BLOCK);
    const text = block.toString('latin1');
    if (block.length < BLOCK || !/^[\d\n\0]*$/.test(text)) {
      throw damaged(path, 'the map of a sparse file');
    }
    blocks.push(text);
    seen += text.split('\n').length - 1;
    if (blocks.length > 1) continue;
    const count = decimal(text.split('\n', 1)[0] ?? '');
    if (count === undefined || count > SPARSE_PARTS)
      throw damaged(path, 'the map of a sparse file');
    wanted = 1 + count * 2;
  }
  const lines = blocks.join('').split('\n');
  return pairs(lines.slice(1, 1 + 2 * Number(lines[0])), path);
}

function checkedSparse(parts: readonly SparsePart[], size: number, path: string): Sparse {
  let reached = 0;
  for (const part of parts) {
    if (part.offset < reached || part.offset + part.size > size) {
      throw damaged(path, 'the map of a sparse file');
    }
    reached = part.offset + part.size;
  }
  return { parts, size };
}
