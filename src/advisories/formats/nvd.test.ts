import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anNvdRecord, nvdAnswer } from '../../../test/support/advisory-samples.ts';
import { splitFirstList } from '../archive/json-split.ts';
import type { IntelItem } from '../item.ts';
import { judgeProduct } from '../products/judge.ts';
import { productKey } from '../products/names.ts';
import { recogniseDocument, shapeOfJson } from '../recognise.ts';
import { parseNvd } from './nvd.ts';

const notes = { dropped: () => undefined, asOf: () => undefined };

interface Told {
  readonly criteria: string;
  readonly vulnerable?: boolean;
  readonly from?: string;
  readonly above?: string;
  readonly below?: string;
  readonly to?: string;
}

function match({ criteria, vulnerable = true, from, above, below, to }: Told): unknown {
  return {
    vulnerable,
    criteria: `cpe:2.3:${criteria}`,
    ...(from === undefined ? {} : { versionStartIncluding: from }),
    ...(above === undefined ? {} : { versionStartExcluding: above }),
    ...(below === undefined ? {} : { versionEndExcluding: below }),
    ...(to === undefined ? {} : { versionEndIncluding: to }),
    matchCriteriaId: '00000000-0000-4000-8000-000000000003',
  };
}

const any = (product: string): string => `${product}:*:*:*:*:*:*:*:*`;
const or = (...matches: readonly Told[]): unknown => ({
  operator: 'OR',
  negate: false,
  cpeMatch: matches.map(match),
});
const and = (...matches: readonly Told[]): unknown => ({
  operator: 'AND',
  negate: false,
  cpeMatch: matches.map(match),
});

function itemOf(more: Readonly<Record<string, unknown>>): IntelItem {
  const [item] = parseNvd(anNvdRecord('CVE-2026-0001', more), notes);
  assert.ok(item?.kind === 'intel');
  return item;
}

/** The verdict on a version of `vendor/product`, `none` where the record does not speak of it. */
function judge(configurations: unknown, name: string, version: string, about = ''): string {
  const [vendor = '', product = ''] = name.split('/');
  const key = productKey(vendor, product);
  const rows = (itemOf({ configurations }).products ?? []).filter(
    (row) => row.vendor === key.vendor && row.product === key.product,
  );
  return rows.length === 0 ? 'none' : judgeProduct(rows, version, about).state;
}

test('ranges: just below, at and above each bound, inclusive and exclusive', () => {
  const ranges = [
    { nodes: [or({ criteria: any('a:invented:rota'), from: '2.0', below: '2.4.1' })] },
    { nodes: [or({ criteria: any('a:invented:rota'), above: '3.0', to: '3.2' })] },
  ];
  const cases: readonly (readonly [string, string])[] = [
    ['1.9', 'unknown'],
    ['2.0', 'affected'],
    ['2.4.0', 'affected'],
    ['2.4.1', 'not_affected'],
    ['2.5', 'not_affected'],
    ['3.0', 'unknown'],
    ['3.0.1', 'affected'],
    ['3.2', 'affected'],
    ['3.2.1', 'not_affected'],
    ['4.0', 'not_affected'],
    ['', 'unknown'],
    ['the newest', 'unknown'],
  ];
  for (const [version, expected] of cases)
    assert.equal(judge(ranges, 'invented/rota', version), expected, version);
});

test('a line without a range of its own is not known; one that is past its range is repaired', () => {
  const configurations = anNvdRecord('CVE-2026-0001')['configurations'];
  const state = (version: string): string => judge(configurations, 'invented/wardgate', version);
  assert.deepEqual(['6.4.9', '7.0.9', '7.0.10', '7.1.0', '7.2.3', '7.2.4', '7.4.0'].map(state), [
    'unknown',
    'affected',
    'not_affected',
    'unknown',
    'affected',
    'not_affected',
    'not_affected',
  ]);
});

test('only from, every version, exact ones with their update, and no version at all', () => {
  const one = (told: Told): unknown => [{ nodes: [or(told)] }];
  const from = one({ criteria: any('a:invented:rota'), from: '5.0' });
  assert.equal(judge(from, 'invented/rota', '5.0'), 'affected');
  assert.equal(judge(from, 'invented/rota', '4.9'), 'unknown');
  const above = one({ criteria: any('a:invented:rota'), above: '5.0' });
  assert.equal(judge(above, 'invented/rota', '5.0'), 'unknown');
  assert.equal(judge(above, 'invented/rota', '5.1'), 'affected');
  assert.equal(
    judge(one({ criteria: any('a:invented:rota') }), 'invented/rota', '0.1'),
    'affected',
  );
  const exact = one({ criteria: 'o:invented:rota:15.2\\(4\\)m3:*:*:*:*:*:*:*' });
  assert.equal(judge(exact, 'invented/rota', '15.2(4)M3'), 'affected');
  assert.equal(judge(exact, 'invented/rota', '15.2(4)M2'), 'unknown');
  const update = one({ criteria: 'a:invented:rota:12.1:sp3:*:*:*:*:*:*' });
  assert.equal(judge(update, 'invented/rota', '12.1 SP3'), 'affected');
  assert.equal(judge(update, 'invented/rota', '12.1'), 'unknown');
  // `-`: updates of it do not show in a version.
  const none = one({ criteria: 'o:invented:rota:-:*:*:*:*:*:*:*' });
  assert.equal(judge(none, 'invented/rota', '10.0.14393.1'), 'unknown');
});

test('firmware needs its device and nothing else; a program that needs a system is unknown without it', () => {
  const programme = { criteria: any('a:invented:viewer'), below: '4.0' };
  const system = { criteria: 'o:maker:oldos:-:*:*:*:*:*:*:*', vulnerable: false };
  const other = { criteria: 'o:maker:otheros:7.1:*:*:*:*:*:*:*', vulnerable: false };
  const nodes = { operator: 'AND', nodes: [or(programme), or(system, other)] };
  assert.equal(judge([nodes], 'invented/viewer', '3.9'), 'unknown');
  assert.equal(judge([nodes], 'invented/viewer', '3.9', 'oldos'), 'affected');
  assert.equal(judge([nodes], 'invented/viewer', '3.9', 'otheros'), 'unknown');
  assert.equal(judge([nodes], 'invented/viewer', '3.9', 'otheros 7.1'), 'affected');
  assert.equal(judge([nodes], 'invented/viewer', '4.0'), 'not_affected');
  assert.equal(judge([nodes], 'maker/oldos', '1'), 'none', 'what it runs on is not vulnerable');
  // The same within one node, and the same words without a condition.
  assert.equal(judge([{ nodes: [and(programme, system)] }], 'invented/viewer', '3.9'), 'unknown');
  assert.equal(judge([{ nodes: [or(programme, system)] }], 'invented/viewer', '3.9'), 'affected');
  assert.equal(
    judge([{ operator: 'OR', nodes: [or(programme), or(system)] }], 'invented/viewer', '3.9'),
    'affected',
  );
  const both = itemOf({ configurations: [nodes, { nodes: [or(programme)] }] }).products ?? [];
  assert.equal(judgeProduct(both, '3.9').state, 'affected', 'one configuration is enough');
  const verdict = judgeProduct(itemOf({ configurations: [nodes] }).products ?? [], '3.9');
  assert.equal(verdict.state === 'unknown' && verdict.platform, true);
  assert.match(verdict.because, /oldos or otheros 7 1/);
});

test('an edition is told or the verdict is unknown; a device without a version says nothing', () => {
  const fips = {
    criteria: 'a:citrix:netscaler_application_delivery_controller:*:*:*:*:fips:*:*:*',
  };
  const limited = [{ nodes: [or({ ...fips, from: '12.1', below: '12.1-55.297' })] }];
  assert.equal(judge(limited, 'citrix/netscaler-adc', '12.1-55.100'), 'unknown');
  assert.equal(judge(limited, 'citrix/netscaler-adc', '12.1-55.100', 'fips'), 'affected');
  const device = { criteria: 'h:invented:wardgate:-:*:*:*:*:*:*:*' };
  const firmware = { criteria: any('o:invented:wardgate_firmware'), to: '2.1' };
  const nodes = [{ operator: 'AND', nodes: [or(firmware), or(device)] }];
  assert.equal(judge(nodes, 'invented/wardgate', '2.1'), 'affected');
  assert.equal(judge(nodes, 'invented/wardgate', '2.2'), 'not_affected');
});

test('rejected and disputed records, vectors of every source, and what is negated', () => {
  const rejected = itemOf({ vulnStatus: 'Rejected' });
  assert.equal(rejected.intel.status, 'rejected');
  assert.equal(rejected.products, undefined);
  const tags = [{ sourceIdentifier: 'security@invented.example', tags: ['disputed'] }];
  assert.equal(itemOf({ cveTags: tags }).intel.status, 'disputed');
  assert.deepEqual(itemOf({}).intel.cvss, ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H']);
  assert.equal(itemOf({}).modified, '2026-11-19T10:00:00.000Z');
  const dropped: string[] = [];
  const tell = { ...notes, dropped: (reason: string) => void dropped.push(reason) };
  const nodes = [{ operator: 'OR', negate: true, cpeMatch: [match({ criteria: any('a:x:y') })] }];
  parseNvd(anNvdRecord('CVE-2026-0001', { configurations: [{ nodes }] }), tell);
  parseNvd(anNvdRecord('CVE-2026-0001', { configurations: [], metrics: {} }), tell);
  assert.deepEqual(dropped, ['negated configuration', 'nothing assessed yet']);
});

test('answers, yearly files and single records are known by what stands in them', async () => {
  const record = anNvdRecord('CVE-2026-0001');
  for (const document of [record, { cve: record }, JSON.parse(nvdAnswer([record])) as unknown])
    assert.equal(recogniseDocument(document)?.format, 'nvd');
  const text = nvdAnswer([record, record, record]);
  assert.equal(shapeOfJson(text.slice(0, 500))?.cut, 'list');
  for (const size of [1, 7, 4096]) {
    const bytes = Buffer.from(text);
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    const ids: string[] = [];
    for await (const piece of splitFirstList(chunks, 100_000))
      for (const item of parseNvd(JSON.parse(piece.bytes.toString('utf8')), notes))
        if (item.kind === 'intel') ids.push(item.cve);
    assert.deepEqual(ids, Array<string>(3).fill('CVE-2026-0001'));
  }
  await assert.rejects(
    async () => {
      for await (const piece of splitFirstList([Buffer.from(text.slice(0, -20))], 100_000))
        assert.ok(piece);
    },
    { code: 'bad_file' },
  );
});
