/** Whether a rule's conditions hold of one flaw on one asset. What is worse meets what is milder; unknown is the worst. */
import { CRITICALITIES, type AssetFacts, type FlawFacts, type SoftwareKind } from './model.ts';
import type { Alert, Conditions } from './rules/schema.ts';
import { isAtLeast } from './severity-word.ts';

/** Everything that a condition may ask of. */
export interface Case {
  /** Null: no flaw of its own, the product itself is no longer repaired. */
  readonly flaw: FlawFacts | null;
  readonly asset: AssetFacts;
  /** Null: not known, so that it may be any. */
  readonly software: SoftwareKind | null;
  readonly unsupported: boolean;
  /** The alert of the rule's set that names the flaw. */
  readonly alert: Alert | undefined;
}

export interface Applies {
  /** What made it apply, in words. */
  readonly because: readonly string[];
  /** Inputs that are not known and were taken as the worse. */
  readonly assumed: readonly string[];
}

interface Answer {
  readonly because?: string;
  readonly assumed?: string;
}
type Test<Value> = (value: Value, of: Case) => Answer | undefined;

const MET: Answer = {};

/** One test for each condition, by its name: a condition without a test does not compile. */
const TESTS: { readonly [Name in keyof Conditions]-?: Test<NonNullable<Conditions[Name]>> } = {
  severity: (least, { flaw }) => {
    if (flaw === null) return undefined;
    if (flaw.word === 'unknown') return { assumed: 'severity' };
    return isAtLeast(flaw.word, least) ? { because: `it is rated ${flaw.word}` } : undefined;
  },
  cvss: (least, { flaw }) => {
    const score = flaw?.score ?? null;
    if (score === null || score < least) return undefined;
    return { because: `its CVSS base score ${score.toFixed(1)} is at least ${least}` };
  },
  vendor: (least, { flaw }) => {
    const word = flaw?.vendor ?? null;
    if (word === null || !isAtLeast(word, least)) return undefined;
    return { because: `its vendor calls it ${word}` };
  },
  unrated: (_, { flaw }) =>
    flaw?.vendor === null && flaw.score === null && flaw.word === 'unknown'
      ? { because: 'nobody rates it' }
      : undefined,
  kev: (wanted, { flaw }) => {
    if (!wanted) return MET;
    const kev = flaw?.kev ?? null;
    return kev === null ? undefined : { because: `it is known to be exploited since ${kev.added}` };
  },
  ransomware: (wanted, { flaw }) => {
    if (!wanted) return MET;
    return flaw?.kev?.ransomware === true ? { because: 'ransomware uses it' } : undefined;
  },
  exposed: (wanted, { asset }) =>
    atWorst(wanted, asset.exposed, 'exposed', 'the asset is exposed to the internet'),
  automatable: (wanted, { flaw }) =>
    flaw === null
      ? undefined
      : atWorst(wanted, flaw.automatable, 'automatable', 'its exploitation can be automated'),
  impact: (least, { flaw }) => {
    if (flaw === null) return undefined;
    if (least === 'partial') return MET;
    if (flaw.impact === 'unknown') return { assumed: 'impact' };
    return flaw.impact === 'total' ? { because: 'it gives total control' } : undefined;
  },
  alert: (wanted, { alert }) =>
    alert === undefined || !isGrave(alert, wanted)
      ? undefined
      : { because: `the alert ${alert.id} names it` },
  criticality: (least, { asset: { criticality } }) => {
    if (least === 'none') return MET;
    if (criticality === 'unknown') return { assumed: 'criticality' };
    return CRITICALITIES.indexOf(criticality) >= CRITICALITIES.indexOf(least)
      ? { because: `a service of ${criticality} criticality depends on the asset` }
      : undefined;
  },
  software: (kinds, { software }) => {
    if (software === null) return { assumed: 'software' };
    return kinds.includes(software) ? MET : undefined;
  },
  unsupported: (_, { unsupported }) =>
    unsupported ? { because: 'nobody repairs the product any more' } : undefined,
  names: (names, { flaw }) => {
    const named = names.find((name) => flaw?.names.includes(name.toUpperCase()));
    return named === undefined ? undefined : { because: `the rule names ${named}` };
  },
};

/** An alert that does not say how grave it is may be as grave as any. */
export function isGrave(
  { severity = 'high' }: Alert,
  wanted: NonNullable<Conditions['alert']>,
): boolean {
  return wanted === true || severity === wanted;
}

function atWorst(
  wanted: boolean,
  known: AssetFacts['exposed'],
  input: string,
  because: string,
): Answer | undefined {
  if (!wanted) return MET;
  if (known === 'unknown') return { assumed: input };
  return known === 'yes' ? { because } : undefined;
}

const NAMES = Object.keys(TESTS) as (keyof Conditions)[];

/** Undefined where one condition does not hold. */
export function applies(conditions: Conditions, of: Case): Applies | undefined {
  const because: string[] = [];
  const assumed: string[] = [];
  for (const name of NAMES) {
    const value = conditions[name];
    if (value === undefined) continue;
    // The table pairs each name with a test of its own value's type.
    const answer = (TESTS[name] as Test<unknown>)(value, of);
    if (answer === undefined) return undefined;
    if (answer.because !== undefined) because.push(answer.because);
    if (answer.assumed !== undefined) assumed.push(answer.assumed);
  }
  return { because, assumed };
}
