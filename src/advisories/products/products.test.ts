import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judgeProduct } from './judge.ts';
import type { ProductRange, ProductRow } from './model.ts';
import { productKey, productOfCpe } from './names.ts';
import { compareProductVersions } from './order.ts';
import { readWords } from './words.ts';

function aRow(
  versions: readonly Partial<ProductRange>[],
  otherwise: ProductRow['otherwise'] = 'unknown',
): ProductRow {
  return {
    cve: 'CVE-2024-1',
    by: 'cna',
    vendor: 'citrix',
    product: 'netscaler_adc',
    otherwise,
    versions: versions.map((range) => ({ version: '0', status: 'affected', ...range })),
  };
}

function state(row: ProductRow, version: string): string {
  return judgeProduct([row], version).state;
}

test('versions are ordered by numbers, letters and the words that vendors use', () => {
  const ascending: readonly (readonly string[])[] = [
    ['13.1-48.47', '13.1-49.13', '13.1-51.15', '14.1-8.50'],
    ['1.0-rc1', '1.0', '1.0p1', '1.0.1'],
    ['1.0.2k', '1.0.2m', '1.0.3'],
    ['8u131', '8u144', '9'],
    ['15.2(4)M5', '15.2(4)M10'],
    ['10.0.17763.1', '10.0.17763.1339', '10.0.17763.10000'],
  ];
  for (const line of ascending) {
    for (const [at, left] of line.entries())
      for (const right of line.slice(at + 1)) {
        assert.equal(compareProductVersions(left, right), -1, `${left} < ${right}`);
        assert.equal(compareProductVersions(right, left), 1, `${right} > ${left}`);
      }
  }
  assert.equal(compareProductVersions('v1.2.0', '1.2'), 0);
  assert.equal(compareProductVersions('2203 LTSR', '2203 CR'), undefined);
  assert.equal(compareProductVersions('n/a', '1'), undefined);
});

test('the order is antisymmetric, and long versions cost no more than their length', () => {
  const version = fc.stringMatching(/^\d{1,3}([.-](\d{1,4}|rc\d|p\d|[a-z])){0,4}$/);
  fc.assert(
    fc.property(version, version, (a, b) => {
      const there = compareProductVersions(a, b);
      const back = compareProductVersions(b, a);
      assert.equal(there === undefined ? undefined : 0 - there, back);
    }),
  );
  assert.equal(compareProductVersions('1.'.repeat(50_000), '1'), undefined);
});

test('bounds hold below, at and above', () => {
  const below = aRow([{ version: '10.0', lessThan: '10.4' }], 'unaffected');
  assert.deepEqual(
    ['9.9', '10.0', '10.3.9', '10.4', '11'].map((version) => state(below, version)),
    ['not_affected', 'affected', 'affected', 'not_affected', 'not_affected'],
  );
  const through = aRow([{ lessThanOrEqual: '4.2.0' }]);
  assert.deepEqual(
    ['0.1', '4.2.0', '4.2.1'].map((version) => state(through, version)),
    ['affected', 'affected', 'not_affected'],
  );
  assert.equal(judgeProduct([below], '10.1').state === 'affected', true);
  assert.equal((judgeProduct([below], '10.1') as { fixed?: string }).fixed, '10.4');
});

test('a train is its own line: 13.1 before 49.13 says nothing of 14.1, and FIPS is another train', () => {
  const row = aRow(
    [
      { version: '13.1', lessThan: '49.13', type: 'patch' },
      { version: '13.1-FIPS', lessThan: '37.159', type: 'patch' },
    ],
    'unaffected',
  );
  assert.deepEqual(
    [
      '13.1-48.47',
      '13.1-49.13',
      '14.1-8.50',
      '13.1-FIPS-37.150',
      '13.1-FIPS-37.159',
      '13.10-1.1',
    ].map((version) => state(row, version)),
    ['affected', 'not_affected', 'not_affected', 'affected', 'not_affected', 'not_affected'],
  );
  const usual = aRow([{ version: '11.4', lessThan: '11.4.4.46', type: 'patch' }], 'unaffected');
  assert.equal(state(usual, '11.4.2'), 'affected');
});

test('a status that changes inside the range is followed', () => {
  const row = aRow(
    [
      {
        version: '1.0',
        lessThan: '3.0',
        changes: [
          { at: '1.5', status: 'unaffected' },
          { at: '2.0', status: 'affected' },
        ],
      },
    ],
    'unaffected',
  );
  assert.deepEqual(
    ['1.4', '1.5', '2.0', '3.0'].map((version) => state(row, version)),
    ['affected', 'not_affected', 'affected', 'not_affected'],
  );
});

test('of ranges without an end the one that begins last counts', () => {
  const from = (version: string, status: ProductRange['status']) => ({
    version: `>= ${version}`,
    status,
  });
  const row = aRow([
    { version: '< 8.0.0', status: 'unaffected' },
    from('8.0.0', 'affected'),
    from('8.4.0', 'affected'),
    from('8.5.0', 'affected'),
    from('8.3.3', 'unaffected'),
    from('8.4.3', 'unaffected'),
    from('8.5.2', 'unaffected'),
  ]);
  const states = ['7.9', '8.0.0', '8.3.2', '8.3.3', '8.4.0', '8.4.3', '8.5.1', '8.5.2', '9.0'].map(
    (version) => state(row, version),
  );
  const [no, yes] = ['not_affected', 'affected'];
  assert.deepEqual(states, [no, yes, yes, no, yes, no, yes, no, no]);
});

test('what the record leaves open is unknown: no version, words without meaning, bounds that are reversed', () => {
  assert.equal(state(aRow([{ version: 'n/a' }]), '1.0'), 'unknown');
  assert.equal(state(aRow([{ lessThan: 'publication' }], 'unaffected'), '1.0'), 'unknown');
  assert.equal(state(aRow([{ version: '2020', lessThanOrEqual: '20.005' }]), '20.001'), 'unknown');
  assert.equal(state(aRow([{ lessThan: '2' }]), ''), 'unknown');
  assert.equal(state(aRow([{ version: '1.5' }]), '1.4'), 'unknown');
  assert.equal(state(aRow([{ version: '1.5' }], 'unaffected'), '1.4'), 'not_affected');
  assert.equal(state(aRow([{ version: 'KERNEL 7.92' }]), 'KERNEL 7.92'), 'affected');
});

test('one container that says affected outweighs another that says nothing', () => {
  const silent = aRow([{ version: 'n/a' }]);
  const says = aRow([{ lessThan: '2.0' }]);
  assert.equal(judgeProduct([silent, says], '1.0').state, 'affected');
  assert.equal(judgeProduct([silent, says], '2.0').state, 'not_affected');
});

test('ranges in words are read, and words that are none are not', () => {
  const read: readonly (readonly [string, unknown])[] = [
    ['< 5.1.1', [{ below: '5.1.1' }]],
    ['>= 1.3.0, < 1.3.19', [{ from: '1.3.0', below: '1.3.19' }]],
    ['7.2.26 and earlier', [{ to: '7.2.26' }]],
    ['prior to 5.0.32', [{ below: '5.0.32' }]],
    ['All versions < V3.0', [{ below: 'V3.0' }]],
    ['12.1.1 - 12.1.3', [{ from: '12.1.1', to: '12.1.3' }]],
    ['12.0.1-12.0.3', [{ from: '12.0.1', to: '12.0.3' }]],
    ['7.0.0-0', [{ exact: '7.0.0-0' }]],
    ['12.x', [{ prefix: '12.' }]],
    ['7.2, 7.3', [{ exact: '7.2' }, { exact: '7.3' }]],
    ['All versions', 'all'],
    ['n/a', 'unsaid'],
    ['see the advisory', undefined],
  ];
  for (const [text, expected] of read) assert.deepEqual(readWords(text), expected, text);
});

test('vendors and products have one spelling', () => {
  const adc = { vendor: 'citrix', product: 'netscaler_adc' };
  assert.deepEqual(productKey('Cloud Software Group', 'NetScaler ADC '), adc);
  assert.deepEqual(productKey('Citrix', 'Citrix ADC'), adc);
  assert.deepEqual(
    productOfCpe('cpe:2.3:a:citrix:netscaler_application_delivery_controller:*:*:*:*:*:*:*:*'),
    adc,
  );
  assert.deepEqual(productKey('Microsoft Corporation', 'Windows Server 2019'), {
    vendor: 'microsoft',
    product: 'windows_server_2019',
  });
  assert.equal(productOfCpe('cpe:/a:old'), undefined);
});
