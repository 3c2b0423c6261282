/** SQL of findings in some components only, in the order of the places that these have. */
import type { Finding } from '../../advisories/verdict.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import type { ListedFinding } from './model.ts';

export interface FindingFilter {
  /** A CVE or another name of the flaw. */
  readonly name?: string | undefined;
  readonly states?: readonly Finding['state'][] | undefined;
  readonly severities?: readonly string[] | undefined;
  readonly knownExploited?: boolean | undefined;
  readonly fixable?: boolean | undefined;
  readonly limit: number;
}

export type PlacedFinding = Omit<ListedFinding, 'assets' | 'people'> & { readonly place: number };

interface Batch {
  /** By number, each with its place at the same position. */
  readonly components: Int32Array;
  readonly places: Int32Array;
}

/** Conditions on `scanning.finding f`. */
export function asked(sql: Sql, filter: Omit<FindingFilter, 'limit'>) {
  const { name, states = ['affected', 'unknown'], severities, knownExploited, fixable } = filter;
  return sql`f.state = any(${states as string[]})
    and ${name === undefined ? sql`true` : sql`f.names @> array[${name.toUpperCase()}]`}
    and ${severities === undefined ? sql`true` : sql`f.severity = any(${severities as string[]})`}
    and ${knownExploited === undefined ? sql`true` : sql`f.known_exploited = ${knownExploited}`}
    and ${fixable === undefined ? sql`true` : sql`f.fixable = ${fixable}`}`;
}

/** Bodies are read only of those that are asked for: finding them needs none. */
export function readFindingsAmong(
  sql: Sql,
  filter: FindingFilter,
  { components, places }: Batch,
  after?: Pick<PlacedFinding, 'place' | 'rank' | 'component'> & { readonly key: string },
): Promise<PlacedFinding[]> {
  const past =
    after === undefined
      ? sql`true`
      : sql`(p.place, f.rank, f.key, f.component_id) > (${after.place}, ${after.rank}, ${after.key}, ${after.component})`;
  return sql<PlacedFinding[]>`
    select f.component_id as component, f.rank, f.first_seen as "firstSeen", f.body as finding, k.place
    from (
      select p.place, f.rank, f.key, f.component_id
      from unnest(${[...components]}::int[], ${[...places]}::int[]) as p (component_id, place) join scanning.finding f using (component_id)
      where ${asked(sql, filter)} and ${past}
      order by p.place, f.rank, f.key, f.component_id limit ${filter.limit}
    ) k join scanning.finding f using (component_id, key)
    order by k.place, k.rank, k.key, k.component_id`;
}
