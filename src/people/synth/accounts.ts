/** Accounts of staff, customers and services, with the factors that they have registered: many staff, hardly a customer. */
import type { Observation } from '../../estate/schema.ts';
import { FAMILY, GIVEN_FEMALE, GIVEN_MALE } from './names.ts';
import { DIRECTORY } from './machines.ts';
import type { DemoCustomer } from './organisation.ts';
import type { Random } from './random.ts';
import { seeded } from './random.ts';

const STAFF = 860;
const SERVICE_ACCOUNTS = 64;
const SUPPLIERS = 24;
const ADMINISTRATORS = 11;

/** Accounts and factors as facts. The customers of the rota service sign in at the Citrix door, the others at portals. */
export function* accountFacts(
  customers: readonly DemoCustomer[],
  seed: string,
  trueAt: string,
): Generator<Observation> {
  const random = seeded(`${seed}/accounts`);
  for (let i = 1; i <= STAFF; i++) {
    const login = `${random.pick(GIVEN_FEMALE)}.${random.pick(FAMILY)}${i}`.toLowerCase();
    const privileged = i <= ADMINISTRATORS;
    yield* account(trueAt, DIRECTORY, privileged ? `adm.${login}` : login, {
      population: 'staff',
      division: random.chance(3, 4) ? 'health-and-care' : 'corporate',
      privileged,
      ...(random.chance(88, 100) ? { factor: 'totp' as const } : {}),
    });
  }
  for (let i = 1; i <= SERVICE_ACCOUNTS; i++) {
    yield* account(trueAt, DIRECTORY, `svc.${i}`, { population: 'service', privileged: i <= 3 });
  }
  for (let i = 1; i <= SUPPLIERS; i++) {
    yield* account(trueAt, DIRECTORY, `supplier.${i}`, { population: 'supplier' });
  }
  for (const name of ['break.glass.1', 'break.glass.2']) {
    yield* account(trueAt, DIRECTORY, name, { population: 'break-glass', privileged: true });
  }
  for (const customer of customers) yield* customerAccounts(customer, random, trueAt);
}

function* customerAccounts(
  customer: DemoCustomer,
  random: Random,
  trueAt: string,
): Generator<Observation> {
  for (const service of customer.services) {
    const source = service === 'home-care-rota' ? DIRECTORY : `portal-${service}`;
    const accounts = 3 + random.below(7);
    for (let i = 1; i <= accounts; i++) {
      const given = random.pick(random.chance(1, 2) ? GIVEN_FEMALE : GIVEN_MALE);
      const factor = source !== DIRECTORY && random.chance(1, 5) ? { factor: 'totp' as const } : {};
      yield* account(trueAt, source, `${customer.key}.${given}${i}`.toLowerCase(), {
        population: 'customer',
        customer: customer.key,
        enabled: !random.chance(1, 30),
        ...factor,
      });
    }
  }
}

interface AccountPlan {
  readonly population: 'staff' | 'customer' | 'supplier' | 'service' | 'break-glass';
  readonly customer?: string;
  readonly division?: string;
  readonly privileged?: boolean;
  readonly enabled?: boolean;
  readonly factor?: 'totp';
}

function* account(
  trueAt: string,
  identitySource: string,
  login: string,
  plan: AccountPlan,
): Generator<Observation> {
  const { factor, enabled = true, ...rest } = plan;
  const key = `${identitySource}:${login}`;
  const fact = { type: 'observation', trueAt } as const;
  yield {
    ...fact,
    kind: 'account',
    key,
    body: { login, identitySource, enabled, password: 'set', factorsListed: true, ...rest },
  };
  yield {
    ...fact,
    kind: 'factor',
    key: `${key} password`,
    body: { account: key, type: 'password' },
  };
  if (factor !== undefined) {
    yield {
      ...fact,
      kind: 'factor',
      key: `${key} ${factor}`,
      body: { account: key, type: factor },
    };
  }
}
