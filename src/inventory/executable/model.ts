/** What is asked of the tables of an executable, and reading them within bounds. */
import { invalid, truncated } from '../damage.ts';
import type { InputFile } from '../schema.ts';

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

/** More sections than any program has. */
export const MAX_PARTS = 4096;
const MAX_TABLE = 4 * 1024 * 1024;

/** Exactly that many bytes. */
export async function take(file: InputFile, offset: number, length: number): Promise<Buffer> {
  if (length > MAX_TABLE) throw invalid('an executable with a table that is too large');
  if (!Number.isSafeInteger(offset) || offset < 0 || offset + length > file.size) {
    throw truncated('an executable that ends before its tables');
  }
  const bytes = await file.read(offset, length);
  if (bytes.length < length) throw truncated('an executable that ends before its tables');
  return bytes;
}

/** Numbers of one byte order and width. */
export interface Words {
  readonly half: (bytes: Buffer, offset: number) => number;
  readonly word: (bytes: Buffer, offset: number) => number;
  /** As wide as an address. */
  readonly long: (bytes: Buffer, offset: number) => number;
}

export function words(bigEndian: boolean, wide: boolean): Words {
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
