/** Windows programs (Microsoft's PE/COFF specification). */
import { invalid } from '../damage.ts';
import type { InputFile } from '../schema.ts';
import { MAX_PARTS, take, type Executable, type ExecutablePart } from './model.ts';

/** Undefined for a program of MS-DOS, and for what only begins like one. */
export async function readPe(file: InputFile, head: Buffer): Promise<Executable | undefined> {
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
