/** What somebody saw from outside, as facts of the estate: doors of known assets, and assets that nobody knows. */
import { createHash } from 'node:crypto';
import { hasPort } from '../kernel/port-set.ts';
import type { Attribution } from './attribute.ts';
import { doorTypeOf } from './door-type.ts';
import { isSomething, portsOf, type Seen, type SeenService } from './seen-ports.ts';
import type { Bodies, Component, Inventory, Observation } from './schema.ts';

/** One address as one source knows it, and whose it is. */
export interface Attributed {
  readonly address: string;
  /** Empty: not known. */
  readonly network: string;
  readonly trueAt: string;
  readonly seen: Seen;
  readonly owner: Attribution;
}

/** A door that another source describes: what is seen from outside is said of it, and not of a second one. */
export interface DescribedDoor {
  readonly key: string;
  readonly asset: string;
  readonly name: string;
  readonly type: Bodies['door']['type'];
  readonly port: number;
  readonly transport: string;
  /** As the source wrote it: one address, several, or none. */
  readonly address: string;
}

export interface Sighted {
  readonly observations: Observation[];
  /** What services say they are; a banner is weaker than a list of packages. */
  readonly inventories: Inventory[];
}

type Door = Bodies['door'];
type Answer = NonNullable<Door['answers']>[number];

export const NETWORK_SECTION = 'network';
const LONGEST_KEY = 180;

/** `unknown:10.0.0.5`, or with the network where it is known: `unknown:office/10.0.0.5`. */
export function unknownKey(network: string, address: string): string {
  return shortKey(network === '' ? `unknown:${address}` : `unknown:${network}/${address}`);
}

/**
 * `described` are the doors of the assets that own an address; `hasPackage` tells whether an asset's own list of packages
 * holds one of these names.
 */
export function sightedFacts(
  rows: readonly Attributed[],
  described: readonly DescribedDoor[],
  hasPackage: (asset: string, names: readonly string[]) => boolean,
): Sighted {
  const observations: Observation[] = [];
  const doors = new Map<string, Draft>();
  const products = new Map<string, Product[]>();
  const ofAsset = Map.groupBy(described, ({ asset }) => asset);
  for (const row of rows) {
    const known = row.owner.asset;
    if (known === undefined && !isSomething(row.seen)) continue;
    const asset = known ?? unknownKey(row.network, row.address);
    if (known === undefined) observations.push(unknownAsset(asset, row));
    const theirs = known === undefined ? [] : (ofAsset.get(known) ?? []);
    for (const service of row.seen.services) addService(doors, row, asset, service, theirs);
    for (const door of theirs) addSilence(doors, row, asset, door);
    const told = row.seen.services.flatMap((service) => productOf(service, row));
    products.set(asset, [...(products.get(asset) ?? []), ...told]);
  }
  for (const draft of doors.values()) observations.push(...finished(draft));
  const inventories = [...products].map(([asset, all]) =>
    inventoryOf(
      asset,
      all.filter(({ packages }) => !hasPackage(asset, packages)),
    ),
  );
  return { observations, inventories };
}

function unknownAsset(
  key: string,
  { address, network, seen, trueAt, owner }: Attributed,
): Observation {
  const hardware = seen.hardware === undefined ? '' : `, ${seen.hardware}`;
  const why = owner.asset === undefined ? owner.why : '';
  return {
    type: 'observation',
    kind: 'asset',
    key,
    trueAt,
    body: {
      name: `unknown at ${address}${hardware}: ${why}`.slice(0, 500),
      type: 'other',
      addresses: [address],
      ...(seen.hostnames.length === 0 ? {} : { hostnames: [...seen.hostnames] }),
      ...(network === '' ? {} : { networks: [network] }),
      unidentified: true,
    },
  };
}

/** A door in the making: several addresses of one asset may lead to it. */
interface Draft {
  readonly key: string;
  readonly asset: string;
  readonly isDescribed: boolean;
  readonly fixed: Pick<Door, 'name' | 'type' | 'port' | 'transport' | 'address'>;
  trueAt: string;
  readonly answers: Answer[];
  readonly reachableFrom: Set<string>;
  certificate: Door['certificate'];
}

function addService(
  drafts: Map<string, Draft>,
  row: Attributed,
  asset: string,
  service: SeenService,
  theirs: readonly DescribedDoor[],
): void {
  const { port, transport, protocol, state, certificate } = service;
  const place = `${transport}/${port}`;
  const door = doorAt(theirs, service, row.address);
  const ownKey = shortKey(`${asset}/${place}`);
  // The asset's own door of that name is not at this address (loopback only, say): this is another one.
  const key =
    door?.key ??
    (theirs.some((each) => each.key === ownKey) ? shortKey(`${ownKey}@${row.address}`) : ownKey);
  const fixed: Draft['fixed'] =
    door === undefined
      ? {
          name: `${protocol ?? 'service'} ${place}`,
          type: doorTypeOf(place, protocol),
          address: row.address,
          port,
          transport,
        }
      : { name: door.name, type: door.type };
  const draft = draftOf(drafts, { key, asset, isDescribed: door !== undefined, fixed }, row.trueAt);
  addAnswer(draft, row, state);
  draft.certificate ??= certificate;
}

/** Doors that others describe, were asked, and did not open: refused or silent from there. */
function addSilence(
  drafts: Map<string, Draft>,
  row: Attributed,
  asset: string,
  door: DescribedDoor,
): void {
  const { port, transport } = door;
  const open = row.seen.services.some(
    (service) => service.port === port && service.transport === transport,
  );
  if (open || transport !== 'tcp' || !isAt(door, row.address)) return;
  if (!hasPort(portsOf(row.seen.asked), port)) return;
  const refused = hasPort(portsOf(row.seen.refused), port);
  const draft = draftOf(
    drafts,
    { key: door.key, asset, isDescribed: true, fixed: { name: door.name, type: door.type } },
    row.trueAt,
  );
  addAnswer(draft, row, refused ? 'refused' : 'no-answer');
}

function draftOf(
  drafts: Map<string, Draft>,
  start: Pick<Draft, 'key' | 'asset' | 'isDescribed' | 'fixed'>,
  trueAt: string,
): Draft {
  const known = drafts.get(start.key);
  if (known !== undefined) {
    if (trueAt > known.trueAt) known.trueAt = trueAt;
    return known;
  }
  const made: Draft = {
    ...start,
    trueAt,
    answers: [],
    reachableFrom: new Set(),
    certificate: undefined,
  };
  drafts.set(start.key, made);
  return made;
}

function addAnswer(draft: Draft, { address, seen }: Attributed, state: Answer['state']): void {
  const { from } = seen;
  draft.answers.push({ ...(from === undefined ? {} : { from }), address, state });
  if (state === 'open' && from !== undefined) draft.reachableFrom.add(from);
}

function finished(draft: Draft): Observation[] {
  const { key, asset, trueAt, answers, reachableFrom, certificate, fixed } = draft;
  const door: Observation = {
    type: 'observation',
    kind: 'door',
    key,
    trueAt,
    body: {
      ...fixed,
      asset,
      answers: answers.slice(0, 1000),
      ...(reachableFrom.size === 0 ? {} : { reachableFrom: [...reachableFrom].sort() }),
      ...(certificate === undefined ? {} : { certificate }),
    },
  };
  if (draft.isDescribed) return [door];
  const behind: Observation = {
    type: 'observation',
    kind: 'dependency',
    key: shortKey(`runs-on:${key}`),
    trueAt,
    body: {
      type: 'runs-on',
      from: { kind: 'door', key },
      to: { kind: 'asset', key: asset },
    },
  };
  return [door, behind];
}

/** The one door of the asset that listens there, as others describe it. */
function doorAt(
  doors: readonly DescribedDoor[],
  { port, transport }: SeenService,
  address: string,
): DescribedDoor | undefined {
  const there = doors.filter(
    (door) => door.port === port && door.transport === transport && isAt(door, address),
  );
  return there.find((door) => door.address.includes(address)) ?? there[0];
}

/** Without an address it is at every address of its asset; one that is on the loopback only is not. */
function isAt(door: DescribedDoor, address: string): boolean {
  const listed = door.address.split(/[\s,]+/).filter((each) => /^[\da-f:.]+$/i.test(each));
  return (
    listed.length === 0 ||
    listed.some((each) => each === address || each === '0.0.0.0' || each === '::')
  );
}

interface Product {
  readonly component: Component;
  readonly origin: string;
  readonly packages: readonly string[];
}

/** Of a distribution's build the version is left out: repairs are put into it without changing what the banner says. */
function productOf({ transport, port, product }: SeenService, { address }: Attributed): Product[] {
  if (product === undefined) return [];
  const { vendor, product: name, version = '', builtBy, packages = [], evidence } = product;
  const place = `${address} ${transport}/${port}`;
  const built = builtBy === undefined ? '' : `, built by ${builtBy}: its version tells no repairs`;
  return [
    {
      component: {
        type: 'generic',
        release: '',
        name: `${vendor}/${name}`,
        version: builtBy === undefined ? version : '',
        architecture: '',
        sourceName: '',
        sourceVersion: '',
      },
      origin: `banner at ${place}${built}: ${evidence}`.slice(0, 200),
      packages,
    },
  ];
}

/** The section of an asset; `trueAt` is set by whoever stores it. */
function inventoryOf(asset: string, products: readonly Product[]): Inventory {
  const distinct = new Map(
    products.map((each) => [`${each.component.name}\n${each.component.version}`, each]),
  );
  const all = [...distinct.values()];
  return {
    type: 'inventory',
    asset,
    section: NETWORK_SECTION,
    trueAt: '',
    components: all.map(({ component }) => component),
    notes: all.map(({ origin }, index) => ({ index, origin })),
  };
}

function shortKey(key: string): string {
  if (key.length <= LONGEST_KEY) return key;
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return `${key.slice(0, LONGEST_KEY - 17).trimEnd()}~${hash}`;
}
