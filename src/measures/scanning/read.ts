/** What is known now of findings and coverage, for the API, the command line and the console alike. */
import { requireEntity } from '../../estate/handlers.ts';
import { DECLARED, SCANNERS } from '../../estate/model.ts';
import { readSources } from '../../estate/store-read.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import type { Feed } from '../../advisories/model.ts';
import { coverageOf, hostedCoverage, isHosted } from './coverage.ts';
import { readFindingsByPeople } from './by-people.ts';
import type { FindingCursor } from './cursor.ts';
import type { HeldComponents } from './held.ts';
import type { Coverage, FindingOrder, ListedFinding } from './model.ts';
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

export interface FindingsQuestion extends Omit<FindingFilter, 'assets' | 'after'>, Scope {
  /** Where the page before ended. */
  readonly after?: FindingCursor | undefined;
}

/** What these assets hold, or all of them, in the order of one ranking. */
export type ReadHeld = (sql: Sql, assets?: readonly number[]) => Promise<HeldComponents>;

/**
 * By the people behind them, or by exploitation and severity alone; without knowing the people by these alone.
 *
 * @throws HoldfastError `not_found` where nothing has that key or host name.
 */
export async function readFindingsPage(
  sql: Sql,
  { after, ...question }: FindingsQuestion,
  order: FindingOrder = 'rank',
  readHeld?: ReadHeld,
): Promise<FindingsPage> {
  const assets = await assetsOf(sql, question);
  const filter = { ...question, assets };
  const held = await readHeld?.(sql, assets);
  const whole = assets === undefined ? held : await readHeld?.(sql);
  const shared = {
    counts: await countFindings(sql, assets, held?.components),
    feeds: await readFeeds(sql),
  };
  if (order === 'rank' || held === undefined) {
    const from = after?.order === 'rank' ? after : undefined;
    return { ...shared, findings: await readFindings(sql, { ...filter, after: from }, whole) };
  }
  const from = after?.order === 'people' ? after : undefined;
  const found = await readFindingsByPeople(sql, filter, held, from);
  return {
    ...shared,
    findings: found.map((each) => ({
      ...each,
      assets: whole?.assetsOf(each.component) ?? each.assets,
    })),
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
