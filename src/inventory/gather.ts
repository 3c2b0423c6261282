/** Packages of a target as they are found: the same one at several places becomes one with several locations. */
import type { Named } from './package-of.ts';
import type { Extractor, Location, Package } from './schema.ts';

export interface Gathered {
  add(named: Named, location: Location, evidence: Extractor['evidence']): void;
  /** Different packages so far. */
  size(): number;
  /** Every location of packages that no distribution's package manager lists. */
  locations(): IterableIterator<{ readonly type: string; readonly path: string }>;
  /** Of a distribution's packages: by type, name and, where given, architecture and version. */
  find(wanted: Wanted): string | undefined;
  /**
   * Sorted by package URL, locations by path, whatever the order in which they were added.
   *
   * @param ownerOf - Package URL of the package that brought a file.
   */
  packages(ownerOf: (path: string) => string | undefined): Package[];
}

export interface Wanted {
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly arch?: string;
}

interface Entry {
  named: Named;
  evidence: Extractor['evidence'];
  readonly locations: Location[];
}

/** The stronger evidence wins where a package is found twice. */
const EVIDENCE: readonly Extractor['evidence'][] = ['installed', 'locked', 'declared', 'document'];

export function gather(isDistributed: (type: string) => boolean): Gathered {
  const entries = new Map<string, Entry>();
  return {
    add: (named, location, evidence) => {
      const there = entries.get(named.purl);
      if (there === undefined) {
        entries.set(named.purl, { named, evidence, locations: [location] });
        return;
      }
      there.locations.push(location);
      there.named = joined(there.named, named);
      if (EVIDENCE.indexOf(evidence) < EVIDENCE.indexOf(there.evidence)) there.evidence = evidence;
    },
    size: () => entries.size,
    locations: () => languageLocations(entries, isDistributed),
    find: (wanted) => findIn(entries, wanted),
    packages: (ownerOf) =>
      [...entries.values()]
        .map((entry) => packageOf(entry, isDistributed(entry.named.type) ? undefined : ownerOf))
        .sort((a, b) => compareText(a.purl, b.purl)),
  };
}

/** What one place says and another does not holds; "not needed where it runs" holds only if all places say so. */
function joined(a: Named, b: Named): Named {
  const { scope: first, state: firstState, ...rest } = a;
  const { scope: second, state: secondState, ...more } = b;
  const scope = first === undefined || second === undefined ? undefined : weaker(first, second);
  const state = firstState === secondState ? firstState : undefined;
  return {
    ...more,
    ...rest,
    ...(scope === undefined ? {} : { scope }),
    ...(state === undefined ? {} : { state }),
  };
}

type Scope = NonNullable<Named['scope']>;

/** An optional package may be there where it runs; a development one is not. */
function weaker(a: Scope, b: Scope): Scope {
  return a === 'optional' || b === 'optional' ? 'optional' : 'development';
}

function* languageLocations(
  entries: ReadonlyMap<string, Entry>,
  isDistributed: (type: string) => boolean,
): Generator<{ readonly type: string; readonly path: string }> {
  for (const { named, locations } of entries.values()) {
    if (isDistributed(named.type)) continue;
    for (const { path } of locations) yield { type: named.type, path };
  }
}

function findIn(entries: ReadonlyMap<string, Entry>, wanted: Wanted): string | undefined {
  const { type, name, version, arch } = wanted;
  for (const { named } of entries.values()) {
    if (named.name !== name || named.type !== type) continue;
    if (version !== undefined && named.version !== version) continue;
    if (arch === undefined || named.arch === arch) return named.purl;
  }
  return undefined;
}

function packageOf(
  { named, evidence, locations }: Entry,
  ownerOf: ((path: string) => string | undefined) | undefined,
): Package {
  const sorted = [...locations].sort(
    (a, b) =>
      compareText(a.path, b.path) ||
      compareText(a.extractor, b.extractor) ||
      (a.line ?? 0) - (b.line ?? 0),
  );
  const unique = sorted.filter((one, at) => !sameLocation(one, sorted[at - 1]));
  const owners = ownerOf === undefined ? [] : unique.map(({ path }) => ownerOf(path));
  // A copy that nobody owns stands for itself, and so does the whole package.
  const all = owners.filter((owner) => owner !== undefined);
  const owned = all.length === owners.length ? all.sort(compareText)[0] : undefined;
  return {
    ...named,
    evidence,
    locations: unique,
    ...(owned === undefined ? {} : { ownedBy: owned }),
  };
}

function sameLocation(a: Location, b: Location | undefined): boolean {
  return a.path === b?.path && a.extractor === b.extractor && a.line === b.line;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
