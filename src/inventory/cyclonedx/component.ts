/** One component of a CycloneDX document (ECMA-424), from JSON or XML, and what it is to a scan. */
import type { SbomItem } from '../sbom/item.ts';

export interface Component {
  readonly type: string;
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly purl: string;
  /** Whether a CPE or SWID tag names it. */
  readonly identified: boolean;
  readonly scope: string;
  /** Those of `usedProperties`. */
  readonly properties: ReadonlyMap<string, string>;
  readonly subject: boolean;
  readonly at: string;
  readonly line?: number;
}

/** Types that are never packages unless a package URL or another identifier says so. */
const NO_PACKAGE = new Set([
  'file',
  'data',
  'cryptographic-asset',
  'machine-learning-model',
  'device',
  'container',
  'platform',
]);

/** Properties that say something to a scan; there are often dozens of others. */
const USED = new Set([
  'aquasecurity:trivy:Modularitylabel',
  'aquasecurity:trivy:SrcEpoch',
  'aquasecurity:trivy:SrcName',
  'aquasecurity:trivy:SrcRelease',
  'aquasecurity:trivy:SrcVersion',
  'cdx:npm:package:development',
  'syft:distro:id',
  'syft:distro:versionID',
  'syft:metadata:originPackage',
  'syft:metadata:source',
  'syft:metadata:sourceVersion',
]);

const NONE: ReadonlyMap<string, string> = new Map();

/** The used ones of pairs of name and value that nobody vouches for. */
export function usedProperties(
  pairs: Iterable<readonly [unknown, unknown]>,
): Component['properties'] {
  let used: Map<string, string> | undefined;
  for (const [name, value] of pairs) {
    if (typeof name !== 'string' || typeof value !== 'string' || !USED.has(name)) continue;
    used ??= new Map();
    used.set(name, value);
  }
  return used ?? NONE;
}

export function itemOf(component: Component): SbomItem {
  const { name, group, version, purl, properties, subject, at, line } = component;
  const source = sourceOf(properties);
  const scope = scopeOf(component);
  const module = properties.get('aquasecurity:trivy:Modularitylabel');
  return {
    kind: kindOf(component),
    name: name || (properties.get('syft:distro:id') ?? ''),
    version: version || (properties.get('syft:distro:versionID') ?? ''),
    ...(group !== '' && { group }),
    purls: purl === '' ? [] : [purl],
    ...(scope !== undefined && { scope }),
    ...(source !== undefined && { source }),
    ...(module !== undefined && { module }),
    subject,
    at,
    ...(line !== undefined && { line }),
  };
}

/** An application without a version or an identifier is a lock file, a binary or a node that others hang on. */
function kindOf({ type, version, purl, identified, subject }: Component): SbomItem['kind'] {
  if (type === 'operating-system') return 'system';
  if (identified || purl !== '') return 'part';
  if (subject || NO_PACKAGE.has(type)) return 'group';
  return type === 'application' && version === '' ? 'group' : 'part';
}

function scopeOf({ scope, properties }: Component): SbomItem['scope'] {
  if (properties.get('cdx:npm:package:development') === 'true') return 'development';
  if (scope === 'excluded') return 'development';
  return scope === 'optional' ? 'optional' : undefined;
}

/** The source package, which two widespread writers put into properties. */
function sourceOf(properties: Component['properties']): SbomItem['source'] {
  const value = (name: string): string => properties.get(name) ?? '';
  const trivy = (name: string): string => value(`aquasecurity:trivy:Src${name}`);
  if (trivy('Name') !== '') {
    const epoch = /^0?$/.test(trivy('Epoch')) ? '' : `${trivy('Epoch')}:`;
    const release = trivy('Release') === '' ? '' : `-${trivy('Release')}`;
    return { name: trivy('Name'), version: `${epoch}${trivy('Version')}${release}` };
  }
  const syft = value('syft:metadata:source') || value('syft:metadata:originPackage');
  return syft === '' ? undefined : { name: syft, version: value('syft:metadata:sourceVersion') };
}
