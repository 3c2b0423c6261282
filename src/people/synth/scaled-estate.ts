/** An estate of any size as a stream of facts, for measuring: nothing is kept, the same seed gives the same stream. */
import type { Observation } from '../../estate/schema.ts';
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

/** Customers, services, assets, doors, accounts, holdings and what runs on what, in this order. */
export function* scaledFacts(size: EstateSize, trueAt: string): Generator<Observation> {
  const fact = { type: 'observation', trueAt } as const;
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

/** One asset in ten is a database on the host before it; one host in fifty administers its neighbours' directory. */
function* assets(size: EstateSize, trueAt: string): Generator<Observation> {
  const fact = { type: 'observation', trueAt } as const;
  for (let i = 0; i < size.assets; i++) {
    const database = i % 10 === 9;
    yield {
      ...fact,
      kind: 'asset',
      key: `asset-${i}`,
      body: { name: `Asset ${i}`, type: database ? 'database' : 'host' },
    };
    if (database)
      yield link('runs-on', ['asset', `asset-${i}`], ['asset', `asset-${i - 1}`], trueAt);
    else
      yield link(
        'serves',
        ['asset', `asset-${i}`],
        ['service', `service-${i % size.services}`],
        trueAt,
      );
  }
}

type Ref = readonly ['asset' | 'service', string];

function link(type: 'runs-on' | 'serves', from: Ref, to: Ref, trueAt: string): Observation {
  return {
    type: 'observation',
    kind: 'dependency',
    key: `${from[1]} ${type} ${to[1]}`,
    trueAt,
    body: { type, from: { kind: from[0], key: from[1] }, to: { kind: to[0], key: to[1] } },
  };
}

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
        accepts: [`directory-${i % 20}`],
        opens: [{ kind: 'service', key: `service-${i % size.services}` }],
      },
    };
  }
}

function* accounts(size: EstateSize, trueAt: string): Generator<Observation> {
  const random = seeded(`${size.seed}/accounts`);
  for (let i = 0; i < size.accounts; i++) {
    const identitySource = `directory-${i % 20}`;
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
      },
    };
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

function hostAt(size: EstateSize, i: number): string {
  const at = i % size.assets;
  return `asset-${at % 10 === 9 ? at - 1 : at}`;
}
