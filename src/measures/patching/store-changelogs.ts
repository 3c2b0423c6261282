/** SQL of what changelogs say of the versions of a source. */
import type { Sql } from '../../kernel/sql/database.ts';

/** Keeps what hosts read since then; one entry for each version of a source, whoever read it first. */
export async function keepChangelogs(sql: Sql, since: Date, now: Date): Promise<void> {
  await sql`
    insert into patching.changelog (type, release, name, version, at, flaws, learned_at)
    select distinct on (c.type, c.release, s.name, e->>'version', (e->>'at')::timestamptz)
      c.type, c.release, s.name, e->>'version', (e->>'at')::timestamptz,
      array(select jsonb_array_elements_text(coalesce(e->'flaws', '[]'))), ${now}
    from estate.inventory i cross join lateral jsonb_each(i.notes) as n
      join estate.component c on c.component_id = n.key::int
      cross join lateral (select coalesce(nullif(c.source_name, ''), c.name) as name) s
      cross join lateral jsonb_array_elements(n.value->'changes') as e
    where i.learned_at > ${since} and n.value->'changes' is not null
    on conflict do nothing`;
}

export interface ChangelogEntry {
  readonly fix: number;
  readonly type: string;
  /** The version that the fix asks for. */
  readonly to: string;
  readonly name: string;
  readonly version: string;
  readonly at: Date;
  readonly flaws: readonly string[];
}

/** Entries of the sources of these fixes, and of all fixes the entries that were learned now. */
export function readChangelogs(
  sql: Sql,
  fixes: readonly number[],
  now: Date,
): Promise<ChangelogEntry[]> {
  return sql<ChangelogEntry[]>`
    select f.fix_id as fix, f.type, f.target as "to", c.name, c.version, c.at, c.flaws
    from patching.changelog c join patching.fix f using (type, release, name)
    where f.target is not null and (c.learned_at = ${now} or f.fix_id = any(${fixes as number[]}::int[]))`;
}
