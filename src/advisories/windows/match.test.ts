import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anIndex } from '../../../test/support/advisories.ts';
import type { Feed } from '../model.ts';
import { matchWindows } from './match.ts';
import type { WindowsUpdate } from './model.ts';
import { catalogueName } from './product.ts';

const NOW = new Date('2026-11-01T00:00:00Z');

const FEED: Feed = {
  id: 'windows',
  source: 'windows',
  ecosystem: '',
  asOf: '2026-10-20T00:00:00Z',
  updatedAt: '2026-10-20T00:00:00Z',
  maxAgeSeconds: 40 * 86_400,
  records: 1,
  rows: 1,
  sha256: '',
  seesUnfixed: false,
  segment: '',
  from: 'a test',
};

const UPDATES: WindowsUpdate[] = [
  { kb: '4480116', date: '2019-01-08', part: 'windows', cves: ['CVE-2019-1'], supersedes: [] },
  { kb: '4601345', date: '2021-02-09', part: 'windows', cves: ['CVE-2020-1472'], supersedes: [] },
];

const WHOLE = { 'windows.updates': 'whole' };

function match(
  packages: readonly string[],
  facts: Readonly<Record<string, string>> = WHOLE,
  feed: Feed = FEED,
) {
  const index = {
    ...anIndex([]),
    manifest: { schema: 'holdfast.advisories/1' as const, feeds: [feed] },
    windows: (product: string) => (product === 'windows server 2019' ? UPDATES : []),
  };
  return matchWindows(
    packages.map((purl) => ({
      purl,
      type: 'generic',
      name: '',
      version: /@([^?]*)/.exec(purl)?.[1] ?? '',
      locations: [{ path: 'systeminfo.txt' }],
    })),
    index,
    {
      now: NOW,
      facts: Object.entries(facts).map(([name, value]) => ({
        name,
        value,
        path: 'systeminfo.txt',
      })),
    },
  );
}

const SERVER = 'pkg:generic/microsoft/windows-server-2019@10.0.17763?arch=x64&role=server';
const CONTROLLER =
  'pkg:generic/microsoft/windows-server-2019@10.0.17763?arch=x64&role=domain-controller';

test('ZeroLogon is found before its update, is gone after it, and on a domain controller the setting is asked for', () => {
  const before = match([SERVER, 'pkg:generic/microsoft/kb4480116']);
  assert.deepEqual(
    before.findings.map(({ id, state, fixed }) => [id, state, fixed]),
    [['CVE-2020-1472', 'affected', ['KB4601345']]],
  );
  assert.equal(before.components.get(SERVER)?.state, 'assessed');
  assert.deepEqual(match([SERVER, 'pkg:generic/microsoft/kb4601345']).findings, []);
  const [asked] = match([CONTROLLER, 'pkg:generic/microsoft/kb4601345']).findings;
  assert.deepEqual(
    [asked?.id, asked?.state, asked?.reason],
    ['CVE-2020-1472', 'unknown', 'setting'],
  );
  assert.match(asked?.explain.sentence ?? '', /VulnerableChannelAllowList/);
});

test('a system that the catalogue does not list, or a catalogue that is too old, is unknown', () => {
  const other = 'pkg:generic/microsoft/windows-server-2016@10.0.14393?arch=x64';
  assert.equal(match([other]).components.get(other)?.reason, 'no-feed');
  const old = match([SERVER], WHOLE, { ...FEED, asOf: '2026-01-01T00:00:00Z' });
  assert.equal(old.components.get(SERVER)?.reason, 'stale-feed');
  assert.equal(old.findings.length, 2, 'what it found stands');
});

test('what is missing from a list that is not whole, or that nobody brought, is unknown', () => {
  const states = (packages: readonly string[], facts = {}) =>
    match(packages, facts).findings.map(({ state }) => state);
  assert.deepEqual(states([SERVER], WHOLE), ['affected', 'affected'], 'systeminfo lists none');
  const one = [SERVER, 'pkg:generic/microsoft/kb4480116'];
  assert.deepEqual(states(one, WHOLE), ['affected']);
  assert.deepEqual(states(one), ['unknown']);
  const blind = match([SERVER], {});
  assert.deepEqual(
    [blind.findings, blind.components.get(SERVER)?.reason],
    [[], 'updates'],
    'one word for all of them',
  );
});

test('the revision of the build decides where no list does, and before a list that waits for a restart', () => {
  const at = (revision: number) =>
    `pkg:generic/microsoft/windows-server-2019@10.0.17763.${revision}?role=server`;
  const found = (packages: readonly string[], facts = {}) =>
    match(packages, facts).findings.map(({ id, state }) => `${id} ${state}`);
  assert.deepEqual(found([at(107)]), ['CVE-2019-1 affected', 'CVE-2020-1472 affected']);
  assert.deepEqual(found([at(253)]), ['CVE-2020-1472 affected']);
  assert.deepEqual(found([at(1757)]), []);
  assert.deepEqual(
    found([at(253), 'pkg:generic/microsoft/kb4601345'], WHOLE),
    ['CVE-2020-1472 affected'],
    'installed, and not running yet',
  );
});

const SECURE = 'windows.full-secure-channel-protection';
const ALLOWED = 'windows.vulnerable-channel-allow-list';

test('ZeroLogon on a domain controller: the update, and the two settings', () => {
  const controller = (revision: number) =>
    `pkg:generic/microsoft/windows-server-2019@10.0.17763.${revision}?role=domain-controller`;
  const told = (revision: number, facts: Readonly<Record<string, string>>) => {
    const found = match([controller(revision)], facts).findings;
    const one = found.find(({ id }) => id === 'CVE-2020-1472');
    return one === undefined ? 'not affected' : [one.state, one.reason ?? ''].join(' ').trim();
  };
  const july2020 = 1339;
  const august2020 = 1397;
  const february2021 = 1757;
  assert.equal(told(july2020, { [SECURE]: '1', [ALLOWED]: '0' }), 'affected');
  assert.equal(told(august2020, {}), 'unknown setting');
  assert.equal(told(august2020, { [SECURE]: '1' }), 'unknown setting');
  assert.equal(told(august2020, { [SECURE]: '1', [ALLOWED]: '0' }), 'not affected');
  assert.equal(told(august2020, { [SECURE]: '0', [ALLOWED]: '0' }), 'affected setting');
  assert.equal(told(august2020, { [SECURE]: 'absent', [ALLOWED]: '0' }), 'affected setting');
  assert.equal(told(february2021, {}), 'unknown setting');
  assert.equal(told(february2021, { [SECURE]: '0', [ALLOWED]: '0' }), 'not affected');
  assert.equal(told(february2021, { [SECURE]: '1', [ALLOWED]: '2' }), 'affected setting');
  const [exempt] = match([controller(february2021)], { [ALLOWED]: '2' }).findings;
  assert.match(exempt?.explain.sentence ?? '', /exempts accounts in 2 entries/);
});

test('ZeroLogon where nobody saw whether the server is a domain controller', () => {
  const server = 'pkg:generic/microsoft/windows-server-2019@10.0.17763.1757';
  const [asked] = match([server], {}).findings;
  assert.deepEqual([asked?.state, asked?.reason], ['unknown', 'setting']);
  assert.match(asked?.explain.sentence ?? '', /whether it is a domain controller was not seen/);
  assert.deepEqual(match([server], { 'windows.role': 'server' }).findings, []);
  assert.deepEqual(match([server], { [ALLOWED]: '0' }).findings, [], 'either way');
});

test('systems are named as the catalogue names them', () => {
  const named = (name: string, rest = {}) =>
    catalogueName({ name, arch: 'x64', release: '', servicePack: '', core: false, ...rest });
  assert.equal(named('windows-server-2012-r2'), 'windows server 2012 r2');
  assert.equal(
    named('windows-server-2019', { core: true }),
    'windows server 2019 (server core installation)',
  );
  assert.equal(
    named('windows-server-2008-r2', { servicePack: '1' }),
    'windows server 2008 r2 for x64-based systems service pack 1',
  );
  assert.equal(
    named('windows-10', { release: '22h2' }),
    'windows 10 version 22h2 for x64-based systems',
  );
  assert.equal(
    named('windows-10', { release: '1507', arch: 'x86' }),
    'windows 10 for 32-bit systems',
  );
  assert.equal(named('windows-10'), undefined);
  assert.equal(
    named('windows-7', { servicePack: '1' }),
    'windows 7 for x64-based systems service pack 1',
  );
  assert.equal(named('windows-xp', { arch: 'x86', servicePack: '3' }), 'windows xp service pack 3');
});
