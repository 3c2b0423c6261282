import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  asset,
  AT,
  bodies,
  ASSET,
  inventory,
  notes,
  reports,
  unseen,
} from '../../../test/support/host-reports.ts';
import { inventoryOutput, SMALL_HOST, type Rows } from '../../../test/support/inventory-output.ts';
import { parseInventory } from './parse.ts';
import { reportsOf } from './report.ts';

test('a host is one asset, known by its hashed machine-id and its names', () => {
  const all = reports({});
  const [first] = all;
  assert.ok(first?.type === 'observation');
  assert.deepEqual(first.identifiers, [
    'linux:0123456789abcdef0123456789abcdef/web1',
    'fqdn:web1.example.org',
    'hostname:web1',
  ]);
  assert.deepEqual(asset(all), {
    name: 'web1',
    type: 'host',
    hostnames: ['web1', 'web1.example.org'],
    addresses: ['192.0.2.10'],
    os: { id: 'debian', versionId: '12' },
    architecture: 'x86_64',
    bootedAt: '2023-11-14T22:13:20.000Z',
  });
});

test('nothing is reported of a host that did not say who it is', () => {
  const all = reportsOf(parseInventory(inventoryOutput({ accounts: [] })), AT);
  assert.deepEqual(
    all.filter((report) => report.type !== 'unseen'),
    [],
  );
});

test('deb packages carry source, state, hold, pin, origin and what is offered', () => {
  const found = inventory(
    reports({
      deb: [
        ['pkg', 'liba1', '1:1.0-1', 'amd64', 'ii ', 'a', '1.0-1', ''],
        ['pkg', 'held', '2.0-1', 'amd64', 'hi ', 'held', '2.0-1', ''],
        ['pkg', 'half', '3.0-1', 'amd64', 'iF ', 'half', '3.0-1', 'Example'],
        ['pkg', 'gone', '0.9', 'all', 'rc ', 'gone', '0.9', ''],
        ['pkg', 'later', '1.0', 'all', 'ii ', 'later', '1.0', ''],
        ['pkg', 'never', '', 'all', 'un ', 'never', '', ''],
      ],
      holds: [
        ['pin', '/etc/apt/preferences.d/a', '0001', 'Package: lib* other'],
        ['pin', '/etc/apt/preferences.d/a', '0002', 'Pin: release o=Example'],
        ['pin', '/etc/apt/preferences.d/a', '0003', 'Pin-Priority: -1'],
        ['pin', '/etc/apt/preferences.d/a', '0005', 'Package: *'],
        ['pin', '/etc/apt/preferences.d/a', '0006', 'Pin-Priority: 100'],
      ],
      upgradable: [
        [
          'inst',
          'liba1 [1:1.0-1] (1:1.1-1 Example:12/stable, Example-Security:12/stable [amd64]) []',
        ],
        ['kept', 'held'],
        ['phased', 'later'],
        ['ended', '1 upgraded, 0 newly installed, 0 to remove and 2 not upgraded.'],
      ],
    }),
    'deb',
  );
  assert.deepEqual(
    found.components.map((one) => [one.name, one.version, one.sourceName, one.sourceVersion]),
    [
      ['gone', '0.9', 'gone', '0.9'],
      ['half', '3.0-1', 'half', '3.0-1'],
      ['held', '2.0-1', 'held', '2.0-1'],
      ['later', '1.0', 'later', '1.0'],
      ['liba1', '1:1.0-1', 'a', '1.0-1'],
    ],
  );
  assert.ok(found.components.every((one) => one.release === 'debian-12' && one.type === 'deb'));
  assert.deepEqual(notes(found), {
    gone: { state: 'rc' },
    half: { state: 'iF', origin: 'Example', reasons: ['half-installed'] },
    held: { held: true, deferred: 'kept-back', reasons: ['held'], rollback: 'unknown' },
    later: { deferred: 'phased', reasons: ['phased'], rollback: 'unknown' },
    liba1: {
      pin: -1,
      available: '1:1.1-1',
      availableFrom: 'Example:12/stable, Example-Security:12/stable',
      rollback: 'unknown',
    },
  });
  assert.match(found.sha256 ?? '', /^[0-9a-f]{64}$/);
});

test('rpm packages: epoch, source package, vendor, lock; keys are no software', () => {
  const found = inventory(
    reports({
      os: [
        ...(SMALL_HOST['os'] ?? []).filter((row) => row[0] !== 'release'),
        ['release', 'ID', 'almalinux'],
        ['release', 'VERSION_ID', '9.4'],
      ],
      rpm: [
        [
          'pkg',
          'alpha-libs',
          '1:5.1-9.el9',
          'x86_64',
          '1',
          'alpha-5.1-9.el9.src.rpm',
          'Example',
          '',
        ],
        ['pkg', 'beta', '0:2.0-1.el9', 'noarch', '1', '(none)', '(none)', ''],
        ['pkg', 'gpg-pubkey', 'aa-bb', '(none)', '1', '(none)', '(none)', ''],
      ],
      holds: [['lock', '/etc/dnf/plugins/versionlock.list', '0001', 'beta-0:2.0-1.*']],
    }),
    'rpm',
  );
  assert.deepEqual(found.components, [
    {
      type: 'rpm',
      release: 'almalinux-9',
      name: 'alpha-libs',
      version: '1:5.1-9.el9',
      architecture: 'x86_64',
      sourceName: 'alpha',
      sourceVersion: '1:5.1-9.el9',
    },
    {
      type: 'rpm',
      release: 'almalinux-9',
      name: 'beta',
      version: '2.0-1.el9',
      architecture: 'noarch',
      sourceName: 'beta',
      sourceVersion: '2.0-1.el9',
    },
  ]);
  assert.deepEqual(notes(found), { 'alpha-libs': { origin: 'Example' }, beta: { held: true } });
});

test('apk packages: origin package and pinned world', () => {
  const found = inventory(
    reports({
      os: [
        ...(SMALL_HOST['os'] ?? []).filter((row) => row[0] !== 'release'),
        ['release', 'ID', 'alpine'],
        ['release', 'VERSION_ID', '3.19.1'],
      ],
      apk: [
        ['pkg', 'small', '1.2-r0', 'x86_64', 'big'],
        ['pkg', 'small-doc', '1.2-r0', 'x86_64', 'big'],
      ],
      holds: [['world', '/etc/apk/world', '0003', 'small=1.2-r0']],
    }),
    'apk',
  );
  assert.deepEqual(
    found.components.map((one) => [one.release, one.name, one.sourceName, one.sourceVersion]),
    [
      ['alpine-3.19', 'small', 'big', '1.2-r0'],
      ['alpine-3.19', 'small-doc', 'big', '1.2-r0'],
    ],
  );
  assert.deepEqual(notes(found), { small: { held: true } });
});

test('half a package list is no package list', () => {
  const all = reports({
    deb: [
      ['pkg', 'tiny', '1', 'all', 'ii', 'tiny', '1', ''],
      ['unseen', 'deb packages', 'unreadable', 'dpkg-query failed'],
    ],
  });
  assert.ok(!all.some((report) => report.type === 'inventory'));
  assert.deepEqual(unseen(all), ['deb packages: unreadable']);
});

test('restarts: nothing due is a measured none, not seeing it is unknown', () => {
  assert.deepEqual(asset(reports({ restart: [] })).restartNeeded, []);
  const blind = reports({
    restart: [['unseen', 'restarts needed by programs of other users', 'not-permitted', '']],
  });
  assert.equal(asset(blind).restartNeeded, undefined);
  assert.equal(asset(reports({})).restartNeeded, undefined);
});

test('restarts: the marker file, replaced files in memory, and their packages', () => {
  const all = reports({
    restart: [
      ['reboot-required'],
      ['reboot-package', 'linux-image-6.1.0-38-amd64'],
      [
        'stale',
        '/usr/sbin/exampled',
        'exampled',
        '/usr/lib/libexample.so.1',
        'libexample1',
        'host',
      ],
      ['stale', '/usr/sbin/exampled', 'exampled', '/usr/sbin/exampled', 'exampled', 'host'],
    ],
  });
  assert.deepEqual(asset(all).restartNeeded, [
    { code: 'reboot-required-file', packages: ['linux-image-6.1.0-38-amd64'] },
    {
      code: 'deleted-file-mapped',
      packages: ['exampled', 'libexample1'],
      programs: ['/usr/sbin/exampled'],
    },
  ]);
});

type RowList = NonNullable<Rows[string]>;
const KERNELS: readonly (readonly [string, RowList, RowList, string | undefined])[] = [
  [
    'newest runs',
    [
      ['running', '6.1.0-38-amd64'],
      ['installed', '6.1.0-37-amd64'],
      ['installed', '6.1.0-38-amd64'],
    ],
    [],
    undefined,
  ],
  [
    'newer waits',
    [
      ['running', '6.1.0-9-amd64'],
      ['installed', '6.1.0-9-amd64'],
      ['installed', '6.1.0-10-amd64'],
    ],
    [],
    '6.1.0-10-amd64',
  ],
  [
    'other flavour',
    [
      ['running', '6.1.0-9-amd64'],
      ['installed', '6.1.0-10-cloud-amd64'],
    ],
    [],
    undefined,
  ],
  [
    'el, newer waits',
    [
      ['running', '5.14.0-427.13.1.el9_4.x86_64'],
      ['installed', '5.14.0-427.16.1.el9_4.x86_64'],
      ['installed', '5.14.0-427.13.1.el9_4.x86_64'],
    ],
    [],
    '5.14.0-427.16.1.el9_4.x86_64',
  ],
  [
    'replaced on disk, as Alpine does',
    [
      ['running', '6.6.14-0-lts'],
      ['installed', 'lts'],
      ['modules', '6.6.20-0-lts'],
    ],
    [],
    '6.6.20-0-lts',
  ],
  [
    'modules as they run',
    [
      ['running', '6.6.20-0-lts'],
      ['installed', 'lts'],
      ['modules', '6.6.20-0-lts'],
    ],
    [],
    undefined,
  ],
  [
    'container',
    [
      ['running', '6.1.0-9-amd64'],
      ['installed', '6.1.0-10-amd64'],
      ['container', 'docker'],
    ],
    [],
    undefined,
  ],
  [
    'rebuilt under the same name',
    [
      ['running', '6.1.0-37-amd64'],
      ['installed', '6.1.0-37-amd64'],
      ['built', '#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)'],
    ],
    [
      [
        'pkg',
        'linux-image-6.1.0-37-amd64',
        '6.1.147-1',
        'amd64',
        'ii ',
        'linux-signed-amd64',
        '6.1.147+1',
        '',
      ],
    ],
    'linux-image-6.1.0-37-amd64 6.1.147-1',
  ],
  [
    'same build',
    [
      ['running', '6.1.0-37-amd64'],
      ['built', '#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)'],
    ],
    [
      [
        'pkg',
        'linux-image-6.1.0-37-amd64',
        '6.1.140-1',
        'amd64',
        'ii ',
        'linux-signed-amd64',
        '6.1.140+1',
        '',
      ],
    ],
    undefined,
  ],
];
for (const [name, kernel, deb, expected] of KERNELS) {
  test(`kernel: ${name}`, () => {
    const found = asset(reports({ kernel, deb, restart: [] })).restartNeeded;
    assert.deepEqual(
      found,
      expected === undefined ? [] : [{ code: 'kernel-not-booted', packages: [expected] }],
    );
  });
}

test('package lists are as old as the oldest of them', () => {
  const all = reports({
    origins: [
      ['list', '/var/lib/apt/lists/a_InRelease', 1_700_000_000, 1_700_001_000],
      ['list', '/var/lib/apt/lists/b_InRelease', 1_700_000_000, 1_700_000_500],
    ],
  });
  assert.equal(asset(all).packageListsAt, '2023-11-14T22:21:40.000Z');
});

test('a host that sends nonsense within the rows costs its own facts only', () => {
  const all = reports({
    accounts: [
      ['account', 'x\u0085y', 5, '/bin/sh', 'set', '', ''],
      ['account', 'fine', 6, '/bin/sh', 'set', '', ''],
    ],
  });
  assert.deepEqual([...bodies('account', all).keys()].length, 2);
  const long = reports({
    accounts: [
      ['account', 'l'.repeat(250), 5, '/bin/sh', 'set', '', ''],
      ['account', 'fine', 6, '/bin/sh', 'set', '', ''],
    ],
  });
  assert.deepEqual([...bodies('account', long).keys()], [`local:${ASSET}/fine`]);
  assert.deepEqual(unseen(long), ['account reports: invalid']);
});

test('what was not sent, or not seen, says which kinds it may hide', () => {
  const hides = (sections: Rows): Map<string, readonly string[] | undefined> =>
    new Map(
      reports(sections).flatMap((report) =>
        report.type === 'unseen' ? [[report.what, report.mayHide] as const] : [],
      ),
    );
  const nothing = hides({});
  assert.deepEqual(nothing.get('section accounts'), ['account', 'factor', 'dependency']);
  assert.deepEqual(nothing.get('section sockets'), ['door', 'dependency']);
  assert.deepEqual(nothing.get('section deb'), []);
  assert.equal(nothing.has('section os'), false);
  const unprivileged = hides({
    accounts: [
      ['unseen', 'password state and expiry of local accounts', 'not-permitted', '/etc/shadow'],
      ['account', 'anna', 1000, '/bin/sh', '-', '', 'anna'],
      ['keys-unknown', 'anna'],
    ],
    upgradable: [['unseen', 'upgradable packages', 'not-supported', 'only apt is asked']],
  });
  assert.equal(unprivileged.has('section accounts'), false);
  assert.deepEqual(unprivileged.get('password state and expiry of local accounts'), []);
  assert.deepEqual(unprivileged.get('ssh keys of accounts'), ['factor']);
  assert.deepEqual(unprivileged.get('upgradable packages'), []);
  const cut = reportsOf(parseInventory(inventoryOutput(SMALL_HOST).subarray(0, -5)), AT);
  assert.ok(cut.some((report) => report.type === 'unseen' && report.mayHide === undefined));
});
