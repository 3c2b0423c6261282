/** What rpm's databases say is installed, whichever of the three forms they have. */
import { invalid, unreadOf } from '../damage.ts';
import type { Extracted, Found, InputFile } from '../schema.ts';
import { berkeleyValues, isBerkeley } from './berkeley.ts';
import { parseHeader, type RpmHeader } from './header.ts';
import { isNdb, ndbBlobs } from './ndb.ts';
import { isSqlite, sqliteTable } from './sqlite.ts';

export interface RpmPackage {
  readonly kind: 'rpm';
  readonly header: RpmHeader;
}

/**
 * The headers of the database one by one, with notes for those that are damaged.
 *
 * @throws HoldfastError `bad_file` where it is no rpm database.
 */
export async function* rpmHeaders(file: InputFile): AsyncGenerator<RpmPackage | Extracted> {
  for await (const record of blobs(file)) {
    if (!Buffer.isBuffer(record)) {
      yield record;
      continue;
    }
    try {
      yield { kind: 'rpm', header: parseHeader(record) };
    } catch (error) {
      yield unreadOf(error, 'one package: ');
    }
  }
}

async function* blobs(file: InputFile): AsyncGenerator<Buffer | Extracted> {
  const head = await file.read(0, 64);
  if (isSqlite(head)) {
    for await (const row of sqliteTable(file, 'Packages')) {
      if (row.kind !== 'row') yield row;
      else if (Buffer.isBuffer(row.columns[1])) yield row.columns[1];
      else yield unreadOf(invalid('one package: a row without a header'));
    }
    return;
  }
  const records = isNdb(head)
    ? ndbBlobs(file)
    : isBerkeley(head)
      ? berkeleyValues(file)
      : undefined;
  if (records === undefined) throw invalid('neither SQLite, ndb nor Berkeley DB: no rpm database');
  for await (const record of records) yield record.kind === 'blob' ? record.blob : record;
}

/** Keys that rpm was told to trust are kept among the packages. */
export function isPackage(header: RpmHeader): boolean {
  return header.name !== 'gpg-pubkey';
}

export function foundOfHeader(header: RpmHeader): Found {
  const { name, arch, module, vendor } = header;
  const source = sourceOf(header);
  return {
    type: 'rpm',
    name,
    version: evr(header),
    ...(arch === undefined ? {} : { arch }),
    ...(source === undefined ? {} : { source }),
    ...(module === undefined || module === '' ? {} : { module }),
    ...(vendor === undefined || vendor === '' ? {} : { vendor }),
  };
}

function evr({ epoch, version, release }: RpmHeader): string {
  return `${epoch === undefined || epoch === 0 ? '' : `${epoch}:`}${version}-${release}`;
}

/** `name-version-release.src.rpm`. The file name has no epoch: it is the binary's where both have one version. */
function sourceOf(header: RpmHeader): Found['source'] {
  const file = header.sourceRpm;
  if (file === undefined) return undefined;
  const parts = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file);
  const [, name, version] = parts ?? [];
  if (name === undefined || version === undefined) return undefined;
  const same = version === `${header.version}-${header.release}`;
  return { name, version: same ? evr(header) : version };
}
