/** Zip archives for tests, right and wrong in any way that a test needs. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly path: string;
  readonly content: string | Buffer;
  readonly stored?: boolean;
  /** Sizes after the data instead of before them, as streams write. */
  readonly descriptor?: boolean;
  /** 64-bit sizes and offset in the extra field. */
  readonly zip64?: boolean;
  readonly flags?: number;
  /** What the directory says instead of the truth. */
  readonly says?: { readonly size?: number; readonly crc?: number; readonly offset?: number };
  /** Unix mode. */
  readonly mode?: number;
}

interface Options {
  readonly prefix?: Buffer;
  readonly comment?: string;
  readonly zip64?: boolean;
}

export function buildZip(parts: readonly ZipPart[], options: Options = {}): Buffer {
  const bodies: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const part of parts) {
    const body = bodyOf(part);
    directory.push(directoryEntry(part, offset, body.packed));
    bodies.push(body.bytes);
    offset += body.bytes.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([
    options.prefix ?? Buffer.alloc(0),
    ...bodies,
    central,
    endOf(parts.length, central.length, offset, options),
  ]);
}

const contentOf = (part: ZipPart): Buffer => Buffer.from(part.content as string);
const flagsOf = (part: ZipPart): number =>
  (part.flags ?? 0) | 0x800 | (part.descriptor === true ? 8 : 0);

function bodyOf(part: ZipPart): { bytes: Buffer; packed: number } {
  const content = contentOf(part);
  const packed = part.stored === true ? content : deflateRawSync(content);
  const name = Buffer.from(part.path);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(flagsOf(part), 6);
  header.writeUInt16LE(part.stored === true ? 0 : 8, 8);
  if (part.descriptor !== true) {
    header.writeUInt32LE(crc32(content), 14);
    header.writeUInt32LE(packed.length, 18);
    header.writeUInt32LE(content.length, 22);
  }
  header.writeUInt16LE(name.length, 26);
  const after = Buffer.alloc(part.descriptor === true ? 16 : 0);
  if (part.descriptor === true) {
    after.writeUInt32LE(0x08074b50, 0);
    after.writeUInt32LE(crc32(content), 4);
    after.writeUInt32LE(packed.length, 8);
    after.writeUInt32LE(content.length, 12);
  }
  return { bytes: Buffer.concat([header, name, packed, after]), packed: packed.length };
}

function directoryEntry(part: ZipPart, at: number, packed: number): Buffer {
  const content = contentOf(part);
  const name = Buffer.from(part.path);
  const { size, offset, crc } = {
    size: content.length,
    offset: at,
    crc: crc32(content),
    ...part.says,
  };
  const extra = part.zip64 === true ? extra64(size, packed, offset) : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt8(3, 5);
  header.writeUInt16LE(flagsOf(part), 8);
  header.writeUInt16LE(part.stored === true ? 0 : 8, 10);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(part.zip64 === true ? 0xffffffff : packed, 20);
  header.writeUInt32LE(part.zip64 === true ? 0xffffffff : size, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE(((part.mode ?? 0o100644) << 16) >>> 0, 38);
  header.writeUInt32LE(part.zip64 === true ? 0xffffffff : offset, 42);
  return Buffer.concat([header, name, extra]);
}

function extra64(size: number, packed: number, offset: number): Buffer {
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  extra.writeBigUInt64LE(BigInt(size), 4);
  extra.writeBigUInt64LE(BigInt(packed), 12);
  extra.writeBigUInt64LE(BigInt(offset), 20);
  return extra;
}

function endOf(count: number, size: number, offset: number, options: Options): Buffer {
  const comment = Buffer.from(options.comment ?? '');
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  const wide = options.zip64 === true;
  end.writeUInt16LE(wide ? 0xffff : count, 8);
  end.writeUInt16LE(wide ? 0xffff : count, 10);
  end.writeUInt32LE(wide ? 0xffffffff : size, 12);
  end.writeUInt32LE(wide ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  if (!wide) return Buffer.concat([end, comment]);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([record, locator, end, comment]);
}

interface ZipFile {
  readonly name: string;
  readonly body: string | Buffer;
}

/** A right one. `zip64`: as archives of more than 65,535 entries have it. */
export function makeZip(files: readonly ZipFile[], { zip64 = false } = {}): Buffer {
  const parts = files.map(({ name, body }) => ({ path: name, content: body, zip64 }));
  return buildZip(parts, { zip64 });
}
