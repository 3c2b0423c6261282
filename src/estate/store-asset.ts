/** SQL that tells what is on one asset in numbers, without reading every row of it. */
import type { Sql } from '../kernel/sql/database.ts';

export interface SectionCount {
  readonly section: string;
  /** Distinct components, over all sources of the section. */
  readonly count: number;
  readonly held: number;
  /** In another state than "installed and configured". */
  readonly otherState: number;
}

export async function countInventory(sql: Sql, asset: number): Promise<SectionCount[]> {
  return sql<SectionCount[]>`
    select section, count(*)::int as count, count(*) filter (where held)::int as held, count(*) filter (where other)::int as "otherState"
    from (
      select i.section, c.id, bool_or(coalesce((i.notes -> c.id::text ->> 'held')::boolean, false)) as held,
        bool_or(i.notes -> c.id::text ->> 'state' is not null) as other
      from estate.inventory i cross join lateral unnest(i.components) as c (id)
      where i.asset_id = ${asset} group by i.section, c.id
    ) each_once
    group by section order by section`;
}

export interface AccountCount {
  readonly total: number;
  readonly privileged: number;
  readonly passwordSet: number;
  readonly passwordNone: number;
  readonly passwordLocked: number;
  /** Whether a password can be used could not be read. */
  readonly passwordUnknown: number;
}

/** Accounts that live on the asset itself: those of the identity source `local:KEY` of any of its keys. */
export async function countLocalAccounts(sql: Sql, asset: number): Promise<AccountCount> {
  const [row] = await sql<AccountCount[]>`
    select count(*)::int as total,
      count(*) filter (where s.body -> 'privileged' = 'true'::jsonb)::int as privileged,
      count(*) filter (where s.body ->> 'password' = 'set')::int as "passwordSet",
      count(*) filter (where s.body ->> 'password' = 'none')::int as "passwordNone",
      count(*) filter (where s.body ->> 'password' = 'locked')::int as "passwordLocked",
      count(*) filter (where s.body ->> 'password' is null)::int as "passwordUnknown"
    from estate.identifier i
    -- A range of keys, so that the index on (kind, key) answers: '0' is the sign after '/'.
    join estate.state s on s.kind = 'account'
      and s.key >= 'local:' || substr(i.identifier, 5) || '/' and s.key < 'local:' || substr(i.identifier, 5) || '0'
    where i.kind = 'asset' and i.entity_id = ${asset} and i.identifier like 'key:%'`;
  return (
    row ?? {
      total: 0,
      privileged: 0,
      passwordSet: 0,
      passwordNone: 0,
      passwordLocked: 0,
      passwordUnknown: 0,
    }
  );
}
