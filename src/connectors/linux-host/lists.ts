/** Lists of packages that a host keeps: from which repository, and how old. */
import type { PackageList } from '../../estate/schema.ts';
import type { HostFacts } from './parse.ts';

type Fields = Readonly<Record<string, string>>;
export interface List {
  readonly list: PackageList;
  /** Whether the repository says of itself that it carries security updates. */
  readonly security: boolean;
  /** What the repository says of itself: Origin, Label, Suite, Codename… */
  readonly origin: Fields;
}
export type Lists = ReadonlyMap<string, List>;

const LONGEST = 500;

/** By the name of their file as apt makes it, without `InRelease`; for others by the whole path. */
export function listsOf(origins: HostFacts['origins']): Lists {
  if (origins === undefined) return new Map();
  const fields = new Map<string, Record<string, string>>();
  for (const { list, field, value = '' } of origins.of) {
    fields.set(list, { ...fields.get(list), [field]: value });
  }
  const lists = new Map<string, List>();
  for (const row of origins.list) {
    if (row.file.includes('update-success')) continue;
    const name = /([^/]*)(?:In)?Release$/.exec(row.file)?.[0] ?? row.file;
    lists.set(name.replace(/(?:In)?Release$/, ''), listOf(name, row, fields.get(name) ?? {}));
  }
  return lists;
}

function listOf(
  name: string,
  row: { readonly modified: number; readonly changed: number },
  own: Fields,
): List {
  const from = name.includes('/') ? repositoryOf(name) : aptOrigin(own);
  const releasedAt = dateOf(own['Date']) ?? revisionOf(own['Revision']);
  const validUntil = dateOf(own['Valid-Until']);
  const list = {
    name: name.slice(0, LONGEST),
    ...(from === '' ? {} : { from: from.slice(0, 300) }),
    ...(releasedAt === undefined ? {} : { releasedAt }),
    ...(validUntil === undefined ? {} : { validUntil }),
    fetchedAt: instant(Math.max(row.changed, row.modified)),
  };
  return { list, security: isSecurity(own), origin: own };
}

/** As `apt-get -s` writes an origin: `Debian-Security:12/oldstable-security`. */
function aptOrigin(own: Fields): string {
  const label = own['Label'] ?? own['Origin'] ?? '';
  const suite = own['Suite'] ?? own['Codename'] ?? '';
  return label === '' && suite === '' ? '' : `${label}:${own['Version'] ?? ''}/${suite}`;
}

/** By the suite, never by a package's name: 43 packages of Debian have `security` in theirs. */
function isSecurity(own: Fields): boolean {
  return (
    own['Label'] === 'Debian-Security' ||
    [own['Suite'], own['Codename']].some((name) => name?.endsWith('-security') ?? false)
  );
}

/**
 * The list that a source of apt's table of versions stands for.
 *
 * @example listOfSource(lists, '500 http://deb.example.org/debian bookworm/main amd64')
 */
export function listOfSource(lists: Lists, source: string): List | undefined {
  const [, uri, suite] = /^-?\d+ (\S+) (\S+)/.exec(source) ?? [];
  if (uri === undefined || suite === undefined) return undefined;
  // The component stands after the suite, which may itself have slashes (`stable/updates/main`); a flat one ends in one.
  if (suite.endsWith('/')) return lists.get(aptFile(`${uri}/${suite}`));
  const parts = suite.split('/');
  for (let length = parts.length; length > 0; length -= 1) {
    const found = lists.get(`${aptFile(`${uri}/dists/${parts.slice(0, length).join('/')}`)}_`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** apt's URItoFileName: no scheme, no credentials, slashes as `_`, what could be mistaken as `%xx`. */
function aptFile(uri: string): string {
  return uri
    .replace(/^[a-z0-9+-]+:(?:\/\/)?/, '')
    .replace(/^[^/@]*@/, '')
    .replace(/\/{2,}/g, '/')
    .replace(/[\\|{}[\]<>"^~_=!@#$%&*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)
    .replace(/\//g, '_');
}

/** `/var/cache/dnf/baseos-0123456789abcdef/repodata/repomd.xml` → baseos. */
function repositoryOf(file: string): string {
  const folder = /\/([^/]+)\/repodata\/repomd\.xml$/.exec(file)?.[1] ?? '';
  return folder.replace(/-[0-9a-f]{16}$/, '');
}

export function listOfRepository(lists: Lists, id: string): List | undefined {
  return [...lists.values()].find(({ list }) => list.from === id);
}

/** RFC 5322 dates as archives write them; undefined for anything else. */
function dateOf(text: string | undefined): string | undefined {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** A repository of rpm gives itself a number that is a time nearly everywhere. */
function revisionOf(text: string | undefined): string | undefined {
  return /^1\d{9}$/.test(text ?? '') ? instant(Number(text)) : undefined;
}

function instant(seconds: number): string {
  return new Date(Math.min(seconds, 32_503_680_000) * 1000).toISOString();
}
