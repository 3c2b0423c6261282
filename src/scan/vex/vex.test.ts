import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFindingOf } from '../../../test/support/a-finding.ts';
import { applyVex } from './apply.ts';
import { readVex } from './read.ts';

const LODASH = 'pkg:npm/lodash@4.17.20';
const BASH = 'pkg:deb/debian/bash@5.2.15-2?arch=amd64&distro=debian-12';
const packages = [{ purl: LODASH }, { purl: BASH }];
const target = { identifiers: ['registry.example/rota@sha256:ab'], packages };

function document(content: unknown, name = 'vex.json') {
  return { name, document: readVex(Buffer.from(JSON.stringify(content)), name) };
}

function openVex(...statements: readonly object[]) {
  return document({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    timestamp: '2026-01-01T00:00:00Z',
    statements,
  });
}

function about(vulnerability: string, product: string, status = 'not_affected', rest = {}) {
  return {
    vulnerability: { name: vulnerability },
    products: [{ '@id': product }],
    status,
    ...rest,
  };
}

test('a statement about a component and an alias of the flaw makes it not affected, and says so', () => {
  const { findings, report } = applyVex(
    [
      openVex(
        about('CVE-2021-23337', LODASH, 'not_affected', { justification: 'component_not_present' }),
      ),
    ],
    target,
    [aFindingOf(LODASH, 'GHSA-35jh-r3h4-6jhm', { aliases: ['CVE-2021-23337'] })],
  );
  assert.deepEqual(
    findings.map(({ state, vex }) => [state, vex?.justification]),
    [['not_affected', 'component_not_present']],
  );
  assert.deepEqual([report.applied, report.unmatched], [1, []]);
});

test('a statement that leaves out version and qualifiers means all of them; a point release is its release', () => {
  const finding = aFindingOf(BASH, 'CVE-2022-3715');
  for (const product of [
    'pkg:deb/debian/bash',
    'pkg:deb/debian/bash@5.2.15-2?distro=debian-12.13',
    'pkg:deb/debian/bash@5.2.15-2?distro=bookworm',
  ]) {
    const { report } = applyVex([openVex(about('CVE-2022-3715', product))], target, [finding]);
    assert.equal(report.applied, 1, product);
  }
});

test('a statement that matches nothing is reported with the nearest component and the field that differs', () => {
  const finding = aFindingOf(LODASH, 'CVE-2021-23337');
  const miss = (vulnerability: string, product: string) =>
    applyVex([openVex(about(vulnerability, product))], target, [finding]).report.unmatched[0];
  assert.deepEqual(miss('CVE-2021-23337', 'pkg:npm/lodash@4.17.21'), {
    document: 'vex.json',
    number: 1,
    vulnerability: 'CVE-2021-23337',
    product: 'pkg:npm/lodash@4.17.21',
    nearest: { purl: LODASH, differs: ['version: 4.17.21 ≠ 4.17.20'] },
    because: 'the nearest component differs',
  });
  assert.deepEqual(
    miss('CVE-2022-3715', 'pkg:deb/debian/bash@5.2.15-2?distro=debian-11')?.nearest?.differs,
    ['distro: debian-11 ≠ debian-12'],
  );
  assert.match(miss('CVE-2099-1', LODASH)?.because ?? '', /no advisory names/);
  assert.match(miss('CVE-2021-23337', 'pkg:npm/none@1')?.because ?? '', /does not name/);
});

test('parts of a product count only where the product is this target', () => {
  const finding = aFindingOf(LODASH, 'CVE-2021-23337');
  const statement = (product: string) => ({
    vulnerability: { name: 'CVE-2021-23337' },
    products: [{ '@id': product, subcomponents: [{ '@id': 'pkg:npm/lodash' }] }],
    status: 'not_affected',
  });
  const mine = applyVex([openVex(statement('registry.example/rota@sha256:ab'))], target, [finding]);
  assert.equal(mine.report.applied, 1);
  const other = applyVex([openVex(statement('registry.example/other'))], target, [finding]);
  assert.match(other.report.unmatched[0]?.because ?? '', /parts of registry.example\/other/);
});

test('the newest statement decides; affected settles what was unknown, under investigation leaves it standing', () => {
  const unknown = aFindingOf(LODASH, 'CVE-2021-23337', { state: 'unknown', reason: 'git-only' });
  const later = { timestamp: '2026-02-01T00:00:00Z' };
  const both = [
    about('CVE-2021-23337', LODASH, 'affected', later),
    about('CVE-2021-23337', LODASH, 'not_affected'),
  ];
  const [settled] = applyVex([openVex(...both)], target, [unknown]).findings;
  assert.deepEqual([settled?.state, settled?.reason], ['affected', undefined]);
  const open = openVex(about('CVE-2021-23337', LODASH, 'under_investigation'));
  assert.equal(applyVex([open], target, [unknown]).findings[0]?.state, 'unknown');
});

test('a notice of several flaws is not settled by a statement about one of them', () => {
  const notice = aFindingOf(BASH, 'ALSA-2026:1', { upstream: ['CVE-2026-1', 'CVE-2026-2'] });
  const { findings } = applyVex([openVex(about('CVE-2026-1', BASH))], target, [notice]);
  assert.equal(findings[0]?.state, 'affected');
});

test('CycloneDX analyses are read through bom-refs and BOM links', () => {
  const vex = document({
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    components: [{ 'bom-ref': 'a', name: 'lodash', purl: LODASH }],
    vulnerabilities: [
      {
        id: 'CVE-1',
        affects: [{ ref: 'a' }],
        analysis: { state: 'not_affected', justification: 'code_not_reachable' },
      },
      {
        id: 'CVE-2',
        affects: [{ ref: `urn:cdx:f08a6ccd/1#${encodeURIComponent(LODASH)}` }],
        analysis: { state: 'false_positive' },
      },
      { id: 'CVE-3', affects: [{ ref: 'a' }] },
      { id: 'CVE-4', affects: [{ ref: 'a' }], analysis: { state: 'sorted' } },
    ],
  });
  const { findings, report } = applyVex([vex], target, [
    aFindingOf(LODASH, 'CVE-1'),
    aFindingOf(LODASH, 'CVE-2'),
    aFindingOf(LODASH, 'CVE-3'),
  ]);
  assert.deepEqual(
    findings.map(({ state }) => state),
    ['not_affected', 'not_affected', 'affected'],
  );
  assert.deepEqual(
    report.problems.map(({ field }) => field),
    ['vulnerabilities[3]'],
  );
});

test('CSAF groups are read through the product tree and its relationships', () => {
  const vex = document({
    document: { csaf_version: '2.0', tracking: { current_release_date: '2026-01-01T00:00:00Z' } },
    product_tree: {
      branches: [
        {
          branches: [
            {
              product: {
                product_id: 'P1',
                name: 'lodash',
                product_identification_helper: { purl: LODASH },
              },
            },
          ],
        },
      ],
      full_product_names: [{ product_id: 'T', name: 'registry.example/rota@sha256:ab' }],
      relationships: [
        {
          product_reference: 'P1',
          relates_to_product_reference: 'T',
          full_product_name: { product_id: 'T:P1' },
        },
      ],
    },
    vulnerabilities: [
      {
        cve: 'CVE-1',
        product_status: { known_not_affected: ['T:P1'], fixed: ['gone'] },
        flags: [{ label: 'component_not_present', product_ids: ['T:P1'] }],
      },
      { cve: 'CVE-2', product_status: { known_affected: ['P1'] } },
    ],
  });
  const { findings, report } = applyVex([vex], target, [
    aFindingOf(LODASH, 'CVE-1'),
    aFindingOf(LODASH, 'CVE-2', { state: 'unknown' }),
  ]);
  assert.deepEqual(
    findings.map(({ state }) => state),
    ['not_affected', 'affected'],
  );
  assert.equal(findings[0]?.vex?.justification, 'component_not_present');
  assert.match(report.problems[0]?.problem ?? '', /gone is not in product_tree/);
});

test('what is no VEX document, or no statement, is refused or named', () => {
  assert.throws(() => readVex(Buffer.from('{"a":1}'), 'x.json'), { code: 'bad_file' });
  assert.throws(() => readVex(Buffer.from('{'), 'x.json'), { code: 'bad_file' });
  const { problems, statements } = openVex({}, about('CVE-1', LODASH, 'maybe'), {
    vulnerability: 'CVE-1',
    status: 'fixed',
  }).document;
  assert.equal(statements.length, 0);
  assert.deepEqual(
    problems.map(({ field }) => field),
    ['statements[0]', 'statements[1]', 'statements[2]'],
  );
});
