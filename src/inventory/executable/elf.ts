/** Programs and libraries of Linux and the BSDs (System V ABI, "Object Files"). */
import { invalid, truncated } from '../damage.ts';
import type { InputFile } from '../schema.ts';
import { take, words, type Executable, type ExecutablePart, type Words } from './model.ts';

const WIDE = 2;
const BIG_ENDIAN = 2;
const NO_BITS = 8;
const PT_LOAD = 1;
const PF_WRITE = 2;
/** The names of sections usually stand right before their table: one read for both. */
const BEFORE_TABLE = 2048;

/** Where the fields stand: in the file header, an entry of the table of programs, an entry of the table of sections. */
interface Layout {
  readonly programs: number;
  readonly sections: number;
  readonly counts: number;
  readonly program: {
    readonly bytes: number;
    readonly flags: number;
    readonly offset: number;
    readonly address: number;
    readonly size: number;
  };
  readonly section: {
    readonly bytes: number;
    readonly address: number;
    readonly offset: number;
    readonly size: number;
  };
}

const LAYOUT_64: Layout = {
  programs: 32,
  sections: 40,
  counts: 54,
  program: { bytes: 56, flags: 4, offset: 8, address: 16, size: 32 },
  section: { bytes: 64, address: 16, offset: 24, size: 32 },
};
const LAYOUT_32: Layout = {
  programs: 28,
  sections: 32,
  counts: 42,
  program: { bytes: 32, flags: 24, offset: 4, address: 8, size: 16 },
  section: { bytes: 40, address: 12, offset: 16, size: 20 },
};

interface Header {
  readonly layout: Layout;
  readonly numbers: Words;
  readonly programs: Table;
  readonly sections: Table;
  /** Which section holds the names of all. */
  readonly names: number;
}

interface Table {
  readonly offset: number;
  readonly bytes: number;
  readonly count: number;
}

/** @throws HoldfastError `bad_file` where a table lies outside the file. */
export async function readElf(file: InputFile, head: Buffer): Promise<Executable> {
  if (head.length < 64) throw truncated('an executable that ends before its tables');
  const header = headerOf(head);
  const { sections } = header;
  if (sections.offset === 0 || sections.count === 0) {
    return { format: 'elf', sections: [], segments: await readPrograms(file, header) };
  }
  const parts = await readSections(file, header);
  // Sections that are loaded serve as well as segments to find an address.
  return { format: 'elf', sections: parts, segments: parts.filter(({ address }) => address > 0) };
}

function headerOf(head: Buffer): Header {
  const wide = head.readUInt8(4) === WIDE;
  const layout = wide ? LAYOUT_64 : LAYOUT_32;
  const numbers = words(head.readUInt8(5) === BIG_ENDIAN, wide);
  const count = (i: number) => numbers.half(head, layout.counts + i * 2);
  return {
    layout,
    numbers,
    programs: { offset: numbers.long(head, layout.programs), bytes: count(0), count: count(1) },
    sections: { offset: numbers.long(head, layout.sections), bytes: count(2), count: count(3) },
    names: count(4),
  };
}

async function readPrograms(
  file: InputFile,
  { layout, numbers, programs }: Header,
): Promise<ExecutablePart[]> {
  const { program } = layout;
  if (programs.bytes < program.bytes) throw invalid('an executable with too small a table');
  const table = await take(file, programs.offset, programs.bytes * programs.count);
  const parts: ExecutablePart[] = [];
  for (let at = 0; at < table.length; at += programs.bytes) {
    if (numbers.word(table, at) !== PT_LOAD) continue;
    parts.push({
      name: '',
      offset: numbers.long(table, at + program.offset),
      address: numbers.long(table, at + program.address),
      size: numbers.long(table, at + program.size),
      writable: (numbers.word(table, at + program.flags) & PF_WRITE) !== 0,
    });
  }
  return parts;
}

async function readSections(file: InputFile, header: Header): Promise<ExecutablePart[]> {
  const { layout, numbers, sections } = header;
  if (sections.bytes < layout.section.bytes || header.names >= sections.count) {
    throw invalid('an executable with too small a table');
  }
  const before = Math.min(BEFORE_TABLE, sections.offset);
  const start = sections.offset - before;
  const bytes = await take(file, start, before + sections.bytes * sections.count);
  const entry = (i: number) => bytes.subarray(before + i * sections.bytes);
  const range = (part: Buffer) => ({
    offset: numbers.long(part, layout.section.offset),
    size: numbers.long(part, layout.section.size),
  });

  const named = range(entry(header.names));
  const seen = named.offset >= start && named.offset + named.size <= start + bytes.length;
  const names = seen
    ? bytes.subarray(named.offset - start, named.offset - start + named.size)
    : await take(file, named.offset, named.size);
  const parts: ExecutablePart[] = [];
  for (let i = 0; i < sections.count; i += 1) {
    const part = entry(i);
    const { offset, size } = range(part);
    const inFile = numbers.word(part, 4) !== NO_BITS;
    parts.push({
      name: cString(names, numbers.word(part, 0)),
      address: numbers.long(part, layout.section.address),
      offset,
      size: inFile ? size : 0,
      writable: numbers.long(part, 8) % 2 === 1,
    });
  }
  return parts;
}

function cString(bytes: Buffer, from: number): string {
  if (from >= bytes.length) return '';
  const end = bytes.indexOf(0, from);
  return bytes.toString('latin1', from, end < 0 ? bytes.length : end);
}
