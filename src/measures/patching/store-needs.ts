/** SQL of what the findings ask for: brought up to date by difference, since most of it stays as it was. */
import type { Sql } from '../../kernel/sql/database.ts';
import {
  clockFactsOf,
  needOf,
  type Need,
  type NeedyComponent,
  type NeedyFinding,
} from './fix-of.ts';
import { factsToAdd } from './clock.ts';
import type { ClockFact, Fix } from './model.ts';

interface NeedyRow extends NeedyComponent, NeedyFinding {
  readonly component: number;
  readonly findingKey: string;
  readonly digest: string;
  /** Whether it had something to install or set when it was last read; null: it asked for nothing. */
  readonly wasFixable: boolean | null;
}

export interface NeedsChange {
  /** Components of which something is asked now that was not, or the other way round. */
  readonly components: readonly number[];
  /** Their fixes, those of before included. */
  readonly fixes: readonly number[];
}

/**
 * Findings that ask for something: a fix exists, a setting is to be made, or the flaw is exploited or named by an alert and
 * must be kept off without one. Returns what changed since the last time.
 */
export async function refreshNeeds(
  sql: Sql,
  alerted: readonly string[],
  watchedSince: Date | null,
  now: Date,
): Promise<NeedsChange> {
  const asking = askingFindings(sql, alerted);
  const gone = await sql<{ component_id: number; fix_id: number }[]>`
    with asking as materialized (${asking})
    delete from patching.need n
    where not exists (select from asking a where a.component = n.component_id and a."findingKey" = n.finding_key)
    returning component_id, fix_id`;
  const rows = await sql<(NeedyRow & { oldFix: number | null })[]>`
    with asking as materialized (${asking})
    select a.*, c.type, c.release, c.name, c.source_name as "sourceName", n.fixable as "wasFixable", n.fix_id as "oldFix"
    from asking a
    join estate.component c on c.component_id = a.component
    left join patching.need n on n.component_id = a.component and n.finding_key = a."findingKey"
    where n.digest is distinct from a.digest`;
  const needs = rows.map((row) => ({ row, need: needOf(row, row) }));
  const numbers = await numberFixes(
    sql,
    needs.map(({ need }) => need.fix),
  );
  const fixOf = ({ fix }: Need): number => numbers.get(fix.key) ?? 0;
  const learned = needs.map(({ row, need }) => ({
    fix: fixOf(need),
    facts: clockFactsOf(row, isWatched(row, need, watchedSince), now),
  }));
  await addClockFacts(sql, learned);
  await writeNeeds(
    sql,
    needs.map(({ row, need }) => ({
      component_id: row.component,
      finding_key: row.findingKey,
      fix_id: fixOf(need),
      certain: need.certain,
      fixable: need.fixable,
      flaw: need.flaw,
      digest: row.digest,
    })),
  );
  const old = rows.flatMap(({ oldFix }) => oldFix ?? []);
  return {
    components: unique([
      ...gone.map(({ component_id }) => component_id),
      ...rows.map(({ component }) => component),
    ]),
    fixes: unique([...gone.map(({ fix_id }) => fix_id), ...old, ...learned.map(({ fix }) => fix)]),
  };
}

/** We knew the flaw when there was nothing against it. */
function isWatched(row: NeedyRow, need: Need, since: Date | null): boolean {
  if (!need.fixable || since === null) return false;
  return row.wasFixable === false || (row.wasFixable === null && row.firstSeen < since);
}

function askingFindings(sql: Sql, alerted: readonly string[]) {
  return sql`
    select f.component_id as component, f.key as "findingKey", f.id, f.names, f.state, f.said->>'reason' as reason,
      f.said->'fixed'->>0 as fixed, f.said->'severity' as severity, nullif(f.said->'kev', 'null') as kev, nullif(f.said->'ssvc', 'null') as ssvc,
      f.said->>'published' as published, f.said->'fixReleased' as "fixReleased", f.first_seen as "firstSeen",
      md5(concat_ws('|', f.state, f.said->>'reason', f.said->'fixed'->>0, f.said->'severity', f.said->'kev', f.said->'ssvc', f.said->>'published',
        f.said->'fixReleased', f.id, f.names::text)) as digest
    from scanning.finding f
    where (f.state <> 'not_affected' and f.fixable)
      or (f.state <> 'not_affected' and f.said->>'reason' = 'setting')
      or (f.state = 'affected' and (f.known_exploited or f.names && ${alerted.map((name) => name.toUpperCase())}::text[]))`;
}

function unique(numbers: readonly number[]): number[] {
  return [...new Set(numbers)];
}

export async function numberFixes(sql: Sql, fixes: readonly Fix[]): Promise<Map<string, number>> {
  const rows = [...new Map(fixes.map((fix) => [fix.key, fix])).values()]
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ key, kind, subject, to }) => ({ key, kind, ...subject, target: to }));
  if (rows.length === 0) return new Map();
  const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(key text, kind text, type text, release text, name text, target text)`;
  await sql`
    insert into patching.fix (key, kind, type, release, name, target)
    select key, kind, type, release, name, target from ${given} on conflict (key) do nothing`;
  const found = await sql<{ key: string; fix_id: number }[]>`
    select f.key, f.fix_id from ${given} join patching.fix f using (key)`;
  return new Map(found.map(({ key, fix_id }) => [key, fix_id]));
}

export interface LearnedFacts {
  readonly fix: number;
  readonly facts: readonly ClockFact[];
}

/** Adds what is new; returns the fixes of which something was learned. */
export async function addClockFacts(sql: Sql, learned: readonly LearnedFacts[]): Promise<number[]> {
  if (learned.length === 0) return [];
  const known = await readClockFacts(sql, unique(learned.map(({ fix }) => fix)));
  const byFix = Map.groupBy(learned, ({ fix }) => fix);
  const rows = [...byFix].flatMap(([fix, told]) =>
    factsToAdd(
      known.get(fix) ?? [],
      told.flatMap(({ facts }) => facts),
    ).map((fact) => ({
      fix_id: fix,
      at: fact.at,
      source: fact.source,
      said_by: fact.from,
      observed_at: fact.observedAt,
    })),
  );
  if (rows.length === 0) return [];
  await sql`
    insert into patching.clock_fact (fix_id, at, source, said_by, observed_at)
    select fix_id, at, source, said_by, observed_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as r(fix_id int, at timestamptz, source text, said_by text, observed_at timestamptz)
    on conflict do nothing`;
  return unique(rows.map(({ fix_id }) => fix_id));
}

/** Facts by fix; of every fix unless some are named. */
export async function readClockFacts(
  sql: Sql,
  fixes?: readonly number[],
): Promise<Map<number, ClockFact[]>> {
  const rows = await sql<(ClockFact & { fix: number })[]>`
    select fix_id as fix, at, source, said_by as "from", observed_at as "observedAt" from patching.clock_fact
    where ${fixes === undefined ? sql`true` : sql`fix_id = any(${fixes as number[]}::int[])`}`;
  return Map.groupBy(rows, ({ fix }) => fix);
}

interface NeedRow {
  readonly component_id: number;
  readonly finding_key: string;
  readonly fix_id: number;
  readonly certain: boolean;
  readonly fixable: boolean;
  readonly flaw: Need['flaw'];
  readonly digest: string;
}

const ROWS = 10_000;

async function writeNeeds(sql: Sql, needs: readonly NeedRow[]): Promise<void> {
  for (let from = 0; from < needs.length; from += ROWS) {
    const rows = JSON.stringify(needs.slice(from, from + ROWS));
    await sql`
      insert into patching.need (component_id, finding_key, fix_id, certain, fixable, flaw, digest)
      select component_id, finding_key, fix_id, certain, fixable, flaw, digest
      from jsonb_to_recordset(${rows}::text::jsonb) as r(component_id int, finding_key text, fix_id int, certain boolean, fixable boolean, flaw jsonb, digest text)
      on conflict (component_id, finding_key) do update set fix_id = excluded.fix_id, certain = excluded.certain, fixable = excluded.fixable,
        flaw = excluded.flaw, digest = excluded.digest`;
  }
}

export interface StoredNeed {
  readonly component: number;
  readonly fix: number;
  readonly certain: boolean;
  readonly fixable: boolean;
  readonly flaw: Need['flaw'];
}

/** What is asked for of these fixes, or of all. */
export function readNeeds(sql: Sql, fixes?: readonly number[]): Promise<StoredNeed[]> {
  return sql<StoredNeed[]>`
    select component_id as component, fix_id as fix, certain, fixable, flaw from patching.need
    where ${fixes === undefined ? sql`true` : sql`fix_id = any(${fixes as number[]}::int[])`}
    order by component_id, finding_key`;
}

/** Every fix of the subjects that these fixes are of: what one asset lacks of one source package is judged together. */
export async function fixesBeside(sql: Sql, fixes: readonly number[]): Promise<number[]> {
  const rows = await sql<{ fix_id: number }[]>`
    select distinct b.fix_id from patching.fix a join patching.fix b using (type, release, name)
    where a.fix_id = any(${fixes as number[]}::int[])`;
  return rows.map(({ fix_id }) => fix_id);
}

/** Components that are products by themselves, and no package of a distribution or a language. */
export function readProducts(
  sql: Sql,
): Promise<{ component: number; name: string; version: string }[]> {
  return sql<{ component: number; name: string; version: string }[]>`
    select component_id as component, name, version from estate.component where type = 'generic' and version <> ''`;
}

export async function readFixes(sql: Sql, fixes?: readonly number[]): Promise<Map<number, Fix>> {
  const rows = await sql<
    {
      fix_id: number;
      key: string;
      kind: Fix['kind'];
      type: string;
      release: string;
      name: string;
      target: string | null;
    }[]
  >`select fix_id, key, kind, type, release, name, target from patching.fix
    where ${fixes === undefined ? sql`true` : sql`fix_id = any(${fixes as number[]}::int[])`}`;
  return new Map(
    rows.map(({ fix_id, key, kind, type, release, name, target }) => [
      fix_id,
      { key, kind, subject: { type, release, name }, to: target },
    ]),
  );
}
