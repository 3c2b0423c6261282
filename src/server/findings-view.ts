/** What the page of findings shows, read from the measure of scanning. */
import { feedProblem } from '../advisories/model.ts';
import type { Sql } from '../kernel/sql/database.ts';
import { coverageTotals, gapsOf } from '../measures/scanning/coverage.ts';
import { cursorOf, cursorText } from '../measures/scanning/cursor.ts';
import { readCoverage, readFindingsPage } from '../measures/scanning/read.ts';
import type { FindingsView } from './pages/findings-page.ts';

const PAGE_SIZE = 100;
const MOST_GAPS = 50;

export async function readFindingsView(
  sql: Sql,
  now: Date,
  after: string | undefined,
): Promise<FindingsView> {
  const page = await readFindingsPage(sql, { after: cursorOf(after), limit: PAGE_SIZE + 1 });
  const coverage = await readCoverage(sql, now);
  const gaps = gapsOf(coverage);
  const findings = page.findings.slice(0, PAGE_SIZE);
  const last = findings.at(-1);
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
    findings,
    next: page.findings.length > PAGE_SIZE && last !== undefined ? cursorText(last) : undefined,
  };
}
