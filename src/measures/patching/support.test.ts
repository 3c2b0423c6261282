import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EolCycle, EolProduct } from '../../advisories/model.ts';
import { unsupportedSystem } from './support.ts';

const NOW = new Date('2026-11-01T08:00:00Z');

function lookUp(slug: string): EolProduct[] {
  const cycles: Record<string, EolCycle[]> = {
    debian: [
      { cycle: '12', eol: '2026-07-11', extended: '2028-06-30' },
      { cycle: '10', eol: '2022-09-10', extended: '2024-06-30' },
    ],
    ubuntu: [
      { cycle: '20.04', eol: '2025-05-31', extended: '2030-04-02' },
      { cycle: '24.04', eol: '2029-05-31' },
    ],
    almalinux: [{ cycle: '8', eol: false }],
    centos: [{ cycle: '7', released: '2014-07-07', eol: true }],
    'windows-server': [
      { cycle: '2022', eol: '2031-10-14', latest: '10.0.20348' },
      { cycle: '1809-sac', eol: '2020-11-10', latest: '10.0.17763' },
      { cycle: '2019', eol: '2029-01-09', latest: '10.0.17763' },
      { cycle: '2012-r2', eol: '2023-10-10', extended: '2026-10-13', latest: '6.3.9600' },
      { cycle: '2008-r2-sp1', eol: '2020-01-14', extended: '2023-01-10', latest: '6.1.7601' },
    ],
    windows: [
      { cycle: '10-22h2', eol: '2025-10-14', extended: '2028-10-10', latest: '10.0.19045' },
      { cycle: '10-1809-e-lts', eol: '2029-01-09', latest: '10.0.17763' },
      { cycle: '10-1809-e', eol: '2021-05-11', latest: '10.0.17763' },
      { cycle: '10-1809-w', eol: '2020-11-10', latest: '10.0.17763' },
    ],
  };
  const own = cycles[slug];
  return own === undefined ? [] : [{ slug, title: slug, url: '', identifiers: [], cycles: own }];
}

function ended(id: string, versionId: string | undefined, ...entitlements: 'ubuntu-pro'[]) {
  const os = versionId === undefined ? { id } : { id, versionId };
  const asset = { os, ...(entitlements.length === 0 ? {} : { entitlements }) };
  return unsupportedSystem(asset, lookUp, NOW)?.since.slice(0, 10);
}

test('Debian is repaired by its LTS for everybody; others beyond their end only for those entitled', () => {
  assert.equal(ended('debian', '12'), undefined);
  assert.equal(ended('debian', '10'), '2024-06-30');
  assert.equal(ended('ubuntu', '20.04'), '2025-05-31');
  assert.equal(ended('ubuntu', '20.04', 'ubuntu-pro'), undefined);
  assert.equal(ended('ubuntu', '24.04'), undefined);
  assert.equal(ended('almalinux', '8.10'), undefined, 'no end is known');
  assert.equal(ended('centos', '7'), '2014-07-07', 'ended, and nobody says when');
  assert.equal(ended('debian', undefined), undefined);
  assert.equal(ended('plan9', '4'), undefined);
});

type Role = 'server' | 'workstation' | 'domain-controller';

function endedWindows(
  versionId: string,
  prettyName: string,
  more: { domainRole?: Role; entitlements?: ('windows-esu' | 'ubuntu-pro')[] } = {},
  now = NOW,
) {
  const found = unsupportedSystem(
    { os: { id: 'windows', versionId, prettyName }, ...more },
    lookUp,
    now,
  );
  return found === null ? undefined : `${found.product} ${found.since.slice(0, 10)}`;
}

test('Windows by its build, whether it is a server, and its edition', () => {
  assert.equal(endedWindows('10.0.17763.9121', 'Windows Server 2019 Standard'), undefined);
  assert.equal(endedWindows('10.0.17763.9121', 'Windows Server'), undefined, 'the longer of two');
  assert.equal(endedWindows('10.0.17763', '', { domainRole: 'domain-controller' }), undefined);
  assert.equal(
    endedWindows('10.0.17763', 'Windows 10 Professional'),
    'windows 10-1809-w 2020-11-10',
  );
  assert.equal(endedWindows('10.0.17763', 'Windows 10 Education'), 'windows 10-1809-e 2021-05-11');
  assert.equal(endedWindows('10.0.17763', 'Windows 10 Enterprise LTSC'), undefined);
  assert.equal(endedWindows('10.0 (19045)', 'Windows 10'), 'windows 10-22h2 2025-10-14');
  assert.equal(endedWindows('10.0.20348.1', 'Windows Server 2022 Datacenter'), undefined);
  assert.equal(endedWindows('10.0.99999', 'Windows Server 2031'), undefined, 'nobody knows it');
  assert.equal(endedWindows('Server 2016', 'Windows Server 2016'), undefined);
});

test('beyond its end a Windows is repaired for those who bought its extended updates, and not for ever', () => {
  const name = 'Windows Server 2012 R2 Standard';
  const esu = { entitlements: ['windows-esu' as const] };
  const before = new Date('2026-09-01T00:00:00Z');
  assert.equal(endedWindows('6.3.9600', name, {}, before), 'windows-server 2012-r2 2023-10-10');
  assert.equal(endedWindows('6.3.9600', name, esu, before), undefined);
  assert.equal(endedWindows('6.3.9600', name, esu), 'windows-server 2012-r2 2026-10-13');
  const other = { entitlements: ['ubuntu-pro' as const] };
  assert.match(endedWindows('6.3.9600', name, other, before) ?? '', /2023-10-10$/);
  const old = endedWindows('6.1.7601', 'Windows Server 2008 R2 Enterprise', esu);
  assert.equal(old, 'windows-server 2008-r2-sp1 2023-01-10');
});
