/** What the pages of coverage show, read from the measure of scanning and the view of the networks. */
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/sql/database.ts';
import { compareReached, type PeopleRankings, type ReachedPeople } from '../estate/reached.ts';
import { readServicesPage } from '../estate/services.ts';
import { readAssetNumbers } from '../estate/store-read.ts';
import { coverageTotals } from '../measures/scanning/coverage.ts';
import type { Coverage } from '../measures/scanning/model.ts';
import { readCoverage } from '../measures/scanning/read.ts';
import type { CoverageAsked, CoverageView, CoveredAsset } from './pages/coverage-page.ts';
import type { ServicesAsked, ServicesView } from './pages/services-page.ts';

export interface CoverageViews {
  coverage(asked: CoverageAsked, after: number): Promise<CoverageView>;
  services(asked: ServicesAsked, after: string | undefined): Promise<ServicesView>;
}

interface Tools {
  readonly database: Database;
  readonly clock: Clock;
  readonly rankings: PeopleRankings;
}

const PAGE_SIZE = 50;
const SERVICES = 100;

export function coverageViews({ database, clock, rankings }: Tools): CoverageViews {
  return {
    coverage: async (asked, after) => {
      const { kind, state, ...scope } = asked;
      const now = clock.now();
      const all = await database.transaction('everything', (sql) => readCoverage(sql, now, scope));
      const assets = Map.groupBy(all, ({ asset }) => asset);
      const fits = (each: Coverage): boolean =>
        (kind === undefined || each.kind === kind) &&
        (state === undefined ||
          each.state === state ||
          (state === 'gap' && each.state !== 'covered'));
      const behind = await peopleBehind(database, rankings);
      const wanted = [...assets].flatMap(([asset, scans]): Ranked[] => {
        if (!scans.some(fits)) return [];
        const unidentified = scans.some((scan) => scan.unidentified);
        return [ranked({ asset, unidentified, people: behind(asset), scans })];
      });
      wanted.sort(compare);
      return {
        at: now,
        asked,
        totals: coverageTotals(all),
        assets: assets.size,
        unknownAssets: [...assets.values()].filter((scans) =>
          scans.some(({ unidentified }) => unidentified),
        ).length,
        rows: wanted.slice(after, after + PAGE_SIZE).map(({ row }) => row),
        count: wanted.length,
        from: after,
        size: PAGE_SIZE,
      };
    },
    services: async (asked, after) => {
      const { asset, network, port, unknown } = asked;
      const filter = {
        limit: SERVICES,
        after,
        ...(asset === undefined ? {} : { asset }),
        ...(network === undefined ? {} : { network }),
        ...(port === undefined ? {} : { port }),
        ...(unknown === true ? { unknown } : {}),
      };
      const page = await database.transaction('everything', (sql) =>
        readServicesPage(sql, filter, clock.now()),
      );
      return { at: clock.now(), asked, page };
    },
  };
}

/** Living people whom an attacker reaches from an asset, by its key. */
async function peopleBehind(
  database: Database,
  rankings: PeopleRankings,
): Promise<(asset: string) => ReachedPeople | undefined> {
  const { places, ofAsset } = await rankings.current();
  const numbers = await database.transaction('everything', readAssetNumbers);
  return (asset) => places[ofAsset(numbers.get(asset) ?? 0)];
}

interface Ranked {
  readonly row: CoveredAsset;
  readonly gap: boolean;
  /** When the scan that is longest ago was; 0: never. */
  readonly oldest: number;
}

function ranked(row: CoveredAsset): Ranked {
  const open = row.scans.filter(({ state }) => state !== 'covered');
  const times = open.map(({ at }) => at?.getTime() ?? 0);
  return { row, gap: open.length > 0, oldest: Math.min(Infinity, ...times) };
}

function compare(a: Ranked, b: Ranked): number {
  return (
    Number(b.row.unidentified) - Number(a.row.unidentified) ||
    Number(b.gap) - Number(a.gap) ||
    compareReached(a.row.people, b.row.people) ||
    (a.oldest === b.oldest ? 0 : a.oldest - b.oldest) ||
    (a.row.asset < b.row.asset ? -1 : 1)
  );
}
