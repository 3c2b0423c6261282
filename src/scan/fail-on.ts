/** What `--fail-on` may name, and whether a report holds it. */
import type { ScanReport } from './report.ts';

export const FAIL_ON = [
  'affected',
  'fixable',
  'kev',
  'critical',
  'high',
  'medium',
  'low',
  'unknown',
] as const;
export type FailOn = (typeof FAIL_ON)[number];

const AT_LEAST = {
  critical: ['critical'],
  high: ['critical', 'high'],
  medium: ['critical', 'high', 'medium'],
  low: ['critical', 'high', 'medium', 'low'],
} as const;

/** Reads `kev,critical`; undefined where a word is none of `FAIL_ON`. */
export function readFailOn(text: string): FailOn[] | undefined {
  const words = text.split(',').map((word) => word.trim().toLowerCase());
  return words.every((word): word is FailOn => FAIL_ON.some((known) => known === word))
    ? words
    : undefined;
}

/** The first of `conditions` that the report meets. A severity means "this or worse". */
export function metCondition(
  { summary }: ScanReport,
  conditions: readonly FailOn[],
): FailOn | undefined {
  return conditions.find((condition) => {
    switch (condition) {
      case 'affected':
        return summary.affected > 0;
      case 'fixable':
        return summary.fixable > 0;
      case 'kev':
        return summary.knownExploited > 0;
      case 'unknown':
        return !summary.complete;
      case 'critical':
      case 'high':
      case 'medium':
      case 'low':
        return AT_LEAST[condition].some((word) => summary.bySeverity[word] > 0);
    }
  });
}
