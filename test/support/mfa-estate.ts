/** Made-up estates with planted gaps of every kind, and the answers that stand beside them. */
import type { Voice } from '../../src/estate/store-voices.ts';
import type { Bodies, Kind } from '../../src/estate/schema.ts';
import type { SourceState } from '../../src/measures/mfa/model.ts';
import { seeded, type Random } from '../../src/people/synth/random.ts';
import {
  federatedMechanisms,
  PLANTED,
  SOUND,
  type Mechanism,
  type PlannedAccount,
  type Truth,
} from './mfa-mechanisms.ts';

export const AT = Date.parse('2026-11-01T12:00:00Z');
const TRUE_AT = new Date('2026-11-01T06:00:00Z');
const DAY = 86_400_000;

/** Sources by number; the last two have fallen silent. */
export const SOURCES = [
  'declared',
  'doors',
  'directory',
  'portal',
  'factors',
  'logs',
  'canary',
  'old doors',
  'old directory',
  'old logs',
] as const;
type SourceName = (typeof SOURCES)[number];
const numberOf = (name: SourceName): number => SOURCES.indexOf(name) + 1;

export interface PlannedDoor {
  readonly key: string;
  readonly mechanism: Mechanism;
  readonly accepts: readonly string[];
}

export interface MfaEstate {
  readonly accounts: readonly PlannedAccount[];
  readonly doors: readonly PlannedDoor[];
  readonly voices: readonly Voice[];
  /** All sources, fresh but for those that are silent anyway and those named here. */
  sources(silenced?: readonly SourceName[]): Map<number, SourceState>;
}

/** What the verdict must be. `gap`: anything but enforced. */
export type Answer = 'none' | 'registered-not-enforced' | 'unknown' | 'enforced' | 'closed' | 'gap';

/** The answer key, from the plan alone; undefined: the door does not know the account. */
export function answerOf(
  { mechanism, accepts }: PlannedDoor,
  account: PlannedAccount,
): Answer | undefined {
  if (!accepts.includes(account.source)) return undefined;
  // Nothing holds for the present of an account of which only a silent source tells.
  if (account.silent) return 'gap';
  const truth: Truth = mechanism.truth(account);
  if (truth === 'no') return 'closed';
  if (truth === 'unsaid') return 'unknown';
  if (truth === 'two') return 'enforced';
  const keepsNone = account.workload && !(mechanism.body.type === 'api' && account.hasKey);
  const cameIn = mechanism.canary === 'accepted' || mechanism.seen?.(account) === true;
  return keepsNone && !cameIn ? 'enforced' : open(account);
}

function open({ factor }: PlannedAccount): Answer {
  return factor === 'none' ? 'none' : 'registered-not-enforced';
}

interface Size {
  readonly accounts?: number;
  readonly customers?: number;
  readonly doors?: number;
}

export function mfaEstate(seed: string, size: Size = {}): MfaEstate {
  const { accounts: count = 40_000, customers = 550, doors: doorCount = 60 } = size;
  const random = seeded(seed);
  const accounts = Array.from({ length: count }, (_, i) => plannedAccount(i, customers, random));
  const doors = plannedDoors(doorCount, random);
  const voices = [
    ...doors.flatMap((door) => doorVoices(door)),
    ...accounts.flatMap(accountVoices),
    ...doors.flatMap((door) => signInVoices(door, accounts)),
  ].sort((a, b) => compare(a.kind, b.kind) || compare(a.key, b.key));
  return { accounts, doors, voices, sources: (silenced = []) => sourceStates(silenced) };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function sourceStates(silenced: readonly SourceName[]): Map<number, SourceState> {
  return new Map(
    SOURCES.map((name) => {
      const id = numberOf(name);
      const fresh = !name.startsWith('old ') && !silenced.includes(name);
      return [id, { id, name, declared: name === 'declared', fresh }];
    }),
  );
}

const FACTORS = ['none', 'none', 'sms', 'app', 'app', 'strong'] as const;
const STAFF_POPULATIONS = [
  'staff',
  'staff',
  'staff',
  'staff',
  'supplier',
  'guest',
  'service',
  'break-glass',
] as const;

function plannedAccount(i: number, customers: number, random: Random): PlannedAccount {
  const own = random.chance(1, 2);
  const population = own ? random.pick(STAFF_POPULATIONS) : ('customer' as const);
  const login = `${population}-${i}`;
  const source = own ? 'directory' : 'portal';
  const service = population === 'service';
  return {
    key: `${source}/${login}`,
    login,
    source,
    population,
    customer: own ? undefined : `customer-${random.below(customers)}`,
    factor: service ? 'none' : random.pick(FACTORS),
    groups: ['service desk', 'vpn', 'door-users', 'everybody'].filter(() => random.chance(1, 5)),
    privileged: random.chance(1, 30),
    hasKey: random.chance(1, 20),
    workload: service && random.chance(1, 3),
    silent: random.chance(1, 50),
    lot: random.below(100),
  };
}

function plannedDoors(count: number, random: Random): PlannedDoor[] {
  const first = random.pick(
    SOUND.filter(({ id, canary }) => id !== 'admits' && canary === undefined),
  );
  const mechanisms = [...federatedMechanisms('directory', 'door-0', first), ...PLANTED, ...SOUND];
  return Array.from({ length: count }, (_, i) => {
    const mechanism = i === 0 ? first : (mechanisms[i - 1] ?? random.pick(mechanisms));
    const federated = mechanism.body.through !== undefined;
    const accepts =
      federated || random.chance(1, 2)
        ? ['directory', 'portal']
        : [random.pick(['directory', 'portal'])];
    return { key: `door-${i}`, mechanism, accepts: i === 0 ? ['directory', 'portal'] : accepts };
  });
}

let entity = 0;
function voice<K extends Kind>(kind: K, key: string, from: SourceName, body: Bodies[K]): Voice {
  entity += 1;
  return {
    entity,
    kind,
    key,
    source: numberOf(from),
    declared: from === 'declared',
    trueAt: TRUE_AT,
    learnedAt: TRUE_AT,
    confirmed: true,
    body,
  };
}

function doorVoices({ key, mechanism, accepts }: PlannedDoor): Voice[] {
  const { told, canary, body } = mechanism;
  const from = told === 'declared' ? 'declared' : told === 'silent' ? 'old doors' : 'doors';
  const voices = [
    voice('door', key, from, { name: key, type: 'portal', accepts: [...accepts], ...body }),
  ];
  if (canary !== undefined) {
    const at = new Date(AT - DAY).toISOString();
    voices.push(
      voice('proof', `canary ${key}`, 'canary', {
        door: key,
        account: 'canary',
        at,
        outcome: canary,
      }),
    );
  }
  return voices;
}

const TYPES = { sms: 'sms', app: 'totp', strong: 'passkey' } as const;

function accountVoices(account: PlannedAccount): Voice[] {
  const {
    key,
    login,
    source,
    population,
    customer,
    groups,
    privileged,
    factor,
    hasKey,
    workload,
    silent,
  } = account;
  const from = silent ? 'old directory' : source === 'portal' ? 'portal' : 'directory';
  const body: Bodies['account'] = {
    login,
    identitySource: source,
    population,
    privileged,
    groups: [...groups],
    password: workload ? 'locked' : 'set',
    enabled: account.lot > 5,
    ...(customer === undefined ? {} : { customer }),
    keys: hasKey ? [{ createdAt: '2025-01-01T00:00:00Z' }] : [],
    ...(workload ? { interactive: false, workloadIdentity: true } : {}),
  };
  const listed = voice('account', key, 'factors', {
    login,
    identitySource: source,
    factorsListed: true,
  });
  const voices = [voice('account', key, from, body)];
  if (!silent) voices.push(listed);
  if (factor !== 'none') {
    voices.push(
      voice('factor', `${key} ${factor}`, silent ? 'old directory' : 'factors', {
        account: key,
        type: TYPES[factor],
      }),
    );
  }
  return voices;
}

function signInVoices(door: PlannedDoor, accounts: readonly PlannedAccount[]): Voice[] {
  const { mechanism, key, accepts } = door;
  const from = mechanism.logSilent === true ? 'old logs' : 'logs';
  return accounts.flatMap((account) => {
    if (!accepts.includes(account.source) || account.lot > 3) return [];
    const single = mechanism.seen?.(account) === true;
    // A few signed in with one factor long ago, before anything was demanded: that shows nothing today.
    const at = new Date(single ? AT - 3 * DAY : AT - 400 * DAY).toISOString();
    const two = account.factor === 'none' ? {} : { twoFactorAt: new Date(AT - DAY).toISOString() };
    return [
      voice('signin', `${account.key} at ${key}`, from, {
        account: account.key,
        door: key,
        oneFactorAt: at,
        ...two,
      }),
    ];
  });
}
