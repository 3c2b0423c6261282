/**
 * Where the parts of an executable lie: ELF, PE and Mach-O. Only the tables are read, in as few pieces as possible, because
 * every program of a host passes here.
 */
import type { InputFile } from '../schema.ts';
import { readElf } from './elf.ts';
import { MACH_MAGICS, readFat, readMach } from './mach-o.ts';
import type { Executable } from './model.ts';
import { readPe } from './pe.ts';

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
