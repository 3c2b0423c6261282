/** What nmap says of one host, as a sighting. */
import {
  addressText,
  countAddresses,
  readAddress,
  readRange,
  type AddressRange,
} from '../../kernel/ip.ts';
import {
  joinPorts,
  portsText,
  readPorts,
  withoutPorts,
  type PortRange,
} from '../../kernel/port-set.ts';
import type { Sighting } from '../../estate/schema.ts';
import { keptText } from '../kept-text.ts';
import type { Config } from './config.ts';
import type { Element } from './read-xml.ts';
import type { Port } from './service.ts';

/** What was read of a host so far. */
export interface Host {
  readonly addresses: string[];
  readonly hostnames: Set<string>;
  hardware: string | undefined;
  up: boolean;
  readonly ports: Port[];
  /** `extraports` elements: what nmap sums up instead of listing. */
  readonly rest: Element[];
}

export function newHost(): Host {
  return {
    addresses: [],
    hostnames: new Set(),
    hardware: undefined,
    up: false,
    ports: [],
    rest: [],
  };
}

export function addAddress(host: Host, { attributes }: Element): void {
  const { addr = '', addrtype, vendor } = attributes;
  if (addrtype === 'mac') {
    const maker = vendor === undefined ? '' : ` (${keptText(vendor, 100)})`;
    if (/^[\dA-F]{2}(?::[\dA-F]{2}){5}$/i.test(addr)) host.hardware = `${addr}${maker}`;
    return;
  }
  const address = readAddress(addr);
  if (address !== undefined) host.addresses.push(addressText(address));
}

export function addHostnames(host: Host, { children }: Element): void {
  for (const { attributes } of children) {
    const name = attributes['name']?.toLowerCase() ?? '';
    const isName = /^[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?$/.test(name);
    if (isName && host.hostnames.size < 100) host.hostnames.add(name);
  }
}

/** One for each address; none of a host that did not answer. `asked` are the TCP ports that nmap says it asked. */
export function sightingsOf(
  host: Host,
  asked: readonly PortRange[],
  trueAt: string,
  { network, from }: Config,
): Sighting[] {
  if (!host.up) return [];
  const tcp = host.ports.filter(({ transport }) => transport === 'tcp');
  const listed = joinPorts(tcp.map(({ port }) => ({ first: port, last: port })));
  const all = joinPorts([...asked, ...listed]);
  const closed = tcp.filter(({ state }) => state === 'closed').map(({ port }) => port);
  const refused = joinPorts([
    ...closed.map((port) => ({ first: port, last: port })),
    ...refusedRest(
      host.rest,
      withoutPorts(
        asked,
        tcp.map(({ port }) => port),
      ),
    ),
  ]);
  return [...new Set(host.addresses)].map((address): Sighting => ({
    address,
    ...(network === undefined ? {} : { network }),
    ...(from === undefined ? {} : { from }),
    trueAt,
    ...(host.hostnames.size === 0 ? {} : { hostnames: [...host.hostnames] }),
    ...(host.hardware === undefined ? {} : { hardware: host.hardware }),
    services: host.ports.flatMap(({ service }) => service ?? []),
    asked: portsText(all),
    refused: portsText(refused),
  }));
}

/** Of the ports that nmap only counts: those that it names, or all of them where it counts no other state. */
function refusedRest(rest: readonly Element[], unlisted: readonly PortRange[]): PortRange[] {
  const closed = rest.filter(({ attributes }) => attributes['state'] === 'closed');
  const named = closed.flatMap(({ children }) =>
    children.flatMap(({ attributes }) => {
      const { proto = 'tcp', ports } = attributes;
      return proto === 'tcp' && ports !== undefined ? (readPorts(ports) ?? []) : [];
    }),
  );
  if (named.length > 0) return named;
  const only = closed.length > 0 && closed.length === rest.length;
  const count = closed.reduce((sum, { attributes }) => sum + Number(attributes['count']), 0);
  const unlistedCount = unlisted.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return only && count === unlistedCount ? [...unlisted] : [];
}

/**
 * The addresses that a finished scan went through, by the words that nmap was called with; none where these do not add up to
 * the number of addresses that it says it scanned (names, exclusions, lists in files).
 */
export function rangesOf(args: string, total: number): string[] {
  const words = args.trim().split(/\s+/).slice(1);
  const ranges: AddressRange[] = [];
  const texts: string[] = [];
  for (const word of words.reverse()) {
    const range = readRange(word);
    if (range === undefined || (!word.includes('.') && !word.includes(':'))) break;
    ranges.push(range);
    texts.push(word);
  }
  return countAddresses(ranges) === BigInt(total) ? texts.reverse() : [];
}
