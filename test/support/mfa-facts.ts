/** Accounts and doors for tests of verdicts; every builder takes what the test cares about. */
import { judge, type Setting } from '../../src/measures/mfa/judge.ts';
import { compilePolicy } from '../../src/measures/mfa/compile.ts';
import type {
  Account,
  Door,
  FactorType,
  Judgement,
  Origin,
  Path,
  Policy,
  SignIn,
} from '../../src/measures/mfa/model.ts';

export const NOW = Date.parse('2026-11-01T12:00:00Z');
export const SEEN: Origin = { source: 1, trueAt: NOW - 3_600_000, fresh: true, declared: false };
export const STALE: Origin = { ...SEEN, source: 2, fresh: false };
export const TYPED: Origin = { ...SEEN, source: 3, declared: true };

export function anAccount(over: Partial<Account> = {}): Account {
  return {
    key: 'corp/anna',
    login: 'anna',
    identitySource: 'corp',
    population: 'staff',
    customer: undefined,
    division: undefined,
    enabled: true,
    password: 'set',
    groups: [],
    maybeGroups: [],
    disputed: new Set(),
    privileged: false,
    lastSignInAt: undefined,
    interactive: undefined,
    workloadIdentity: undefined,
    oldestKeyAt: undefined,
    keysKnown: true,
    factors: [],
    factorsListed: true,
    sshKeysListed: true,
    origin: SEEN,
    ...over,
  };
}

export function withFactor(type: FactorType, over: Partial<Account> = {}): Account {
  return anAccount({ factors: [{ type, origin: SEEN }], ...over });
}

export function aPolicy(over: Partial<Policy> = {}): Policy {
  return {
    origin: SEEN,
    settings: undefined,
    accountSettings: undefined,
    authentication: undefined,
    requires: undefined,
    admits: undefined,
    ...over,
  };
}

export function aDoor(
  policy: Partial<Policy> | readonly Policy[] = {},
  over: Partial<Door> = {},
): Door {
  return {
    key: 'portal',
    name: 'Portal',
    type: 'portal',
    accepts: ['corp'],
    through: new Map(),
    reachableFrom: ['internet'],
    opens: [],
    asset: undefined,
    division: undefined,
    declared: false,
    policies: Array.isArray(policy) ? (policy as Policy[]) : [aPolicy(policy as Partial<Policy>)],
    proofs: [],
    observers: [],
    ...over,
  };
}

interface Around {
  readonly signIn?: Partial<SignIn>;
  readonly doors?: readonly Door[];
}

export function pathOf(account: Account, door: Door, { signIn, doors = [] }: Around = {}): Path {
  const setting: Setting = {
    now: NOW,
    doorOf: (key) => [door, ...doors].find((each) => each.key === key),
    compiled: (here, policy) => compilePolicy(policy, here),
    signInOf: (_, at) =>
      signIn === undefined || (signIn.door ?? door.key) !== at
        ? undefined
        : {
            account: account.key,
            door: at,
            oneFactorAt: undefined,
            twoFactorAt: undefined,
            way: undefined,
            origin: SEEN,
            ...signIn,
          },
  };
  return judge(account, door, setting);
}

/** The judgement of a path that is one. */
export function judged(account: Account, door: Door, around: Around = {}): Judgement {
  const path = pathOf(account, door, around);
  if (path === 'closed') throw new Error('the path is closed');
  return path;
}
