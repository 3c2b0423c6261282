/**
 * Security updates that this machine's own lists of packages offer and that it has not taken: findings by themselves, also
 * where they name no CVE. By the lists of apt as they lie on the disk; whoever pins or holds is offered them all the same.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { isSecurityOrigin, uploadFinding } from '../advisories/pending-upload.ts';
import type { Finding } from '../advisories/verdict.ts';
import type { Package } from '../inventory/schema.ts';
import { run } from '../kernel/process.ts';
import { compareVersions } from '../versions/index.ts';

/** What a repository offers: `name architecture` → its newest version there. */
export interface OfferedPackages {
  /** `Debian-Security:12/oldstable-security`. */
  readonly from: string;
  readonly versions: ReadonlyMap<string, string>;
}

const APT_LISTS = '/var/lib/apt/lists';
/** Reads lists however apt keeps them: plain, lz4, xz, zstd. Part of apt itself. */
const APT_HELPER = '/usr/lib/apt/apt-helper';
const MOST_BYTES = 128e6;

/** Of what is installed: those that a security repository has a newer version of. */
export function pendingUploads(
  packages: readonly Package[],
  offers: readonly OfferedPackages[],
): Finding[] {
  return packages.flatMap((each) => {
    if (each.type !== 'deb' || !isInstalled(each)) return [];
    let best: { available: string; from: string } | undefined;
    for (const { from, versions } of offers) {
      const available = versions.get(`${each.name} ${each.arch ?? ''}`);
      if (available === undefined) continue;
      if (isNewer(available, best?.available ?? each.version)) best = { available, from };
    }
    return best === undefined ? [] : [uploadFinding(each, best)];
  });
}

function isInstalled({ state }: Package): boolean {
  return state === undefined || state === '' || state === 'installed';
}

function isNewer(available: string, than: string): boolean {
  return (compareVersions('deb', available, than) ?? 0) > 0;
}

/** Names of the packages and architectures that are wanted; others are passed over. */
export function wantedNames(packages: readonly Package[]): Set<string> {
  return new Set(
    packages.flatMap(({ type, name, arch = '' }) => (type === 'deb' ? [`${name} ${arch}`] : [])),
  );
}

/** Stanzas of a list of packages (deb-src-control(5) form): the newest version of each that is wanted. */
function readPackageList(text: string, wanted: ReadonlySet<string>): Map<string, string> {
  const versions = new Map<string, string>();
  for (let at = 0; at < text.length;) {
    const end = text.indexOf('\n\n', at);
    const stanza = text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 2;
    const name = `${fieldOf(stanza, 'Package')} ${fieldOf(stanza, 'Architecture')}`;
    if (!wanted.has(name)) continue;
    const version = fieldOf(stanza, 'Version');
    if (version === '') continue;
    const known = versions.get(name);
    if (known === undefined || isNewer(version, known)) versions.set(name, version);
  }
  return versions;
}

function fieldOf(stanza: string, field: string): string {
  const start = stanza.startsWith(`${field}: `) ? 0 : stanza.indexOf(`\n${field}: `) + 1;
  if (start === 0 && !stanza.startsWith(`${field}: `)) return '';
  const from = start + field.length + 2;
  const end = stanza.indexOf('\n', from);
  return stanza.slice(from, end < 0 ? stanza.length : end).trim();
}

/** What the security repositories of this machine offer of these, by the lists that it has; none where it has no apt. */
export async function readAptOffers(
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
  directory = APT_LISTS,
): Promise<{ readonly offers: OfferedPackages[]; readonly unread: string[] }> {
  const names = await fs.readdir(directory).catch(() => []);
  const releases = names.filter((name) => /_(?:In)?Release$/.test(name));
  const offers: OfferedPackages[] = [];
  const unread: string[] = [];
  for (const release of releases) {
    const from = originOf(await fs.readFile(path.join(directory, release), 'utf8').catch(() => ''));
    if (!isSecurityOrigin(from)) continue;
    const prefix = release.replace(/(?:In)?Release$/, '');
    const lists = names.filter(
      (name) => name.startsWith(prefix) && /_Packages(?:\.\w+)?$/.test(name),
    );
    for (const list of lists) {
      const text = await textOf(path.join(directory, list), signal);
      if (text === undefined) unread.push(path.join(directory, list));
      else offers.push({ from, versions: readPackageList(text, wanted) });
    }
  }
  return { offers, unread };
}

/** As `apt-get -s` writes an origin. */
function originOf(release: string): string {
  const own = (field: string): string =>
    new RegExp(`^${field}: (.*)$`, 'm').exec(release.slice(0, 8_000))?.[1]?.trim() ?? '';
  return `${own('Label') || own('Origin')}:${own('Version')}/${own('Suite') || own('Codename')}`;
}

async function textOf(file: string, signal: AbortSignal): Promise<string | undefined> {
  if (file.endsWith('_Packages')) return fs.readFile(file, 'latin1').catch(() => undefined);
  const limits = { timeoutMs: 10_000, maxBytes: MOST_BYTES, signal };
  const read = await run(APT_HELPER, ['cat-file', file], limits).catch(() => undefined);
  const isWhole = read?.status === 0 && !read.truncated;
  return isWhole ? read.stdout.toString('latin1') : undefined;
}
