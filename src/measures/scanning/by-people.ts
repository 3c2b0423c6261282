/** Findings in the order of the people behind them: those of the assets from which most people are reached come first. */
import type { Sql } from '../../kernel/sql/database.ts';
import type { ListedFinding } from './model.ts';
import { readFindings, type FindingFilter } from './store.ts';

/** Assets, by number, from which an attacker reaches as many living people. */
export interface Band {
  readonly people: number;
  readonly assets: readonly number[];
}

type FindingOfPeople = ListedFinding & { readonly people: number };

/** One band for each number of people, the greatest first. */
export function bandsOf(people: Iterable<readonly [asset: number, people: number]>): Band[] {
  const assets = new Map<number, number[]>();
  for (const [asset, count] of people) {
    const known = assets.get(count);
    if (known === undefined) assets.set(count, [asset]);
    else known.push(asset);
  }
  return [...assets]
    .map(([count, own]) => ({ people: count, assets: own }))
    .sort((a, b) => b.people - a.people);
}

/** The first `limit` findings: within a band those to look at first first, each in its highest band alone. */
export async function readFindingsByPeople(
  sql: Sql,
  filter: FindingFilter,
  bands: readonly Band[],
): Promise<FindingOfPeople[]> {
  const { assets: scope, limit } = filter;
  const wanted = scope === undefined ? undefined : new Set(scope);
  const found = new Map<string, FindingOfPeople>();
  for (const { people, assets } of bands) {
    const own = wanted === undefined ? assets : assets.filter((asset) => wanted.has(asset));
    if (own.length > 0) await fill(sql, { ...filter, assets: own }, people, found);
  }
  // Assets in no band: nobody has described them, and who is reached from them is not known.
  await fill(sql, filter, 0, found);
  return [...found.values()].slice(0, limit);
}

async function fill(
  sql: Sql,
  filter: FindingFilter,
  people: number,
  found: Map<string, FindingOfPeople>,
): Promise<void> {
  let after: FindingFilter['after'];
  while (found.size < filter.limit) {
    const rows = await readFindings(sql, { ...filter, after });
    for (const row of rows) {
      const key = `${row.component} ${row.finding.key}`;
      if (!found.has(key)) found.set(key, { ...row, people });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < filter.limit) return;
    after = { rank: last.rank, key: last.finding.key, component: last.component };
  }
}
