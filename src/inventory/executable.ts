/**
 * Where the parts of an executable lie: ELF (System V ABI), PE (Microsoft's PE/COFF specification) and Mach-O. Only the tables
 * are read, as few pieces as possible, because every program of a host passes here.
 */
import { invalid, truncated } from './damage.ts';
import type { InputFile } from './schema.ts';

export interface ExecutablePart {
  /** `.go.buildinfo`, `__go_buildinfo`…; empty for segments. */
  readonly name: string;
  /** In memory. */
  readonly address: number;
  readonly offset: number;
  /** Bytes in the file. */
  readonly size: number;
  readonly writable: boolean;
}

export interface Executable {
  readonly format: 'elf' | 'pe' | 'mach-o';
  /** Empty where the table was cut away. */
  readonly sections: readonly ExecutablePart[];
  /** What is loaded; of PE the sections again. */
  readonly segments: readonly ExecutablePart[];
}

const MAX_PARTS = 4096;
const MAX_TABLE = 4 * 1024 * 1024;

type Format = 'elf' | 'pe' | 'mach-o' | 'fat';

/** From the first eight bytes. */
function formatOf(head: Buffer): Format | undefined {
  if (head.length < 8) return undefined;
  if (head.readUInt16LE(0) === 0x5a4d) return 'pe';
  const magic = head.readUInt32BE(0);
  if (magic === 0x7f454c46) return 'elf';
  if (MACH_MAGICS.has(magic)) return 'mach-o';
  // Java's classes begin with the same four bytes, then their version, which is at least 45.
  return magic === 0xcafebabe && head.readUInt32BE(4) < 30 ? 'fat' : undefined;
}

const MACH_MAGICS = new Set([0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe]);

/** Whether the first eight bytes are those of an executable or a library. */
export function looksExecutable(head: Buffer): boolean {
  return formatOf(head) !== undefined;
}

const known = new WeakMap<InputFile, Promise<Executable | undefined>>();

/**
 * The tables of an executable, read once for all who ask; undefined for any other file. Of a universal Mach-O the first
 * architecture stands for all.
 *
 * @throws HoldfastError `bad_file` where the tables lie outside the file.
 */
export function readExecutable(file: InputFile): Promise<Executable | undefined> {
  const before = known.get(file);
  if (before !== undefined) return before;
  const reading = read(file);
  known.set(file, reading);
  return reading;
}

async function read(file: InputFile): Promise<Executable | undefined> {
  const head = await file.read(0, 64);
  switch (formatOf(head)) {
    case 'elf':
      return readElf(file, head);
    case 'pe':
      return readPe(file, head);
    case 'mach-o':
      return readMach(file, 0);
    case 'fat':
      return readFat(file);
    case undefined:
      return undefined;
  }
}

/** Exactly that many bytes. */
async function take(file: InputFile, offset: number, length: number): Promise<Buffer> {
  if (length > MAX_TABLE) throw invalid('an executable with a table that is too large');
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > file.size) {
    throw truncated('an executable that ends before its tables');
  }
  const bytes = await file.read(offset, length);
  if (bytes.length < length) throw truncated('an executable that ends before its tables');
  return bytes;
}

/** Numbers of one byte order and width. */
interface Words {
  half(bytes: Buffer, offset: number): number;
  word(bytes: Buffer, offset: number): number;
  /** As wide as an address. */
  long(bytes: Buffer, offset: number): number;
}

function words(bigEndian: boolean, wide: boolean): Words {
  const word = (bytes: Buffer, offset: number) =>
    bigEndian ? bytes.readUInt32BE(offset) : bytes.readUInt32LE(offset);
  const wideWord = (bytes: Buffer, offset: number) =>
    Number(bigEndian ? bytes.readBigUInt64BE(offset) : bytes.readBigUInt64LE(offset));
  return {
    half: (bytes, offset) => (bigEndian ? bytes.readUInt16BE(offset) : bytes.readUInt16LE(offset)),
    word,
    long: wide ? wideWord : word,
  };
}

const NO_BITS = 8;
const WRITE = 1;
const PT_LOAD = 1;
const PF_WRITE = 2;
/** The names of sections usually stand right before their table: one read for both. */
const BEFORE_TABLE = 2048;

async function readElf(file: InputFile, head: Buffer): Promise<Executable> {
  if (head.length < 64) throw truncated('an executable that ends before its tables');
  const wide = head.readUInt8(4) === 2;
  const { half, word, long } = words(head.readUInt8(5) === 2, wide);
  const [programs, sections] = [long(head, wide ? 32 : 28), long(head, wide ? 40 : 32)];
  const counts = wide ? 54 : 42;
  const [programBytes, programCount] = [half(head, counts), half(head, counts + 2)];
  const [sectionBytes, sectionCount] = [half(head, counts + 4), half(head, counts + 6)];
  const nameSection = half(head, counts + 8);

  const segments: ExecutablePart[] = [];
  if (sections === 0 || sectionCount === 0) {
    const table = await take(file, programs, programBytes * programCount);
    for (let at = 0; at + (wide ? 56 : 32) <= table.length; at += programBytes) {
      if (word(table, at) !== PT_LOAD) continue;
      segments.push({
        name: '',
        offset: long(table, at + (wide ? 8 : 4)),
        address: long(table, at + (wide ? 16 : 8)),
        size: long(table, at + (wide ? 32 : 16)),
        writable: (word(table, at + (wide ? 4 : 24)) & PF_WRITE) !== 0,
      });
    }
    return { format: 'elf', sections: [], segments };
  }
  if (sectionBytes < (wide ? 64 : 40)) throw invalid('an executable with too small a table');

  const before = Math.min(BEFORE_TABLE, sections);
  const bytes = await take(file, sections - before, before + sectionBytes * sectionCount);
  const table = bytes.subarray(before);
  const place = (i: number) => {
    const at = i * sectionBytes;
    return {
      name: word(table, at),
      type: word(table, at + 4),
      flags: long(table, at + 8),
      address: long(table, at + (wide ? 16 : 12)),
      offset: long(table, at + (wide ? 24 : 16)),
      size: long(table, at + (wide ? 32 : 20)),
    };
  };
  if (nameSection >= sectionCount) return { format: 'elf', sections: [], segments };
  const named = place(nameSection);
  const first = named.offset - (sections - before);
  const names =
    first >= 0 && first + named.size <= bytes.length
      ? bytes.subarray(first, first + named.size)
      : await take(file, named.offset, named.size);
  const parts: ExecutablePart[] = [];
  for (let i = 0; i < sectionCount; i += 1) {
    const { name, type, flags, address, offset, size } = place(i);
    const part = { address, offset, size: type === NO_BITS ? 0 : size };
    parts.push({ ...part, name: cString(names, name), writable: flags % 2 === WRITE });
  }
  // Sections that are loaded serve as well as segments to find an address.
  return { format: 'elf', sections: parts, segments: parts.filter(({ address }) => address > 0) };
}

function cString(bytes: Buffer, from: number): string {
  const end = bytes.indexOf(0, from);
  return from < bytes.length ? bytes.toString('latin1', from, end < 0 ? bytes.length : end) : '';
}

async function readPe(file: InputFile, head: Buffer): Promise<Executable | undefined> {
  if (head.length < 64) return undefined;
  const start = head.readUInt32LE(0x3c);
  // Programs of MS-DOS have no more than the first letters.
  if (start < 64 || start + 24 > file.size) return undefined;
  const coff = await take(file, start, 24);
  if (coff.toString('latin1', 0, 4) !== 'PE\0\0') return undefined;
  const count = coff.readUInt16LE(6);
  const optionalBytes = coff.readUInt16LE(20);
  if (count > MAX_PARTS) throw invalid('an executable with too many sections');
  const table = await take(file, start + 24, optionalBytes + count * 40);
  const base = optionalBytes >= 32 ? imageBase(table) : 0;
  const sections: ExecutablePart[] = [];
  for (let at = optionalBytes; at + 40 <= table.length; at += 40) {
    sections.push({
      name: table.toString('latin1', at, at + 8).replace(/\0+$/, ''),
      address: base + table.readUInt32LE(at + 12),
      offset: table.readUInt32LE(at + 20),
      size: table.readUInt32LE(at + 16),
      writable: table.readUInt32LE(at + 36) >= 0x80000000,
    });
  }
  return { format: 'pe', sections, segments: sections };
}

function imageBase(optional: Buffer): number {
  const wide = optional.readUInt16LE(0) === 0x20b;
  return wide ? Number(optional.readBigUInt64LE(24)) : optional.readUInt32LE(28);
}

async function readFat(file: InputFile): Promise<Executable | undefined> {
  const first = await take(file, 8, 20);
  return readMach(file, first.readUInt32BE(8));
}

const LC_SEGMENT = 1;
const LC_SEGMENT_64 = 0x19;

async function readMach(file: InputFile, base: number): Promise<Executable | undefined> {
  const head = await take(file, base, 32);
  const magic = head.readUInt32BE(0);
  if (!MACH_MAGICS.has(magic)) return undefined;
  const bigEndian = magic === 0xfeedface || magic === 0xfeedfacf;
  const wide = magic === 0xfeedfacf || magic === 0xcffaedfe;
  const numbers = words(bigEndian, wide);
  const count = numbers.word(head, 16);
  const commands = await take(file, base + (wide ? 32 : 28), numbers.word(head, 20));
  const segments: ExecutablePart[] = [];
  const sections: ExecutablePart[] = [];
  for (let i = 0, at = 0; i < count && at + 8 <= commands.length; i += 1) {
    const [kind, length] = [numbers.word(commands, at), numbers.word(commands, at + 4)];
    if (length < 8 || at + length > commands.length) throw truncated('a load command cut off');
    if (kind === (wide ? LC_SEGMENT_64 : LC_SEGMENT)) {
      const segment = machSegment(commands.subarray(at, at + length), numbers, wide, base);
      segments.push(segment.part);
      sections.push(...segment.sections);
    }
    if (sections.length > MAX_PARTS) throw invalid('an executable with too many sections');
    at += length;
  }
  return { format: 'mach-o', sections, segments };
}

function machSegment(
  bytes: Buffer,
  { word, long }: Words,
  wide: boolean,
  base: number,
): { readonly part: ExecutablePart; readonly sections: readonly ExecutablePart[] } {
  const header = wide ? 72 : 56;
  if (bytes.length < header) throw truncated('a load command cut off');
  const writable = (word(bytes, wide ? 60 : 44) & 2) !== 0;
  const part = {
    name: '',
    address: long(bytes, 24),
    offset: base + long(bytes, wide ? 40 : 32),
    size: long(bytes, wide ? 48 : 36),
    writable,
  };
  const sections: ExecutablePart[] = [];
  const step = wide ? 80 : 68;
  for (let at = header; at + step <= bytes.length; at += step) {
    sections.push({
      name: bytes.toString('latin1', at, at + 16).replace(/\0[^]*$/, ''),
      address: long(bytes, at + 32),
      size: long(bytes, at + (wide ? 40 : 36)),
      offset: base + word(bytes, at + (wide ? 48 : 40)),
      writable,
    });
  }
  return { part, sections };
}
