/** The registry: which scheme orders the versions of an ecosystem. Names are OSV's; a release suffix is understood. */
import { apk } from './apk.ts';
import { composer } from './composer.ts';
import { deb } from './deb.ts';
import { cran, hackage, windows } from './dotted.ts';
import { gem } from './gem.ts';
import { go } from './go.ts';
import { maven } from './maven.ts';
import { pep440 } from './pep440.ts';
import { rpm } from './rpm.ts';
import type { Order, Scheme } from './scheme.ts';
import { nuget, pub, semver } from './semver.ts';

/** OSV ecosystem → scheme, sorted by name. Adding one is one line here and one chain in `order.test.ts`. */
const ECOSYSTEMS: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  ['AlmaLinux', rpm],
  ['Alpaquita', apk],
  ['Alpine', apk],
  ['Amazon Linux', rpm],
  ['Azure Linux', rpm],
  ['BellSoft Hardened Containers', apk],
  ['Bioconductor', semver],
  ['Bitnami', semver],
  ['CRAN', cran],
  ['Chainguard', apk],
  ['CleanStart', apk],
  ['Debian', deb],
  ['Echo', deb],
  ['GHC', semver],
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

export function ecosystems(): readonly string[] {
  return [...ECOSYSTEMS.keys()];
}

/**
 * The scheme of an ecosystem, or undefined where we know none: never guess an order.
 *
 * @example schemeOf('Debian:12') === schemeOf('Ubuntu:Pro:18.04:LTS')
 */
export function schemeOf(ecosystem: string): Scheme | undefined {
  const colon = ecosystem.indexOf(':');
  return ECOSYSTEMS.get(colon < 0 ? ecosystem : ecosystem.slice(0, colon));
}

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
