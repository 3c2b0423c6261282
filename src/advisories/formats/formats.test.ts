import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aVex } from '../../../test/support/advisory-samples.ts';
import type { Item, Notes, ParseDocument, RecordItem } from '../item.ts';
import { parseCsaf } from './csaf.ts';
import { parseCve } from './cve.ts';
import { parseTrackerPackage } from './debian-tracker.ts';
import { parseEndOfLife } from './endoflife.ts';
import { parseKev } from './kev.ts';
import { parseOsv } from './osv.ts';
import { parseSecdb } from './secdb.ts';

interface Parsed {
  readonly items: Item[];
  readonly dropped: string[];
  readonly times: string[];
}

function parsed(parse: ParseDocument, document: unknown, key = ''): Parsed {
  const dropped: string[] = [];
  const times: string[] = [];
  const notes: Notes = {
    dropped: (reason) => dropped.push(reason),
    asOf: (time) => times.push(time),
  };
  return { items: parse(document, notes, key), dropped, times };
}

function records({ items }: Parsed): RecordItem[] {
  return items.filter((item) => item.kind === 'record');
}

const AFFECTED = [
  {
    package: { ecosystem: 'PyPI', name: 'one' },
    ranges: [
      {
        type: 'GIT',
        repo: 'https://example.test/x',
        events: [{ introduced: '0' }, { fixed: 'abc' }],
      },
      { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0' }, { odd: 3 }] },
      { type: 'NEW', events: [{ introduced: '0' }] },
    ],
    versions: ['1.0', 7],
  },
];

test('OSV: traps of real records are survived and counted', () => {
  const { items, dropped, times } = parsed(parseOsv, {
    id: 'X-1',
    modified: '0001-01-01T00:00:00Z',
    published: '2026-01-02T03:04:05Z',
    aliases: ['CVE-2026-1', 'CVE-2026-1', 3],
    affected: [
      ...AFFECTED,
      { package: null },
      { ranges: [] },
      { package: { ecosystem: 'npm', name: 'bare' } },
    ],
  });
  const [item] = items as RecordItem[];
  assert.equal(item?.record.modified, '2026-01-02T03:04:05.000Z');
  assert.deepEqual(item.record.aliases, ['CVE-2026-1']);
  assert.deepEqual(item.rows[0]?.row, {
    id: 'X-1',
    state: 'affected',
    ranges: [
      { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.0' }, {}] },
      { type: 'NEW', events: [{ introduced: '0' }] },
    ],
    versions: ['1.0'],
  });
  assert.deepEqual(item.rows[1]?.row, { id: 'X-1', state: 'affected' });
  assert.deepEqual(times, []);
  assert.deepEqual(dropped.sort(), [
    'affected entry without a package',
    'affected entry without a package',
    'package without any range or version (kept as unknown)',
    'range of an unknown kind (kept as unknown)',
    'time of change is a placeholder',
  ]);
  assert.deepEqual(parsed(parseOsv, { modified: 'x' }).dropped, ['no identifier']);
  assert.deepEqual(parsed(parseOsv, { id: 'X', modified: '2026-01-01T00:00:00Z' }).dropped, [
    'names no package',
  ]);
});

test('OSV: commits alone are kept as that, and so is what was withdrawn, rejected or disputed', () => {
  const of = (more: object): RecordItem | undefined =>
    records(
      parsed(parseOsv, {
        id: 'X-1',
        modified: '2026-01-01T00:00:00Z',
        affected: AFFECTED,
        ...more,
      }),
    )[0];
  const git = of({
    affected: [
      {
        package: { ecosystem: 'npm', name: 'a' },
        ranges: [{ type: 'GIT', events: [{ introduced: '0' }] }],
      },
    ],
  });
  assert.deepEqual(git?.rows[0]?.row.ranges, [{ type: 'GIT', events: [] }]);
  assert.equal(of({})?.record.status, 'active');
  assert.equal(of({ withdrawn: '2026-01-01T00:00:00Z' })?.record.status, 'withdrawn');
  assert.equal(of({ details: '** REJECT ** DO NOT USE' })?.record.status, 'rejected');
  assert.equal(of({ details: 'Rejected reason: not a flaw' })?.record.status, 'rejected');
  assert.equal(of({ summary: '** DISPUTED ** a flaw' })?.record.status, 'disputed');
  assert.equal(of({ details: 'The server rejected the request.' })?.record.status, 'active');
});

test('OSV: notices of distributions name what they repair, and their modules; other notices are passed over', () => {
  const alma = {
    id: 'ALSA-2026:1',
    modified: '2026-01-01T00:00:00Z',
    summary: 'Important: nodejs:18 security update',
    related: ['CVE-2026-1', 'other'],
    affected: [
      {
        package: { ecosystem: 'AlmaLinux:8', name: 'nodejs' },
        ranges: [
          {
            type: 'ECOSYSTEM',
            events: [{ introduced: '0' }, { fixed: '1:18.1-1.module_el8.9.0+1+abc' }],
          },
        ],
      },
    ],
  };
  const [item] = records(parsed(parseOsv, alma));
  assert.deepEqual(item?.record.upstream, ['CVE-2026-1']);
  assert.equal(item.record.severity, 'Important');
  assert.equal(item.rows[0]?.row.module, 'nodejs:18');
  assert.deepEqual(parsed(parseOsv, { ...alma, id: 'ALBA-2026:1' }).dropped, [
    'not about security (bug fix or enhancement)',
  ]);
  const [debian] = records(parsed(parseOsv, { ...alma, id: 'DEBIAN-CVE-2026-0007', related: [] }));
  assert.deepEqual(debian?.record.upstream, ['CVE-2026-0007']);
});

test('OSV: what narrows a package down is told, in bounds', () => {
  const [go] = records(
    parsed(parseOsv, {
      id: 'GO-1',
      modified: '2026-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem: 'Go', name: 'example.test/m' },
          ecosystem_specific: {
            imports: [{ path: 'example.test/m/x', symbols: ['Open', 'Read'], goos: ['windows'] }],
          },
        },
        {
          package: { ecosystem: 'crates.io', name: 'old' },
          database_specific: { informational: 'unmaintained' },
          ecosystem_specific: { affects: { arch: ['x86'], os: [], functions: ['a::b'] } },
        },
        {
          package: { ecosystem: 'Debian:12', name: 'old' },
          ecosystem_specific: { urgency: 'unimportant', imports: [{ path: 'x'.repeat(1000) }] },
        },
      ],
    }),
  );
  assert.equal(go?.rows[0]?.row.qualifier, 'example.test/m/x#Open Read (windows)');
  assert.equal(
    go.rows[1]?.row.qualifier,
    'informational: unmaintained, arch: x86, functions: a::b',
  );
  assert.equal(go.rows[2]?.row.urgency, 'unimportant');
  assert.equal(go.rows[2].row.qualifier?.length, 300);
});

test('Debian tracker: open, ignored, minor, postponed, resolved, never affected, undetermined', () => {
  const releases = {
    bookworm: { status: 'open', urgency: 'not yet assigned' },
    bullseye: { status: 'open', urgency: 'low**', nodsa: 'Minor', nodsa_reason: 'ignored' },
    buster: { status: 'open', urgency: 'end-of-life' },
    trixie: { status: 'resolved', fixed_version: '1.2-3', urgency: 'unimportant' },
    forky: { status: 'resolved', fixed_version: '0', urgency: 'low' },
    sid: { status: 'open' },
    stretch: { status: 'undetermined' },
    strange: { status: 'open' },
  };
  const [item] = records(
    parsed(parseTrackerPackage, { 'CVE-2026-1': { description: 'a flaw', releases } }, 'curl'),
  );
  const rows = Object.fromEntries((item?.rows ?? []).map(({ ecosystem, row }) => [ecosystem, row]));
  const all = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }];
  const id = 'CVE-2026-1';
  assert.deepEqual(rows, {
    'Debian:12': { id, state: 'affected', ranges: all },
    'Debian:11': {
      id,
      state: 'wont_fix',
      qualifier: 'ignored: Minor',
      ranges: all,
      urgency: 'low',
    },
    'Debian:10': {
      id,
      state: 'wont_fix',
      qualifier: 'end of life',
      ranges: all,
      urgency: 'end-of-life',
    },
    'Debian:13': {
      id,
      state: 'affected',
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.2-3' }] }],
      urgency: 'unimportant',
    },
    'Debian:14': { id, state: 'not_affected', urgency: 'low' },
    'Debian:9': { id, state: 'under_investigation', ranges: all },
  });
  const nodsa = (reason: string): unknown =>
    records(
      parsed(
        parseTrackerPackage,
        {
          [id]: {
            releases: { bookworm: { status: 'open', nodsa: 'Minor', nodsa_reason: reason } },
          },
        },
        'x',
      ),
    )[0]?.rows[0]?.row.state;
  assert.equal(nodsa(''), 'wont_fix');
  assert.equal(nodsa('postponed'), 'affected');
  assert.deepEqual(
    parsed(parseTrackerPackage, { [id]: { releases: { bookworm: { status: 'new word' } } } }, 'x')
      .dropped,
    ['status that is not known here'],
  );
});

test('secdb: several names of one flaw, version 0, and the distribution by its address', () => {
  const packages = [
    {
      pkg: {
        name: 'xen',
        secfixes: {
          '4.18.0-r1': ['CVE-2026-1 XSA-440', 'XSA-441'],
          '0': ['CVE-2026-2'],
          '1-r0': [''],
        },
      },
    },
    { pkg: {} },
  ];
  const { items, dropped } = parsed(parseSecdb, {
    distroversion: 'v3.20',
    reponame: 'main',
    packages,
  });
  const found = (items as RecordItem[]).map(({ record, rows }) => [
    record.id,
    record.aliases,
    rows[0]?.ecosystem,
    rows[0]?.row.state,
  ]);
  assert.deepEqual(found, [
    ['CVE-2026-2', [], 'Alpine:v3.20', 'not_affected'],
    ['CVE-2026-1', ['XSA-440'], 'Alpine:v3.20', 'affected'],
    ['XSA-441', [], 'Alpine:v3.20', 'affected'],
  ]);
  assert.deepEqual(dropped, ['fix without an identifier', 'package without a name']);
  const wolfi = parsed(parseSecdb, { apkurl: 'https://packages.wolfi.dev/os', packages });
  assert.equal(records(wolfi)[0]?.rows[0]?.ecosystem, 'Wolfi');
});

test('CSAF-VEX: repaired, left, not affected; modules from relationships; one row for all architectures', () => {
  const { items, dropped } = parsed(parseCsaf, aVex());
  const [item] = items as RecordItem[];
  const id = 'CVE-2023-38545';
  const all = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }];
  const fixedBy = (fixed: string) => [
    { type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] },
  ];
  assert.deepEqual(
    item?.rows.map(({ ecosystem, name, row }) => [ecosystem, name, row]),
    [
      ['Red Hat:9', 'curl', { id, state: 'affected', ranges: fixedBy('0:7.76.1-26.el9_3.2') }],
      [
        'Red Hat:8',
        'nodejs',
        { id, state: 'affected', ranges: fixedBy('1:18.1-1.module+el8'), module: 'nodejs:18' },
      ],
      [
        'Red Hat:8',
        'curl',
        {
          id,
          state: 'wont_fix',
          ranges: all,
          arch: ['src'],
          qualifier: 'Will not fix',
          urgency: 'Moderate',
        },
      ],
      [
        'Red Hat:8',
        'nodejs',
        { id, state: 'affected', ranges: all, module: 'nodejs:16', arch: ['src'] },
      ],
      ['Red Hat:7', 'curl', { id, state: 'not_affected', arch: ['src'] }],
    ],
  );
  assert.equal(item.record.severity, 'Important');
  assert.deepEqual(dropped, ['product without a package or a release']);
});

test('CVE records: SSVC over several containers, rejected and disputed', () => {
  const reject = parsed(parseCve, {
    dataType: 'CVE_RECORD',
    cveMetadata: { cveId: 'CVE-2026-0001', state: 'REJECTED' },
  });
  assert.deepEqual(reject.items[0]?.kind === 'intel' ? reject.items[0].intel : undefined, {
    status: 'rejected',
  });
  assert.deepEqual(parsed(parseCve, { cveMetadata: { cveId: 'nothing' } }).dropped, ['no CVE']);
  assert.deepEqual(
    parsed(parseCve, {
      cveMetadata: { cveId: 'CVE-2026-0001', state: 'PUBLISHED' },
      containers: { cna: {} },
    }).dropped,
    ['nothing assessed yet'],
  );
});

test('KEV entries without a CVE are counted, ransomware is read', () => {
  const { items, dropped } = parsed(parseKev, {
    vulnerabilities: [
      { cveID: 'x', dateAdded: '2026-01-01' },
      { cveID: 'CVE-2026-0001', dateAdded: '2026-01-01', knownRansomwareCampaignUse: 'known' },
    ],
  });
  assert.deepEqual(dropped, ['no CVE']);
  assert.deepEqual(items[0]?.kind === 'intel' ? items[0].intel.kev?.ransomware : undefined, true);
});

test('endoflife.date in the repository and in the API say the same', () => {
  const [repository] = parsed(parseEndOfLife, {
    permalink: '/thing',
    title: 'Thing',
    identifiers: [{ purl: 'pkg:npm/thing' }],
    releases: [
      {
        releaseCycle: '1',
        releaseDate: '2025-01-01',
        eol: '2026-01-01',
        latest: '1.9',
        support: false,
      },
    ],
  }).items;
  const [api] = parsed(parseEndOfLife, {
    schema_version: '1.2.0',
    result: {
      name: 'thing',
      label: 'Thing',
      identifiers: [{ type: 'purl', id: 'pkg:npm/thing' }],
      releases: [
        {
          name: '1',
          releaseDate: '2025-01-01',
          isEol: true,
          eolFrom: '2026-01-01',
          isEoas: false,
          latest: { name: '1.9' },
        },
      ],
    },
  }).items;
  assert.ok(repository?.kind === 'eol' && api?.kind === 'eol');
  assert.deepEqual(api.product, repository.product);
});
