import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdvisoryIndex } from './index-open.ts';
import { matchAll, type MatchItem } from './match-all.ts';
import type { Feed } from './model.ts';
import type { ProductRow } from './products/model.ts';
import type { WindowsUpdate } from './windows/model.ts';

const NOW = new Date('2026-11-22T06:00:00Z');

interface Given {
  readonly windows?: readonly WindowsUpdate[];
  readonly products?: readonly ProductRow[];
}

function anIndex({ windows, products }: Given = {}): AdvisoryIndex {
  const feed = (id: string): Feed => ({
    id,
    source: id,
    ecosystem: '',
    asOf: '2026-11-20T00:00:00.000Z',
    updatedAt: '2026-11-20T00:00:00.000Z',
    maxAgeSeconds: 30 * 86_400,
    records: 1,
    rows: 1,
    sha256: '0'.repeat(64),
    seesUnfixed: false,
    segment: '',
    from: 'a test',
  });
  const feeds = [
    ...(windows === undefined ? [] : [feed('windows')]),
    ...(products === undefined ? [] : [feed('nvd'), feed('vulnrichment')]),
  ];
  return {
    manifest: { schema: 'holdfast.advisories/1', feeds },
    feedsFor: () => [],
    rows: () => [],
    codes: () => [],
    record: () => undefined,
    namedBy: () => [],
    intel: () => ({}),
    eol: () => [],
    products: () => products ?? [],
    windows: () => windows ?? [],
    close: () => undefined,
  };
}

function generic(purl: string, version: string): MatchItem {
  const name = purl.split('/').at(-1)?.split(/[@?]/)[0] ?? '';
  return {
    purl,
    type: 'generic',
    ecosystem: '',
    name,
    version,
    locations: [{ path: 'systeminfo.txt' }],
  };
}

function server(build: string, role = 'server', name = 'windows-server-2016'): MatchItem {
  return generic(`pkg:generic/microsoft/${name}@${build}?arch=x64&role=${role}`, build);
}

function zeroLogon(packages: readonly MatchItem[], index: AdvisoryIndex, all = false) {
  const facts = [{ name: 'windows.updates', value: 'whole', path: 'systeminfo.txt' }];
  const { findings } = matchAll(packages, index, { now: NOW, all, facts });
  const meant = findings.filter(({ id }) => id === 'CVE-2020-1472');
  assert.ok(meant.length <= 1, 'one finding a flaw and component');
  return meant[0];
}

const FEBRUARY: WindowsUpdate = {
  kb: '4601318',
  date: '2021-02-11',
  part: 'windows',
  cves: ['CVE-2020-1472'],
  supersedes: [],
};

test('without any feed a rule finds what its range holds, and everything else stays unknown', () => {
  const index = anIndex();
  const found = zeroLogon([server('10.0.14393.3808')], index);
  assert.equal(found?.state, 'affected');
  assert.equal(found.kev?.ransomware, true);
  assert.deepEqual(found.fixReleased, {
    at: '2020-08-11',
    from: 'Microsoft (https://msrc.microsoft.com/update-guide/vulnerability/CVE-2020-1472)',
  });
  assert.deepEqual(found.fixed, ['10.0.14393.3866', 'KB4571694']);
  assert.equal(zeroLogon([server('10.0.14393.3866')], index), undefined);
  assert.equal(zeroLogon([server('10.0.14393.3866')], index, true)?.state, 'not_affected');
  assert.equal(zeroLogon([server('10.0.14393')], index)?.state, 'unknown');
  const other = generic('pkg:generic/acme/ward-book@1.0', '1.0');
  const { findings, components, feeds } = matchAll([other], index, { now: NOW });
  assert.deepEqual(findings, []);
  assert.equal(components[0]?.state, 'unknown');
  assert.deepEqual(
    feeds.map(({ id }) => id),
    ['rules'],
  );
});

test('a name without a version is unknown, by its own reason', () => {
  const adc = generic('pkg:generic/citrix/netscaler-adc', '');
  const { findings, components } = matchAll([adc], anIndex(), { now: NOW });
  assert.ok(findings.length > 8);
  assert.ok(findings.every(({ state, reason }) => state === 'unknown' && reason === 'no-version'));
  assert.deepEqual([components[0]?.state, components[0]?.reason], ['unknown', 'no-version']);
});

test('the build decides over the list of updates, and both words are told', () => {
  const index = anIndex({ windows: [FEBRUARY] });
  const fixed = zeroLogon([server('10.0.14393.3866')], index, true);
  assert.equal(fixed?.state, 'not_affected', 'repaired in August, whatever the list lacks');
  const open = zeroLogon([server('10.0.14393.3808')], index);
  assert.equal(open?.state, 'affected');
  assert.deepEqual(open.explain.feeds.map(({ feed }) => feed).sort(), ['rules', 'windows']);
  assert.equal(open.fixReleased?.at, '2020-08-11', 'the first of the dates');
  const listed = zeroLogon([server('10.0.14393')], index);
  assert.equal(listed?.state, 'affected', 'the catalogue decides where the build does not tell');
});

test('where updates do not show in the build, the list of updates decides', () => {
  const update = { ...FEBRUARY, kb: '4601349' };
  const index = anIndex({ windows: [update] });
  const kb = generic('pkg:generic/microsoft/kb4601349', '');
  const old = server('6.3.9600.19000', 'server', 'windows-server-2012-r2');
  assert.equal(zeroLogon([old, kb], index), undefined);
  assert.equal(zeroLogon([old], index)?.state, 'affected');
});

test('on a domain controller the setting is asked for', () => {
  const found = zeroLogon([server('10.0.14393.3866', 'domain-controller')], anIndex());
  assert.deepEqual([found?.state, found?.reason], ['unknown', 'setting']);
  assert.match(found?.explain.sentence ?? '', /Allow vulnerable Netlogon secure channel/);
  const before = zeroLogon([server('10.0.14393.3808', 'domain-controller')], anIndex());
  assert.equal(before?.state, 'affected');
});

test('a CVE record and a rule are one finding; affected wins', () => {
  const row: ProductRow = {
    cve: 'CVE-2023-4966',
    by: 'cna',
    vendor: 'citrix',
    product: 'netscaler_adc',
    otherwise: 'unaffected',
    versions: [{ version: '13.1', lessThan: '49.15', type: 'patch', status: 'affected' }],
  };
  const adc = generic('pkg:generic/citrix/netscaler-adc@13.1-48.47', '13.1-48.47');
  const { findings } = matchAll([adc], anIndex({ products: [row] }), { now: NOW });
  const [found, ...more] = findings.filter(({ id }) => id === 'CVE-2023-4966');
  assert.deepEqual(more, []);
  assert.equal(found?.state, 'affected');
  assert.deepEqual(found.explain.feeds.map(({ feed }) => feed).sort(), ['rules', 'vulnrichment']);
  const fixed = generic('pkg:generic/citrix/netscaler-adc@13.1-49.15', '13.1-49.15');
  const after = matchAll([fixed], anIndex({ products: [row] }), { now: NOW });
  assert.ok(after.findings.every(({ id }) => id !== 'CVE-2023-4966'));
});

test('what CVE records and the NVD say of one flaw is one finding; affected wins over unknown and over not affected', () => {
  const row = (by: 'cna' | 'nvd', lessThan: string): ProductRow => ({
    cve: 'CVE-2026-0001',
    by,
    vendor: 'invented',
    product: 'wardgate',
    otherwise: 'unknown',
    versions: [{ version: by === 'nvd' ? '*' : 'n/a', lessThan, status: 'affected' }],
  });
  const gate = generic('pkg:generic/invented/wardgate@7.0.1', '7.0.1');
  const found = (...products: readonly ProductRow[]) =>
    matchAll([gate], anIndex({ products }), { now: NOW }).findings;
  const [both, ...more] = found(row('cna', 'unspecified'), row('nvd', '7.0.2'));
  assert.deepEqual(more, []);
  assert.deepEqual([both?.state, both?.fixed], ['affected', ['7.0.2']]);
  const words = both?.explain.feeds.map(({ feed, says }) => `${feed} ${says}`).sort();
  assert.deepEqual(words, ['nvd affected', 'vulnrichment unknown']);
  assert.equal(found(row('cna', '7.0.3'), row('nvd', '7.0.1'))[0]?.state, 'affected');
  assert.deepEqual(found(row('cna', 'unspecified'), row('nvd', '7.0.1')), []);
  const limited = { ...row('nvd', '7.0.2'), only: [['fips']] };
  assert.deepEqual(
    found(limited).map(({ state, reason }) => [state, reason]),
    [['unknown', 'platform']],
  );
});
