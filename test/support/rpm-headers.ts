/** Headers and databases of rpm, made by hand for tests. */

export interface HeaderFacts {
  readonly name: string;
  readonly version?: string;
  readonly release?: string;
  readonly epoch?: number;
  readonly arch?: string;
  readonly sourceRpm?: string;
  readonly module?: string;
  readonly vendor?: string;
  readonly files?: readonly string[];
}

const INT32 = 4;
const STRING = 6;
const STRING_ARRAY = 8;

interface Tag {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly data: Buffer;
}

/** A header as rpm's database keeps it. */
export function anRpmHeader(facts: HeaderFacts): Buffer {
  const tags: Tag[] = [
    text(1000, facts.name),
    text(1001, facts.version ?? '1.0'),
    text(1002, facts.release ?? '1'),
    ...(facts.epoch === undefined ? [] : [numbers(1003, [facts.epoch])]),
    ...optional(1011, facts.vendor),
    ...optional(1022, facts.arch ?? 'x86_64'),
    ...optional(1044, facts.sourceRpm),
    ...fileTags(facts.files ?? []),
    ...optional(5096, facts.module),
  ];
  return assembled(tags);
}

function fileTags(files: readonly string[]): Tag[] {
  if (files.length === 0) return [];
  const folders = [...new Set(files.map((file) => file.slice(0, file.lastIndexOf('/') + 1)))];
  const indexes = files.map((file) => folders.indexOf(file.slice(0, file.lastIndexOf('/') + 1)));
  const names = files.map((file) => file.slice(file.lastIndexOf('/') + 1));
  return [numbers(1116, indexes), texts(1117, names), texts(1118, folders)];
}

function text(tag: number, value: string): Tag {
  return { tag, type: STRING, count: 1, data: Buffer.from(`${value}\0`) };
}

function optional(tag: number, value: string | undefined): Tag[] {
  return value === undefined ? [] : [text(tag, value)];
}

function texts(tag: number, values: readonly string[]): Tag {
  const data = Buffer.from(values.map((value) => `${value}\0`).join(''));
  return { tag, type: STRING_ARRAY, count: values.length, data };
}

function numbers(tag: number, values: readonly number[]): Tag {
  const data = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => data.writeUInt32BE(value, i * 4));
  return { tag, type: INT32, count: values.length, data };
}

function assembled(tags: readonly Tag[]): Buffer {
  const index = Buffer.alloc(8 + tags.length * 16);
  const parts: Buffer[] = [];
  let length = 0;
  tags.forEach(({ tag, type, count, data }, i) => {
    const padding = type === INT32 ? (4 - (length % 4)) % 4 : 0;
    parts.push(Buffer.alloc(padding), data);
    length += padding;
    [tag, type, length, count].forEach((word, j) => index.writeUInt32BE(word, 8 + i * 16 + j * 4));
    length += data.length;
  });
  index.writeUInt32BE(tags.length, 0);
  index.writeUInt32BE(length, 4);
  return Buffer.concat([index, ...parts]);
}

/** `Packages.db` with one page of slots. */
export function anNdb(headers: readonly Buffer[]): Buffer {
  const table = Buffer.alloc(4096);
  table.write('RpmP', 0, 'latin1');
  table.writeUInt32LE(1, 12);
  table.writeUInt32LE(headers.length + 1, 16);
  for (let at = 32; at < table.length; at += 16) table.write('Slot', at, 'latin1');
  const parts = [table];
  let block = table.length / 16;
  headers.forEach((header, i) => {
    const blocks = Math.ceil((header.length + 28) / 16);
    [i + 1, block, blocks].forEach((word, j) => table.writeUInt32LE(word, 32 + i * 16 + 4 + j * 4));
    const blob = Buffer.alloc(blocks * 16);
    blob.write('BlbS', 0, 'latin1');
    blob.writeUInt32LE(i + 1, 4);
    blob.writeUInt32LE(header.length, 12);
    header.copy(blob, 16);
    blob.writeUInt32LE(header.length, blob.length - 8);
    blob.write('BlbE', blob.length - 4, 'latin1');
    parts.push(blob);
    block += blocks;
  });
  return Buffer.concat(parts);
}
