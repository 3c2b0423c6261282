/** SQL that replaces verdicts: what is said of some components now in place of what was said before, in one transaction. */
import { PENDING_UPLOAD } from '../../advisories/pending-upload.ts';
import { rankOf } from '../../advisories/priority.ts';
import type { ComponentVerdict, Finding } from '../../advisories/verdict.ts';
import { sha256Hex } from '../../kernel/ids.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { writeCopy } from '../../kernel/sql/write-copy.ts';

export interface Evaluated {
  readonly component: number;
  readonly ecosystem: string;
  readonly verdict: ComponentVerdict;
  readonly findings: readonly Finding[];
}

interface StoredFinding {
  readonly component_id: number;
  readonly key: string;
  readonly id: string;
  readonly state: Finding['state'];
  readonly severity: string;
  readonly known_exploited: boolean;
  readonly digest: string;
  readonly first_seen: Date;
  readonly changed_at: Date;
}

/** One evaluation writes at a time: two would see the same past and store the same findings twice. */
const EVALUATION_LOCK = 7_046_013;

/**
 * Puts the verdicts of some components in place of their former ones; returns how many findings came, changed or went.
 * What is said again in the same words is not written again.
 */
export async function replaceVerdicts(
  sql: Sql,
  evaluated: readonly Evaluated[],
  feeds: string,
  now: Date,
): Promise<number> {
  await sql`select pg_advisory_xact_lock(${EVALUATION_LOCK})`;
  const ids = evaluated.map(({ component }) => component);
  const before = await sql<StoredFinding[]>`
    select component_id, key, id, state, severity, known_exploited, digest, first_seen, changed_at from scanning.finding
    where component_id = any(${ids}::int[]) and id <> ${PENDING_UPLOAD}`;
  const known = new Map(before.map((row) => [nameOf(row), row]));
  const rows = evaluated.flatMap(({ component, findings }) =>
    findings.map((finding) => findingRow(component, finding)),
  );
  const written = rows.filter((row) => known.get(nameOf(row))?.digest !== row.digest);
  const kept = new Set(rows.map(nameOf));
  const gone = before.filter((row) => !kept.has(nameOf(row)));
  await deleteFindings(sql, [...gone, ...written.filter((row) => known.has(nameOf(row)))]);
  await insertFindings(sql, written, known, now);
  const changes = changesOf(known, written, gone);
  await insertChanges(sql, changes, now);
  await sql`
    insert into scanning.matched (component_id, feeds, ecosystem, reason, limits, matched_at)
    select component_id, ${feeds}, ecosystem, reason, limits, ${now}
    from jsonb_to_recordset(${JSON.stringify(evaluated.map(matchedRow))}::text::jsonb) as r(component_id int, ecosystem text, reason text, limits text[])
    on conflict (component_id) do update set feeds = excluded.feeds, ecosystem = excluded.ecosystem, reason = excluded.reason,
      limits = excluded.limits, matched_at = excluded.matched_at`;
  return changes.length;
}

function nameOf(row: { component_id: number; key: string }): string {
  return `${row.component_id} ${row.key}`;
}

interface FindingRow {
  readonly component_id: number;
  readonly key: string;
  readonly id: string;
  readonly names: readonly string[];
  readonly state: Finding['state'];
  readonly rank: number;
  readonly known_exploited: boolean;
  readonly severity: string;
  readonly fixable: boolean;
  readonly body: string;
  readonly digest: string;
}

const DIGEST_DIGITS = 24;

function findingRow(component: number, finding: Finding): FindingRow {
  const { key, id, aliases, upstream, state, kev, severity, fixed } = finding;
  const body = jsonText(finding);
  const rank = rankOf(finding);
  return {
    component_id: component,
    key,
    id,
    names: [...new Set([id, ...aliases, ...upstream].map((name) => name.toUpperCase()))],
    state,
    rank,
    known_exploited: kev !== null,
    severity: severity.word,
    fixable: fixed.length > 0,
    body,
    digest: sha256Hex(`${rank} ${body}`).slice(0, DIGEST_DIGITS),
  };
}

/** What jsonb refuses, NUL and halves of pairs, may stand in a publisher's text; one such text must not stop the others. */
function jsonText(finding: Finding): string {
  const text = JSON.stringify(finding);
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text;
  return JSON.stringify(finding, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed().replaceAll('\0', '') : value,
  );
}

async function insertFindings(
  sql: Sql,
  rows: readonly FindingRow[],
  known: ReadonlyMap<string, StoredFinding>,
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const into = await sql`
    copy scanning.finding (component_id, key, id, names, state, rank, known_exploited, severity, fixable, body, digest, first_seen, changed_at) from stdin`.writable();
  function* values() {
    for (const row of rows) {
      const was = known.get(nameOf(row));
      const since = was?.state === row.state ? was.changed_at : now;
      const { component_id, key, id, names, state, rank, severity, fixable, body, digest } = row;
      yield [
        component_id,
        key,
        id,
        names,
        state,
        rank,
        row.known_exploited,
        severity,
        fixable,
        body,
        digest,
        was?.first_seen ?? now,
        since,
      ];
    }
  }
  await writeCopy(into, values());
}

async function deleteFindings(
  sql: Sql,
  rows: readonly { component_id: number; key: string }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    delete from scanning.finding f using unnest(${rows.map((row) => row.component_id)}::int[], ${rows.map(({ key }) => key)}::text[]) as g(component_id, key)
    where f.component_id = g.component_id and f.key = g.key`;
}

/** Age is judged when somebody asks, from the feeds; what only another feed could change is kept. */
function matchedRow({ component, ecosystem, verdict }: Evaluated) {
  const reason = verdict.reason === 'stale-feed' ? null : (verdict.reason ?? null);
  return { component_id: component, ecosystem, reason, limits: verdict.limits };
}

interface Change {
  readonly component_id: number;
  readonly key: string;
  readonly id: string;
  readonly state: string | null;
  readonly severity: string;
  readonly known_exploited: boolean;
}

function changesOf(
  known: ReadonlyMap<string, StoredFinding>,
  written: readonly FindingRow[],
  gone: readonly StoredFinding[],
): Change[] {
  const changed = written.filter((row) => {
    const was = known.get(nameOf(row));
    return (
      was?.state !== row.state ||
      was.severity !== row.severity ||
      was.known_exploited !== row.known_exploited
    );
  });
  return [...changed, ...gone.map((row) => ({ ...row, state: null }))];
}

async function insertChanges(sql: Sql, changes: readonly Change[], now: Date): Promise<void> {
  if (changes.length === 0) return;
  const into = await sql`
    copy scanning.finding_change (component_id, key, id, state, known_exploited, severity, at) from stdin`.writable();
  await writeCopy(
    into,
    changes.map(({ component_id, key, id, state, known_exploited, severity }) => [
      component_id,
      key,
      id,
      state,
      known_exploited,
      severity,
      now,
    ]),
  );
}
