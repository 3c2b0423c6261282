/** What several files say of one Windows system is one system: the product from one, the revision of its build from another. */
import { normalizePurl, purlText, readPurl } from '../../versions/purl.ts';
import type { Package } from '../schema.ts';

/** The parts of a system that its files may tell apart. */
export interface SystemParts {
  readonly name: string;
  readonly version: string;
  readonly arch?: string | undefined;
  readonly qualifiers: Readonly<Record<string, string>>;
}

/** Names for a build of which it is not known whether it is a server. */
const VAGUE = new Set(['windows', 'windows-server']);

export function isSameSystem(a: SystemParts, b: SystemParts): boolean {
  if (buildOf(a.version) !== buildOf(b.version)) return false;
  return a.name === b.name || VAGUE.has(a.name) || VAGUE.has(b.name);
}

/** One out of two of the same system; of two revisions the lower, since nobody can tell which file is newer. */
export function joinSystems(a: SystemParts, b: SystemParts): SystemParts {
  const [named, other] = VAGUE.has(a.name) && !VAGUE.has(b.name) ? [b, a] : [a, b];
  const versions = [a.version, b.version].filter((version) => version.split('.').length > 3);
  return {
    name: named.name,
    version: versions.sort((x, y) => revisionOf(x) - revisionOf(y))[0] ?? named.version,
    arch: named.arch ?? other.arch,
    qualifiers: { ...other.qualifiers, ...named.qualifiers },
  };
}

function buildOf(version: string): string {
  return version.split('.').slice(0, 3).join('.');
}

function revisionOf(version: string): number {
  return Number(version.split('.')[3] ?? 0);
}

const SYSTEM = /^pkg:generic\/microsoft\/windows[-@]/;
const LISTS = 'windows-systeminfo';

/** Systems of one folder that are the same become one, unless the folder holds the files of several hosts. */
export function oneSystemEach(packages: readonly Package[]): readonly Package[] {
  const systems = packages.filter(({ purl }) => SYSTEM.test(purl));
  if (systems.length < 2) return packages;
  const folders = Map.groupBy(systems, folderOf);
  const replaced = new Map<Package, Package | undefined>();
  for (const group of folders.values()) {
    if (hostsOf(group) > 1) continue;
    for (const [first, ...others] of sameSystems(group)) {
      if (first === undefined || others.length === 0) continue;
      replaced.set(first, others.reduce(joinPackages, first));
      for (const other of others) replaced.set(other, undefined);
    }
  }
  return packages
    .flatMap((each) => (replaced.has(each) ? (replaced.get(each) ?? []) : each))
    .sort((a, b) => (a.purl < b.purl ? -1 : a.purl > b.purl ? 1 : 0));
}

function sameSystems(group: readonly Package[]): Package[][] {
  const found: Package[][] = [];
  for (const one of group) {
    const same = found.find((list) =>
      list.every((each) => isSameSystem(partsOf(each), partsOf(one))),
    );
    if (same === undefined) found.push([one]);
    else same.push(one);
  }
  return found;
}

/** A host has one systeminfo; `ver` prints a version without a product. */
function hostsOf(group: readonly Package[]): number {
  const files = group
    .filter(({ purl }) => /[?&]role=/.test(purl))
    .flatMap(({ locations }) => locations)
    .filter(({ extractor }) => extractor === LISTS);
  return new Set(files.map(({ path }) => path)).size;
}

function folderOf({ locations }: Package): string {
  return (locations[0]?.path ?? '').replace(/[^/]*$/, '');
}

function partsOf({ purl, version }: Package): SystemParts {
  const { name = '', qualifiers } = readPurl(purl, { lenient: true }).value ?? {};
  const { arch, ...rest } = qualifiers ?? {};
  return { name, version, arch, qualifiers: rest };
}

function joinPackages(a: Package, b: Package): Package {
  const { name, version, arch, qualifiers } = joinSystems(partsOf(a), partsOf(b));
  const built = normalizePurl(
    {
      type: 'generic',
      namespace: 'microsoft',
      name,
      version,
      qualifiers: { ...qualifiers, ...(arch === undefined ? {} : { arch }) },
    },
    { lenient: true },
  );
  if (built.value === undefined) return a;
  return {
    ...a,
    purl: purlText(built.value),
    name: `microsoft/${name}`,
    version,
    ...(arch === undefined ? {} : { arch }),
    locations: [...a.locations, ...b.locations].sort((x, y) => (x.path < y.path ? -1 : 1)),
  };
}
