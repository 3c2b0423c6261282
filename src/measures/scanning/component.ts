/** A component of the estate as the matcher wants it. */
import { canonicalEcosystem } from '../../advisories/ecosystem.ts';
import type { Package } from '../../inventory/schema.ts';
import type { Component } from '../../estate/schema.ts';
import { osvPackage } from '../../versions/purl-package.ts';
import type { PurlParts } from '../../versions/purl-model.ts';
import { formatPurl, normalizePurl, purlText } from '../../versions/purl.ts';

export interface NumberedComponent extends Component {
  readonly id: number;
  /** Of a Windows system: the numbers of its updates, as some asset holds them. */
  readonly updates?: readonly string[] | null;
}

/** Distributions whose packages another purl namespace names. */
const NAMESPACES: Readonly<Record<string, string>> = {
  rhel: 'redhat',
  ol: 'oracle',
  amzn: 'amazon',
};

/**
 * `release` is the distribution and its version (`debian-12`), or empty for a language's package, whose name then holds its
 * namespace (`@scope/name`, `group:artifact`).
 */
export function packageOf(component: NumberedComponent): Package {
  const parts = partsOf(component);
  const strict = normalizePurl(parts).value;
  const known = strict === undefined ? undefined : osvPackage(strict);
  const purl = strict === undefined ? formatPurl(parts, { lenient: true }).value : purlText(strict);
  const release = known?.release === undefined ? '' : `:${known.release}`;
  return {
    purl:
      purl ??
      `pkg:generic/${encodeURIComponent(component.name)}@${encodeURIComponent(component.version)}`,
    type: component.type,
    ecosystem: known === undefined ? '' : canonicalEcosystem(`${known.ecosystem}${release}`),
    name: known?.name ?? component.name,
    version: component.version,
    ...(component.architecture === '' ? {} : { arch: component.architecture }),
    ...(component.sourceName === ''
      ? {}
      : { source: { name: component.sourceName, version: component.sourceVersion } }),
    evidence: 'installed',
    locations: [],
  };
}

function partsOf({ type, release, name, version, architecture }: Component): PurlParts {
  const distribution = release.split('-')[0] ?? '';
  const [namespace, bare] =
    release === '' ? splitName(type, name) : [NAMESPACES[distribution] ?? distribution, name];
  const qualifiers = {
    ...(architecture === '' ? {} : { arch: architecture }),
    ...(release === '' ? {} : { distro: release }),
  };
  return { type, namespace, name: bare, version, qualifiers };
}

function splitName(type: string, name: string): [string | null, string] {
  // A product's maker comes first, and its name may be anything.
  const at =
    type === 'maven'
      ? name.indexOf(':')
      : type === 'generic'
        ? name.indexOf('/')
        : name.lastIndexOf('/');
  if (at === 0) return [null, name.slice(1)];
  return at < 0 ? [null, name] : [name.slice(0, at), name.slice(at + 1)];
}
