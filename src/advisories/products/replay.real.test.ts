/** Ranges of real CVE records replayed just below, at and just above each bound. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, sharedFile } from '../../../test/support/shared-data.ts';
import { judgeProduct } from './judge.ts';
import type { ProductRange, ProductRow, ProductStatus } from './model.ts';

const FILE = 'intel/cve-vulnrichment-2024-10.jsonl.zst';

interface Affected {
  readonly by?: string;
  readonly vendor?: string;
  readonly product?: string;
  readonly defaultStatus?: ProductStatus;
  readonly versions?: readonly (ProductRange & { readonly versionType?: string })[];
}

const UPPER = /^\d{1,9}(?:\.\d{1,9}){1,5}$/;
const LOWER = /^\d{1,9}(?:\.\d{1,9}){0,5}$/;

/** One plain range of numbers: what a person reads without a doubt is what the judge must say. */
function plainRange({ versions = [] }: Affected): ProductRange | undefined {
  const [only, ...more] = versions;
  if (only === undefined || more.length > 0 || only.status !== 'affected') return undefined;
  if (only.changes !== undefined || only.versionType === 'git') return undefined;
  const bound = boundOf(only);
  if (!UPPER.test(bound) || !LOWER.test(only.version) || isTrain(only, bound)) return undefined;
  return order(only.version, bound) < 0 ? only : undefined;
}

function boundOf({ lessThan, lessThanOrEqual }: ProductRange): string {
  return lessThan ?? lessThanOrEqual ?? '';
}

/** A train and a build inside it: 13.1 before 49.13. */
function isTrain(
  { version, versionType }: ProductRange & { readonly versionType?: string },
  bound: string,
): boolean {
  return versionType === 'patch' && bound.split('.')[0] !== version.split('.')[0];
}

function order(left: string, right: string): number {
  const [a, b] = [left, right].map((text) => text.split('.').map(Number));
  for (let at = 0; at < Math.max(a?.length ?? 0, b?.length ?? 0); at += 1) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function moved(bound: string, by: number): string | undefined {
  const parts = bound.split('.').map(Number);
  const last = (parts.at(-1) ?? 0) + by;
  return last < 0 ? undefined : [...parts.slice(0, -1), last].join('.');
}

interface Tally {
  readonly counts: { lessThan: number; lessThanOrEqual: number; from: number; otherwise: number };
  readonly wrong: string[];
}

function replay(row: ProductRow, range: ProductRange, tally: Tally): void {
  const check = (version: string | undefined, expected: string): void => {
    if (version === undefined) return;
    const { state } = judgeProduct([row], version);
    if (state !== expected)
      tally.wrong.push(
        `${row.cve} ${version}: ${state}, not ${expected} (${JSON.stringify(range)})`,
      );
  };
  const bound = boundOf(range);
  const isOpen = range.lessThan !== undefined;
  const inside = moved(bound, -1);
  if (inside !== undefined && order(inside, range.version) >= 0) check(inside, 'affected');
  check(bound, isOpen ? 'not_affected' : 'affected');
  check(moved(bound, 1), 'not_affected');
  tally.counts[isOpen ? 'lessThan' : 'lessThanOrEqual'] += 1;
  if (range.version === '0') return;
  check(range.version, 'affected');
  tally.counts.from += 1;
  // Below the range nobody speaks, unless the record's default does.
  const isSaid = row.otherwise === 'unaffected';
  check(moved(range.version, -1), isSaid ? 'not_affected' : 'unknown');
  if (isSaid) tally.counts.otherwise += 1;
}

function rowOf(cve: string, affected: Affected, range: ProductRange): ProductRow {
  const { by, vendor = '', product = '', defaultStatus: otherwise = 'unknown' } = affected;
  return { cve, by: by === 'adp' ? 'adp' : 'cna', vendor, product, otherwise, versions: [range] };
}

test('plain ranges of CVE records: below, at and above each bound', { skip: absent(FILE) }, (t) => {
  const tally: Tally = {
    counts: { lessThan: 0, lessThanOrEqual: 0, from: 0, otherwise: 0 },
    wrong: [],
  };
  for (const line of sharedFile(FILE).toString('utf8').trim().split('\n')) {
    const { id, affected = [] } = JSON.parse(line) as { id: string; affected?: Affected[] };
    for (const each of affected) {
      const range = plainRange(each);
      // Where everything else is affected, only what the range excludes could be told.
      if (range !== undefined && each.defaultStatus !== 'affected')
        replay(rowOf(id, each, range), range, tally);
    }
  }
  const { counts, wrong } = tally;
  t.diagnostic(`${JSON.stringify(counts)}; ${wrong.length} wrong`);
  assert.ok(counts.lessThan > 3000 && counts.lessThanOrEqual > 500, JSON.stringify(counts));
  assert.deepEqual(wrong.slice(0, 20), []);
});
