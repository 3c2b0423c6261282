/** What a conditional access policy demands, in the words of the estate. */
import type { Bodies } from '../../estate/schema.ts';
import type { ConditionalAccessPolicy } from './schema.ts';

export type Rule = NonNullable<Bodies['door']['authentication']>['rules'][number];
export type Demand = Pick<Rule, 'demands' | 'instead'>;

/** Combinations that resist phishing (Microsoft's built-in strength of that name). */
const PHISHING_RESISTANT = new Set([
  'windowsHelloForBusiness',
  'fido2',
  'x509CertificateMultiFactor',
]);
/** Combinations that are one factor, or prove a person once only. */
const SINGLE = new Set([
  'password',
  'federatedSingleFactor',
  'x509CertificateSingleFactor',
  'sms',
  'qrCodePin',
  'email',
  'voice',
  'softwareOath',
  'hardwareOath',
]);
type Worth = 'one-factor' | 'second-factor' | 'phishing-resistant' | 'unknown';
const WORTH: readonly Worth[] = ['one-factor', 'unknown', 'second-factor', 'phishing-resistant'];

/** Undefined where the policy grants without asking: session controls only. */
export function demandOf({ grantControls }: ConditionalAccessPolicy): Demand | undefined {
  if (grantControls === null || grantControls === undefined) return undefined;
  const { builtInControls } = grantControls;
  if (builtInControls.includes('block')) return { demands: 'refuse' };
  const factors = factorsOf(grantControls);
  const others = builtInControls.filter((control) => control !== 'mfa');
  if (factors.length === 0) return others.length === 0 ? undefined : { demands: 'one-factor' };
  if (grantControls.operator?.toUpperCase() === 'AND') return { demands: by(factors, Math.max) };
  const demands = by(factors, Math.min);
  return others.length === 0 ? { demands } : { demands, instead: others.map(spelled) };
}

function factorsOf(controls: NonNullable<ConditionalAccessPolicy['grantControls']>): Worth[] {
  const strength = controls.authenticationStrength?.allowedCombinations;
  return [
    ...(controls.builtInControls.includes('mfa') ? (['second-factor'] as const) : []),
    ...(strength === undefined ? [] : [worthOf(strength)]),
    // Another company's check: whether it is a second factor is its own affair.
    ...(controls.customAuthenticationFactors.length > 0 ? (['unknown'] as const) : []),
  ];
}

/** The weakest combination counts: whoever signs in chooses. A strength that allows none is not known. */
export function worthOf(combinations: readonly string[]): Worth {
  if (combinations.length === 0) return 'unknown';
  if (combinations.every((each) => PHISHING_RESISTANT.has(each))) return 'phishing-resistant';
  return combinations.some((each) => SINGLE.has(each)) ? 'one-factor' : 'second-factor';
}

function by(factors: readonly Worth[], choose: (...ranks: number[]) => number): Worth {
  return WORTH[choose(...factors.map((each) => WORTH.indexOf(each)))] ?? 'unknown';
}

/** `compliantDevice` as `compliant-device`. */
function spelled(control: string): string {
  return control.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).slice(0, 500);
}
