/** Answers scanning's routes. */
import { feedProblem } from '../../advisories/model.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Handlers } from '../../kernel/http/serve.ts';
import type { Database } from '../../kernel/sql/database.ts';
import { coveragePage, coverageTotals } from './coverage.ts';
import type { FindingsReader } from './findings-reader.ts';
import type { ListedFinding } from './model.ts';
import { readCoverage } from './read.ts';
import type { scanningRoutes } from './routes.ts';
import type { ListedFinding as ShownFinding } from './schema.ts';

interface Tools {
  readonly database: Database;
  readonly clock: Clock;
  /** Reads a page of findings in either order. */
  readonly findings: FindingsReader;
}

export function scanningHandlers({
  database,
  clock,
  findings: read,
}: Tools): Handlers<typeof scanningRoutes> {
  return {
    listFindings: async ({ state, severity, ...question }) => {
      const { counts, feeds, findings, peopleAt, next } = await read({
        ...question,
        ...(state === undefined ? {} : { states: [state] }),
        ...(severity === undefined ? {} : { severities: [severity] }),
      });
      return {
        counts: { ...counts },
        feeds: feeds.map((feed) => ({
          id: feed.id,
          ecosystem: feed.ecosystem,
          asOf: feed.asOf,
          rows: feed.rows,
          fresh: feedProblem(feed, clock.now()) === undefined,
        })),
        peopleAt: peopleAt.toISOString(),
        findings: findings.map(shownFinding),
        next,
      };
    },
    readScanCoverage: async ({ kind, state, after, limit, ...scope }) => {
      const all = await database.transaction('everything', (sql) =>
        readCoverage(sql, clock.now(), scope),
      );
      const { rows, next } = coveragePage(all, { kind, state, after }, limit);
      return {
        totals: coverageTotals(all),
        coverage: rows.map((each) => ({ ...each, at: each.at?.toISOString() ?? null })),
        next,
      };
    },
  };
}

function shownFinding({
  component,
  assets,
  firstSeen,
  finding,
  people = null,
}: ListedFinding): ShownFinding {
  const { key, purl, id, aliases, upstream, state, reason, status, summary, url } = finding;
  const { published, modified, fixed, fixState, severity, kev, epss, ssvc, explain } = finding;
  return {
    component,
    purl,
    id,
    key,
    aliases: [...aliases],
    upstream: [...upstream],
    state,
    reason: reason ?? null,
    status,
    summary,
    url,
    published,
    modified,
    fixed: [...fixed],
    fixState,
    fixReleased: finding.fixReleased ?? null,
    severity: { ...severity, all: severity.all.map((each) => ({ ...each })) },
    kev: kev ?? null,
    epss: epss ?? null,
    ssvc: ssvc ?? null,
    explain: { ...explain, feeds: explain.feeds.map((feed) => ({ ...feed })) },
    people: people === null ? null : { ...people },
    assets,
    firstSeen: firstSeen.toISOString(),
  };
}
