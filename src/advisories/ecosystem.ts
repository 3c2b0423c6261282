/** One spelling per ecosystem and release, so that a component meets its feed's rows by an exact key. */
import { DEBIAN_CODE_NAMES } from '../versions/purl-package.ts';

/**
 * OSV's name with the release as advisories of it are kept here. Pro and extended support stand apart from the release
 * that everybody has; a repository's URL after `Maven:` or `Packagist:` does not, the package's name says enough.
 *
 * @example canonicalEcosystem('Ubuntu:22.04:LTS') === 'Ubuntu:22.04'
 * @example canonicalEcosystem('Red Hat:enterprise_linux:9::baseos') === 'Red Hat:9'
 */
export function canonicalEcosystem(text: string): string {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  if (colon < 0) return trimmed;
  const base = trimmed.slice(0, colon);
  const rest = trimmed.slice(colon + 1);
  if (rest === '') return base;
  const release = RELEASES.get(base)?.(rest) ?? rest;
  return release === '' ? base : `${base}:${release}`;
}

/** The name without its release. @example ecosystemBase('Debian:12') === 'Debian' */
export function ecosystemBase(ecosystem: string): string {
  const colon = ecosystem.indexOf(':');
  return colon < 0 ? ecosystem : ecosystem.slice(0, colon);
}

type Release = (rest: string) => string;

const RELEASES: ReadonlyMap<string, Release> = new Map<string, Release>([
  ['AlmaLinux', major],
  ['Alpaquita', (rest) => (/^\d/.test(rest) ? `v${rest}` : rest)],
  ['Alpine', alpine],
  ['Amazon Linux', major],
  ['Debian', (rest) => DEBIAN_CODE_NAMES.get(rest.toLowerCase()) ?? major(rest)],
  ['Mageia', major],
  ['Maven', () => ''],
  ['Oracle Linux', major],
  ['Packagist', () => ''],
  ['Red Hat', redHat],
  ['Rocky Linux', major],
  ['SUSE', suse],
  ['Ubuntu', ubuntu],
]);

/** `12.5` is 12: these distributions publish for the major release. */
function major(rest: string): string {
  return /^\d+/.exec(rest)?.[0] ?? rest;
}

/** `3.19`, `v3.19.1` and `v3.19` are one; `edge` is itself. */
function alpine(rest: string): string {
  const numbers = /^v?(\d+\.\d+)/.exec(rest)?.[1];
  return numbers === undefined ? rest : `v${numbers}`;
}

/** `22.04:LTS` → `22.04`; `Pro:22.04:LTS` → `Pro:22.04`, whose fixes only subscribers get. */
function ubuntu(rest: string): string {
  return rest.replace(/:LTS$/i, '');
}

/** The CPE's product, version and repository: `enterprise_linux:9::baseos` → `9`; other products keep their name. */
function redHat(rest: string): string {
  const [product = '', version = ''] = rest.replace(/^[oa]:redhat:/, '').split(':');
  if (/^\d/.test(product)) return major(product);
  if (version === '') return product;
  return product === 'enterprise_linux' ? major(version) : `${product}:${version}`;
}

const SUSE_PARTS =
  /^(?:Linux Enterprise )(?:Server(?: for SAP Applications)?|Desktop|High Performance Computing|Module for .+?|Software Development Kit|Workstation Extension)\s+(\d+(?: SP\d+)?)(?:-(?:LTSS|ESPOS|BCL|CLIENT-TOOLS))?$/i;

/** Modules and long-term support are repositories of the same server: a host has packages of several. */
function suse(rest: string): string {
  const name = rest.replace(/^SUSE /, '');
  const version = SUSE_PARTS.exec(name)?.[1];
  return version === undefined ? name : `Linux Enterprise Server ${version.toUpperCase()}`;
}
