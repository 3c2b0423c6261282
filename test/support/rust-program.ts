/** The smallest ELF file with a list of crates in it, as cargo-auditable writes one. */
import { deflateSync } from 'node:zlib';

const HEADER = 64;
const NAMES = '\0.dep-v0\0.shstrtab\0';

/** 64 bits, little-endian; `packed` stands in the section as it is instead of the compressed JSON. */
export function aRustProgram(json: string, packed = deflateSync(Buffer.from(json))): Buffer {
  const namesAt = HEADER + packed.length;
  const tableAt = namesAt + NAMES.length;
  const file = Buffer.alloc(tableAt + 3 * 64);
  file.write('\x7fELF', 0, 'latin1');
  file.set([2, 1, 1], 4);
  file.writeBigUInt64LE(BigInt(tableAt), 40);
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(64, 58);
  file.writeUInt16LE(3, 60);
  file.writeUInt16LE(2, 62);
  packed.copy(file, HEADER);
  file.write(NAMES, namesAt, 'latin1');
  section(1, 1, HEADER, packed.length);
  section(2, NAMES.indexOf('.shstrtab'), namesAt, NAMES.length);
  return file;

  function section(index: number, name: number, offset: number, size: number): void {
    const at = tableAt + index * 64;
    file.writeUInt32LE(name, at);
    file.writeUInt32LE(index === 1 ? 1 : 3, at + 4);
    file.writeBigUInt64LE(BigInt(offset), at + 24);
    file.writeBigUInt64LE(BigInt(size), at + 32);
  }
}
