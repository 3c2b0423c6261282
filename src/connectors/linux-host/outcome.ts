/** How a collection of a host ended, by what it reports. */
import type { Outcome, Report } from '../../estate/schema.ts';

export function outcomeOf(reports: readonly Report[]): Outcome {
  if (!reports.some((report) => report.type !== 'unseen')) return 'failed';
  return reports.some((report) => report.type === 'unseen') ? 'partial' : 'complete';
}
