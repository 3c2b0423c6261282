/** Writes tar archives (ustar) for tests. */

interface TarFile {
  readonly name: string;
  readonly body: string | Buffer;
  /** `0` regular, `2` symbolic link, `x` pax, `L` GNU long name. */
  readonly type?: string;
}

export function makeTar(files: readonly TarFile[]): Buffer {
  const parts = files.flatMap(({ name, body, type = '0' }) => {
    const bytes = Buffer.from(body);
    const header = Buffer.alloc(512);
    header.write(name.slice(0, 100), 0);
    header.write('0000644\0', 100);
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
    header.write(type, 156);
    header.write('ustar\x0000', 257, 'latin1');
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}
