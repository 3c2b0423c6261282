/** A verdict in one sentence, with the observations that made it. */
import { bypassOf } from './bypasses.ts';
import { judge, type Setting } from './judge.ts';
import type { Account, Door, Path, Reason, Reference, SignIn } from './model.ts';
import { strengthOf } from './strength.ts';

export interface Explanation {
  readonly account: string;
  readonly door: string;
  readonly path: Path;
  readonly sentence: string;
  readonly evidence: readonly Reference[];
}

/** What each reason says, as the part of a sentence that follows "because". */
const BECAUSE: Readonly<Record<Reason, string>> = {
  'observed-one-factor': 'a sign-in with one factor succeeded',
  'canary-accepted': 'a canary came in with its password alone',
  'not-demanded': 'the door asks this account for one factor',
  excluded: 'an exclusion takes the account out of the rule',
  'report-only': 'the rule that would ask is only reporting, not yet on, or off',
  'way-around': 'something else than a second factor is taken instead',
  'unregistered-passes': 'an account without a second factor is let in without one',
  'unregistered-registers':
    'an account without a second factor can register one with its password alone',
  'weak-factor': 'its factor is weaker than the door asks for',
  'service-key': 'a long-lived key opens it by itself',
  'no-policy': 'no source says what the door demands',
  'policy-declared-only': 'that two factors are demanded is only declared, and nothing shows it',
  'policy-stale': 'the source of the policy is stale or failed',
  'policy-not-whole': 'a part of the policy could not be read or is not understood',
  'policy-unclear': 'what the door demands of this account could not be found out',
  'scope-unknown': 'it is unknown whether a rule that demands more holds this account',
  'account-stale': 'the source of the account is stale or failed',
  'account-declared-only': 'the account is only declared',
  'registration-unknown': 'it is unknown whether the account has a second factor',
  'keys-unknown': 'it is unknown whether the account has long-lived keys',
  'unregistered-unknown': 'it has no second factor, and it is unknown what the door does then',
  'observer-silent': 'the log that would show a sign-in with one factor has fallen silent',
  'through-unknown': 'it signs in at another door first, and what that one demands is unknown',
  'no-factor-refused': 'the door demands two factors and refuses who has none',
  'workload-identity':
    'it is a service account with the identity of its workload, and may not sign in as a person',
  demanded: 'the door demands two factors and the account has a second one',
  'demanded-elsewhere': 'the door where it signs in first demands two factors',
  proved: 'a canary with a password alone was refused',
};

const OPENING = {
  enforced: 'Two factors are enforced',
  'registered-not-enforced': 'One factor opens it although a second is registered',
  none: 'One factor opens it',
  unknown: 'Unknown, and so a gap',
} as const;

/** The exact answer for one login path. */
export function explain(account: Account, door: Door, setting: Setting): Explanation {
  const path = judge(account, door, setting);
  const signIn = setting.signInOf(account.key, door.key);
  return {
    account: account.key,
    door: door.key,
    path,
    sentence: sentenceOf(path),
    evidence: [...accountEvidence(account), ...doorEvidence(door), ...signInEvidence(signIn)],
  };
}

/** @example 'One factor opens it: a sign-in with one factor succeeded.' */
export function sentenceOf(path: Path): string {
  if (path === 'closed')
    return 'No login path: the door refuses this account, or nothing it has opens it.';
  const reasons = [...new Set(path.reasons)].map((reason) => BECAUSE[reason]);
  const found = path.bypasses.flatMap((id) => bypassOf(id) ?? []);
  const shown = found.map(({ where, shows }) => `${where}: ${shows}`).join('; ');
  const but = path.contradicted ? ' The policy says otherwise.' : '';
  return `${OPENING[path.verdict]}: ${reasons.join('; ')}${shown === '' ? '' : ` (${shown})`}.${but}`;
}

function accountEvidence({ key, origin, factors, factorsListed }: Account): Reference[] {
  const known = factors.filter(({ type }) => strengthOf(type) !== undefined);
  const none = factorsListed && known.length === 0 ? 'no second factor is registered' : undefined;
  return [
    { kind: 'account', ...origin, text: `account ${key}` },
    ...known.map((factor): Reference => ({
      kind: 'registered',
      ...factor.origin,
      text: `${factor.type} is registered`,
    })),
    ...(none === undefined ? [] : [{ kind: 'registered' as const, ...origin, text: none }]),
  ];
}

function doorEvidence(door: Door): Reference[] {
  return [
    ...door.policies.map((policy): Reference => ({
      kind: 'required',
      ...policy.origin,
      text: `policy of door ${door.key}`,
    })),
    ...door.proofs.map((proof): Reference => ({
      kind: 'proved',
      ...proof.origin,
      trueAt: proof.at,
      text: `a canary with a password alone: ${proof.outcome.replace('-', ' ')}`,
    })),
  ];
}

function signInEvidence(signIn: SignIn | undefined): Reference[] {
  if (signIn === undefined) return [];
  const { oneFactorAt, twoFactorAt, way, origin } = signIn;
  const reference = (at: number | undefined, text: string): Reference[] =>
    at === undefined ? [] : [{ kind: 'observed', ...origin, trueAt: at, text }];
  return [
    ...reference(oneFactorAt, `a success with one factor${way === undefined ? '' : ` by ${way}`}`),
    ...reference(twoFactorAt, 'a success with two factors'),
  ];
}
