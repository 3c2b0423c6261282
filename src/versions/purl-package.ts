/** Which package of which OSV ecosystem a package URL names: the bridge from bills of materials to advisories. */
import type { Purl } from './purl-model.ts';

export interface OsvPackage {
  /** OSV's name without a release; `schemeOf` orders its versions. */
  readonly ecosystem: string;
  /** The distribution's release as OSV writes it after the colon (`12`, `v3.19`, `22.04`), where the URL tells it. */
  readonly release: string | undefined;
  /** The name under which advisories know it. */
  readonly name: string;
  /** The source package, where the URL tells it (`upstream`): distributions publish advisories for sources. */
  readonly source: string | undefined;
  readonly version: string | undefined;
}

const LANGUAGES: ReadonlyMap<string, string> = new Map([
  ['bitnami', 'Bitnami'],
  ['cargo', 'crates.io'],
  ['composer', 'Packagist'],
  ['conan', 'ConanCenter'],
  ['cran', 'CRAN'],
  ['gem', 'RubyGems'],
  ['golang', 'Go'],
  ['hackage', 'Hackage'],
  ['hex', 'Hex'],
  ['julia', 'Julia'],
  ['maven', 'Maven'],
  ['npm', 'npm'],
  ['nuget', 'NuGet'],
  ['opam', 'opam'],
  ['pub', 'Pub'],
  ['pypi', 'PyPI'],
  ['swift', 'SwiftURL'],
  ['vscode-extension', 'VSCode'],
]);

/** `type/namespace` → ecosystem, and how much of the `distro` qualifier's version is its release. */
const DISTRIBUTIONS: ReadonlyMap<string, readonly [string, RegExp | undefined]> = new Map([
  ['apk/alpaquita', ['Alpaquita', /^\d+/]],
  ['apk/alpine', ['Alpine', /^\d+\.\d+/]],
  ['apk/chainguard', ['Chainguard', undefined]],
  ['apk/minimos', ['MinimOS', undefined]],
  ['apk/wolfi', ['Wolfi', undefined]],
  ['deb/debian', ['Debian', /^\d+/]],
  ['deb/echo', ['Echo', undefined]],
  ['deb/ubuntu', ['Ubuntu', /^\d+\.\d+/]],
  ['rpm/almalinux', ['AlmaLinux', /^\d+/]],
  ['rpm/amazon', ['Amazon Linux', /^\d+/]],
  ['rpm/amzn', ['Amazon Linux', /^\d+/]],
  ['rpm/azurelinux', ['Azure Linux', /^\d+/]],
  ['rpm/mageia', ['Mageia', /^\d+/]],
  ['rpm/ol', ['Oracle Linux', /^\d+/]],
  ['rpm/openeuler', ['openEuler', /^\d+\.\d+/]],
  ['rpm/opensuse', ['openSUSE', /^(\d+\.\d+|tumbleweed)$/i]],
  ['rpm/oracle', ['Oracle Linux', /^\d+/]],
  ['rpm/photon', ['Photon OS', /^\d+\.\d+/]],
  ['rpm/redhat', ['Red Hat', /^\d+/]],
  ['rpm/rhel', ['Red Hat', /^\d+/]],
  ['rpm/rocky', ['Rocky Linux', /^\d+/]],
  ['rpm/rockylinux', ['Rocky Linux', /^\d+/]],
  ['rpm/sles', ['SUSE', /^\d+(\.\d+)?/]],
  ['rpm/suse', ['SUSE', /^\d+(\.\d+)?/]],
]);

/** Some tools write Debian's code name where the number belongs. */
export const DEBIAN_CODE_NAMES: ReadonlyMap<string, string> = new Map([
  ['stretch', '9'],
  ['buster', '10'],
  ['bullseye', '11'],
  ['bookworm', '12'],
  ['trixie', '13'],
  ['forky', '14'],
]);

/**
 * Undefined where no OSV ecosystem answers for it (a file, a container image, a distribution without a feed).
 *
 * @example osvPackage(readPurl('pkg:maven/org.example/lib@1.0').value)?.name === 'org.example:lib'
 */
export function osvPackage(purl: Purl): OsvPackage | undefined {
  const language = LANGUAGES.get(purl.type);
  const version = versionOf(purl);
  if (language !== undefined) {
    return {
      ecosystem: language,
      release: undefined,
      name: languageName(purl),
      source: undefined,
      version,
    };
  }
  const distribution = DISTRIBUTIONS.get(`${purl.type}/${purl.namespace ?? ''}`);
  if (distribution === undefined) return undefined;
  const [ecosystem, pattern] = distribution;
  const release = releaseOf(purl, pattern);
  return {
    ecosystem,
    release: release === undefined ? undefined : (WRITTEN.get(ecosystem)?.(release) ?? release),
    name: purl.name,
    source: sourceOf(purl),
    version,
  };
}

/** PyPI takes runs of `-`, `_` and `.` for one hyphen (PEP 503); package URLs keep the full stops. */
function languageName({ type, namespace, name }: Purl): string {
  if (type === 'pypi') return name.replaceAll(/[-_.]+/g, '-');
  if (namespace === null) return name;
  return `${namespace}${type === 'maven' ? ':' : '/'}${name}`;
}

/** RPM's epoch stands in a qualifier. */
function versionOf({ type, version, qualifiers }: Purl): string | undefined {
  if (version === null) return undefined;
  const epoch = type === 'rpm' ? qualifiers?.['epoch'] : undefined;
  return epoch === undefined || version.includes(':') ? version : `${epoch}:${version}`;
}

/** `debian-12.5`, `debian-bookworm`, `bookworm` and `12` all say 12. */
function releaseOf({ qualifiers }: Purl, pattern: RegExp | undefined): string | undefined {
  const words = qualifiers?.['distro']?.split('-') ?? [];
  const last = words.includes('tumbleweed') ? 'tumbleweed' : (words.at(-1) ?? '');
  return pattern?.exec(DEBIAN_CODE_NAMES.get(last) ?? last)?.[0];
}

/** What OSV writes after the colon where it is more than a number. */
const WRITTEN: ReadonlyMap<string, (release: string) => string> = new Map([
  ['Alpaquita', (release) => `v${release}`],
  ['Alpine', (release) => `v${release}`],
  ['SUSE', (release) => `Linux Enterprise Server ${release.replace('.', ' SP')}`],
  ['openSUSE', (release) => (/^\d/.test(release) ? `Leap ${release}` : 'Tumbleweed')],
]);

/** `upstream` is a source name, with its version after an at sign, or the file name of a source RPM. */
function sourceOf({ type, qualifiers }: Purl): string | undefined {
  const upstream = qualifiers?.['upstream'];
  if (upstream === undefined) return undefined;
  if (type !== 'rpm') return upstream.split('@')[0];
  return upstream.replace(/\.src\.rpm$/, '').replace(/-[^-]+-[^-]+$/, '');
}
