/** What is known now of findings and coverage, for the API, the command line and the console alike. */
import { requireEntity } from '../../estate/handlers.ts';
import { DECLARED, SCANNERS } from '../../estate/model.ts';
import { readSources } from '../../estate/store-read.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import type { Feed } from '../../advisories/model.ts';
import { coverageOf } from './coverage.ts';
import type { Coverage, ListedFinding } from './model.ts';
import {
  countFindings,
  readAssetScans,
  readFeeds,
  readFindings,
  type FindingCounts,
  type FindingFilter,
} from './store.ts';

export interface FindingsPage {
  readonly counts: FindingCounts;
  readonly feeds: readonly Feed[];
  readonly findings: readonly ListedFinding[];
}

/** @throws HoldfastError `not_found` where no asset has that key or host name. */
export async function readFindingsPage(
  sql: Sql,
  filter: Omit<FindingFilter, 'asset'> & { readonly asset?: string | undefined },
): Promise<FindingsPage> {
  const { asset, ...rest } = filter;
  const id =
    asset === undefined ? undefined : (await requireEntity(sql, 'asset', asset, undefined)).id;
  return {
    counts: await countFindings(sql, id),
    feeds: await readFeeds(sql),
    findings: await readFindings(sql, { ...rest, asset: id }),
  };
}

/** Every asset with every kind of scan that it should have, by key. */
export async function readCoverage(sql: Sql, now: Date): Promise<Coverage[]> {
  const sources = await readSources(sql, now);
  const numbers = (found: typeof sources): number[] => found.map(({ id }) => id);
  const weak = {
    stale: numbers(sources.filter((source) => source.stale)),
    declared: numbers(sources.filter(({ connector }) => connector === DECLARED)),
    scanners: numbers(sources.filter(({ connector }) => SCANNERS.includes(connector))),
  };
  const feeds = await readFeeds(sql);
  const assets = await readAssetScans(sql, weak);
  return assets.flatMap((asset) => coverageOf(asset, feeds, now));
}
