/** For each package: what is on offer, what keeps it away, and whether the installed version could be had again. */
import type * as z from 'zod';
import type { ComponentNote, PatchReason } from '../../estate/schema.ts';
import { automaticOf } from './automatic.ts';
import { changesOf } from './changes.ts';
import { listOfRepository, listOfSource, listsOf, type List, type Lists } from './lists.ts';
import type { HostFacts } from './parse.ts';
import { pinOf, pinsOf, type Pin } from './pins.ts';

export type Note = Omit<z.infer<typeof ComponentNote>, 'index'>;
type Upgradable = NonNullable<HostFacts['upgradable']>;
type VersionRow = Upgradable['version'][number];
export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly sourceName: string;
  readonly held: boolean;
  /** Files of the package are on the host: it is not merely known by its settings. */
  readonly present: boolean;
}

/** Answers for one package after the other; made once a host. */
export function offersOf(facts: HostFacts): (installed: Installed) => Note {
  const { upgradable } = facts;
  if (upgradable === undefined) return () => ({});
  const lists = listsOf(facts.origins);
  const offers =
    upgradable.manager[0]?.name === 'apt' || upgradable.inst.length > 0
      ? aptOffers(facts, upgradable, lists)
      : repositoryOffers(upgradable, lists);
  const changes = changesOf(upgradable.change);
  return (installed) => ({
    ...offers(installed),
    ...(installed.present ? changes(installed.name) : {}),
  });
}

function aptOffers(
  facts: HostFacts,
  upgradable: Upgradable,
  lists: Lists,
): (installed: Installed) => Note {
  const host = aptHost(facts, upgradable, lists);
  return (installed) => {
    if (!installed.present) return {};
    // apt writes `name:architecture` only for those that are not the machine's own.
    const isNative =
      host.native === undefined || ['all', host.native].includes(installed.architecture);
    const names = [`${installed.name}:${installed.architecture}`];
    if (isNative) names.push(installed.name);
    return aptNote(host, installed, names);
  };
}

/** What apt said, looked up by package. */
interface AptHost {
  readonly native: string | undefined;
  readonly planned: ReadonlyMap<string, Note>;
  readonly possible: ReadonlyMap<string, Note>;
  readonly tables: ReadonlyMap<string, Table>;
  readonly kept: ReadonlySet<string>;
  readonly phased: ReadonlySet<string>;
  readonly broken: ReadonlySet<string>;
  readonly conffiles: ReadonlyMap<string, readonly string[]>;
  readonly cached: ReadonlySet<string>;
  readonly pins: readonly Pin[];
  readonly automatic: ReturnType<typeof automaticOf>;
  readonly asked: boolean;
}

function aptHost(facts: HostFacts, upgradable: Upgradable, lists: Lists): AptHost {
  const versions = Map.groupBy(upgradable.version, (row) => row.name);
  const edited = upgradable.conffile.filter((row) => row.how === 'changed');
  return {
    native: upgradable.native[0]?.architecture,
    planned: plannedOf(upgradable.inst),
    possible: plannedOf(upgradable.full),
    tables: new Map([...versions].map(([name, rows]) => [name, tableOf(rows, lists)])),
    kept: namesOf(upgradable.kept),
    phased: namesOf(upgradable.phased),
    broken: namesOf(upgradable.broken),
    conffiles: new Map(
      [...Map.groupBy(edited, (row) => row.name)].map(([name, rows]) => [
        name,
        rows.map((row) => row.path.slice(0, 1000)).slice(0, 20),
      ]),
    ),
    cached: new Set(upgradable.cached.map((row) => row.file)),
    pins: pinsOf(facts.holds?.pin ?? []),
    automatic: automaticOf(facts, lists),
    asked: upgradable.asked.length > 0,
  };
}

function aptNote(host: AptHost, installed: Installed, names: readonly string[]): Note {
  const table = found(host.tables, names) ?? NOTHING_SAID;
  const offer = { ...table.offer, ...found(host.planned, names) };
  const conffiles = found(host.conffiles, names);
  const rollback = rollbackOf(table, installed, host.cached, host.asked);
  const isKept = listed(host.kept, names);
  const isPhased = listed(host.phased, names);
  const wanted = offer.available !== undefined || isKept || isPhased;
  const reasons = [
    ...(wanted ? reasonsOfWanted(host, installed, names, table) : []),
    ...reasonsOfTable(host, installed, names, table, wanted),
  ];
  return {
    ...offer,
    ...(isKept ? { deferred: 'kept-back' as const } : {}),
    ...(isPhased ? { deferred: 'phased' as const } : {}),
    ...table.withheld,
    ...(conffiles === undefined ? {} : { conffiles: [...conffiles] }),
    ...(reasons.length > 0 ? { reasons: [...new Set(reasons)] } : {}),
    ...(wanted || rollback.rollback === 'not-available' ? rollback : {}),
  };
}

/** Of a package that would be upgraded if nothing stood in the way. */
function reasonsOfWanted(
  host: AptHost,
  installed: Installed,
  names: readonly string[],
  table: Table,
): PatchReason[] {
  const kept = listed(host.kept, names) && !installed.held;
  const phased = listed(host.phased, names);
  // Not even a full upgrade would take it: something that it needs cannot be had.
  const stuck = kept && !phased && found(host.possible, names) === undefined;
  const refused = host.automatic?.(installed, table.candidateLists) === false;
  return [
    ...(installed.held ? ['held' as const] : []),
    ...(kept ? ['kept-back' as const] : []),
    ...(stuck ? ['broken-dependencies' as const] : []),
    ...(phased ? ['phased' as const] : []),
    ...(found(host.conffiles, names) === undefined ? [] : ['conffile-changed' as const]),
    ...(refused ? ['not-automatic' as const] : []),
  ];
}

function reasonsOfTable(
  host: AptHost,
  installed: Installed,
  names: readonly string[],
  table: Table,
  wanted: boolean,
): PatchReason[] {
  const pinned = pinOf(host.pins, installed.name, installed.sourceName) !== undefined;
  const nowhere = table.known && !table.offered && !wanted && table.withheld === undefined;
  return [
    ...(listed(host.broken, names) ? ['broken-dependencies' as const] : []),
    ...(table.withheld === undefined
      ? []
      : [pinned ? ('pinned' as const) : ('origin-not-allowed' as const)]),
    ...(nowhere ? ['not-offered' as const] : []),
  ];
}

function found<T>(map: ReadonlyMap<string, T>, names: readonly string[]): T | undefined {
  return names.map((name) => map.get(name)).find((value) => value !== undefined);
}

function listed(set: ReadonlySet<string>, names: readonly string[]): boolean {
  return names.some((name) => set.has(name));
}

interface Table {
  /** Whether apt had anything to say of the package. */
  readonly known: boolean;
  readonly offer: Note;
  readonly withheld: Note | undefined;
  /** Whether a repository has any version of it. */
  readonly offered: boolean;
  readonly installedFrom: string | undefined;
  readonly candidateLists: readonly (List | undefined)[];
}
const NOTHING_SAID: Table = {
  known: false,
  offer: {},
  withheld: undefined,
  offered: false,
  installedFrom: undefined,
  candidateLists: [],
};

/** Rows of one package, the newest version first (apt_preferences(5)). */
function tableOf(unsorted: readonly VersionRow[], lists: Lists): Table {
  const rows = [...unsorted].sort((a, b) => a.order - b.order);
  const installed = rows.findIndex((row) => row.marks?.includes('i') ?? false);
  const candidate = rows.findIndex((row) => row.marks?.includes('c') ?? false);
  const newer = candidate >= 0 && (installed < 0 || candidate < installed);
  const barrier = newer ? candidate : Math.max(installed, 0);
  const [withheld] = rows.slice(0, barrier).filter((row) => row.sources !== undefined);
  const chosen = newer ? rows[candidate] : undefined;
  return {
    known: rows.length > 0,
    offer: chosen === undefined ? {} : offerOf(chosen, lists),
    withheld:
      withheld === undefined
        ? undefined
        : { withheld: withheld.version, withheldFrom: fromOf(withheld, lists) },
    offered: rows.some((row) => row.sources !== undefined),
    installedFrom:
      installed < 0 || rows[installed]?.sources === undefined
        ? undefined
        : fromOf(rows[installed], lists),
    candidateLists: chosen === undefined ? [] : listsOfRow(chosen, lists),
  };
}

function offerOf(row: VersionRow, lists: Lists): Note {
  const from = listsOfRow(row, lists).filter((list) => list !== undefined);
  const [releasedAt] = from.flatMap(({ list }) => list.releasedAt ?? []).sort();
  return {
    available: row.version,
    availableFrom: fromOf(row, lists),
    ...(from.some((list) => list.security) ? { availableSecurity: true } : {}),
    ...(releasedAt === undefined ? {} : { availableReleasedAt: releasedAt }),
  };
}

function listsOfRow(row: VersionRow, lists: Lists): (List | undefined)[] {
  return (row.sources?.split(' | ') ?? []).map((source) => listOfSource(lists, source));
}

/** Origins where they are known, else the sources as they stand. */
function fromOf(row: VersionRow | undefined, lists: Lists): string {
  const sources = row?.sources?.split(' | ') ?? [];
  const from = sources.map((source) => listOfSource(lists, source)?.list.from ?? source);
  return [...new Set(from)].join(', ').slice(0, 300);
}

/** `openssl [3.0.15-1] (3.0.16-1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64])` */
function plannedOf(lines: readonly { readonly text: string }[]): Map<string, Note> {
  const planned = new Map<string, Note>();
  for (const { text } of lines) {
    const form = /^(\S+) \[[^\]]*\] \((\S+) (.*?)(?: \[([^\]]*)\])?\)/;
    const [, name, available, from = '', architecture] = form.exec(text) ?? [];
    if (name === undefined || available === undefined) continue;
    planned.set(
      architecture === undefined || name.includes(':') ? name : `${name}:${architecture}`,
      {
        available,
        ...(from === '' ? {} : { availableFrom: from.slice(0, 300) }),
      },
    );
  }
  return planned;
}

/** What could be had again: from a repository, from a file that is kept here, or not. */
function rollbackOf(
  table: Table,
  installed: Installed,
  cached: ReadonlySet<string>,
  asked: boolean,
): Note {
  if (table.installedFrom !== undefined)
    return { rollback: 'available', rollbackFrom: table.installedFrom };
  if (!table.known) return { rollback: asked ? 'available' : 'unknown' };
  // apt writes `%3a` for the colon of an epoch.
  const version = installed.version.replace(/:/g, '%3a');
  const file = `${installed.name}_${version}_${installed.architecture}.deb`;
  return cached.has(file)
    ? { rollback: 'available', rollbackFrom: 'cache' }
    : { rollback: 'not-available' };
}

/** What dnf, zypper or apk offer: they say it in one line a package. */
function repositoryOffers(upgradable: Upgradable, lists: Lists): (installed: Installed) => Note {
  const id = (row: { name: string; architecture?: string | undefined }): string =>
    `${row.name}.${row.architecture ?? ''}`;
  const offers = new Map(upgradable.offer.map((row) => [id(row), row]));
  const withheld = new Map(upgradable.withheld.map((row) => [id(row), row]));
  const gone = new Set(upgradable.gone.map((row) => `${id(row)} ${row.version}`));
  const advisories = advisoriesOf(upgradable);
  const asked = upgradable.asked.length > 0;
  return (installed) => {
    const keys = [id(installed), `${installed.name}.`];
    const offer = found(offers, keys);
    const kept = found(withheld, keys);
    const lost = keys.some((key) => gone.has(`${key} ${installed.version}`));
    const rollback = lost ? 'not-available' : asked ? 'available' : 'unknown';
    const reasons = repositoryReasons(installed.held, offer, kept, lost);
    return {
      ...(offer === undefined ? {} : offerOfRepository(offer, found(advisories, keys), lists)),
      ...(kept === undefined ? {} : { withheld: kept.version }),
      ...(kept?.from === undefined ? {} : { withheldFrom: kept.from }),
      ...(reasons.length > 0 ? { reasons } : {}),
      ...(offer !== undefined || kept !== undefined || lost ? { rollback } : {}),
    };
  };
}

function offerOfRepository(
  offer: Upgradable['offer'][number],
  advisories: readonly string[] | undefined,
  lists: Lists,
): Note {
  const { version, from } = offer;
  const releasedAt =
    from === undefined ? undefined : listOfRepository(lists, from)?.list.releasedAt;
  return {
    available: version,
    ...(from === undefined ? {} : { availableFrom: from }),
    ...(releasedAt === undefined ? {} : { availableReleasedAt: releasedAt }),
    ...(advisories === undefined
      ? {}
      : { availableSecurity: true, advisories: advisories.slice(0, 50) }),
  };
}

function repositoryReasons(
  held: boolean,
  offer: unknown,
  withheld: unknown,
  lost: boolean,
): PatchReason[] {
  if (offer === undefined && withheld === undefined) return lost ? ['not-offered'] : [];
  if (held) return ['held'];
  return withheld === undefined ? [] : ['origin-not-allowed'];
}

/** Identifiers of security advisories by `name.architecture`, from `name-epoch:version-release.architecture`. */
function advisoriesOf(upgradable: Upgradable): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const row of upgradable.advisory) {
    const [, name, architecture] = /^(.+)-[^-]+-[^-]+\.([^.]+)$/.exec(row.package ?? '') ?? [];
    if (name === undefined || architecture === undefined) continue;
    const key = `${name}.${architecture}`;
    found.set(key, [...(found.get(key) ?? []), row.id.slice(0, 100)]);
  }
  return found;
}

function namesOf(rows: readonly { readonly name: string }[]): Set<string> {
  return new Set(rows.map((row) => row.name));
}
