/** What is known now of findings and coverage, for the API, the command line and the console alike. */
import { requireEntity } from '../../estate/handlers.ts';
import { DECLARED, SCANNERS } from '../../estate/model.ts';
import { readSources } from '../../estate/store-read.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import type { Feed } from '../../advisories/model.ts';
import { coverageOf, hostedCoverage, isHosted } from './coverage.ts';
import { readFindingsByPeople, type Band } from './by-people.ts';
import type { Coverage, ListedFinding } from './model.ts';
import {
  countFindings,
  readAssetScans,
  readRunsOn,
  readFeeds,
  readFindings,
  type FindingCounts,
  type FindingFilter,
} from './store.ts';
import { readScopedAssets } from './store-scope.ts';

export interface FindingsPage {
  readonly counts: FindingCounts;
  readonly feeds: readonly Feed[];
  readonly findings: readonly ListedFinding[];
}

/** Keys or host names; only what has to do with all of them. */
export interface Scope {
  readonly asset?: string | undefined;
  readonly customer?: string | undefined;
  readonly service?: string | undefined;
  readonly division?: string | undefined;
}

/**
 * By the people behind them where bands are given: then the first page only.
 *
 * @throws HoldfastError `not_found` where nothing has that key or host name.
 */
export async function readFindingsPage(
  sql: Sql,
  filter: Omit<FindingFilter, 'assets'> & Scope,
  bands?: readonly Band[],
): Promise<FindingsPage> {
  const assets = await assetsOf(sql, filter);
  const asked = { ...filter, assets };
  return {
    counts: await countFindings(sql, assets),
    feeds: await readFeeds(sql),
    findings:
      bands === undefined
        ? await readFindings(sql, asked)
        : await readFindingsByPeople(sql, asked, bands),
  };
}

/** Undefined: the whole estate. */
async function assetsOf(
  sql: Sql,
  { asset, customer, service, division }: Scope,
): Promise<number[] | undefined> {
  const given = Object.entries({ asset, customer, service, division });
  const ids: Partial<Record<keyof Scope, number>> = {};
  for (const [kind, key] of given as [keyof Scope, string | undefined][])
    if (key !== undefined) ids[kind] = (await requireEntity(sql, kind, key, undefined)).id;
  return Object.keys(ids).length === 0 ? undefined : readScopedAssets(sql, ids);
}

/** Every asset with every kind of scan that it should have, by key. */
export async function readCoverage(sql: Sql, now: Date, scope: Scope = {}): Promise<Coverage[]> {
  const sources = await readSources(sql, now);
  const numbers = (found: typeof sources): number[] => found.map(({ id }) => id);
  const weak = {
    stale: numbers(sources.filter((source) => source.stale)),
    declared: numbers(sources.filter(({ connector }) => connector === DECLARED)),
    scanners: numbers(sources.filter(({ connector }) => SCANNERS.includes(connector))),
  };
  const feeds = await readFeeds(sql);
  const scoped = await assetsOf(sql, scope);
  const assets = await readAssetScans(sql, weak, scoped);
  if (!assets.some(isHosted)) return assets.flatMap((asset) => coverageOf(asset, feeds, now));
  // What a part of the estate runs on may be outside of it.
  const all = scoped === undefined ? assets : await readAssetScans(sql, weak);
  const pairs = Map.groupBy(await readRunsOn(sql), ({ asset }) => asset);
  const hosting = {
    hosts: new Map([...pairs].map(([key, rows]) => [key, rows.map(({ host }) => host)])),
    scans: new Map(all.map((asset) => [asset.key, asset])),
  };
  return assets.flatMap((asset) =>
    isHosted(asset) ? hostedCoverage(asset, hosting, feeds, now) : coverageOf(asset, feeds, now),
  );
}
