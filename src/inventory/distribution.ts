/** Which distribution a root filesystem is: os-release(5), and what older and smaller systems have instead. */
import { HoldfastError } from '../kernel/errors.ts';
import type { Distribution, Found, InputFile, TargetPath } from './schema.ts';

/** Below a root, in the order in which they are believed. */
export const RELEASE_FILES: readonly TargetPath[] = [
  'etc/os-release',
  'usr/lib/os-release',
  'etc/lsb-release',
  'etc/alpine-release',
  'etc/redhat-release',
  'etc/debian_version',
];

const MOST_BYTES = 64 * 1024;

/**
 * @param prefix - Of the root inside the target: empty, or a path with a slash at its end.
 * @param open - Opens a file of the target by its path.
 */
export async function distributionAt(
  prefix: TargetPath,
  open: (path: TargetPath) => Promise<InputFile | undefined>,
): Promise<Distribution | undefined> {
  for (const name of RELEASE_FILES) {
    const text = await textOf(await open(`${prefix}${name}`));
    const found = text === undefined ? undefined : readRelease(name, text);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function textOf(file: InputFile | undefined): Promise<string | undefined> {
  try {
    return (await file?.bytes(MOST_BYTES))?.toString('utf8');
  } catch (error) {
    // The next file may say it; where none does, the packages' release is unknown and said to be.
    if (error instanceof HoldfastError) return undefined;
    throw error;
  }
}

function readRelease(name: TargetPath, text: string): Distribution | undefined {
  switch (name) {
    case 'etc/lsb-release':
      return fromLsb(text);
    case 'etc/alpine-release':
      return numbered('alpine', text, /^(\d+\.\d+(?:\.\d+)?)\s*$/, name);
    case 'etc/debian_version':
      return numbered('debian', text, /^(\d+(?:\.\d+)?)\s*$/, name);
    case 'etc/redhat-release':
      return fromRedHat(text);
    default:
      return fromOsRelease(text);
  }
}

export function fromOsRelease(text: string): Distribution | undefined {
  const fields = assignments(text);
  const id = fields.get('ID')?.toLowerCase() ?? '';
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(id)) return undefined;
  const codename = fields.get('VERSION_CODENAME') ?? '';
  const like = (fields.get('ID_LIKE') ?? '').split(/\s+/).filter(Boolean);
  return {
    id,
    version: fields.get('VERSION_ID') ?? '',
    ...(codename === '' ? {} : { codename }),
    ...(like.length === 0 ? {} : { like }),
  };
}

function fromLsb(text: string): Distribution | undefined {
  const fields = assignments(text);
  const id = fields.get('DISTRIB_ID')?.toLowerCase() ?? '';
  const version = fields.get('DISTRIB_RELEASE') ?? '';
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(id) || version === '') return undefined;
  return { id, version, inferred: 'from etc/lsb-release' };
}

function numbered(
  id: string,
  text: string,
  pattern: RegExp,
  file: string,
): Distribution | undefined {
  const version = pattern.exec(text)?.[1];
  return version === undefined ? undefined : { id, version, inferred: `from ${file}` };
}

const RED_HATS: readonly (readonly [string, string])[] = [
  ['Red Hat Enterprise Linux', 'rhel'],
  ['AlmaLinux', 'almalinux'],
  ['Rocky Linux', 'rocky'],
  ['Oracle Linux', 'ol'],
  ['CentOS', 'centos'],
  ['Fedora', 'fedora'],
];

function fromRedHat(text: string): Distribution | undefined {
  const id = RED_HATS.find(([name]) => text.startsWith(name))?.[1];
  const version = /release (\d+(?:\.\d+)*)/.exec(text)?.[1];
  if (id === undefined || version === undefined) return undefined;
  return { id, version, inferred: 'from etc/redhat-release' };
}

/** Shell assignments without expansion: `KEY=value`, `KEY="a \"quoted\" value"`. */
function assignments(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const [, key, raw = ''] = /^\s*([A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    if (key === undefined) continue;
    const [, quoted] = /^(["'])(.*)\1\s*$/.exec(raw)?.slice(1) ?? [];
    fields.set(key, (quoted ?? raw.trim()).replaceAll(/\\(["'$`\\])/g, '$1'));
  }
  return fields;
}

/** Keyrings that only derivatives have: their packages keep Debian's base-files. */
const DERIVATIVES =
  /^(devuan|kali|linuxmint|parrot|raspbian|raspberrypi|deepin|ubuntu|mx|pureos|tails)-(archive-)?keyring$/;
const UBUNTUS: ReadonlyMap<string, string> = new Map([
  ['10.1ubuntu', '18.04'],
  ['11ubuntu', '20.04'],
  ['12ubuntu', '22.04'],
  ['13ubuntu', '24.04'],
]);

/** `type/name` of the package that makes a system what it is → os-release's ID. */
const RELEASE_PACKAGES: ReadonlyMap<string, string> = new Map([
  ['apk/alpine-release', 'alpine'],
  ['rpm/almalinux-release', 'almalinux'],
  ['rpm/centos-linux-release', 'centos'],
  ['rpm/centos-release', 'centos'],
  ['rpm/centos-stream-release', 'centos'],
  ['rpm/fedora-release-common', 'fedora'],
  ['rpm/oraclelinux-release', 'ol'],
  ['rpm/redhat-release', 'rhel'],
  ['rpm/redhat-release-server', 'rhel'],
  ['rpm/rocky-release', 'rocky'],
  ['rpm/sles-release', 'sles'],
]);

/**
 * The release that a list of packages speaks of where no file of the system says it: Debian's base-files and the others'
 * release packages carry the release's number in their version. Derivatives that rebuild base-files mark its version or
 * have a keyring of their own.
 */
export function inferDistribution(packages: readonly Found[]): Distribution | undefined {
  for (const { type, name, version } of packages) {
    if (type === 'deb' && name === 'base-files') return fromBaseFiles(version, packages);
    const id = RELEASE_PACKAGES.get(`${type}/${name}`);
    const release = /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(version)?.[1];
    if (id === undefined || release === undefined) continue;
    return { id, version: release, inferred: `from ${name} ${version}` };
  }
  return undefined;
}

function fromBaseFiles(version: string, packages: readonly Found[]): Distribution | undefined {
  const inferred = `from base-files ${version}`;
  const ubuntu = /^(\d+(?:\.\d+)?ubuntu)\d+(?:\.\d+)*$/.exec(version)?.[1];
  if (ubuntu !== undefined) {
    const release = UBUNTUS.get(ubuntu);
    return release === undefined ? undefined : { id: 'ubuntu', version: release, inferred };
  }
  const [, major] = /^(\d+)(?:\.\d+)*(?:\+deb\d+u\d+)?$/.exec(version) ?? [];
  const derived = packages.some(({ name }) => DERIVATIVES.test(name));
  if (major === undefined || derived || Number(major) < 6) return undefined;
  return { id: 'debian', version: major, inferred };
}

const DATABASES =
  /(?:^|\/)(?:var\/lib\/dpkg|var\/lib\/rpm|usr\/lib\/sysimage\/rpm|usr\/share\/rpm|usr\/lib\/apk|lib\/apk)\//;

/** The root whose package database a path is, `''` or `some/where/`; undefined for a loose file. */
export function rootOfDatabase(path: TargetPath): TargetPath | undefined {
  const found = DATABASES.exec(path);
  if (found === null) return undefined;
  return path.slice(0, found.index + (found[0].startsWith('/') ? 1 : 0));
}

/** `debian:12`, as a person names it. @throws HoldfastError `bad_input`. */
export function parseDistribution(text: string): Distribution {
  const [, id, version] = /^([a-z0-9][a-z0-9._-]*):([A-Za-z0-9._-]+)$/.exec(text) ?? [];
  if (id === undefined || version === undefined) {
    throw new HoldfastError('bad_input', 'A distribution is written like debian:12.', {
      remedy: 'Give os-release’s ID and VERSION_ID with a colon between them.',
    });
  }
  return { id, version, inferred: 'as given by the person' };
}
