/** Whom an asset belongs to: its division, the services that need it, and the customers of both. */
import type { Entity } from '../../estate/model.ts';
import { Asset, Dependency, Holding, Service, type Kind } from '../../estate/schema.ts';

export interface AssetGroups {
  /** `division:KEY`, `service:KEY`, `customer:KEY`, sorted. */
  readonly of: (asset: string) => readonly string[];
  readonly assets: ReadonlyMap<string, { readonly id: number; readonly name: string }>;
}

interface Gathered {
  readonly groups: Map<string, Set<string>>;
  readonly assets: Map<string, { readonly id: number; readonly name: string }>;
  readonly customersOf: Map<string, readonly string[]>;
  readonly hosts: (readonly [guest: string, host: string])[];
  readonly serving: (readonly [asset: string, service: string])[];
}

/** Of entities of the kinds asset, service, dependency and holding. */
export function assetGroups(entities: readonly Entity[]): AssetGroups {
  const all: Gathered = {
    groups: new Map(),
    assets: new Map(),
    customersOf: new Map(),
    hosts: [],
    serving: [],
  };
  for (const entity of entities) GATHER[entity.kind]?.(entity, all);
  const { groups, assets, customersOf, hosts, serving } = all;
  for (const [asset, service] of serving) {
    add(groups, asset, 'service', service);
    for (const customer of customersOf.get(service) ?? []) add(groups, asset, 'customer', customer);
  }
  handDown(hosts, groups);
  const sorted = new Map([...groups].map(([asset, own]) => [asset, [...own].sort()]));
  return { of: (asset) => sorted.get(asset) ?? [], assets };
}

const GATHER: Readonly<Partial<Record<Kind, (entity: Entity, all: Gathered) => void>>> = {
  asset({ id, key, body }, { assets, groups }) {
    const { name = key, division, customer } = Asset.partial().safeParse(body).data ?? {};
    assets.set(key, { id, name });
    add(groups, key, 'division', division);
    add(groups, key, 'customer', customer);
  },
  service({ key, body }, { customersOf }) {
    customersOf.set(key, Service.safeParse(body).data?.customers ?? []);
  },
  holding({ body }, { groups }) {
    const { asset, customer, service } = Holding.safeParse(body).data ?? {};
    add(groups, asset, 'customer', customer);
    add(groups, asset, 'service', service);
  },
  dependency({ body }, { hosts, serving }) {
    const { type, from, to } = Dependency.safeParse(body).data ?? {};
    if (from === undefined || to === undefined) return;
    const ends = `${from.kind} ${type ?? ''} ${to.kind}`;
    if (ends === 'asset serves service') serving.push([from.key, to.key]);
    if (ends === 'service runs-on asset') serving.push([to.key, from.key]);
    if (ends === 'asset runs-on asset') hosts.push([from.key, to.key]);
  },
};

function add(
  groups: Map<string, Set<string>>,
  asset: string | undefined,
  kind: 'division' | 'service' | 'customer',
  key: string | undefined,
): void {
  if (asset === undefined || key === undefined) return;
  const known = groups.get(asset) ?? new Set();
  groups.set(asset, known.add(`${kind}:${key}`));
}

/** What runs on a machine is that machine's too, through as many layers as there are. */
function handDown(
  hosts: readonly (readonly [guest: string, host: string])[],
  groups: Map<string, Set<string>>,
): void {
  const guestsOf = Map.groupBy(hosts, ([, host]) => host);
  const hostsOf = Map.groupBy(hosts, ([guest]) => guest);
  const open = [...guestsOf.keys()];
  for (let host = open.pop(); host !== undefined; host = open.pop()) {
    const own = groups.get(host) ?? new Set<string>();
    const before = own.size;
    for (const [guest] of guestsOf.get(host) ?? []) {
      for (const group of groups.get(guest) ?? [])
        if (!group.startsWith('division:')) own.add(group);
    }
    if (own.size === before) continue;
    groups.set(host, own);
    open.push(...(hostsOf.get(host) ?? []).map(([, above]) => above));
  }
}
