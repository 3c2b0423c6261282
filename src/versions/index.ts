/** The registry: which scheme orders the versions of an ecosystem. Names are OSV's; a release suffix is understood. */
import { alpm } from './alpm.ts';
import { apk } from './apk.ts';
import { bitnami } from './bitnami.ts';
import { composer } from './composer.ts';
import { conan } from './conan.ts';
import { deb } from './deb.ts';
import { cran, hackage, windows } from './dotted.ts';
import { gem } from './gem.ts';
import { gentoo } from './gentoo.ts';
import { go } from './go.ts';
import { maven } from './maven.ts';
import { openssl } from './openssl.ts';
import { pep440 } from './pep440.ts';
import { datetime, lexicographic } from './plain.ts';
import { rpm } from './rpm.ts';
import type { Order, Scheme } from './scheme.ts';
import { nuget, pub, semver } from './semver.ts';

/** OSV ecosystem → scheme, sorted by name. Adding one is one line here and one chain in `order.test.ts`. */
const ECOSYSTEMS: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  ['AlmaLinux', rpm],
  ['Alpaquita', apk],
  ['Alpine', apk],
  ['Amazon Linux', rpm],
  ['Arch Linux', alpm],
  ['Azure Linux', rpm],
  ['BellSoft Hardened Containers', apk],
  ['Bioconductor', semver],
  ['Bitnami', bitnami],
  ['CRAN', cran],
  ['CentOS', rpm],
  ['Chainguard', apk],
  ['CleanStart', apk],
  ['ConanCenter', conan],
  ['Debian', deb],
  ['Echo', deb],
  ['Fedora', rpm],
  ['GHC', semver],
  ['Gentoo', gentoo],
  ['GitHub Actions', semver],
  ['Go', go],
  ['Hackage', hackage],
  ['Hex', semver],
  ['Julia', semver],
  ['Kubernetes', semver],
  ['Linux', semver],
  ['Mageia', rpm],
  ['Maven', maven],
  ['MinimOS', apk],
  ['NuGet', nuget],
  ['Oracle Linux', rpm],
  ['Packagist', composer],
  ['Photon OS', rpm],
  ['Pub', pub],
  ['PyPI', pep440],
  ['Red Hat', rpm],
  ['Rocky Linux', rpm],
  ['RubyGems', gem],
  ['SUSE', rpm],
  ['SwiftURL', semver],
  ['Ubuntu', deb],
  ['VSCode', semver],
  ['Windows', windows],
  ['Wolfi', apk],
  ['crates.io', semver],
  ['npm', semver],
  ['openEuler', rpm],
  ['openSUSE', rpm],
  ['opam', deb],
]);

/** VERS type (by convention the package-url type) → scheme. */
const TYPES: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  ['alpine', apk],
  ['alpm', alpm],
  ['apk', apk],
  ['bitnami', bitnami],
  ['cargo', semver],
  ['composer', composer],
  ['conan', conan],
  ['cran', cran],
  ['datetime', datetime],
  ['deb', deb],
  ['ebuild', gentoo],
  ['gem', gem],
  ['generic', semver],
  ['gentoo', gentoo],
  ['github', semver],
  ['golang', go],
  ['hackage', hackage],
  ['hex', semver],
  ['intdot', windows],
  ['julia', semver],
  ['lexicographic', lexicographic],
  ['maven', maven],
  ['nginx', semver],
  ['npm', semver],
  ['nuget', nuget],
  ['openssl', openssl],
  ['pub', pub],
  ['pypi', pep440],
  ['rpm', rpm],
  ['semver', semver],
  ['swift', semver],
]);

/** The scheme of a VERS or package-url type, or undefined where its versions have no known order. */
export function schemeOfType(type: string): Scheme | undefined {
  return TYPES.get(type);
}

export function ecosystems(): readonly string[] {
  return [...ECOSYSTEMS.keys()];
}

/**
 * The scheme of an ecosystem, or undefined where we know none: never guess an order. VERS types (`deb`, `gentoo`) serve too.
 *
 * @example schemeOf('Debian:12') === schemeOf('Ubuntu:Pro:18.04:LTS')
 */
export function schemeOf(ecosystem: string): Scheme | undefined {
  const colon = ecosystem.indexOf(':');
  if (colon < 0) return ECOSYSTEMS.get(ecosystem) ?? TYPES.get(ecosystem);
  const name = ecosystem.slice(0, colon);
  if (!REBUILDS.has(name)) return ECOSYSTEMS.get(name);
  const inner = schemeOf(ecosystem.slice(colon + 1));
  return inner === semver ? pub : inner;
}

/** They rebuild others' packages and name whose after the colon; their builds of npm differ in the build metadata. */
const REBUILDS = new Set(['Docker Hardened Images', 'Echo', 'Root', 'TuxCare']);

/** Undefined: the ecosystem is unknown or one of the versions cannot be read. */
export function compareVersions(ecosystem: string, a: string, b: string): Order | undefined {
  const scheme = schemeOf(ecosystem);
  const first = scheme?.parse(a);
  const second = scheme?.parse(b);
  if (scheme === undefined || first === undefined || second === undefined) return undefined;
  return scheme.compare(first, second);
}

/** See `Scheme.coarse`; undefined also for an unknown ecosystem or an unreadable version. */
export function coarseVersion(ecosystem: string, version: string): string | undefined {
  const scheme = schemeOf(ecosystem);
  const value = scheme?.parse(version);
  return scheme === undefined || value === undefined ? undefined : scheme.coarse(value);
}
