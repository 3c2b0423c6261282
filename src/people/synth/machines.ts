/** The 295 endpoints of the 2022 case, what stands on them, the doors and how they hang together. */
import type { Observation } from '../../estate/schema.ts';
import type { ServiceKey } from './organisation.ts';
import { SERVICES } from './organisation.ts';

export const ENDPOINTS = 295;
/** The Citrix server of the rota service: a password was enough. */
export const CITRIX_DOOR = 'door-citrix-rota';
export const DIRECTORY = 'directory-hosting';
/** Windows Server 2016 as of July 2020: the last build before the first fix of CVE-2020-1472. */
const UNPATCHED_2016 = '10.0.14393.3808';
const PATCHED_2016 = '10.0.14393.5246';
const PATCHED_2019 = '10.0.17763.3165';

interface Machine {
  readonly key: string;
  readonly role: string;
  readonly network: 'dmz' | 'servers' | 'office' | 'management';
  readonly build: string;
  readonly service?: ServiceKey;
}

function machines(): Machine[] {
  const list: Machine[] = [
    {
      key: 'citrix-rota-01',
      role: 'Citrix',
      network: 'dmz',
      build: PATCHED_2016,
      service: 'home-care-rota',
    },
    {
      key: 'citrix-rota-02',
      role: 'Citrix',
      network: 'dmz',
      build: PATCHED_2016,
      service: 'home-care-rota',
    },
    { key: 'dc-01', role: 'domain controller', network: 'servers', build: UNPATCHED_2016 },
    { key: 'dc-02', role: 'domain controller', network: 'servers', build: UNPATCHED_2016 },
    { key: 'backup-01', role: 'backup', network: 'servers', build: PATCHED_2016 },
    { key: 'jump-01', role: 'jump host', network: 'management', build: PATCHED_2019 },
    { key: 'vpn-01', role: 'VPN', network: 'dmz', build: PATCHED_2019 },
  ];
  for (let i = 1; i <= 6; i++) {
    list.push({
      key: `files-${two(i)}`,
      role: 'file server',
      network: 'servers',
      build: PATCHED_2016,
    });
  }
  for (const { key: service } of SERVICES) {
    list.push({
      key: `db-${service}-01`,
      role: 'database server',
      network: 'servers',
      build: PATCHED_2016,
      service,
    });
    for (let i = 1; i <= 8; i++) {
      list.push({
        key: `app-${service}-${two(i)}`,
        role: 'application server',
        network: 'servers',
        build: PATCHED_2019,
        service,
      });
    }
  }
  for (let i = 1; list.length < ENDPOINTS; i++) {
    list.push({
      key: `pc-${String(i).padStart(3, '0')}`,
      role: 'workstation',
      network: 'office',
      build: '10.0.19044.1826',
    });
  }
  return list;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** Where a service's records lie: its database, and the working drive that nobody counts. */
export function databaseOf(service: ServiceKey): string {
  return `database-${service}`;
}

export function workingDriveOf(service: ServiceKey): string {
  return `share-${service}`;
}

/** Assets, doors and dependencies as facts. */
export function* machineFacts(trueAt: string): Generator<Observation> {
  const list = machines();
  for (const [i, machine] of list.entries()) yield hostFact(machine, i, trueAt);
  yield* storeFacts(trueAt);
  yield* doorFacts(trueAt);
  yield* dependencyFacts(list, trueAt);
}

function hostFact(machine: Machine, i: number, trueAt: string): Observation {
  const workstation = machine.network === 'office';
  return {
    type: 'observation',
    kind: 'asset',
    key: machine.key,
    trueAt,
    body: {
      name: `${machine.key} (${machine.role})`,
      type: 'host',
      division: workstation ? 'corporate' : 'health-and-care',
      hostnames: [`${machine.key}.hosting.example`],
      networks: [machine.network],
      domainRole: workstation
        ? 'workstation'
        : machine.role === 'domain controller'
          ? 'domain-controller'
          : 'server',
      addresses: [`10.${workstation ? 20 : 10}.${16 + Math.floor(i / 200)}.${1 + (i % 200)}`],
      os: {
        id: 'windows',
        versionId: machine.build,
        prettyName: workstation
          ? 'Windows 10 Enterprise 21H2'
          : `Windows Server ${machine.build === PATCHED_2019 ? '2019' : '2016'}`,
      },
    },
  };
}

function* storeFacts(trueAt: string): Generator<Observation> {
  const asset = (
    key: string,
    name: string,
    type: 'database' | 'file-share' | 'directory' | 'backup',
  ): Observation => ({
    type: 'observation',
    kind: 'asset',
    key,
    trueAt,
    body: { name, type, division: 'health-and-care' },
  });
  yield asset(DIRECTORY, 'Hosting domain', 'directory');
  yield asset('backup-store', 'Backups of the hosting servers', 'backup');
  for (const { key, name } of SERVICES) {
    yield asset(databaseOf(key), `${name}: database`, 'database');
    yield asset(workingDriveOf(key), `${name}: working drive of the support team`, 'file-share');
  }
}

function* doorFacts(trueAt: string): Generator<Observation> {
  const fact = { type: 'observation', kind: 'door', trueAt } as const;
  yield {
    ...fact,
    key: CITRIX_DOOR,
    body: {
      name: 'Roundsman Rota on Citrix',
      type: 'remote-desktop',
      asset: 'citrix-rota-01',
      address: 'rota.hosting.example',
      port: 443,
      transport: 'tcp',
      reachableFrom: ['internet'],
      accepts: [DIRECTORY],
      opens: [
        { kind: 'service', key: 'home-care-rota' },
        { kind: 'asset', key: 'citrix-rota-01' },
      ],
      settings: { 'authentication.factors': 'password' },
    },
  };
  yield {
    ...fact,
    key: 'door-vpn',
    body: {
      name: 'Staff VPN',
      type: 'vpn',
      asset: 'vpn-01',
      address: 'vpn.hosting.example',
      port: 443,
      reachableFrom: ['internet'],
      accepts: [DIRECTORY],
      opens: [{ kind: 'asset', key: 'jump-01' }],
      settings: { 'authentication.factors': 'password totp' },
    },
  };
  yield {
    ...fact,
    key: 'door-jump',
    body: {
      name: 'Remote desktop of the jump host',
      type: 'remote-desktop',
      asset: 'jump-01',
      port: 3389,
      reachableFrom: ['management', 'office'],
      accepts: [DIRECTORY],
      opens: [{ kind: 'asset', key: DIRECTORY }],
      settings: { 'authentication.factors': 'password totp' },
    },
  };
  for (const { key, name } of SERVICES) {
    yield {
      ...fact,
      key: `door-portal-${key}`,
      body: {
        name: `${name}: web portal`,
        type: 'portal',
        asset: `app-${key}-01`,
        address: `${key}.hosting.example`,
        port: 443,
        reachableFrom: ['internet', 'hscn'],
        accepts: [`portal-${key}`],
        opens: [{ kind: 'service', key }],
        settings: { 'authentication.factors': 'password totp' },
      },
    };
  }
}

function* dependencyFacts(list: readonly Machine[], trueAt: string): Generator<Observation> {
  type Ref = readonly ['asset' | 'service' | 'network', string];
  const link = (
    type: 'runs-on' | 'serves' | 'member-of' | 'administers' | 'backs-up' | 'reaches',
    from: Ref,
    to: Ref,
  ): Observation => ({
    type: 'observation',
    kind: 'dependency',
    key: `${from[1]} ${type} ${to[1]}`,
    trueAt,
    body: { type, from: { kind: from[0], key: from[1] }, to: { kind: to[0], key: to[1] } },
  });
  for (const { key, service, role } of list) {
    yield link('member-of', ['asset', key], ['asset', DIRECTORY]);
    if (service !== undefined) yield link('serves', ['asset', key], ['service', service]);
    if (role === 'domain controller')
      yield link('administers', ['asset', key], ['asset', DIRECTORY]);
  }
  yield link('reaches', ['network', 'dmz'], ['network', 'servers']);
  yield link('reaches', ['network', 'office'], ['network', 'servers']);
  yield link('reaches', ['network', 'management'], ['network', 'servers']);
  yield link('runs-on', ['asset', 'backup-store'], ['asset', 'backup-01']);
  for (const [i, { key }] of SERVICES.entries()) {
    yield link('runs-on', ['asset', databaseOf(key)], ['asset', `db-${key}-01`]);
    yield link('runs-on', ['asset', workingDriveOf(key)], ['asset', `files-${two(1 + (i % 6))}`]);
    yield link('backs-up', ['asset', 'backup-store'], ['asset', databaseOf(key)]);
    yield link('serves', ['asset', databaseOf(key)], ['service', key]);
  }
}
