/**
 * The words of MFA coverage. The unit is the login path: one account at one door. Nothing here knows where a fact came
 * from but by the number of its source.
 */
import type { Bodies } from '../../estate/schema.ts';

export type Authentication = NonNullable<Bodies['door']['authentication']>;
export type Rule = Authentication['rules'][number];
export type Scope = NonNullable<Rule['for']>;
export type FactorType = Bodies['factor']['type'];
export type Population = NonNullable<Bodies['account']['population']>;

/**
 * `enforced`: no way in with one factor is known, and evidence shows that two are demanded. `registered-not-enforced`:
 * one factor opens it, though a second is registered. `none`: one factor opens it, and no second is known.
 * `unknown`: the evidence does not say; a gap like the two before.
 */
export const VERDICTS = ['none', 'registered-not-enforced', 'unknown', 'enforced'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a second factor withstands, weakest first. */
export const STRENGTHS = ['sms', 'app', 'phishing-resistant'] as const;
export type Strength = (typeof STRENGTHS)[number];

/** A source as it stood at the moment of asking. */
export interface SourceState {
  readonly id: number;
  readonly name: string;
  /** A person typed its facts: claims, which prove nothing. */
  readonly declared: boolean;
  /** Collected within its interval, and not failed since: evidence for the present. */
  readonly fresh: boolean;
}

/** Where one fact came from: a source, and when the fact was true. */
export interface Origin {
  readonly source: number;
  readonly trueAt: number;
  /** Evidence for the present: its source is fresh and said it again in its last collection. */
  readonly fresh: boolean;
  readonly declared: boolean;
}

export interface FactorFact {
  readonly type: FactorType;
  readonly origin: Origin;
}

/** One account as all its sources together describe it; undefined is unknown. */
export interface Account {
  readonly key: string;
  readonly login: string;
  readonly identitySource: string;
  readonly population: Population | undefined;
  readonly customer: string | undefined;
  readonly division: string | undefined;
  readonly enabled: boolean | undefined;
  readonly password: 'set' | 'locked' | 'none' | undefined;
  /** Groups that it is in for certain; undefined: no fresh source tells its groups. */
  readonly groups: readonly string[] | undefined;
  /** Groups that one source puts it in and another does not, or that only a silent source knows of. */
  readonly maybeGroups: readonly string[];
  /** Fields on which sources disagree: no rule can be said to hold it, or not to, by them. */
  readonly disputed: ReadonlySet<'population' | 'customer' | 'privileged'>;
  readonly privileged: boolean | undefined;
  /** Milliseconds since 1970. */
  readonly lastSignInAt: number | undefined;
  readonly interactive: boolean | undefined;
  readonly workloadIdentity: boolean | undefined;
  /** When its oldest active long-lived key was made; NaN: it has one of unknown age. */
  readonly oldestKeyAt: number | undefined;
  /** Whether a key that is not told is not there. */
  readonly keysKnown: boolean;
  readonly factors: readonly FactorFact[];
  /** Whether a factor that is not told is not there. */
  readonly factorsListed: boolean;
  readonly sshKeysListed: boolean;
  readonly origin: Origin;
}

/** What one source says that a door demands. */
export interface Policy {
  readonly origin: Origin;
  readonly settings: Readonly<Record<string, string>> | undefined;
  readonly accountSettings: Bodies['door']['accountSettings'];
  readonly authentication: Authentication | undefined;
  readonly requires: Bodies['door']['requires'];
  readonly admits: Scope | undefined;
}

export interface Proof {
  readonly outcome: Bodies['proof']['outcome'];
  readonly account: string;
  readonly way: string | undefined;
  readonly at: number;
  readonly origin: Origin;
}

export interface Door {
  readonly key: string;
  readonly name: string;
  readonly type: Bodies['door']['type'] | undefined;
  /** Identity sources whose accounts it accepts; undefined: nobody has said. */
  readonly accepts: readonly string[] | undefined;
  readonly through: ReadonlyMap<string, string>;
  readonly reachableFrom: readonly string[];
  readonly opens: readonly { readonly kind: string; readonly key: string }[];
  readonly asset: string | undefined;
  readonly division: string | undefined;
  /** Whether a person has declared it: one that was only found is a gap of its own. */
  readonly declared: boolean;
  /** One for each source that describes it. */
  readonly policies: readonly Policy[];
  readonly proofs: readonly Proof[];
  /** Sources of the door's sign-ins, and whether each is fresh. */
  readonly observers: readonly Origin[];
}

/** What logs show of one account at one door. */
export interface SignIn {
  readonly account: string;
  readonly door: string;
  readonly oneFactorAt: number | undefined;
  readonly twoFactorAt: number | undefined;
  readonly way: string | undefined;
  readonly origin: Origin;
}

/** Why a verdict is what it is: codes, in the order in which they were decisive. */
export const REASONS = [
  'observed-one-factor',
  'canary-accepted',
  'not-demanded',
  'excluded',
  'report-only',
  'way-around',
  'unregistered-passes',
  'unregistered-registers',
  'weak-factor',
  'service-key',
  'no-policy',
  'policy-declared-only',
  'policy-stale',
  'policy-not-whole',
  'policy-unclear',
  'scope-unknown',
  'account-stale',
  'account-declared-only',
  'registration-unknown',
  'keys-unknown',
  'unregistered-unknown',
  'observer-silent',
  'through-unknown',
  'no-factor-refused',
  'workload-identity',
  'demanded',
  'demanded-elsewhere',
  'proved',
] as const;
export type Reason = (typeof REASONS)[number];

/** A piece of evidence that a verdict rests on. */
export interface Reference {
  readonly kind: 'registered' | 'required' | 'observed' | 'proved' | 'account';
  readonly source: number;
  readonly trueAt: number;
  readonly fresh: boolean;
  readonly declared: boolean;
  readonly text: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Of the best factor that is registered; undefined: none, or unknown. */
  readonly strength: Strength | undefined;
  readonly reasons: readonly Reason[];
  /** Detectors (bypasses.ts) that found something on this path. */
  readonly bypasses: readonly string[];
  /** Evidence that says the opposite of other evidence. */
  readonly contradicted: boolean;
}

/** `closed`: the door refuses the account, or nothing of the account's opens it, so that there is no login path. */
export type Path = Judgement | 'closed';
