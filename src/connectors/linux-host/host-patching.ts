/** Updates of a host as a whole: what stands in their way, how fresh the lists are, and whether the way back is open. */
import type { HostPatching, Inventory } from '../../estate/schema.ts';
import { isAutomatic } from './automatic.ts';
import { listsOf } from './lists.ts';
import type { HostFacts } from './parse.ts';

type Upgradable = NonNullable<HostFacts['upgradable']>;
type Blocker = HostPatching['blockers'][number];
const MOST_LISTS = 200;
const MOST_REMOVED = 200;
const MOST_ADVISORIES = 2000;
const LONGEST = 500;

/** Undefined where the host did not say what its package manager would do. */
export function hostPatching(
  facts: HostFacts,
  inventories: readonly Inventory[],
  trueAt: string,
): HostPatching | undefined {
  const { upgradable } = facts;
  if (upgradable === undefined) return undefined;
  const manager = upgradable.manager[0]?.name;
  if (manager === undefined) return undefined;
  const lists = [...listsOf(facts.origins).values()].map(({ list }) => list);
  const automatic = isAutomatic(upgradable);
  const removes = [...new Set(upgradable.remove.map((row) => row.name))].sort();
  const rollback = rollbackCount(upgradable, inventories);
  return {
    manager,
    blockers: [
      ...lockBlockers(upgradable),
      ...halfDone(upgradable),
      ...diskBlockers(upgradable),
      ...listBlockers(facts, lists, trueAt),
    ].slice(0, 50),
    ...(facts.origins === undefined ? {} : { lists: lists.slice(0, MOST_LISTS) }),
    ...(rollback === undefined ? {} : { rollback }),
    ...(upgradable.repack.length > 0 ? { repack: true } : {}),
    ...(automatic === undefined ? {} : { automatic }),
    ...(removes.length > 0 ? { removes: removes.slice(0, MOST_REMOVED) } : {}),
    ...(upgradable.advisory.length > 0 ? { advisories: advisories(upgradable) } : {}),
  };
}

function lockBlockers(upgradable: Upgradable): Blocker[] {
  return upgradable.lock.map(({ file, program }) => ({
    code: 'locked',
    detail: `${file}${program === undefined ? '' : ` by ${program}`}`.slice(0, LONGEST),
  }));
}

function halfDone(upgradable: Upgradable): Blocker[] {
  const broken = [...new Set(upgradable.broken.map((row) => row.name))].sort();
  return [
    ...upgradable.interrupted.map(({ what }) => ({
      code: 'interrupted' as const,
      detail: `${what} was interrupted and has work left`.slice(0, LONGEST),
    })),
    ...(broken.length > 0
      ? [{ code: 'broken-dependencies' as const, detail: broken.join(', ').slice(0, LONGEST) }]
      : []),
  ];
}

/** What a file system must have free: those that share one add up. */
function diskBlockers(upgradable: Upgradable): Blocker[] {
  const need = (what: string): number => upgradable.need.find((row) => row.what === what)?.kib ?? 0;
  const wanted: readonly (readonly [readonly string[], number])[] = [
    [['/var/cache/apt/archives', '/var', '/'], need('download')],
    [['/usr', '/'], need('unpack')],
    [['/boot', '/'], need('boot')],
  ];
  const mounts = new Map<string, { need: number; free: number }>();
  for (const [folders, kib] of wanted) {
    const disk = folders
      .map((folder) => upgradable.disk.find((row) => row.folder === folder))
      .find((row) => row !== undefined);
    if (disk === undefined) continue;
    const known = mounts.get(disk.mount) ?? { need: 0, free: disk.free };
    mounts.set(disk.mount, { ...known, need: known.need + kib });
  }
  return [...mounts]
    .filter(([, disk]) => disk.need > disk.free)
    .map(([mount, disk]) => ({
      code: 'disk-full',
      detail: `${mount} has ${disk.free} KiB free, ${disk.need} are needed`.slice(0, LONGEST),
    }));
}

/** A list that is past its own date proves nothing, whatever the host's settings let pass. */
function listBlockers(
  facts: HostFacts,
  lists: readonly { readonly name: string; readonly validUntil?: string | undefined }[],
  trueAt: string,
): Blocker[] {
  if (facts.origins !== undefined && lists.length === 0)
    return [{ code: 'lists-unknown', detail: 'no list of packages was ever fetched' }];
  return lists
    .filter(
      ({ validUntil }) => validUntil !== undefined && Date.parse(validUntil) < Date.parse(trueAt),
    )
    .map(({ name, validUntil = '' }) => ({
      code: 'lists-expired',
      detail: `${name} was good until ${validUntil}`.slice(0, LONGEST),
    }));
}

/** Counted over what is installed; a package without a note is on offer as it stands. */
function rollbackCount(
  upgradable: Upgradable,
  inventories: readonly Inventory[],
): HostPatching['rollback'] {
  if (upgradable.asked.length === 0 || inventories.length === 0) return undefined;
  let notAvailable = 0;
  let unknown = 0;
  let installed = 0;
  for (const { components, notes = [] } of inventories) {
    installed += components.length;
    for (const { state, rollback } of notes) {
      // Only its settings are left: there is nothing to go back to.
      if (state?.charAt(1) === 'c' && state.length <= 3) installed -= 1;
      else if (rollback === 'not-available') notAvailable += 1;
      else if (rollback === 'unknown') unknown += 1;
    }
  }
  return { available: installed - notAvailable - unknown, notAvailable, unknown };
}

function advisories(upgradable: Upgradable): NonNullable<HostPatching['advisories']> {
  const found = new Map(
    upgradable.advisory.map(({ id, severity }) => [
      id,
      { id, ...(severity === undefined ? {} : { severity }) },
    ]),
  );
  return [...found.values()].slice(0, MOST_ADVISORIES);
}
