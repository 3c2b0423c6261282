/** Under which names, and with which version, a component is looked up in a feed. */
import { compareVersions } from '../versions/index.ts';
import { ecosystemBase } from './ecosystem.ts';
import type { MatchPackage } from './match-model.ts';
import type { Feed } from './model.ts';

export interface Lookup {
  readonly name: string;
  readonly version: string;
  readonly by: 'component' | 'source';
}

/**
 * Distributions name either the source package or what is installed. Where they name sources, an installed package that
 * only happens to be called like another source is not meant: 82 packages of Debian are.
 */
export function lookupsFor(item: MatchPackage, feed: Feed): readonly Lookup[] {
  const component: Lookup = { name: item.name, version: item.version, by: 'component' };
  const { source } = item;
  if (source === undefined || source.name === '') return [component];
  const names = feed.names ?? usualNames(item.ecosystem);
  if (names === 'binary') return [component];
  const bySource = sourceLookups(item, source);
  return names === 'source' ? bySource : [component, ...bySource];
}

function usualNames(ecosystem: string): 'source' | 'binary' {
  const base = ecosystemBase(ecosystem);
  return BY_BINARY.has(base) ? 'binary' : 'source';
}

/** The OSV schema's list of ecosystems says of each what its names are. */
const BY_BINARY = new Set([
  'AlmaLinux',
  'Amazon Linux',
  'Azure Linux',
  'CentOS',
  'Fedora',
  'Oracle Linux',
  'Photon OS',
  'Red Hat',
  'Rocky Linux',
]);

type Source = NonNullable<MatchPackage['source']>;

function sourceLookups(item: MatchPackage, source: Source): Lookup[] {
  const version = sourceVersion(item, source);
  const own: Lookup =
    source.name === item.name && version === item.version
      ? { name: item.name, version, by: 'component' }
      : { name: source.name, version, by: 'source' };
  const signed = item.type === 'deb' ? signedOriginal(item, source) : undefined;
  return signed === undefined ? [own] : [own, signed];
}

/**
 * The file name of a source RPM carries no epoch; its packages do. A Debian package that is older than the source of its
 * own name was not built from it (dpkg's list was mended by hand, or rolled back): the older version counts.
 */
function sourceVersion(item: MatchPackage, source: Source): string {
  if (source.version === '' || source.version === item.version) return item.version;
  if (item.type === 'deb' && source.name === item.name) {
    const older = compareVersions(item.ecosystem, item.version, source.version) === -1;
    return older ? item.version : source.version;
  }
  const epoch = item.type === 'rpm' ? /^\d+:/.exec(item.version)?.[0] : undefined;
  return epoch === undefined || source.version.includes(':')
    ? source.version
    : epoch + source.version;
}

const ARCHITECTURE = /-(amd64|arm64|armhf|i386|ia32|ppc64el|riscv64|s390x)$/;

/** Signed packages are built again from packages that advisories name, under a source of their own. */
const ORIGINALS: ReadonlyMap<string, string> = new Map([
  ['grub-efi', 'grub2'],
  ['shim-helpers', 'shim'],
]);

function signedOriginal(item: MatchPackage, source: Source): Lookup | undefined {
  if (!source.name.includes('-signed')) return undefined;
  const plain = source.name.replace('-signed', '').replace(ARCHITECTURE, '');
  const name = ORIGINALS.get(plain) ?? plain;
  if (name.startsWith('linux')) return { name, version: item.version, by: 'source' };
  return { name, version: originalVersion(item.version), by: 'source' };
}

/** Ubuntu writes `OWN+ORIGINAL` (`1.187.3+2.06-2ubuntu14`); Debian too, with the original's hyphen as a plus sign. */
function originalVersion(version: string): string {
  const hyphenated = /\+([^+]*-[^-]*)$/.exec(version)?.[1];
  if (hyphenated !== undefined) return hyphenated;
  const plus = version.indexOf('+');
  return plus < 0 ? version : version.slice(plus + 1).replace('+', '-');
}
