/** Answers scanning's routes. */
import { feedProblem } from '../../advisories/model.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Handlers } from '../../kernel/http/serve.ts';
import type { Database } from '../../kernel/sql/database.ts';
import { coveragePage, coverageTotals } from './coverage.ts';
import { cursorOf, cursorText } from './cursor.ts';
import type { ListedFinding } from './model.ts';
import { readCoverage, readFindingsPage } from './read.ts';
import type { scanningRoutes } from './routes.ts';
import type { ListedFinding as ShownFinding } from './schema.ts';

interface Tools {
  readonly database: Database;
  readonly clock: Clock;
}

export function scanningHandlers({ database, clock }: Tools): Handlers<typeof scanningRoutes> {
  return {
    listFindings: async ({ after, limit, state, severity, ...filter }) => {
      const { counts, feeds, findings } = await database.transaction('everything', (sql) =>
        readFindingsPage(sql, {
          ...filter,
          limit: limit + 1,
          after: cursorOf(after),
          ...(state === undefined ? {} : { states: [state] }),
          ...(severity === undefined ? {} : { severities: [severity] }),
        }),
      );
      const page = findings.slice(0, limit);
      const last = page.at(-1);
      return {
        counts: { ...counts },
        feeds: feeds.map((feed) => ({
          id: feed.id,
          ecosystem: feed.ecosystem,
          asOf: feed.asOf,
          rows: feed.rows,
          fresh: feedProblem(feed, clock.now()) === undefined,
        })),
        findings: page.map(shownFinding),
        next: findings.length > limit && last !== undefined ? cursorText(last) : null,
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

function shownFinding({ component, assets, firstSeen, finding }: ListedFinding): ShownFinding {
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
    assets,
    firstSeen: firstSeen.toISOString(),
  };
}
