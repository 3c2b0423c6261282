/** The order in which people should look at findings: smaller first. EPSS orders; it never lowers what KEV lists. */
import type { Finding } from '../../advisories/verdict.ts';

/** Known exploited in ransomware campaigns, known exploited, all others: a band each, 2 wide. */
const RANSOMWARE = 0;
const EXPLOITED = 2;
const OTHER = 4;

/**
 * Within a band by EPSS, and where it is equal or missing by CVSS: unknown stands before low.
 *
 * @returns 0 (first) to 6
 */
export function rankOf({
  kev,
  epss,
  severity,
}: Pick<Finding, 'kev' | 'epss' | 'severity'>): number {
  const band = kev === null ? OTHER : kev.ransomware ? RANSOMWARE : EXPLOITED;
  // A finding that nobody rated is placed with the medium ones, so that it is seen.
  const score = severity.score ?? 5;
  return band + (1 - (epss?.score ?? 0)) + (1 - score / 10) / 100;
}
