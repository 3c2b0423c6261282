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

/** One plain range of numbers: what a person reads without a doubt is what the judge must say. */
function plainRange({ versions = [] }: Affected): ProductRange | undefined {
  const [only, ...more] = versions;
  if (only === undefined || more.length > 0 || only.status !== 'affected') return undefined;
  const bound = only.lessThan ?? only.lessThanOrEqual ?? '';
  const from = only.version === '0' ? '0.0' : only.version;
  if (only.changes !== undefined || only.versionType === 'git') return undefined;
  if (!/^\d{1,9}(?:\.\d{1,9}){1,5}$/.test(bound) || !/^\d{1,9}(?:\.\d{1,9}){0,5}$/.test(from))
    return undefined;
  // A train and a build inside it: 13.1 before 49.13.
  if (only.versionType === 'patch' && bound.split('.')[0] !== from.split('.')[0]) return undefined;
  return order(from, bound) < 0 ? only : undefined;
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

test('plain ranges of CVE records: below, at and above each bound', { skip: absent(FILE) }, (t) => {
  const counts = { lessThan: 0, lessThanOrEqual: 0, from: 0, otherwise: 0 };
  const wrong: string[] = [];
  for (const line of sharedFile(FILE).toString('utf8').trim().split('\n')) {
    const record = JSON.parse(line) as { id: string; affected: readonly Affected[] };
    for (const affected of record.affected ?? []) {
      const range = plainRange(affected);
      if (range === undefined) continue;
      const row: ProductRow = {
        cve: record.id,
        by: affected.by === 'adp' ? 'adp' : 'cna',
        vendor: affected.vendor ?? '',
        product: affected.product ?? '',
        otherwise: affected.defaultStatus ?? 'unknown',
        versions: [range],
      };
      // Where everything else is affected, only what the range excludes could be told.
      if (row.otherwise === 'affected') continue;
      const check = (version: string | undefined, expected: string): void => {
        if (version === undefined) return;
        const { state } = judgeProduct([row], version);
        if (state !== expected)
          wrong.push(
            `${record.id} ${version}: ${state}, not ${expected} (${JSON.stringify(range)})`,
          );
      };
      const bound = range.lessThan ?? range.lessThanOrEqual ?? '';
      const inside = moved(bound, -1);
      if (inside !== undefined && order(inside, range.version) >= 0) check(inside, 'affected');
      check(bound, range.lessThan === undefined ? 'affected' : 'not_affected');
      check(moved(bound, 1), 'not_affected');
      counts[range.lessThan === undefined ? 'lessThanOrEqual' : 'lessThan'] += 1;
      if (range.version === '0') continue;
      check(range.version, 'affected');
      const before = moved(range.version, -1);
      if (before !== undefined) {
        // Below the range nobody speaks, unless the record's default does.
        check(before, row.otherwise === 'unaffected' ? 'not_affected' : 'unknown');
        if (row.otherwise === 'unaffected') counts.otherwise += 1;
      }
      counts.from += 1;
    }
  }
  t.diagnostic(`${JSON.stringify(counts)}; ${wrong.length} wrong`);
  assert.ok(counts.lessThan > 3000 && counts.lessThanOrEqual > 500, JSON.stringify(counts));
  assert.deepEqual(wrong.slice(0, 20), []);
});
