/** What a scan would touch, before it touches anything. */
import { sha256Hex } from '../../kernel/ids.ts';
import {
  addressText,
  countAddresses,
  joined,
  rangeText,
  readRange,
  subtracted,
  type AddressRange,
} from '../../kernel/ip.ts';
import {
  hasPort,
  joinPorts,
  listPorts,
  portsText,
  readPorts,
  withoutPorts,
} from '../../kernel/port-set.ts';
import type { Config } from './config.ts';
import { FRAGILE, type Fragile } from './fragile.ts';

/** Where servers commonly listen, and what attackers look for first. */
export const USUAL_PORTS =
  '21-23,25,53,80,88,110-111,135,139,143,389,443,445,465,587,636,873,993,995,1433,1521,2049,2375,3306,3389,5432,5900,5985-5986,6379,6443,8000,8080,8443,9090,9200,10000,11211,27017';

const GENTLE = {
  connectionsPerSecond: 20,
  connectionsPerSecondToOneAddress: 2,
  concurrency: 32,
  timeoutSeconds: 1.5,
  mostConnections: 20_000,
} as const;

export interface Plan {
  readonly ranges: readonly AddressRange[];
  readonly ports: readonly number[];
  /** Ports to which no byte is sent. */
  readonly connectOnly: ReadonlySet<number>;
  /** Rows of the table of fragile devices that this scan keeps off, or away from. */
  readonly fragile: readonly Fragile[];
  readonly addresses: bigint;
  readonly connections: bigint;
  /** At most, at the rate; the rest depends on who answers. */
  readonly seconds: number;
  readonly connectionsPerSecond: number;
  readonly connectionsPerSecondToOneAddress: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** The same for the same addresses and ports: a scan that was broken off goes on only with its own plan. */
  readonly id: string;
}

export interface Refusal {
  readonly why: string;
  readonly remedy: string;
}

/** `declared` are the ranges that the estate knows of the network; undefined where nobody was asked. */
export function planOf(
  config: Config,
  declared: readonly string[] | undefined,
): { readonly plan: Plan } | { readonly refusal: Refusal } {
  const outer = rangesOf(declared ?? []);
  const asked = config.ranges === undefined ? outer : rangesOf(config.ranges);
  if (asked.length === 0)
    return refuse(
      `no range is declared for the network ${config.network}`,
      'Declare its cidrs in the estate, or list ranges in this source.',
    );
  const [stray] = declared === undefined || outer.length === 0 ? [] : subtracted(asked, outer);
  if (stray !== undefined)
    return refuse(
      `${rangeText(stray)} is not in the ranges that the estate declares for ${config.network}`,
      'Correct the ranges of this source, or the cidrs of the network.',
    );
  const plan = planFor(config, subtracted(asked, rangesOf(config.exclude ?? [])));
  const most = BigInt(config.mostConnections ?? GENTLE.mostConnections);
  if (plan.connections > most)
    return refuse(
      `${plan.addresses} addresses × ${plan.ports.length} ports are ${plan.connections} connections; at most ${most} are allowed`,
      'Scan a smaller range or fewer ports, or raise mostConnections: a range as large as a /16 is better split into a source for each subnet.',
    );
  return { plan };
}

function planFor(config: Config, ranges: readonly AddressRange[]): Plan {
  const { connectionsPerSecond = GENTLE.connectionsPerSecond } = config;
  const { connectionsPerSecondToOneAddress = GENTLE.connectionsPerSecondToOneAddress } = config;
  const { concurrency = GENTLE.concurrency, timeoutSeconds = GENTLE.timeoutSeconds } = config;
  const wanted = readPorts(config.ports ?? USUAL_PORTS) ?? [];
  const spoken = readPorts(config.speakTo ?? '') ?? [];
  const never = FRAGILE.filter(({ limit }) => limit === 'never').flatMap(({ ports }) => ports);
  const ports = listPorts(withoutPorts(wanted, never));
  const connectOnly = FRAGILE.filter(({ limit }) => limit === 'connect')
    .flatMap((each) => each.ports)
    .filter((port) => !hasPort(spoken, port));
  const addresses = countAddresses(ranges);
  const connections = addresses * BigInt(ports.length);
  return {
    ranges,
    ports,
    connectOnly: new Set(connectOnly),
    fragile: FRAGILE.filter((row) => row.ports.some((port) => hasPort(wanted, port))),
    addresses,
    connections,
    seconds: Math.ceil(Number(connections) / connectionsPerSecond),
    connectionsPerSecond,
    connectionsPerSecondToOneAddress,
    concurrency,
    timeoutMs: timeoutSeconds * 1000,
    id: sha256Hex(JSON.stringify([ranges.map(rangeText), portsTextOf(ports)])).slice(0, 16),
  };
}

export function portsTextOf(ports: readonly number[]): string {
  return portsText(joinPorts(ports.map((port) => ({ first: port, last: port }))));
}

/** The addresses of a plan from the `from`th on, in groups. */
export function* groupsOf(plan: Plan, from: number, size: number): Generator<string[]> {
  let at = 0;
  let group: string[] = [];
  for (const { family, first, last } of plan.ranges) {
    const skip = BigInt(Math.max(0, from - at));
    at += Number(last - first + 1n);
    for (let value = first + skip; value <= last; value += 1n) {
      group.push(addressText({ family, value }));
      if (group.length < size) continue;
      yield group;
      group = [];
    }
  }
  if (group.length > 0) yield group;
}

function rangesOf(texts: readonly string[]): AddressRange[] {
  return joined(texts.flatMap((text) => readRange(text) ?? []));
}

function refuse(why: string, remedy: string): { refusal: Refusal } {
  return { refusal: { why, remedy } };
}
