/** The rules against what else is at hand: addresses against CISA's catalogue, bounds against CVE records. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, sharedFile } from '../../../test/support/shared-data.ts';
import { extractedProductRows } from '../formats/cve-products.ts';
import { judgeProduct } from '../products/judge.ts';
import type { ProductRow } from '../products/model.ts';
import { productKey } from '../products/names.ts';
import { objectOf, objectsOf, textOf } from '../read-json.ts';
import { rules } from './index.ts';
import type { Branch } from './model.ts';
import { SOURCE_SEEN, sourceSeen } from './seen.ts';

const CATALOGUE = 'intel/kev-cisa-2025-08-25.json.zst';
const RECORDS = 'intel/cve-vulnrichment-2024-10.jsonl.zst';

/** The number of a bulletin, where its address may be written in several ways. */
const BULLETIN = /CTX\d+|FG-IR-\d\d-\d+/;

test('where the catalogue is said to name the page, it does', { skip: absent(CATALOGUE) }, () => {
  const catalogue = objectOf(JSON.parse(sharedFile(CATALOGUE).toString('utf8')) as unknown);
  const told = new Map(
    objectsOf(catalogue['vulnerabilities']).map((entry) => [
      textOf(entry['cveID']),
      `${textOf(entry['notes'])} ${textOf(entry['requiredAction'])}`,
    ]),
  );
  let named = 0;
  for (const { cve, source, seen } of rules) {
    const text = told.get(cve) ?? '';
    const bulletin = BULLETIN.exec(source)?.[0];
    const isNamed = text.includes(source) || (bulletin !== undefined && text.includes(bulletin));
    assert.equal(seen === 'catalogue', isNamed, cve);
    if (isNamed) named += 1;
  }
  assert.ok(named >= 25, `${named}`);
});

test('how each source was seen', (t) => {
  const counts = SOURCE_SEEN.map(
    (how) => `${how} ${rules.filter(({ seen }) => seen === how).length}`,
  );
  t.diagnostic(counts.join(', '));
  assert.equal(sourceSeen('CVE-1999-0001'), 'nobody');
  for (const { cve, source, seen } of rules)
    if (seen === 'pattern') assert.ok(source.endsWith(`/${cve}`), cve);
});

function below(bound: string): string | undefined {
  const found = /^(.*?)(\d+)$/.exec(bound);
  const last = Number(found?.[2] ?? 0);
  return found === null || last === 0 ? undefined : `${found[1] ?? ''}${last - 1}`;
}

/** Whole versions at the end of a branch. */
function boundsOf({ trains, fixed }: Branch): string[] {
  if (fixed === undefined) return [];
  return trains?.map((train) => `${train}-${fixed}`) ?? [fixed];
}

/** Where a record says otherwise than the publisher's page, as the rule has it, and why the rule stays. */
const KNOWN: Readonly<Record<string, string>> = {
  'CVE-2023-34362':
    'CISA’s container begins one build later than the publisher; the record itself names no version',
  'CVE-2023-35078':
    'the record’s default is “affected” and names releases without their builds; CISA’s container agrees',
  'CVE-2023-6548': 'the record leaves out certified editions that are of the same builds',
  'CVE-2024-21762': 'CISA’s container joins 6.0 and 6.2; the publisher’s own ends 6.0 with 6.0.17',
  'CVE-2024-40711': 'no build lies between the last affected and the repaired one',
};

test('no CVE record contradicts a rule at its bounds', { skip: absent(RECORDS) }, (t) => {
  const rows = new Map<string, ProductRow[]>();
  const wanted = new Set(rules.map(({ cve }) => cve));
  for (const line of sharedFile(RECORDS).toString('utf8').trim().split('\n')) {
    const record = objectOf(JSON.parse(line) as unknown);
    const cve = textOf(record['id']);
    if (wanted.has(cve)) rows.set(cve, extractedProductRows(cve, record));
  }
  const counts = { agreed: 0, unsaid: 0, known: 0 };
  const contradictions: string[] = [];
  for (const { cve, products } of rules)
    for (const { vendor, names, branches } of products)
      for (const name of names) {
        const key = productKey(vendor, name);
        const own = (rows.get(cve) ?? []).filter(
          (row) => row.vendor === key.vendor && row.product === key.product,
        );
        if (own.length === 0) continue;
        for (const bound of branches.flatMap(boundsOf)) {
          const check = (version: string | undefined, expected: string): void => {
            if (version === undefined) return;
            const { state } = judgeProduct(own, version);
            if (state === expected) counts.agreed += 1;
            else if (state === 'unknown') counts.unsaid += 1;
            else if (KNOWN[cve] === undefined)
              contradictions.push(`${cve} ${name} ${version}: the record says ${state}`);
            else counts.known += 1;
          };
          check(below(bound), 'affected');
          check(bound, 'not_affected');
        }
      }
  t.diagnostic(`${JSON.stringify(counts)}; contradictions: ${contradictions.join('; ') || 'none'}`);
  assert.deepEqual(contradictions, []);
  assert.ok(counts.agreed > 10, JSON.stringify(counts));
});
