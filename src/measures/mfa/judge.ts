/**
 * The verdict on one login path. It is only ever as good as the evidence: what is silent, stale or typed by a person can
 * show a gap and never closes one, and one success with one factor beats every policy.
 */
import { demandsOf, unclear, type Demand } from './demand.ts';
import type { CompiledPolicy } from './compile.ts';
import {
  VERDICTS,
  type Account,
  type Door,
  type Judgement,
  type Path,
  type Policy,
  type Proof,
  type Reason,
  type SignIn,
  type Verdict,
} from './model.ts';
import { holds } from './scope.ts';
import { registered, type Registered } from './strength.ts';

const DAY = 86_400_000;
/** How long a success with one factor counts against a door, and a refused canary for it. */
export const OBSERVED_DAYS = 90;
export const PROVED_DAYS = 30;
const DEEPEST = 4;

export interface Setting {
  readonly now: number;
  readonly compiled: (door: Door, policy: Policy) => CompiledPolicy;
  readonly doorOf: (key: string) => Door | undefined;
  /** What the logs of a door show of an account. */
  readonly signInOf: (account: string, door: string) => SignIn | undefined;
}

/** Judges the account at the door, with what the logs show of it there, and where it signs in first. */
export function judge(account: Account, door: Door, setting: Setting, depth = 0): Path {
  const demands = allDemands(account, door, setting);
  const open = demands.filter(({ level }) => level !== 'closed');
  const wasSeen = contradiction(
    door,
    setting.signInOf(account.key, door.key),
    demands,
    setting.now,
  );
  if (open.length === 0 && wasSeen === undefined) return 'closed';
  const refused = provedWays(door, demands, setting.now);
  const asked = worst(open.map((demand) => judgeWay(account, refined(demand, refused))));
  const own = byKey(account, door, asked);
  const settled = elsewhere(account, door, own, setting, depth);
  if (settled !== 'closed') return observed(account, door, service(account, settled), wasSeen);
  return wasSeen === undefined ? 'closed' : observed(account, door, own, wasSeen);
}

/** Demands of every source that saw the door; only where none did, of those that say what it ought to be. */
function allDemands(account: Account, door: Door, setting: Setting): Demand[] {
  const seen = door.policies.filter(({ origin, ...policy }) => !origin.declared && speaks(policy));
  const claims = door.policies.filter((policy) => policy.origin.declared && speaks(policy));
  const voices = seen.length > 0 ? seen : claims;
  if (voices.length === 0) return [unclear('no-policy')];
  return voices.flatMap((policy) => {
    const { origin, admits } = policy;
    if (!origin.fresh) return [unclear('policy-stale')];
    if (admits !== undefined && holds(admits, account) === 'no') return [];
    const demands = demandsOf(setting.compiled(door, policy), account, setting.now);
    return origin.declared ? demands.map(asClaim) : demands;
  });
}

function speaks(policy: Omit<Policy, 'origin'>): boolean {
  const { settings, authentication, requires, accountSettings } = policy;
  return [settings, authentication, requires, accountSettings].some((each) => each !== undefined);
}

/** A claim that two factors are demanded proves nothing; a claim that one is enough is believed. */
function asClaim(demand: Demand): Demand {
  if (demand.level !== 'two' && demand.level !== 'closed') return demand;
  return { ...demand, level: 'unknown', reasons: ['policy-declared-only'], bypasses: [] };
}

/** Ways at which a canary without a second factor was refused not long ago, or was offered to register one. */
function provedWays(door: Door, demands: readonly Demand[], now: number): Map<string, Proof> {
  const ways = new Map<string, Proof>();
  for (const proof of door.proofs) {
    const { origin, outcome, at } = proof;
    const counts = origin.fresh && !origin.declared && now - at <= PROVED_DAYS * DAY;
    if (!counts || (outcome !== 'refused' && outcome !== 'registration-offered')) continue;
    const [only] = demands;
    const way = proof.way ?? (demands.length === 1 ? only?.way : undefined);
    if (way !== undefined) ways.set(way, proof);
  }
  return ways;
}

/** The canary has no factor: what befell it befalls everybody without one, where the policy does not say. */
function refined(demand: Demand, proofs: ReadonlyMap<string, Proof>): Demand {
  const proof = proofs.get(demand.way);
  if (proof === undefined || demand.level !== 'two' || demand.unregistered !== 'unknown')
    return demand;
  const refused = proof.outcome === 'refused';
  return {
    ...demand,
    unregistered: refused ? 'refused' : 'registers',
    reasons: [...demand.reasons, 'proved'],
  };
}

function judgeWay(account: Account, demand: Demand): Judgement {
  const factors = registeredFor(account, demand);
  const { strength } = factors;
  const say = (verdict: Verdict, ...reasons: Reason[]): Judgement => ({
    verdict,
    strength,
    reasons: [...reasons, ...demand.reasons],
    bypasses: demand.bypasses,
    contradicted: false,
  });
  if (demand.level === 'one' || demand.level === 'avoidable') return say(gap(factors));
  if (demand.level !== 'two') return say('unknown');
  if (!account.origin.fresh) return say('unknown', 'account-stale');
  if (account.origin.declared) return say('unknown', 'account-declared-only');
  if (factors.state === 'yes') return { ...say('enforced', 'demanded'), bypasses: [] };
  return withoutFactor(account, demand, factors, say);
}

/** No second factor is shown that the door would take: what then happens decides. */
function withoutFactor(
  account: Account,
  demand: Demand,
  factors: Registered,
  say: (verdict: Verdict, ...reasons: Reason[]) => Judgement,
): Judgement {
  if (demand.unregistered === 'refused') {
    return { ...say('enforced', 'no-factor-refused'), bypasses: [] };
  }
  if (factors.state !== 'no') return say('unknown', 'registration-unknown');
  const weaker = registered(account, 'sms').state === 'yes';
  const why: Reason[] = weaker ? ['weak-factor'] : [];
  if (demand.unregistered === 'unknown') return say('unknown', ...why, 'unregistered-unknown');
  const passes = demand.unregistered === 'passes';
  const verdict = weaker ? 'registered-not-enforced' : 'none';
  return say(verdict, ...why, passes ? 'unregistered-passes' : 'unregistered-registers');
}

function registeredFor(account: Account, { least, first }: Demand): Registered {
  if (first === undefined) return registered(account, least);
  const factors = account.factors.filter(({ type }) => type !== first);
  return registered({ ...account, factors }, least);
}

function gap({ state }: Registered): Verdict {
  return state === 'yes' || state === 'claimed' ? 'registered-not-enforced' : 'none';
}

/** At an API a long-lived key of the account's opens by itself, whatever is demanded of people. */
function byKey(account: Account, door: Door, asked: Judgement): Judgement {
  if (door.type !== 'api') return asked;
  if (account.oldestKeyAt === undefined) {
    if (account.keysKnown || asked.verdict !== 'enforced') return asked;
    return { ...asked, verdict: 'unknown', reasons: ['keys-unknown', ...asked.reasons] };
  }
  return {
    ...asked,
    verdict: gap(registered(account, 'sms')),
    reasons: ['service-key', ...asked.reasons],
    bypasses: [...asked.bypasses, 'access-keys'],
  };
}

/** A service account that cannot sign in as a person does and keeps no secret needs no second factor. */
function service(account: Account, own: Judgement): Judgement {
  const { population, interactive, workloadIdentity, origin } = account;
  if (population !== 'service' || interactive !== false || workloadIdentity !== true) return own;
  if (!origin.fresh || origin.declared || own.reasons.includes('service-key')) return own;
  if (own.verdict === 'enforced' || own.verdict === 'unknown') return own;
  if (account.password === 'set') return own;
  const reasons: Reason[] = ['workload-identity'];
  return {
    verdict: 'enforced',
    strength: 'phishing-resistant',
    reasons,
    bypasses: [],
    contradicted: false,
  };
}

/** Who signs in at another door first has passed what that one demands too. */
function elsewhere(
  account: Account,
  door: Door,
  own: Judgement,
  setting: Setting,
  depth: number,
): Path {
  const key = door.through.get(account.identitySource);
  if (key === undefined || own.verdict === 'enforced') return own;
  const first = depth < DEEPEST ? setting.doorOf(key) : undefined;
  if (first?.accepts?.includes(account.identitySource) !== true) {
    return better(own, { ...own, verdict: 'unknown', reasons: ['through-unknown'] });
  }
  const there = judge(account, first, setting, depth + 1);
  if (there === 'closed') return 'closed';
  const reasons: Reason[] =
    there.verdict === 'enforced' ? ['demanded-elsewhere'] : [...there.reasons];
  return better(own, { ...there, reasons });
}

interface Contradiction {
  readonly reason: 'observed-one-factor' | 'canary-accepted';
}

/** One success with one factor, of the account's own or of a canary's, that no rule is newer than. */
function contradiction(
  door: Door,
  signIn: SignIn | undefined,
  demands: readonly Demand[],
  now: number,
): Contradiction | undefined {
  const since = Math.max(-Infinity, ...demands.map((demand) => demand.since));
  const at = signIn?.oneFactorAt;
  if (countsAgainst(at, now) && at >= since) {
    return { reason: 'observed-one-factor' };
  }
  const accepted = door.proofs.some(
    (proof) =>
      proof.outcome === 'accepted' && proof.at >= since && now - proof.at <= OBSERVED_DAYS * DAY,
  );
  if (!accepted || demands.every(({ level }) => level === 'closed')) return undefined;
  return { reason: 'canary-accepted' };
}

/** Whether a success with one factor is recent enough to say something of today. */
export function countsAgainst(at: number | undefined, now: number): at is number {
  return at !== undefined && now - at <= OBSERVED_DAYS * DAY;
}

/** What was seen beats what is demanded; and where nobody looks any more, nothing is enforced. */
function observed(
  account: Account,
  door: Door,
  judgement: Judgement,
  seen: Contradiction | undefined,
): Judgement {
  if (seen !== undefined) {
    const found =
      judgement.verdict === 'enforced'
        ? [...judgement.bypasses, 'policy-not-applied']
        : judgement.bypasses;
    const demanded = judgement.reasons.some(
      (reason) => reason === 'demanded' || reason === 'no-factor-refused',
    );
    return {
      ...judgement,
      verdict: gap(registered(account, 'sms')),
      reasons: [seen.reason, ...judgement.reasons],
      bypasses: found,
      contradicted: demanded || judgement.verdict === 'enforced',
    };
  }
  if (judgement.verdict === 'enforced' && door.observers.some(({ fresh }) => !fresh)) {
    return { ...judgement, verdict: 'unknown', reasons: ['observer-silent', ...judgement.reasons] };
  }
  return judgement;
}

/** The way in that is worst guarded is the one that counts. */
function worst(all: readonly Judgement[]): Judgement {
  const rank = ({ verdict }: Judgement): number => VERDICTS.indexOf(verdict);
  const [first, ...others] = all;
  if (first === undefined) return NOTHING_KNOWN;
  const lowest = others.reduce((low, each) => (rank(each) < rank(low) ? each : low), first);
  const same = all.filter((each) => each.verdict === lowest.verdict);
  return { ...lowest, bypasses: [...new Set(same.flatMap(({ bypasses }) => bypasses))] };
}

const NOTHING_KNOWN: Judgement = {
  verdict: 'unknown',
  strength: undefined,
  reasons: ['no-policy'],
  bypasses: [],
  contradicted: false,
};

function better(a: Judgement, b: Judgement): Judgement {
  return VERDICTS.indexOf(b.verdict) > VERDICTS.indexOf(a.verdict) ? b : a;
}
