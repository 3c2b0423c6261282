/** Tar archives for tests, headers made by hand so that hostile ones can be made too. */

export interface TarPart {
  readonly path: string;
  readonly content?: string | Buffer;
  /** Type flag: 0 file (the default), 1 hard link, 2 symbolic link, 3 and 4 devices, 5 folder, 6 FIFO. */
  readonly type?: string;
  readonly link?: string;
  /** What the header says instead of the truth. */
  readonly size?: number;
}

export function buildTar(
  parts: readonly TarPart[],
  options: { readonly end?: boolean } = {},
): Buffer {
  const blocks = parts.flatMap(blocksOf);
  return Buffer.concat([...blocks, Buffer.alloc(options.end === false ? 0 : 1024)]);
}

/** A folder for each path that ends in a slash, a file for each other, a link for a value that begins with `->`. */
export function tarOf(files: Readonly<Record<string, string | Buffer>>): Buffer {
  return buildTar(
    Object.entries(files).map(([path, content]): TarPart => {
      if (path.endsWith('/')) return { path, type: '5' };
      if (typeof content === 'string' && content.startsWith('->')) {
        return { path, type: '2', link: content.slice(2) };
      }
      return { path, content };
    }),
  );
}

function blocksOf({ path, content = '', type = '0', link = '', size }: TarPart): Buffer[] {
  const bytes = Buffer.from(content as string);
  const blocks: Buffer[] = [];
  if (Buffer.byteLength(path) > 100) {
    blocks.push(...blocksOf({ path: '././@LongLink', type: 'L', content: `${path}\0` }));
  }
  blocks.push(tarHeader({ path, type, link, size: size ?? bytes.length }), bytes);
  blocks.push(Buffer.alloc((512 - (bytes.length % 512)) % 512));
  return blocks;
}

function tarHeader(given: { path: string; type: string; link: string; size: number }): Buffer {
  const header = Buffer.alloc(512);
  Buffer.from(given.path).copy(header, 0, 0, 100);
  header.write('0000644\0', 100, 'latin1');
  header.write('0000000\0', 108, 'latin1');
  header.write('0000000\0', 116, 'latin1');
  if (given.size < 8 ** 11) {
    header.write(`${given.size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  } else {
    header.writeBigUInt64BE(BigInt(given.size), 128);
    header[124] = 0x80;
  }
  header.write('00000000000\0', 136, 'latin1');
  header.write('        ', 148, 'latin1');
  header.write(given.type, 156, 'latin1');
  Buffer.from(given.link).copy(header, 157, 0, 100);
  header.write('ustar\0', 257, 'latin1');
  header.write('00', 263, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}
