/** Real files of others that tests read in place beside the project; where they are absent a test skips and says so. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { zstdDecompressSync } from 'node:zlib';

const FOLDER = path.resolve(import.meta.dirname, '../../../shared/data');

/** The absolute path, or undefined where it is absent. */
export function sharedPath(name: string): string | undefined {
  const full = path.join(FOLDER, name);
  return existsSync(full) ? full : undefined;
}

/** For `test(name, { skip: absent('hosts/x') }, …)`: false where all are there, else the reason. */
export function absent(...names: readonly string[]): false | string {
  const missing = names.filter((name) => sharedPath(name) === undefined);
  return missing.length === 0 ? false : `../shared/data/${missing.join(', ')} is not there`;
}

/** Unpacked where its name ends in `.zst`. */
export function sharedFile(name: string): Buffer {
  const bytes = readFileSync(path.join(FOLDER, name));
  return name.endsWith('.zst') ? zstdDecompressSync(bytes) : bytes;
}

/** Regular files of a `.tar.zst` by their path (POSIX ustar with pax and GNU long names). */
export function sharedArchive(name: string): ReadonlyMap<string, Buffer> {
  const tar = sharedFile(name);
  const files = new Map<string, Buffer>();
  let long: string | undefined;
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const field = (from: number, length: number) =>
      tar.toString('utf8', at + from, at + from + length).replace(/\0[^]*$/, '');
    const size = Number.parseInt(field(124, 12), 8) || 0;
    const content = tar.subarray(at + 512, at + 512 + size);
    const type = field(156, 1);
    const prefix = field(345, 155);
    const path = long ?? (prefix === '' ? field(0, 100) : `${prefix}/${field(0, 100)}`);
    long = undefined;
    if (type === 'L') long = content.toString('utf8').replace(/\0+$/, '');
    else if (type === 'x') long = /\d+ path=(.*)\n/.exec(content.toString('utf8'))?.[1];
    else if (type === '0' || type === '') files.set(path.replace(/^\.\//, ''), content);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
