/** Programs as the Go linker lays them out, of nothing but headers and build information. */

const MARK = '0w\xaf\f\x92t\b\x02A\xe1\xc1\x07\xe6\xd6\x18\xe6';
const END_MARK = '\xf92C1\x86\x18 r\x00\x82B\x10A\x16\xd8\xf2';

interface Form {
  /** Strings after the header (Go 1.18 on) or behind pointers. */
  readonly inline: boolean;
  readonly bigEndian?: boolean;
}

/** The lines between their two marks, as the runtime keeps them. */
export function moduleInfo(lines: readonly string[]): Buffer {
  return Buffer.from(`${MARK}${lines.map((line) => `${line}\n`).join('')}${END_MARK}`, 'latin1');
}

/** The section, as it stands at `address`. */
function buildInfo(version: string, modules: Buffer, form: Form, address: number): Buffer {
  const header = Buffer.alloc(32);
  header.write('\xff Go buildinf:', 0, 'latin1');
  header.writeUInt8(8, 14);
  header.writeUInt8((form.inline ? 2 : 0) | (form.bigEndian === true ? 1 : 0), 15);
  if (form.inline) {
    return Buffer.concat([header, counted(Buffer.from(version)), counted(modules)]);
  }
  const word = (value: number) => {
    const bytes = Buffer.alloc(8);
    if (form.bigEndian === true) bytes.writeBigUInt64BE(BigInt(value));
    else bytes.writeBigUInt64LE(BigInt(value));
    return bytes;
  };
  const text = address + 64;
  word(address + 32).copy(header, 16);
  word(address + 48).copy(header, 24);
  return Buffer.concat([
    header,
    word(text),
    word(version.length),
    word(text + version.length),
    word(modules.length),
    Buffer.from(version),
    modules,
  ]);
}

function counted(bytes: Buffer): Buffer {
  const length: number[] = [];
  let rest = bytes.length;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) length.push((rest % 128) | 0x80);
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

/** A 64-bit ELF file; with `sections: false` its table of sections is cut away. */
export function anElf(
  version: string,
  modules: Buffer,
  options: Partial<Form> & { readonly sections?: boolean; readonly section?: string } = {},
): Buffer {
  const { inline = true, bigEndian = false, sections = true } = options;
  const [offset, address] = [0x1000, 0x500000];
  const data = buildInfo(version, modules, { inline, bigEndian }, address);
  const names = Buffer.from(`\0${options.section ?? '.go.buildinfo'}\0.shstrtab\0`);
  const namesAt = offset + data.length;
  const tableAt = Math.ceil((namesAt + names.length) / 8) * 8;
  const file = Buffer.alloc(tableAt + 3 * 64);
  const half = (value: number, at: number) =>
    bigEndian ? file.writeUInt16BE(value, at) : file.writeUInt16LE(value, at);
  const word = (value: number, at: number) =>
    bigEndian ? file.writeUInt32BE(value, at) : file.writeUInt32LE(value, at);
  const long = (value: number, at: number) =>
    bigEndian ? file.writeBigUInt64BE(BigInt(value), at) : file.writeBigUInt64LE(BigInt(value), at);

  file.write('\x7fELF', 0, 'latin1');
  file.set([2, bigEndian ? 2 : 1, 1], 4);
  long(64, 32);
  long(sections ? tableAt : 0, 40);
  [56, 1, 64, sections ? 3 : 0, 2].forEach((value, i) => half(value, 54 + i * 2));
  word(1, 64);
  word(6, 68);
  [offset, address, address, data.length, data.length].forEach((value, i) => {
    long(value, 72 + i * 8);
  });
  data.copy(file, offset);
  names.copy(file, namesAt);
  if (!sections) return file;
  const section = (i: number, name: number, flags: number, [at, from, size]: number[]) => {
    const start = tableAt + i * 64;
    word(name, start);
    word(i === 1 ? 1 : 3, start + 4);
    long(flags, start + 8);
    long(at ?? 0, start + 16);
    long(from ?? 0, start + 24);
    long(size ?? 0, start + 32);
  };
  section(1, 1, 3, [address, offset, data.length]);
  section(2, names.indexOf('.shstrtab'), 0, [0, namesAt, names.length]);
  return file;
}

/** A 64-bit Windows program whose build information stands in `.data`. */
export function aPe(version: string, modules: Buffer): Buffer {
  const data = Buffer.concat([
    Buffer.alloc(48),
    buildInfo(version, modules, { inline: true }, 0x140001030),
  ]);
  const file = Buffer.concat([Buffer.alloc(0x400), data]);
  file.write('MZ', 0);
  file.writeUInt32LE(0x80, 0x3c);
  file.write('PE\0\0', 0x80, 'latin1');
  file.writeUInt16LE(1, 0x86);
  file.writeUInt16LE(112, 0x94);
  file.writeUInt16LE(0x20b, 0x98);
  file.writeBigUInt64LE(0x140000000n, 0x98 + 24);
  const section = 0x98 + 112;
  file.write('.data', section);
  [data.length, 0x1000, data.length, 0x400].forEach((value, i) => {
    file.writeUInt32LE(value, section + 8 + i * 4);
  });
  file.writeUInt32LE(0xc0000040, section + 36);
  return file;
}

/** A 64-bit Mach-O program, or one in a universal file. */
export function aMachO(version: string, modules: Buffer, universal = false): Buffer {
  const data = buildInfo(version, modules, { inline: true }, 0x100004000);
  const file = Buffer.concat([Buffer.alloc(0x1000), data]);
  file.writeUInt32LE(0xfeedfacf, 0);
  [1, 152].forEach((value, i) => file.writeUInt32LE(value, 16 + i * 4));
  [0x19, 152].forEach((value, i) => file.writeUInt32LE(value, 32 + i * 4));
  file.write('__DATA', 40);
  [0x100004000, data.length, 0x1000, data.length].forEach((value, i) => {
    file.writeBigUInt64LE(BigInt(value), 56 + i * 8);
  });
  [3, 3, 1].forEach((value, i) => file.writeUInt32LE(value, 88 + i * 4));
  file.write('__go_buildinfo', 104);
  file.write('__DATA', 120);
  file.writeBigUInt64LE(0x100004000n, 136);
  file.writeBigUInt64LE(BigInt(data.length), 144);
  file.writeUInt32LE(0x1000, 152);
  if (!universal) return file;
  const head = Buffer.alloc(0x4000);
  [0xcafebabe, 1, 0x01000007, 3, head.length, file.length].forEach((value, i) => {
    head.writeUInt32BE(value, i * 4);
  });
  return Buffer.concat([head, file]);
}
