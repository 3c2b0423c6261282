/** SQL that replaces verdicts: what is said of some components now in place of what was said before, in one transaction. */
import { PENDING_UPDATE, PENDING_UPLOAD } from '../../advisories/pending-upload.ts';
import { rankOf } from '../../advisories/priority.ts';
import type { ComponentVerdict, Finding } from '../../advisories/verdict.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { writeCopy } from '../../kernel/sql/write-copy.ts';
import { dropUnused, numberWordings, storable, wordingOf, type Wording } from './store-wordings.ts';

export interface Evaluated {
  readonly component: number;
  readonly ecosystem: string;
  readonly verdict: ComponentVerdict;
  readonly findings: readonly Finding[];
}

/** What is said of one component of one flaw, but for the words that it shares with others. */
interface Narrow {
  readonly component_id: number;
  readonly key: string;
  readonly state: Finding['state'];
  readonly rank: number;
  readonly known_exploited: boolean;
  readonly severity: string;
  readonly purl: string;
  readonly matched_name: string;
  readonly matched_version: string;
  readonly sentence: string;
  readonly digest: string;
  /** The record. */
  readonly id: string;
}

interface Stored extends Narrow {
  readonly wording_id: number;
  readonly first_seen: Date;
}

interface Fresh extends Narrow {
  readonly fixable: boolean;
  /** What was said of it before. */
  readonly was: Stored | undefined;
}

/** One writes at a time: two would see the same past and store the same findings twice. */
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
  await lockFindings(sql);
  const ids = evaluated.map(({ component }) => component);
  const before = await readStored(
    sql,
    sql`f.component_id = any(${ids}::int[]) and w.id <> all(${[PENDING_UPLOAD, PENDING_UPDATE]}::text[])`,
  );
  const said = evaluated.flatMap(({ component, findings }) =>
    findings.map((finding) => ({ component, finding })),
  );
  const changes = await replaceFindings(sql, before, said, now);
  await sql`delete from scanning.matched where component_id = any(${ids}::int[])`;
  await writeCopy(
    await sql`copy scanning.matched (component_id, feeds, ecosystem, reason, limits, matched_at) from stdin`.writable(),
    evaluated.map(({ component, ecosystem, verdict: { reason = null, limits } }) => [
      component,
      feeds,
      ecosystem,
      // Age is judged when somebody asks, from the feeds; what only another feed could change is kept.
      reason === 'stale-feed' ? null : reason,
      limits,
      now,
    ]),
  );
  return changes;
}

/** Until the transaction ends. */
export async function lockFindings(sql: Sql): Promise<void> {
  await sql`select pg_advisory_xact_lock(${EVALUATION_LOCK})`;
}

/** Findings as they are stored, those that `where` (of `f`, the finding, and `w`, its wording) picks. */
export function readStored(sql: Sql, where: ReturnType<Sql>): Promise<Stored[]> {
  return sql<Stored[]>`
    select f.component_id, f.key, f.wording_id, f.state, f.rank, f.known_exploited, f.severity, f.purl, f.matched_name, f.matched_version,
      f.sentence, f.first_seen, w.digest, w.id
    from scanning.component_flaw f join scanning.wording w using (wording_id) where ${where}`;
}

/**
 * What is said now in place of `before`, with the log of what came, changed or went; returns how many of these. Needs
 * `lockFindings`.
 */
export async function replaceFindings(
  sql: Sql,
  before: readonly Stored[],
  said: readonly { readonly component: number; readonly finding: Finding }[],
  now: Date,
): Promise<number> {
  const known = new Map(before.map((row) => [nameOf(row.component_id, row.key), row]));
  const wordings = new Map<string, Wording>();
  const written: Fresh[] = [];
  const kept = new Set<Stored>();
  for (const { component, finding } of said) {
    const wording = wordingOf(finding);
    const was = known.get(nameOf(component, finding.key));
    const row = rowOf(component, finding, wording.digest, was);
    if (was !== undefined) kept.add(was);
    if (was !== undefined && isSame(was, row)) continue;
    written.push(row);
    wordings.set(wording.digest, wording);
  }
  const gone = before.filter((row) => !kept.has(row));
  const renewed = written.flatMap(({ was }) => was ?? []);
  await deleteFindings(sql, [...gone, ...renewed]);
  const numbers = await numberWordings(sql, wordings);
  await insertFindings(sql, written, numbers, now);
  await dropUnused(
    sql,
    [...gone, ...renewed].map((row) => row.wording_id),
  );
  const changes = changesOf(written, gone);
  await insertChanges(sql, changes, now);
  return changes.length;
}

function nameOf(component: number, key: string): string {
  return `${component} ${key}`;
}

function rowOf(
  component: number,
  finding: Finding,
  digest: string,
  was: Stored | undefined,
): Fresh {
  const { key, id, purl, state, kev, severity, fixed, explain } = finding;
  return {
    component_id: component,
    key,
    id,
    state,
    rank: rankOf(finding),
    known_exploited: kev !== null,
    severity: severity.word,
    fixable: fixed.length > 0,
    purl: storable(purl),
    matched_name: storable(explain.matched.name),
    matched_version: storable(explain.matched.version),
    sentence: storable(explain.sentence),
    digest,
    was,
  };
}

function isSame(a: Narrow, b: Narrow): boolean {
  return (
    a.digest === b.digest &&
    a.rank === b.rank &&
    a.purl === b.purl &&
    a.matched_name === b.matched_name &&
    a.matched_version === b.matched_version &&
    a.sentence === b.sentence
  );
}

async function insertFindings(
  sql: Sql,
  rows: readonly Fresh[],
  numbers: ReadonlyMap<string, number>,
  now: Date,
): Promise<void> {
  if (rows.length === 0) return;
  const into = await sql`
    copy scanning.component_flaw (component_id, key, wording_id, state, rank, known_exploited, severity, fixable, purl, matched_name,
      matched_version, sentence, first_seen) from stdin`.writable();
  const since = now.toISOString();
  function* values() {
    for (const row of rows)
      yield [
        row.component_id,
        row.key,
        numbers.get(row.digest) ?? 0,
        row.state,
        row.rank,
        row.known_exploited,
        row.severity,
        row.fixable,
        row.purl,
        row.matched_name,
        row.matched_version,
        row.sentence,
        row.was?.first_seen ?? since,
      ];
  }
  await writeCopy(into, values());
}

async function deleteFindings(
  sql: Sql,
  rows: readonly { component_id: number; key: string }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    delete from scanning.component_flaw f using unnest(${rows.map((row) => row.component_id)}::int[], ${rows.map(({ key }) => key)}::text[]) as g(component_id, key)
    where f.component_id = g.component_id and f.key = g.key`;
}

interface Change {
  readonly component_id: number;
  readonly key: string;
  readonly id: string;
  readonly state: string | null;
  readonly severity: string;
  readonly known_exploited: boolean;
}

function changesOf(written: readonly Fresh[], gone: readonly Stored[]): Change[] {
  const changed = written.filter(
    ({ was, state, severity, known_exploited }) =>
      was?.state !== state || was.severity !== severity || was.known_exploited !== known_exploited,
  );
  return [...changed, ...gone.map((row) => ({ ...row, state: null }))];
}

async function insertChanges(sql: Sql, changes: readonly Change[], now: Date): Promise<void> {
  if (changes.length === 0) return;
  const into = await sql`
    copy scanning.finding_change (component_id, key, id, state, known_exploited, severity, at) from stdin`.writable();
  const at = now.toISOString();
  await writeCopy(
    into,
    changes.map(({ component_id, key, id, state, known_exploited, severity }) => [
      component_id,
      key,
      id,
      state,
      known_exploited,
      severity,
      at,
    ]),
  );
}
