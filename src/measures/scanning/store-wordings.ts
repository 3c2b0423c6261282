/** SQL of the words of findings: what is said of a flaw in the same words of many components is kept once. */
import { hash } from 'node:crypto';
import type { Finding } from '../../advisories/verdict.ts';
import type { Sql } from '../../kernel/sql/database.ts';
import { writeCopy } from '../../kernel/sql/write-copy.ts';

/** A finding without what names one component. */
export interface Wording {
  readonly digest: string;
  readonly id: string;
  readonly names: readonly string[];
  readonly body: string;
}

/** Base64 digits of 132 bits. */
const DIGEST_DIGITS = 22;

export function wordingOf(finding: Finding): Wording {
  const { id, aliases, upstream } = finding;
  const body = jsonText(shared(finding));
  return {
    digest: hash('sha256', body, 'base64url').slice(0, DIGEST_DIGITS),
    id,
    names: [...new Set([id, ...aliases, ...upstream].map((name) => name.toUpperCase()))],
    body,
  };
}

/** What the columns of the narrow row hold is left out (JSON leaves out what is undefined). */
function shared(finding: Finding): object {
  const { explain } = finding;
  const matched = { ...explain.matched, name: undefined, version: undefined };
  return {
    ...finding,
    key: undefined,
    purl: undefined,
    explain: { ...explain, sentence: undefined, matched },
  };
}

/** What jsonb refuses, NUL and halves of pairs, may stand in a publisher's text; one such text must not stop the others. */
function jsonText(value: object): string {
  const text = JSON.stringify(value);
  // Almost no text has an escape, and looking for its beginning alone is cheaper.
  if (!text.includes('\\u') || !/\\u(?:0000|d[89a-f])/.test(text)) return text;
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'string' ? storable(each) : each,
  );
}

/** What PostgreSQL takes as text. */
export function storable(text: string): string {
  return text.isWellFormed() && !text.includes('\0')
    ? text
    : text.toWellFormed().replaceAll('\0', '');
}

/**
 * Numbers of these wordings by their digests; those that nobody has used yet are written. Whoever calls it is the only one
 * who writes findings.
 */
export async function numberWordings(
  sql: Sql,
  wordings: ReadonlyMap<string, Wording>,
): Promise<ReadonlyMap<string, number>> {
  if (wordings.size === 0) return new Map();
  const known = await sql<{ id: number; digest: string }[]>`
    select wording_id as id, digest from scanning.wording where digest = any(${[...wordings.keys()]}::text[])`;
  const numbers = new Map(known.map(({ id, digest }) => [digest, id]));
  const fresh = [...wordings.values()].filter(({ digest }) => !numbers.has(digest));
  if (fresh.length === 0) return numbers;
  const given = await sql<{ id: number }[]>`
    select nextval(pg_get_serial_sequence('scanning.wording', 'wording_id'))::int as id from generate_series(1, ${fresh.length})`;
  const into =
    await sql`copy scanning.wording (wording_id, digest, id, names, body) from stdin`.writable();
  const rows = fresh.map(({ digest, id, names, body }, at) => {
    const number = given[at]?.id ?? 0;
    numbers.set(digest, number);
    return [number, digest, id, names, body] as const;
  });
  await writeCopy(into, rows);
  return numbers;
}

/** Removes those of these wordings that no finding uses any more. */
export async function dropUnused(sql: Sql, wordings: readonly number[]): Promise<void> {
  if (wordings.length === 0) return;
  await sql`
    delete from scanning.wording w where wording_id = any(${[...new Set(wordings)]}::int[])
      and not exists (select from scanning.component_flaw f where f.wording_id = w.wording_id)`;
}
