/** The order of findings until exposure is known: known exploited (by ransomware first), then likely, then severe. */
import type { Finding } from './verdict.ts';

/** Negative where `a` comes first. EPSS orders; what KEV lists it never lowers. */
export function compareFindings(a: Finding, b: Finding): number {
  return rankOf(a) - rankOf(b) || text(a.id, b.id) || text(a.purl, b.purl);
}

type Ranked = Pick<Finding, 'state' | 'kev' | 'epss' | 'severity'>;

const MOST_STEPS = 8;
/** EPSS has five decimals: severity decides only where it is the same. */
const BELOW_EPSS = 1e-6;

/** The same order as a number, for a database: smaller first. */
export function rankOf(finding: Ranked): number {
  const band = 2 * (MOST_STEPS - step(finding));
  return band + (1 - likelihoodOf(finding)) + (1 - severityOf(finding) / 10) * BELOW_EPSS;
}

/** Affected before undecided before not affected; in each, ransomware, then otherwise exploited, then the rest. */
function step({ state, kev }: Ranked): number {
  const exploited = kev === null ? 0 : kev.ransomware ? 2 : 1;
  return STATES[state] * 3 + exploited;
}

const STATES = { affected: 2, unknown: 1, not_affected: 0 } as const;

/** A flaw too new for a score is not an unlikely one: what its severity suggests stands in. */
function likelihoodOf({ epss, severity }: Ranked): number {
  return epss?.score ?? ASSUMED[severity.word];
}

const ASSUMED = {
  none: 0,
  low: 0.001,
  medium: 0.005,
  unknown: 0.01,
  high: 0.02,
  critical: 0.05,
} as const;

function severityOf({ severity }: Ranked): number {
  return severity.score ?? SCORES[severity.word];
}

/** The middle of each band, where there is a word and no score. */
const SCORES = { none: 0, unknown: 0, low: 2, medium: 5.5, high: 8, critical: 9.5 } as const;

function text(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
