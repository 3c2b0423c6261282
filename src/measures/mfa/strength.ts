/** What each type of factor is worth as a second one. What Holdfast does not know counts as none. */
import { STRENGTHS, type Account, type FactorType, type Strength } from './model.ts';

/** A password, a question and a pass for a day are no second factor (NIST SP 800-63B 5.1; a temporary pass does not last). */
const STRENGTH: Readonly<Record<FactorType, Strength | undefined>> = {
  password: undefined,
  question: undefined,
  'temporary-pass': undefined,
  other: undefined,
  'recovery-code': undefined,
  sms: 'sms',
  voice: 'sms',
  email: 'sms',
  totp: 'app',
  push: 'app',
  'ssh-key': 'app',
  passkey: 'phishing-resistant',
  'security-key': 'phishing-resistant',
  'smart-card': 'phishing-resistant',
  certificate: 'phishing-resistant',
};

export function strengthOf(type: FactorType): Strength | undefined {
  return STRENGTH[type];
}

export function atLeast(strength: Strength | undefined, least: Strength): boolean {
  return strength !== undefined && STRENGTHS.indexOf(strength) >= STRENGTHS.indexOf(least);
}

export interface Registered {
  /** `yes` is shown by a fresh source that was not typed; `claimed` is only said, or said long ago. */
  readonly state: 'yes' | 'claimed' | 'no' | 'unknown';
  readonly strength: Strength | undefined;
}

/** Whether the account has a second factor of one of the kinds that the door takes. */
export function registered(
  account: Account,
  least: Strength,
  taken?: ReadonlySet<FactorType>,
): Registered {
  let shown: Strength | undefined;
  let claimed: Strength | undefined;
  for (const { type, origin } of account.factors) {
    const strength = STRENGTH[type];
    if (strength === undefined || !atLeast(strength, least)) continue;
    if (taken !== undefined && !taken.has(type)) continue;
    if (origin.fresh && !origin.declared) shown = stronger(shown, strength);
    else claimed = stronger(claimed, strength);
  }
  if (shown !== undefined) return { state: 'yes', strength: shown };
  if (claimed !== undefined) return { state: 'claimed', strength: claimed };
  return { state: account.factorsListed ? 'no' : 'unknown', strength: undefined };
}

function stronger(a: Strength | undefined, b: Strength): Strength {
  return atLeast(a, b) && a !== undefined ? a : b;
}
