/** What SPDX documents of every version and form say, before it is decided what is a package of the target. */
import type { SbomItem } from '../sbom/item.ts';

export interface SpdxPackage {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly purls: readonly string[];
  /** Whether a CPE names it. */
  readonly identified: boolean;
  /** `primaryPackagePurpose` in capital letters with hyphens. */
  readonly purpose: string;
  /** Free text; one widespread writer puts the source package there. */
  readonly sourceInfo: string;
  readonly at: string;
  readonly line?: number;
}

export interface SpdxDocument {
  readonly version: string;
  readonly packages: readonly SpdxPackage[];
  /** What the document says that it describes. */
  readonly described: ReadonlySet<string>;
  /** What has parts or dependencies. */
  readonly wholes: ReadonlySet<string>;
}

/** Relationships by which the first is made of the second, and those that say it the other way round. */
const HAS = new Set(['CONTAINS', 'DEPENDS_ON', 'HAS_PREREQUISITE', 'DYNAMIC_LINK', 'STATIC_LINK']);
const IS_OF = new Set([
  'CONTAINED_BY',
  'DEPENDENCY_OF',
  'BUILD_DEPENDENCY_OF',
  'DEV_DEPENDENCY_OF',
  'DEV_TOOL_OF',
  'OPTIONAL_DEPENDENCY_OF',
  'PACKAGE_OF',
  'PREREQUISITE_FOR',
  'PROVIDED_DEPENDENCY_OF',
  'RUNTIME_DEPENDENCY_OF',
  'TEST_DEPENDENCY_OF',
]);

export interface Graph {
  readonly described: Set<string>;
  readonly wholes: Set<string>;
}

export function relate({ described, wholes }: Graph, from: string, type: string, to: string): void {
  const relation = type.trim().toUpperCase();
  // Some writers leave out the S.
  if (relation === 'DESCRIBES' || relation === 'DESCRIBE') described.add(to);
  else if (relation === 'DESCRIBED_BY') described.add(from);
  else if (HAS.has(relation)) wholes.add(from);
  else if (IS_OF.has(relation)) wholes.add(to);
}

/** One thing alone that is described and made of others is what the document is about. */
export function* itemsOf(document: SpdxDocument): Generator<SbomItem> {
  const { packages, described, wholes } = document;
  const subjects = packages.filter(({ id }) => described.has(id));
  const [only] = subjects.length === 1 ? subjects : [];
  const subject = packages.length > 1 || only === undefined || isEmpty(only) ? only : undefined;
  for (const one of packages) yield itemOf(one, one === subject, wholes.has(one.id));
}

/** Alone in its document it is an image or a folder in which nothing was found. */
function isEmpty({ version, purls, identified }: SpdxPackage): boolean {
  return version === '' && purls.length === 0 && !identified;
}

const NO_PACKAGE = new Set(['FILE', 'DATA', 'DEVICE', 'CONTAINER', 'MODEL', 'BOM', 'EVIDENCE']);

function itemOf(one: SpdxPackage, subject: boolean, whole: boolean): SbomItem {
  const { name, version, purls, sourceInfo, at, line } = one;
  const source = /^built package from: (\S+)(?: (\S+))?$/.exec(sourceInfo.trim());
  return {
    kind: kindOf(one, whole),
    name,
    version,
    purls,
    ...(source !== null && { source: { name: source[1] ?? '', version: source[2] ?? '' } }),
    subject,
    at,
    ...(line !== undefined && { line }),
  };
}

function kindOf(one: SpdxPackage, whole: boolean): SbomItem['kind'] {
  const { id, purls, identified, purpose, version } = one;
  if (purls.length > 0) return 'part';
  if (purpose === 'OPERATING-SYSTEM' || /^SPDXRef-OperatingSystem\b/.test(id)) return 'system';
  if (identified) return 'part';
  if (NO_PACKAGE.has(purpose)) return 'group';
  return whole && version === '' ? 'group' : 'part';
}
