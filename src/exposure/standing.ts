/** On which networks an asset stands, and from which networks a door can be reached. */
import { BlockList, isIP } from 'node:net';
import type { EstateFacts, Told } from './facts.ts';
import type { Certainty } from './model.ts';

/** Stands for every network that nobody has described. */
export const UNDESCRIBED = '?';

export interface Standing {
  readonly networks: readonly string[];
  readonly certainty: Certainty;
}

export interface Surroundings {
  readonly zoneOf: (
    network: string,
  ) => 'internet' | 'partner' | 'internal' | 'management' | undefined;
  readonly standingOf: (asset: string) => Standing;
  /** Networks from which a door is reached; empty where only its own machine reaches it. */
  readonly reachOf: (door: Told<'door'>) => Standing;
}

const NOWHERE: Standing = { networks: [], certainty: 'proven' };
const LOST: Standing = { networks: [UNDESCRIBED], certainty: 'assumed' };
/** Has no place in a network of its own: it is where the machine is that it runs on. */
const PLACELESS = new Set([
  'directory',
  'database',
  'file-share',
  'backup',
  'saas-tenant',
  'container-image',
]);

export function surroundingsOf(facts: EstateFacts): Surroundings {
  const assets = new Map(facts.assets.map((asset) => [asset.key, asset]));
  const zones = new Map(facts.networks.map(({ key, body }) => [key, body.zone]));
  const byAddress = addressBook(facts.networks);
  const hosts = new Map<string, string>();
  for (const { body } of facts.dependencies) {
    const { type, from, to } = body;
    if (type === 'runs-on' && from?.kind === 'asset' && to?.kind === 'asset')
      hosts.set(from.key, to.key);
  }
  const known = new Map<string, Standing>();
  const find = (key: string, above: ReadonlySet<string>): Standing => {
    const asset = assets.get(key);
    if (asset === undefined) return LOST;
    const { networks = [], addresses = [], type } = asset.body;
    const found = networks.length > 0 ? networks : byAddress(addresses);
    if (found.length > 0) return { networks: found, certainty: asset.fresh ? 'proven' : 'assumed' };
    const host = hosts.get(key);
    if (host !== undefined && !above.has(host)) return find(host, new Set([...above, key]));
    return PLACELESS.has(type ?? '') ? NOWHERE : LOST;
  };
  const standingOf = (key: string): Standing => {
    let standing = known.get(key);
    if (standing === undefined) known.set(key, (standing = find(key, new Set([key]))));
    return standing;
  };
  return {
    zoneOf: (network) => zones.get(network) ?? (network === 'internet' ? 'internet' : undefined),
    standingOf,
    reachOf: (door) => reachOf(door, standingOf),
  };
}

function reachOf({ body, fresh }: Told<'door'>, standingOf: (asset: string) => Standing): Standing {
  const { reachableFrom = [], asset } = body;
  if (reachableFrom.length > 0)
    return { networks: reachableFrom, certainty: fresh ? 'proven' : 'assumed' };
  if (isLocal(body)) return NOWHERE;
  if (asset === undefined) return LOST;
  const { networks, certainty } = standingOf(asset);
  if (networks.length === 0) return LOST;
  return { networks, certainty: fresh ? certainty : 'assumed' };
}

/** Listens for its own machine only. */
function isLocal({ address, transport }: Told<'door'>['body']): boolean {
  if (transport === 'unix') return true;
  if (address === undefined) return false;
  return address
    .split(/[\s,]+/)
    .every((each) => /^(127\.|\[?::1\]?$|::ffff:127\.|localhost$|local$)/i.test(each));
}

/** Finds the narrowest described network of each address. */
function addressBook(
  networks: readonly Told<'network'>[],
): (addresses: readonly string[]) => string[] {
  const ranges = networks.flatMap(({ key, body }) =>
    (body.cidrs ?? []).map((cidr) => {
      const [network = '', prefix = '0'] = cidr.split('/');
      const type = isIP(network) === 6 ? ('ipv6' as const) : ('ipv4' as const);
      const list = new BlockList();
      list.addSubnet(network, Number(prefix), type);
      return { key, type, length: Number(prefix), list };
    }),
  );
  ranges.sort((a, b) => b.length - a.length || (a.key < b.key ? -1 : 1));
  return (addresses) => {
    const found = addresses.flatMap((address) => {
      const type = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      const range = ranges.find((each) => each.type === type && each.list.check(address, type));
      return range === undefined || (range.length === 0 && isPrivate(address)) ? [] : [range.key];
    });
    return [...new Set(found)].sort();
  };
}

/** RFC 1918, 4193 and link-local: not on the internet, even where somebody describes it as every address. */
function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]|fe[89ab])/i.test(address);
}
