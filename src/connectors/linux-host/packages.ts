/** Installed packages as inventories, with what is remarkable of each: state, hold, pin, origin, newer version offered. */
import type { Component, Inventory } from '../../estate/schema.ts';
import { offersOf, type Note } from './offers.ts';
import type { HostFacts } from './parse.ts';
import { pinsOf, pinOf, type Pin } from './pins.ts';

interface Installed {
  readonly component: Component;
  readonly note: Note;
}

/** One inventory per package manager that the host has; none where its section could not be read whole. */
export function inventoriesOf(
  facts: HostFacts,
  asset: string,
  release: string,
  trueAt: string,
): Inventory[] {
  const sections: readonly (readonly ['deb' | 'rpm' | 'apk', readonly Installed[]])[] = [
    ['deb', debPackages(facts, release)],
    ['rpm', rpmPackages(facts, release)],
    ['apk', apkPackages(facts, release)],
  ];
  return sections.flatMap(([section, installed]) => {
    // Half a list would say that the other half is gone.
    const whole = facts[section]?.unseen.every((item) => item.reason === 'invalid') ?? false;
    if (installed.length === 0 || !whole) return [];
    return [inventory(section, asset, trueAt, installed, facts.sha256.get(section))];
  });
}

function inventory(
  section: string,
  asset: string,
  trueAt: string,
  installed: readonly Installed[],
  sha256: string | undefined,
): Inventory {
  const notes = installed.flatMap(({ note }, index) =>
    Object.keys(note).length === 0 ? [] : [{ index, ...note }],
  );
  return {
    type: 'inventory',
    asset,
    section,
    trueAt,
    components: installed.map(({ component }) => component),
    ...(notes.length === 0 ? {} : { notes }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

function debPackages(facts: HostFacts, release: string): Installed[] {
  const pins = pinsOf(facts.holds?.pin ?? []);
  const offers = offersOf(facts);
  return (facts.deb?.pkg ?? []).flatMap((row) => {
    // Without a version it is known to dpkg by name only (`un`).
    if (row.version === undefined) return [];
    const component = {
      type: 'deb',
      release,
      name: row.name,
      version: row.version,
      architecture: row.architecture ?? '',
      sourceName: row.sourceName ?? row.name,
      sourceVersion: row.sourceVersion ?? row.version,
    };
    const state = debState(row.state);
    const present = !/^.[cn]/.test(row.state ?? '');
    const offer = offers({ ...component, held: state.held ?? false, present });
    return [
      {
        component,
        note: {
          ...state,
          ...origin(row.origin),
          ...pinNote(pins, component),
          ...withState(offer, state.state !== undefined && present),
        },
      },
    ];
  });
}

/** dpkg's abbreviation: what is wanted, what is, and an error; `h` in front is a hold (dpkg-query(1)). */
function debState(abbreviation: string | undefined): Note {
  const state = abbreviation?.trim() ?? '';
  const held = state.startsWith('h');
  const ordinary = state === '' || /^[ih]i$/.test(state);
  return { ...(held ? { held } : {}), ...(ordinary ? {} : { state }) };
}

function origin(name: string | undefined): Note {
  return name === undefined || name === '(none)' ? {} : { origin: name };
}

function pinNote(pins: readonly Pin[], component: Component): Note {
  const pin = pinOf(pins, component.name, component.sourceName);
  return pin === undefined ? {} : { pin };
}

/** What a package manager left half done is a reason of its own. */
function withState(note: Note, half: boolean): Note {
  return half ? { ...note, reasons: [...(note.reasons ?? []), 'half-installed'] } : note;
}

function rpmPackages(facts: HostFacts, release: string): Installed[] {
  const locked = (facts.holds?.lock ?? []).map((row) => row.text);
  const offers = offersOf(facts);
  const twice = duplicates(facts.rpm?.pkg ?? []);
  return (facts.rpm?.pkg ?? []).flatMap((row) => {
    // Keys of signers are kept in the same database and are no software.
    if (row.name === 'gpg-pubkey') return [];
    const version = row.version.replace(/^(?:0|\(none\)):/, '');
    const source = rpmSource(row.source, version);
    const component = {
      type: 'rpm',
      release,
      name: row.name,
      version,
      architecture: row.architecture === '(none)' ? '' : (row.architecture ?? ''),
      sourceName: source?.name ?? row.name,
      sourceVersion: source?.version ?? version,
    };
    const held = isLocked(locked, row.name);
    const duplicate = twice.has(`${row.name} ${component.architecture}`);
    return [
      {
        component,
        note: {
          ...(duplicate ? { state: 'duplicate' } : {}),
          ...origin(row.vendor),
          ...(held ? { held } : {}),
          ...withState(offers({ ...component, held, present: true }), duplicate),
        },
      },
    ];
  });
}

/** Packages of which several versions are meant to stand side by side. */
const SIDE_BY_SIDE = /^(?:kernel|gpg-pubkey|kmod-|installonlypkg)/;

/** An update that broke off leaves both versions in rpm's database; `name architecture`. */
function duplicates(
  rows: readonly { readonly name: string; readonly architecture?: string | undefined }[],
): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { name, architecture = '' } of rows) {
    if (SIDE_BY_SIDE.test(name)) continue;
    const id = `${name} ${architecture === '(none)' ? '' : architecture}`;
    if (seen.has(id)) twice.add(id);
    seen.add(id);
  }
  return twice;
}

/** `bash-5.1.8-9.el9.src.rpm` → bash, 5.1.8-9.el9; the epoch, which the file's name lacks, is the package's own. */
function rpmSource(
  file: string | undefined,
  version: string,
): { name: string; version: string } | undefined {
  const [, name, ofSource] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file ?? '') ?? [];
  if (name === undefined || ofSource === undefined) return undefined;
  const epoch = /^(\d+):/.exec(version)?.[0] ?? '';
  return { name, version: `${epoch}${ofSource}` };
}

/** versionlock lists `name-epoch:version-release.*`, and `!…` for exclusions; zypper `solvable_name: name`. */
function isLocked(lines: readonly string[], name: string): boolean {
  return lines.some((line) => {
    const entry = line.replace(/^solvable_name: *|^name *= *|["']/g, '');
    return (
      entry === name || (entry.startsWith(`${name}-`) && /^\d/.test(entry.slice(name.length + 1)))
    );
  });
}

function apkPackages(facts: HostFacts, release: string): Installed[] {
  const world = (facts.holds?.world ?? []).map((row) => row.text);
  const offers = offersOf(facts);
  return (facts.apk?.pkg ?? []).map((row) => {
    const component = {
      type: 'apk',
      release,
      name: row.name,
      version: row.version,
      architecture: row.architecture ?? '',
      sourceName: row.sourceName ?? row.name,
      sourceVersion: row.version,
    };
    // apk-world(5): `name=1.2-r0`, `name<2` and `name~1.2` keep a package from moving on.
    const held = world.some(
      (entry) => entry.startsWith(row.name) && /^[=<~]/.test(entry.slice(row.name.length)),
    );
    return {
      component,
      note: {
        ...(row.state === undefined ? {} : { state: row.state }),
        ...(held ? { held } : {}),
        ...withState(offers({ ...component, held, present: true }), row.state !== undefined),
      },
    };
  });
}
