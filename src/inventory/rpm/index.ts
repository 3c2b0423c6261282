/** Packages that rpm installed, and the files that they own. */
import { unreadOf } from '../damage.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { foundOfHeader, isPackage, rpmHeaders } from './packages.ts';

const FOLDERS = ['var/lib/rpm/', 'usr/lib/sysimage/rpm/', 'usr/share/rpm/'];
const NAMES = new Set(['rpmdb.sqlite', 'Packages.db', 'Packages']);

export const rpm: Extractor = {
  id: 'rpm',
  title: 'RPM packages',
  version: 1,
  evidence: 'installed',
  maxBytes: 2 * 1024 ** 3,
  wants,
  recognises,
  extract,
};

function wants(path: TargetPath): boolean {
  const slash = path.lastIndexOf('/') + 1;
  if (!NAMES.has(path.slice(slash))) return false;
  const folder = path.slice(0, slash);
  return FOLDERS.some((known) => folder === known || folder.endsWith(`/${known}`));
}

/** SQLite with rpm's table, ndb, or Berkeley DB's hash in either byte order. */
function recognises(head: Buffer): boolean {
  if (head.length < 16) return false;
  const text = head.toString('latin1');
  if (text.startsWith('SQLite format 3\0')) return /CREATE TABLE ['"]?Packages['"]?/i.test(text);
  const hash = [head.readUInt32LE(12), head.readUInt32BE(12)];
  return text.startsWith('RpmP') || hash.includes(0x00061561);
}

async function* extract(file: InputFile): AsyncGenerator<Extracted> {
  for await (const record of rpmHeaders(file)) {
    if (record.kind !== 'rpm') yield record;
    else if (isPackage(record.header)) {
      yield { kind: 'package', found: foundOfHeader(record.header) };
    }
  }
}

/**
 * Each package of an rpm database with every path that it owns (without a leading slash), for the verdict on language
 * packages that a package of the distribution brought.
 *
 * @throws HoldfastError `bad_file` where it is no rpm database.
 */
export async function* rpmFiles(
  file: InputFile,
): AsyncGenerator<{ readonly found: Found; readonly files: readonly string[] } | Extracted> {
  for await (const record of rpmHeaders(file)) {
    if (record.kind !== 'rpm') {
      yield record;
      continue;
    }
    if (!isPackage(record.header)) continue;
    try {
      yield { found: foundOfHeader(record.header), files: record.header.files() };
    } catch (error) {
      yield unreadOf(error, `files of ${record.header.name}: `);
    }
  }
}
