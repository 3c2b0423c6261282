import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  APT,
  BACKPORTS,
  list,
  ORIGINS,
  pkg,
  SECURITY,
  STABLE,
  version,
  type RowList,
} from '../../../test/support/apt-rows.ts';
import { inventory, notes, reports } from '../../../test/support/host-reports.ts';
import { SMALL_HOST, type Rows } from '../../../test/support/inventory-output.ts';

function noteOf(upgradable: RowList, more: Rows = {}, packages = [pkg('a')]): unknown {
  const all = reports({
    deb: packages,
    origins: ORIGINS,
    upgradable: [...APT, ...upgradable],
    ...more,
  });
  return notes(inventory(all, 'deb'))['a'];
}

test('a security update: origin, the date of its list, and no way back', () => {
  const rows: RowList = [
    ['inst', 'a [1.0-1] (1.0-2 Debian-Security:12/oldstable-security [amd64])'],
    version('a', 1, '1.0-2', 'c', SECURITY),
    version('a', 2, '1.0-1', 'i', ''),
  ];
  assert.deepEqual(noteOf(rows), {
    available: '1.0-2',
    availableFrom: 'Debian-Security:12/oldstable-security',
    availableSecurity: true,
    availableReleasedAt: '2026-11-20T20:00:00.000Z',
    rollback: 'not-available',
  });
});

test('in a security suite and in a point release: the earlier date is the evidence', () => {
  const rows: RowList = [
    version('a', 1, '1.0-2', 'c', `${SECURITY} | ${STABLE}`),
    version('a', 2, '1.0-1', 'i', STABLE),
  ];
  assert.deepEqual(noteOf(rows), {
    available: '1.0-2',
    availableFrom: 'Debian-Security:12/oldstable-security, Debian:12.15/oldstable',
    availableSecurity: true,
    availableReleasedAt: '2026-07-11T10:00:00.000Z',
    rollback: 'available',
    rollbackFrom: 'Debian:12.15/oldstable',
  });
});

test('a name with security in it makes no security update', () => {
  const note = noteOf([
    version('a', 1, '1.0-2', 'c', '500 http://deb.example.org/security-tools ./ '.trim()),
    version('a', 2, '1.0-1', 'i', ''),
  ]) as Record<string, unknown>;
  assert.equal(note['availableSecurity'], undefined);
  assert.equal(note['availableFrom'], '500 http://deb.example.org/security-tools ./');
});

test('a flat repository is found by its list', () => {
  const origins = list('deb.example.org_my%5frepo_._', { Label: 'Flat', Suite: 'mine' });
  const note = noteOf(
    [
      version('a', 1, '1.0-2', 'c', '500 http://deb.example.org/my_repo ./'),
      version('a', 2, '1.0-1', 'i', ''),
    ],
    { origins },
  ) as Record<string, unknown>;
  assert.equal(note['availableFrom'], 'Flat:/mine');
});

test('the installed version in the local archive is a way back', () => {
  const rows: RowList = [
    version('a', 1, '2:1.0-2', 'c', STABLE),
    version('a', 2, '2:1.0-1', 'i', ''),
    ['cached', 'a_2%3a1.0-1_amd64.deb'],
  ];
  const note = noteOf(rows, {}, [pkg('a', '2:1.0-1')]) as Record<string, unknown>;
  assert.deepEqual([note['rollback'], note['rollbackFrom']], ['available', 'cache']);
});

const OFFERED: RowList = [
  version('a', 1, '1.0-2', 'c', STABLE),
  version('a', 2, '1.0-1', 'i', STABLE),
];
const AUTOMATIC: RowList = [
  ['unattended', 'APT::Periodic::Unattended-Upgrade', '1'],
  ['unattended', 'Unattended-Upgrade::Origins-Pattern::', 'origin=Debian,label=Debian-Security'],
];
const RELEASE = [
  ...(SMALL_HOST['os'] ?? []),
  ['release', 'VERSION_CODENAME', 'bookworm'],
] as RowList;
const REASONS: readonly (readonly [
  string,
  RowList,
  Rows,
  RowList[number] | undefined,
  string[],
])[] = [
  ['nothing', OFFERED, {}, undefined, []],
  ['held', [...OFFERED, ['kept', 'a']], {}, pkg('a', '1.0-1', 'hi '), ['held']],
  [
    'kept back, which a full upgrade would solve',
    [...OFFERED, ['kept', 'a'], ['full', 'a [1.0-1] (1.0-2 Debian:12/stable [amd64])']],
    {},
    undefined,
    ['kept-back'],
  ],
  [
    'kept back for good',
    [...OFFERED, ['kept', 'a']],
    {},
    undefined,
    ['kept-back', 'broken-dependencies'],
  ],
  ['phased', [...OFFERED, ['phased', 'a']], {}, undefined, ['phased']],
  [
    'an edited setting',
    [...OFFERED, ['conffile', 'a', '/etc/a.conf', 'changed']],
    {},
    undefined,
    ['conffile-changed'],
  ],
  [
    'settings that nobody could read are no reason',
    [...OFFERED, ['conffile', 'a', '/etc/a.conf', 'unreadable']],
    {},
    undefined,
    [],
  ],
  ['dependencies that are broken now', [['broken', 'a']], {}, undefined, ['broken-dependencies']],
  [
    'a pin on the package',
    [version('a', 1, '1.0-2', '', STABLE), version('a', 2, '1.0-1', 'ic', STABLE)],
    {
      holds: [
        ['pin', '/etc/apt/preferences', '0001', 'Package: a'],
        ['pin', '/etc/apt/preferences', '0002', 'Pin: version 1.0-2'],
        ['pin', '/etc/apt/preferences', '0003', 'Pin-Priority: -1'],
      ],
    },
    undefined,
    ['pinned'],
  ],
  [
    'a repository that is not taken by itself',
    [version('a', 1, '2.0-1~bpo', '', BACKPORTS), version('a', 2, '1.0-1', 'ic', STABLE)],
    {},
    undefined,
    ['origin-not-allowed'],
  ],
  ['in no repository at all', [version('a', 1, '1.0-1', 'ic', '')], {}, undefined, ['not-offered']],
  [
    'updated by itself, but not from there',
    [...OFFERED, ...AUTOMATIC],
    { os: RELEASE },
    undefined,
    ['not-automatic'],
  ],
  [
    'updated by itself, from there',
    [
      ...OFFERED,
      ...AUTOMATIC,
      ['unattended', 'Unattended-Upgrade::Allowed-Origins::', '${distro_id}:${distro_codename}'],
    ],
    { os: RELEASE },
    undefined,
    [],
  ],
  [
    'updated by itself, but not this one',
    [
      ...OFFERED,
      ...AUTOMATIC,
      ['unattended', 'Unattended-Upgrade::Allowed-Origins::', 'Debian:bookworm'],
      ['unattended', 'Unattended-Upgrade::Package-Blacklist::', 'a$'],
    ],
    { os: RELEASE },
    undefined,
    ['not-automatic'],
  ],
  ['half configured', OFFERED, {}, pkg('a', '1.0-1', 'iF '), ['half-installed']],
];
for (const [name, rows, more, installed, expected] of REASONS) {
  test(`not patched because: ${name}`, () => {
    const note = noteOf(rows, more, [installed ?? pkg('a')]) as { reasons?: string[] } | undefined;
    assert.deepEqual(note?.reasons ?? [], expected);
  });
}

test('a version that a rule keeps out is named with its origin', () => {
  const note = noteOf([
    version('a', 1, '2.0-1~bpo', '', BACKPORTS),
    version('a', 2, '1.0-2', 'c', STABLE),
    version('a', 3, '1.0-1', 'i', STABLE),
  ]) as Record<string, unknown>;
  assert.equal(note['available'], '1.0-2');
  assert.deepEqual(
    [note['withheld'], note['withheldFrom']],
    ['2.0-1~bpo', 'Debian Backports:/oldstable-backports'],
  );
});

test('another architecture’s row says nothing of this one', () => {
  const all = reports({
    deb: [pkg('a'), ['pkg', 'a', '1.0-1', 'i386', 'ii ', 'a', '1.0-1', '']],
    origins: ORIGINS,
    upgradable: [...APT, ...OFFERED],
  });
  const found = inventory(all, 'deb');
  assert.deepEqual(
    (found.notes ?? []).map(({ index }) => found.components[index]?.architecture),
    ['amd64'],
  );
});
