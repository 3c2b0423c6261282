/**
 * MFA coverage at scale: `node bench/mfa.ts [ACCOUNTS] [DOORS]` (1,000,000 and 100). Every account is known at every
 * door. Prints CPU seconds and memory of: taking the accounts in, judging all paths, counting them, and judging anew
 * after the policy of one door has changed.
 */
import process from 'node:process';
import { countsBy, measureCoverage, totalOf, withDoor } from '../src/measures/mfa/coverage.ts';
import type { Account, Door, Origin, Rule, SignIn } from '../src/measures/mfa/model.ts';
import { accountTable } from '../src/measures/mfa/table.ts';
import { seeded } from '../src/people/synth/random.ts';

const [accountCount = 1_000_000, doorCount = 100] = process.argv.slice(2).map(Number);
const NOW = Date.parse('2026-11-01T12:00:00Z');
const SEEN: Origin = { source: 1, trueAt: NOW, fresh: true, declared: false };
const random = seeded('bench');
const SOURCES = ['corp', 'customers', 'partners', 'portal'];
const POPULATIONS = [
  'staff',
  'customer',
  'customer',
  'customer',
  'supplier',
  'guest',
  'service',
] as const;
const FACTORS = [[], [], ['sms'], ['totp'], ['push', 'sms'], ['passkey', 'totp']] as const;
const NOBODY = new Set<never>();
const FACTS = FACTORS.map((types) => types.map((type) => ({ type, origin: SEEN })));

function* accounts(): Generator<Account> {
  for (let i = 0; i < accountCount; i++) {
    const population = random.pick(POPULATIONS);
    yield {
      key: `account-${i}`,
      login: `login-${i}`,
      identitySource: random.pick(SOURCES),
      population,
      customer: population === 'customer' ? `customer-${random.below(550)}` : undefined,
      division: population === 'staff' ? `division-${random.below(6)}` : undefined,
      enabled: !random.chance(1, 30),
      password: 'set',
      groups: Array.from({ length: 1 + random.below(8) }, () => `group-${random.below(300)}`),
      maybeGroups: [],
      disputed: NOBODY,
      privileged: random.chance(1, 100),
      lastSignInAt: NOW,
      interactive: undefined,
      workloadIdentity: undefined,
      oldestKeyAt: undefined,
      keysKnown: true,
      factors: random.pick(FACTS),
      factorsListed: true,
      sshKeysListed: false,
      origin: SEEN,
    };
  }
}

function rules(i: number): Rule[] {
  const group = `group-${i % 60}`;
  const unregistered = (['refused', 'registers', 'passes'] as const)[i % 3] ?? 'refused';
  const mfa: Rule = { id: 'mfa', demands: 'second-factor', for: { everyone: true }, unregistered };
  if (i % 5 === 0) return [];
  if (i % 5 === 1) return [{ ...mfa, except: { groups: [group, `group-${(i + 7) % 60}`] } }];
  if (i % 5 === 2)
    return [
      { ...mfa, for: { populations: ['staff'] } },
      { ...mfa, id: 'admins', for: { privileged: true }, demands: 'phishing-resistant' },
    ];
  return [mfa];
}

function door(i: number, own: Rule[] = rules(i)): Door {
  return {
    key: `door-${i}`,
    name: `door ${i}`,
    type: 'portal',
    accepts: SOURCES,
    through: new Map(),
    reachableFrom: ['internet'],
    opens: [],
    asset: undefined,
    division: undefined,
    declared: true,
    policies: [
      {
        origin: SEEN,
        settings: undefined,
        accountSettings: undefined,
        requires: undefined,
        admits: undefined,
        authentication: { rules: own },
      },
    ],
    proofs: [],
    observers: [SEEN],
  };
}

/** One account in ten was seen at some door with one factor. */
function* signIns(): Generator<SignIn> {
  for (let i = 0; i < accountCount / 10; i++) {
    yield {
      account: `account-${random.below(accountCount)}`,
      door: `door-${random.below(doorCount)}`,
      oneFactorAt: NOW - 1000,
      twoFactorAt: undefined,
      way: undefined,
      origin: SEEN,
    };
  }
}

let before = process.cpuUsage();
function lap(what: string): void {
  const { user, system } = process.cpuUsage(before);
  const seconds = ((user + system) / 1e6).toFixed(2);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${what.padEnd(52)} ${seconds.padStart(7)} s CPU   ${peak} MB at most`);
  before = process.cpuUsage();
}

const table = accountTable(accounts());
lap(`${accountCount} accounts made up and taken in`);
const doors = Array.from({ length: doorCount }, (_, i) => door(i));
const coverage = measureCoverage({ table, doors, signIns: signIns(), now: NOW });
lap(`${accountCount * doorCount} login paths judged (${coverage.classes.count} classes)`);
const total = totalOf(coverage);
countsBy(coverage, 'customer');
countsBy(coverage, 'division');
lap('counted in all, by customer and by division');
const changed = withDoor(coverage, door(1, []));
lap('the policy of one door changed');
const wider = withDoor(
  changed,
  door(2, [{ id: 'mfa', demands: 'second-factor', for: { groups: ['group-299'] } }]),
);
lap('the same, naming a group that no door named before');
console.log(total, totalOf(wider));
