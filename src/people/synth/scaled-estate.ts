/** An estate of any size as a stream of facts, for measuring: nothing is kept, the same seed gives the same stream. */
import type { Bodies, Observation } from '../../estate/schema.ts';
import { seeded } from './random.ts';

export interface EstateSize {
  readonly seed: string;
  readonly customers: number;
  readonly services: number;
  /** Up to 50,000 are measured; each holding's asset is one of them. */
  readonly assets: number;
  readonly doors: number;
  readonly accounts: number;
  readonly holdings: number;
}

/** What DESIGN's benchmarks of exposure are about. */
export const LARGEST: EstateSize = {
  seed: 'scale',
  customers: 2_500,
  services: 60,
  assets: 50_000,
  doors: 100,
  accounts: 1_000_000,
  holdings: 10_000,
};

/** Directories that accounts and machines belong to; a network has so many assets, and so many networks hang together. */
export const DIRECTORIES = 20;
const PER_NETWORK = 250;
const PER_SITE = 10;

/** Networks, customers, services, assets, doors, accounts and holdings, with what depends on what, in this order. */
export function* scaledFacts(size: EstateSize, trueAt: string): Generator<Observation> {
  const fact = { type: 'observation', trueAt } as const;
  yield* networks(size, trueAt);
  for (let i = 0; i < size.customers; i++) {
    yield { ...fact, kind: 'customer', key: `customer-${i}`, body: { name: `Customer ${i}` } };
  }
  for (let i = 0; i < size.services; i++) {
    const clinicalCriticality =
      (['immediate', 'urgent', 'routine', 'none'] as const)[i % 4] ?? 'none';
    yield {
      ...fact,
      kind: 'service',
      key: `service-${i}`,
      body: { name: `Service ${i}`, clinicalCriticality },
    };
  }
  yield* assets(size, trueAt);
  yield* doors(size, trueAt);
  yield* accounts(size, trueAt);
  yield* holdings(size, trueAt);
}

/** Networks of 250 assets; of each site's ten the first is reached by none and reaches the others one after the other. */
function* networks(size: EstateSize, trueAt: string): Generator<Observation> {
  const fact = { type: 'observation', trueAt, kind: 'network' } as const;
  yield { ...fact, key: 'internet', body: { name: 'Internet', zone: 'internet' } };
  const count = Math.ceil(size.assets / PER_NETWORK);
  for (let i = 0; i < count; i++) {
    yield { ...fact, key: `net-${i}`, body: { name: `Network ${i}`, zone: 'internal' } };
    if (i % PER_SITE > 0)
      yield link('reaches', ['network', `net-${i - 1}`], ['network', `net-${i}`], trueAt);
  }
}

/**
 * One asset in ten is a database on the host before it; the other hosts serve a service and are members of a directory.
 * The tenth host of each network holds the backups of its databases.
 */
function* assets(size: EstateSize, trueAt: string): Generator<Observation> {
  const fact = { type: 'observation', trueAt } as const;
  for (let i = 0; i < DIRECTORIES; i++) {
    const directory = `directory-${i}`;
    yield { ...fact, kind: 'asset', key: directory, body: { name: directory, type: 'directory' } };
    yield link(
      'administers',
      ['asset', hostAt(size, i * PER_NETWORK)],
      ['asset', directory],
      trueAt,
    );
  }
  for (let i = 0; i < size.assets; i++) {
    const key = `asset-${i}`;
    const name = `Asset ${i}`;
    if (i % 10 === 9) {
      yield { ...fact, kind: 'asset', key, body: { name, type: 'database' } };
      yield link('runs-on', ['asset', key], ['asset', `asset-${i - 1}`], trueAt);
      const backup = hostAt(size, i - (i % PER_NETWORK) + 10);
      yield link('backs-up', ['asset', backup], ['asset', key], trueAt);
      continue;
    }
    const networks = [`net-${Math.floor(i / PER_NETWORK)}`];
    yield { ...fact, kind: 'asset', key, body: { name, type: 'host', networks } };
    yield link('serves', ['asset', key], ['service', `service-${i % size.services}`], trueAt);
    const directory = `directory-${Math.floor(i / PER_NETWORK) % DIRECTORIES}`;
    yield link('member-of', ['asset', key], ['asset', directory], trueAt);
  }
}

type Ref = readonly ['asset' | 'service' | 'network', string];

function link(
  type: NonNullable<Bodies['dependency']['type']>,
  from: Ref,
  to: Ref,
  trueAt: string,
): Observation {
  return {
    type: 'observation',
    kind: 'dependency',
    key: `${from[1]} ${type} ${to[1]}`,
    trueAt,
    body: { type, from: { kind: from[0], key: from[1] }, to: { kind: to[0], key: to[1] } },
  };
}

/** Every third door is reached from the internet, the others from the network of their host; half ask for two factors. */
function* doors(size: EstateSize, trueAt: string): Generator<Observation> {
  for (let i = 0; i < size.doors; i++) {
    yield {
      type: 'observation',
      kind: 'door',
      key: `door-${i}`,
      trueAt,
      body: {
        name: `Door ${i}`,
        type: i % 5 === 0 ? 'remote-desktop' : 'portal',
        asset: hostAt(size, i * 491),
        reachableFrom: [i % 3 === 0 ? 'internet' : networkOf(size, i * 491)],
        accepts: [`directory-${i % DIRECTORIES}`],
        opens: [{ kind: 'service', key: `service-${i % size.services}` }],
        settings: { 'authentication.factors': i % 2 === 0 ? 'password' : 'password totp' },
      },
    };
  }
}

function* accounts(size: EstateSize, trueAt: string): Generator<Observation> {
  const random = seeded(`${size.seed}/accounts`);
  for (let i = 0; i < size.accounts; i++) {
    const identitySource = `directory-${i % DIRECTORIES}`;
    const customer = random.chance(4, 5);
    yield {
      type: 'observation',
      kind: 'account',
      key: `${identitySource}:user${i}`,
      trueAt,
      body: {
        login: `user${i}`,
        identitySource,
        population: customer ? 'customer' : 'staff',
        ...(customer ? { customer: `customer-${random.below(size.customers)}` } : {}),
        enabled: !random.chance(1, 25),
        privileged: random.chance(1, 500),
        password: 'set',
        factorsListed: true,
      },
    };
    if (i % 2 === 0) {
      const account = `${identitySource}:user${i}`;
      const body = { account, type: 'totp' } as const;
      yield { type: 'observation', kind: 'factor', key: `${account} totp`, trueAt, body };
    }
  }
}

/** Their people are in `holdingMembers` of the same number. */
function* holdings(size: EstateSize, trueAt: string): Generator<Observation> {
  const databases = Math.max(1, Math.floor(size.assets / 10));
  for (let i = 0; i < size.holdings; i++) {
    yield {
      type: 'observation',
      kind: 'holding',
      key: `holding-${i}`,
      trueAt,
      body: {
        asset: `asset-${Math.min(size.assets - 1, (i % databases) * 10 + 9)}`,
        customer: `customer-${Math.floor(i / 4) % size.customers}`,
        service: `service-${i % size.services}`,
        howCounted: 'counted',
      },
    };
  }
}

function networkOf(size: EstateSize, i: number): string {
  return `net-${Math.floor((i % size.assets) / PER_NETWORK)}`;
}

function hostAt(size: EstateSize, i: number): string {
  const at = i % size.assets;
  return `asset-${at % 10 === 9 ? at - 1 : at}`;
}
