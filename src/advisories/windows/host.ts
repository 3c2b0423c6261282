/** Which updates and facts of a target belong to which of its Windows systems. */

import { releaseOf } from './release.ts';

/** What it needs of a package. */
export interface WindowsPackage {
  readonly purl: string;
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly locations: readonly { readonly path: string; readonly extractor?: string }[];
}

/** Something a file says besides packages: `inventory/windows/facts.ts` names them. */
export interface WindowsFact {
  readonly name: string;
  readonly value: string;
  readonly path: string;
}

export interface WindowsParts {
  readonly system: WindowsPackage;
  /** Digits of the updates. */
  readonly installed: readonly string[];
  /** Package URLs of the updates. */
  readonly updates: readonly string[];
  readonly facts: ReadonlyMap<string, string>;
}

const SYSTEM = /^pkg:generic\/microsoft\/windows-/;
const UPDATE = /^pkg:generic\/microsoft\/kb(\d+)/;
/** A history tells what was tried: beside a list of what is installed it adds nothing. */
const HISTORY = 'windows-update-history';

export function windowsIn(
  packages: readonly WindowsPackage[],
  facts: readonly WindowsFact[],
): WindowsParts[] {
  const systems = packages.filter(({ purl }) => SYSTEM.test(purl));
  const updates = packages.filter(({ purl }) => UPDATE.test(purl));
  return systems.map((system) => {
    const isOwn = ownership(system, systems);
    const own = joinOf(facts.filter(({ path }) => isOwn(path)));
    const isWhole = own.get('windows.updates') === 'whole';
    const listed = updates.filter(({ locations }) =>
      locations.some(({ path, extractor }) => isOwn(path) && !(isWhole && extractor === HISTORY)),
    );
    return {
      system,
      installed: listed.flatMap(({ purl }) => UPDATE.exec(purl)?.[1] ?? []),
      updates: listed.map(({ purl }) => purl),
      facts: own,
    };
  });
}

/** Of one system is everything; of several, what its own files say, and those of a folder that is only its. */
function ownership(
  system: WindowsPackage,
  systems: readonly WindowsPackage[],
): (path: string) => boolean {
  if (systems.length === 1) return () => true;
  const paths = new Set(system.locations.map(({ path }) => path));
  const folders = new Set([...paths].map(folderOf));
  const shared = systems
    .filter((other) => other !== system)
    .flatMap(({ locations }) => locations.map(({ path }) => folderOf(path)));
  for (const folder of shared) folders.delete(folder);
  return (path) => paths.has(path) || folders.has(folderOf(path));
}

function folderOf(path: string): string {
  return path.replace(/[^/]*$/, '');
}

/** Of two words for one thing the one that protects less; nobody can tell which is newer. */
function joinOf(facts: readonly WindowsFact[]): ReadonlyMap<string, string> {
  const joined = new Map<string, string>();
  for (const { name, value } of facts) {
    const known = joined.get(name);
    if (known === undefined || protectsLess(name, value, known)) joined.set(name, value);
  }
  return joined;
}

function protectsLess(name: string, value: string, known: string): boolean {
  if (name.endsWith('allow-list')) return Number(value) > Number(known);
  if (name.endsWith('channel-protection')) return known === '1' && value !== '1';
  return name.endsWith('role') && value === 'domain-controller';
}

/**
 * A system whose files tell no revision of its build, with the one that the newest of its cumulative updates brings: what
 * asks by build can then be answered. Others as they are.
 */
export function withShownRevision<P extends WindowsPackage>(
  packages: readonly P[],
  facts: readonly WindowsFact[],
): readonly P[] {
  const shown = new Map(
    windowsIn(packages, facts).flatMap(({ system, installed }) => {
      const version = shownVersion(system.version, installed);
      return version === undefined ? [] : [[system.purl, version] as const];
    }),
  );
  if (shown.size === 0) return packages;
  return packages.map((each) => {
    const version = shown.get(each.purl);
    return version === undefined ? each : { ...each, version };
  });
}

/** Undefined where the version has a revision, or no update tells one. */
export function shownVersion(version: string, installed: readonly string[]): string | undefined {
  const numbers = version.split('.');
  if (numbers.length !== 3) return undefined;
  const revisions = installed.map((kb) => releaseOf(Number(numbers[2]), kb)?.revision ?? 0);
  const newest = Math.max(0, ...revisions);
  return newest === 0 ? undefined : `${version}.${newest}`;
}
