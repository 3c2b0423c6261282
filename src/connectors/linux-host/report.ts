/** What a host said of itself, as reports of the estate. */
import {
  BODIES,
  Key,
  Unseen as UnseenShape,
  type Bodies,
  type Inventory,
  type Kind,
  type Observation,
  type Report,
  type Unseen,
} from '../../estate/schema.ts';
import { accountReports, accountUnseen, identitySource } from './accounts.ts';
import { shortAddress } from './address.ts';
import { hostPatching } from './host-patching.ts';
import { notSent } from './hides.ts';
import { identityOf, type Identity } from './identity.ts';
import { osOf, releaseOf } from './os-release.ts';
import { localDoors, runsOn } from './local-doors.ts';
import { inventoriesOf } from './packages.ts';
import { pamSettings } from './pam.ts';
import type { HostFacts } from './parse.ts';
import { restartNeeded } from './restart.ts';
import { listenersOf, type Listener } from './sockets.ts';
import { accountSettings, sshdPorts, sshdSettings, sshdUnseen } from './sshd.ts';

/**
 * Reports in the order in which they depend on each other: the asset, its inventories, accounts, doors, and at last
 * everything that could not be seen. `trueAt` is when the script ran. Every report fits the estate's schema.
 */
export function reportsOf(facts: HostFacts, trueAt: string): Report[] {
  if (facts.os === undefined) return unseenReports(facts.unseen);
  const identity = identityOf(facts.os);
  const os = osOf(facts.os);
  const { listeners, unseen } = listenersOf(facts.sockets);
  const inventories = inventoriesOf(facts, identity.assetKey, releaseOf(os), trueAt);
  const reports: Report[] = [
    asset(facts, identity, trueAt, inventories),
    ...inventories,
    ...accountReports(facts, identity.assetKey, trueAt),
    ...doors(facts, listeners, identity.assetKey, trueAt),
    ...localDoors(facts, identity.assetKey, trueAt),
  ];
  const { fitting, misfits } = sift(reports);
  const missing = [
    ...facts.unseen,
    ...notSent((name) => facts[name] !== undefined),
    ...accountUnseen(facts),
    ...unseen,
    ...sshdUnseen(facts.sshd),
  ];
  return [...fitting, ...unseenReports([...missing, ...misfits])];
}

function asset(
  facts: HostFacts,
  identity: Identity,
  trueAt: string,
  inventories: readonly Inventory[],
): Observation {
  const os = osOf(facts.os);
  const seconds = facts.os?.booted[0]?.seconds;
  const architecture = facts.os?.architecture[0]?.name;
  const restart = restartNeeded(facts);
  const listsAt = packageListsAt(facts);
  const patching = hostPatching(facts, inventories, trueAt);
  const body: Bodies['asset'] = {
    name: identity.hostname,
    type: 'host',
    hostnames: [...identity.hostnames].slice(0, 100),
    addresses: addresses(facts),
    ...(os === undefined ? {} : { os }),
    ...(facts.kernel === undefined ? {} : { kernel: kernel(facts.kernel) }),
    ...(architecture === undefined ? {} : { architecture }),
    ...(seconds === undefined ? {} : { bootedAt: instant(seconds) }),
    ...(restart === undefined ? {} : { restartNeeded: restart }),
    ...(listsAt === undefined ? {} : { packageListsAt: listsAt }),
    ...(patching === undefined ? {} : { patching }),
  };
  return {
    type: 'observation',
    kind: 'asset',
    key: identity.assetKey,
    trueAt,
    identifiers: identity.identifiers,
    body,
  };
}

function kernel(rows: NonNullable<HostFacts['kernel']>): NonNullable<Bodies['asset']['kernel']> {
  const running = rows.running[0]?.release;
  const installed = [...new Set(rows.installed.map((row) => row.release))].sort().slice(0, 100);
  // Without /boot nothing is known of what is installed; a container has no kernel of its own.
  const known = rows.unseen.length === 0 && rows.container.length === 0;
  return { ...(running === undefined ? {} : { running }), ...(known ? { installed } : {}) };
}

/** Addresses by which others reach it: neither loopback nor link-local. */
function addresses(facts: HostFacts): string[] {
  const all = (facts.os?.address ?? []).map(({ address }) => shortAddress(address));
  const own = all.filter((address) => !/^(127\.|169\.254\.|fe80:|::1$)/.test(address));
  return [...new Set(own)].sort().slice(0, 1000);
}

/**
 * The oldest moment at which one of the package lists was fetched, or confirmed as current: apt gives a list the
 * archive's time as its own, so the change of the file's inode is what tells (measured with apt 2.6).
 */
function packageListsAt(facts: HostFacts): string | undefined {
  const lists = (facts.origins?.list ?? []).filter((row) => !row.file.includes('update-success'));
  if (lists.length === 0) return undefined;
  return instant(Math.min(...lists.map((row) => Math.max(row.changed, row.modified))));
}

function doors(
  facts: HostFacts,
  listeners: readonly Listener[],
  assetKey: string,
  trueAt: string,
): Report[] {
  const ports = new Map<string, number>();
  return listeners.flatMap((listener) => {
    const place = `${listener.transport}/${listener.port}`;
    const nth = (ports.get(place) ?? 0) + 1;
    ports.set(place, nth);
    const key = `${assetKey}/${place}${nth === 1 ? '' : `/${nth}`}`;
    return [
      { type: 'observation', kind: 'door', key, trueAt, body: door(facts, listener, assetKey) },
      runsOn(key, assetKey, trueAt),
    ];
  });
}

function door(facts: HostFacts, listener: Listener, assetKey: string): Bodies['door'] {
  const { transport, port, program } = listener;
  const what = program?.slice(program.lastIndexOf('/') + 1) ?? listener.type;
  return {
    name: `${what} ${transport}/${port}`.slice(0, 500),
    type: listener.type,
    asset: assetKey,
    address: listener.addresses.join(', ').slice(0, 500),
    port,
    transport,
    ...(program === undefined ? {} : { program: program.slice(0, 500) }),
    ...(listener.package === undefined ? {} : { package: listener.package }),
    ...(listener.type === 'ssh' ? sshDoor(facts, listener, assetKey) : {}),
  };
}

function sshDoor(facts: HostFacts, listener: Listener, assetKey: string): Partial<Bodies['door']> {
  const opened = {
    accepts: [identitySource(assetKey)],
    opens: [{ kind: 'asset' as const, key: assetKey }],
  };
  // Another sshd on another port has settings that nobody asked for.
  const ports = sshdPorts(facts.sshd);
  if (ports.length > 0 && !ports.includes(listener.port)) return opened;
  const own = accountSettings(facts.sshd, assetKey);
  return {
    ...opened,
    settings: { ...sshdSettings(facts.sshd), ...pamSettings(facts.pam) },
    ...(own === undefined ? {} : { accountSettings: own }),
  };
}

/** A hostile or broken host must not stop a collection: what does not fit the schema is left out and named by kind. */
function sift(reports: readonly Report[]): { fitting: Report[]; misfits: Unseen[] } {
  const misfits = new Map<Kind, number>();
  const fitting = reports.filter((report) => {
    if (report.type !== 'observation') return true;
    const fits =
      Key.safeParse(report.key).success && BODIES[report.kind].safeParse(report.body).success;
    if (!fits) misfits.set(report.kind, (misfits.get(report.kind) ?? 0) + 1);
    return fits;
  });
  return {
    fitting,
    misfits: [...misfits].map(([kind, count]) => ({
      what: `${kind} reports`,
      reason: 'invalid',
      detail: `${count} do not fit the schema`,
      mayHide: [kind],
    })),
  };
}

/** Each thing once. */
function unseenReports(unseen: readonly Unseen[]): Report[] {
  const known = new Set<string>();
  return unseen.flatMap((item) => {
    const fitting = UnseenShape.safeParse(item);
    const id = JSON.stringify(item);
    if (!fitting.success || known.has(id)) return [];
    known.add(id);
    return [{ type: 'unseen', ...fitting.data }];
  });
}

function instant(seconds: number): string {
  return new Date(Math.min(seconds, 32_503_680_000) * 1000).toISOString();
}
