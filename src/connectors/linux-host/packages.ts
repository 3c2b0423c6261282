/** Installed packages as inventories, with what is remarkable of each: state, hold, pin, origin, newer version offered. */
import type { Component, ComponentNote, Inventory } from '../../estate/schema.ts';
import type * as z from 'zod';
import type { HostFacts } from './parse.ts';
import { pinsOf, pinOf, type Pin } from './pins.ts';

type Note = Omit<z.infer<typeof ComponentNote>, 'index'>;
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
  const offers = offersOf(facts.upgradable);
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
    const offer = offers.get(`${row.name}:${component.architecture}`) ?? offers.get(row.name);
    return [
      {
        component,
        note: {
          ...debState(row.state),
          ...origin(row.origin),
          ...pinNote(pins, component),
          ...offer,
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

/** What `apt-get -s upgrade` would do, by `name` and `name:architecture`. */
function offersOf(upgradable: HostFacts['upgradable']): Map<string, Note> {
  const offers = new Map<string, Note>();
  for (const row of upgradable?.inst ?? []) {
    const offer = offerOf(row.text);
    if (offer !== undefined) offers.set(offer.name, offer.note);
  }
  for (const row of upgradable?.kept ?? []) offers.set(row.name, { deferred: 'kept-back' });
  for (const row of upgradable?.phased ?? []) offers.set(row.name, { deferred: 'phased' });
  return offers;
}

/** `openssl [3.0.15-1] (3.0.16-1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64])` */
function offerOf(text: string): { name: string; note: Note } | undefined {
  const form = /^(\S+) \[[^\]]*\] \((\S+) (.*?)(?: \[([^\]]*)\])?\)/;
  const [, name, available, from = '', architecture] = form.exec(text) ?? [];
  if (name === undefined || available === undefined) return undefined;
  return {
    // apt writes `name:arch` only for architectures that are not the machine's own.
    name: architecture === undefined || name.includes(':') ? name : `${name}:${architecture}`,
    note: { available, ...(from === '' ? {} : { availableFrom: from.slice(0, 300) }) },
  };
}

function rpmPackages(facts: HostFacts, release: string): Installed[] {
  const locked = (facts.holds?.lock ?? []).map((row) => row.text);
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
    return [
      {
        component,
        note: { ...origin(row.vendor), ...(isLocked(locked, row.name) ? { held: true } : {}) },
      },
    ];
  });
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
  return (facts.apk?.pkg ?? []).map((row) => ({
    component: {
      type: 'apk',
      release,
      name: row.name,
      version: row.version,
      architecture: row.architecture ?? '',
      sourceName: row.sourceName ?? row.name,
      sourceVersion: row.version,
    },
    // apk-world(5): `name=1.2-r0`, `name<2` and `name~1.2` keep a package from moving on.
    note: world.some(
      (entry) => entry.startsWith(row.name) && /^[=<~]/.test(entry.slice(row.name.length)),
    )
      ? { held: true }
      : {},
  }));
}
