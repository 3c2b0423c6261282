/** What the page of findings shows, read from the measure of scanning. */
import { feedProblem } from '../advisories/model.ts';
import type { Database } from '../kernel/sql/database.ts';
import { coverageTotals, gapsOf } from '../measures/scanning/coverage.ts';
import type { FindingsReader } from '../measures/scanning/findings-reader.ts';
import type { FindingOrder } from '../measures/scanning/model.ts';
import { readCoverage } from '../measures/scanning/read.ts';
import type { FindingsView } from './pages/findings-page.ts';

const PAGE_SIZE = 100;
const MOST_GAPS = 50;

export async function readFindingsView(
  { database, findings: read }: { readonly database: Database; readonly findings: FindingsReader },
  now: Date,
  {
    after,
    order = 'people',
  }: { readonly after?: string | undefined; readonly order?: FindingOrder },
): Promise<FindingsView> {
  const page = await read({ order, after, limit: PAGE_SIZE });
  const coverage = await database.transaction('everything', (sql) => readCoverage(sql, now));
  const gaps = gapsOf(coverage);
  return {
    at: now,
    counts: page.counts,
    totals: coverageTotals(coverage),
    gaps: gaps.slice(0, MOST_GAPS),
    gapCount: gaps.length,
    feeds: page.feeds.map((feed) => ({
      id: feed.id,
      asOf: feed.asOf,
      problem: feedProblem(feed, now),
    })),
    order,
    peopleAt: page.peopleAt,
    findings: page.findings,
    next: page.next ?? undefined,
  };
}
