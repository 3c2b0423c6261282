import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  APT,
  list,
  ORIGINS,
  pkg,
  STABLE,
  version,
  type RowList,
} from '../../../test/support/apt-rows.ts';
import { asset, inventory, notes, reports } from '../../../test/support/host-reports.ts';
import { SMALL_HOST } from '../../../test/support/inventory-output.ts';

const OFFERED: RowList = [
  version('a', 1, '1.0-2', 'c', STABLE),
  version('a', 2, '1.0-1', 'i', STABLE),
];

test('the way back is counted over what is installed; settings of what is gone do not count', () => {
  const patching = asset(
    reports({
      deb: [pkg('a'), pkg('b'), pkg('c'), pkg('d', '1.0-1', 'rc ')],
      origins: ORIGINS,
      upgradable: [
        ...APT,
        ...OFFERED,
        version('b', 1, '1.0-2', 'c', STABLE),
        version('b', 2, '1.0-1', 'i', ''),
        ['repack', 'dpkg-repack'],
        ['remove', 'old'],
      ],
    }),
  ).patching;
  assert.deepEqual(patching?.rollback, { available: 2, notAvailable: 1, unknown: 0 });
  assert.equal(patching.repack, true);
  assert.deepEqual(patching.removes, ['old']);
  assert.deepEqual(
    patching.lists?.map(({ from, releasedAt, validUntil }) => [from, releasedAt, validUntil]),
    [
      [
        'Debian-Security:12/oldstable-security',
        '2026-11-20T20:00:00.000Z',
        '2026-11-27T20:00:00.000Z',
      ],
      ['Debian Backports:/oldstable-backports', undefined, undefined],
      ['Debian:12.15/oldstable', '2026-07-11T10:00:00.000Z', undefined],
    ],
  );
});

test('what stands in the way of the whole host', () => {
  const codes = (upgradable: RowList, origins: RowList = ORIGINS): unknown =>
    asset(
      reports({ deb: [pkg('a')], origins, upgradable: [...APT, ...upgradable] }),
    ).patching?.blockers.map(({ code, detail }) => `${code}: ${detail ?? ''}`);
  const disk = (folder: string, mount: string, free: number): RowList[number] => [
    'disk',
    folder,
    mount,
    free,
  ];
  assert.deepEqual(codes([]), []);
  assert.deepEqual(
    codes([
      ['lock', '/var/lib/dpkg/lock-frontend', 'apt-get'],
      ['interrupted', 'dpkg'],
      ['broken', 'b'],
    ]),
    [
      'locked: /var/lib/dpkg/lock-frontend by apt-get',
      'interrupted: dpkg was interrupted and has work left',
      'broken-dependencies: b',
    ],
  );
  // One file system for both: what they need adds up.
  const needs: RowList = [
    ['need', 'download', 600],
    ['need', 'unpack', 600],
  ];
  assert.deepEqual(codes([...needs, disk('/', '/', 1000), disk('/var', '/', 1000)]), [
    'disk-full: / has 1000 KiB free, 1200 are needed',
  ]);
  assert.deepEqual(codes([...needs, disk('/', '/', 1000), disk('/var', '/var', 1000)]), []);
  assert.deepEqual(codes([...needs, disk('/', '/', 1000), disk('/var', '/var', 599)]), [
    'disk-full: /var has 599 KiB free, 600 are needed',
  ]);
  assert.deepEqual(codes([], []), ['lists-unknown: no list of packages was ever fetched']);
  const old = list('deb.example.org_debian_dists_x_', {
    'Valid-Until': 'Fri, 20 Nov 2026 20:00:00 UTC',
  });
  assert.deepEqual(codes([], old), [
    'lists-expired: deb.example.org_debian_dists_x_InRelease was good until 2026-11-20T20:00:00.000Z',
  ]);
});

const ALMA = [
  ...(SMALL_HOST['os'] ?? []).filter((row) => row[0] !== 'release'),
  ['release', 'ID', 'almalinux'],
  ['release', 'VERSION_ID', '9.4'],
] as RowList;

test('dnf: offers, advisories, exclusions, what no repository has, a package in two versions', () => {
  const rpm = (name: string, of: string): RowList[number] => [
    'pkg',
    name,
    of,
    'x86_64',
    '1',
    '',
    '',
    '',
  ];
  const all = reports({
    os: ALMA,
    rpm: [
      rpm('a', '0:1.0-1'),
      rpm('b', '1.0-1'),
      rpm('c', '1.0-1'),
      rpm('d', '1.0-1'),
      rpm('d', '1.1-1'),
    ],
    holds: [],
    origins: [
      [
        'list',
        '/var/cache/dnf/base-0123456789abcdef/repodata/repomd.xml',
        1_795_000_000,
        1_795_000_100,
      ],
      ['of', '/var/cache/dnf/base-0123456789abcdef/repodata/repomd.xml', 'Revision', '1794000000'],
    ],
    upgradable: [
      ['manager', 'dnf'],
      ['asked', 5],
      ['offer', 'a', '1.0-2', 'x86_64', 'base'],
      ['advisory', 'EX-2026:1', 'Important', 'a-0:1.0-2.x86_64'],
      ['withheld', 'b', '2.0-1', 'x86_64', 'base'],
      ['gone', 'c', '1.0-1', 'x86_64'],
    ],
  });
  const found = inventory(all, 'rpm');
  assert.deepEqual(
    (found.notes ?? []).map(({ index, ...note }) => [found.components[index]?.name, note]),
    [
      [
        'a',
        {
          available: '1.0-2',
          availableFrom: 'base',
          availableReleasedAt: '2026-11-06T21:20:00.000Z',
          availableSecurity: true,
          advisories: ['EX-2026:1'],
          rollback: 'available',
        },
      ],
      [
        'b',
        {
          withheld: '2.0-1',
          withheldFrom: 'base',
          reasons: ['origin-not-allowed'],
          rollback: 'available',
        },
      ],
      ['c', { reasons: ['not-offered'], rollback: 'not-available' }],
      ['d', { state: 'duplicate', reasons: ['half-installed'] }],
      ['d', { state: 'duplicate', reasons: ['half-installed'] }],
    ],
  );
  const { patching } = asset(all);
  assert.deepEqual(patching?.rollback, { available: 4, notAvailable: 1, unknown: 0 });
  assert.deepEqual(patching.advisories, [{ id: 'EX-2026:1', severity: 'Important' }]);
});

test('apk: offers without architecture, flags of what could not be finished', () => {
  const all = reports({
    os: [
      ...(SMALL_HOST['os'] ?? []).filter((row) => row[0] !== 'release'),
      ['release', 'ID', 'alpine'],
      ['release', 'VERSION_ID', '3.19.1'],
    ],
    apk: [
      ['pkg', 'small', '1.2-r0', 'x86_64', 'small'],
      ['pkg', 'torn', '1.0-r0', 'x86_64', 'torn', 's'],
    ],
    upgradable: [
      ['manager', 'apk'],
      ['asked', 2],
      ['offer', 'small', '1.3-r0', '', ''],
      ['gone', 'small', '1.2-r0', ''],
    ],
  });
  assert.deepEqual(notes(inventory(all, 'apk')), {
    small: { available: '1.3-r0', rollback: 'not-available' },
    torn: { state: 's', reasons: ['half-installed'] },
  });
});

test('a replaced file of the system that no package owns any more may concern any package', () => {
  const stale = (file: string, owner: string): RowList[number] => [
    'stale',
    '/usr/sbin/d',
    'd',
    file,
    owner,
    'host',
  ];
  const restart = [
    stale('/usr/lib/libowned.so.1', 'libowned1'),
    stale('/usr/lib/liblost.so.1', ''),
    ['stale', '/srv/own', '', '/srv/own', '', 'host'],
  ];
  assert.deepEqual(asset(reports({ restart })).restartNeeded, [
    { code: 'deleted-file-mapped', packages: ['d', 'libowned1'], programs: ['/usr/sbin/d'] },
    { code: 'deleted-file-mapped', programs: ['/usr/sbin/d'] },
    { code: 'deleted-file-mapped', packages: [], programs: ['/srv/own'] },
  ]);
});
