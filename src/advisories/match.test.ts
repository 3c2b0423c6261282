import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPackage, anIndex, before, NOW, type AFeed } from '../../test/support/advisories.ts';
import type { MatchPackage } from './match-model.ts';
import { matchPackages } from './match.ts';
import type { Intel } from './model.ts';
import type { OsvRange } from '../versions/range.ts';
import type { Finding } from './verdict.ts';

function findings(
  item: MatchPackage | readonly MatchPackage[],
  feeds: readonly AFeed[],
  intel: Readonly<Record<string, Intel>> = {},
): Finding[] {
  const items = Array.isArray(item) ? (item as readonly MatchPackage[]) : [item as MatchPackage];
  return matchPackages(items, anIndex(feeds, intel), { now: NOW }).findings;
}

function said(found: readonly Finding[]): string[] {
  return found.map(({ id, state, reason }) => [id, state, reason].filter(Boolean).join(' '));
}

function debian(part: Partial<MatchPackage> & { name: string }): MatchPackage {
  return aPackage({ type: 'deb', ecosystem: 'Debian:12', ...part });
}

test('a source package decides for its binaries, with its own version', () => {
  const feeds: AFeed[] = [
    {
      id: 'd',
      ecosystem: 'Debian:12',
      packages: { glibc: [{ id: 'X', ...before('2.36-9+deb12u1') }] },
    },
  ];
  const libc = debian({
    name: 'libc6',
    version: '2.36-9',
    source: { name: 'glibc', version: '2.36-9' },
  });
  const [found] = findings(libc, feeds);
  assert.deepEqual(found?.fixed, ['2.36-9+deb12u1']);
  assert.deepEqual(found.explain.matched, {
    ecosystem: 'Debian:12',
    name: 'glibc',
    version: '2.36-9',
    by: 'source',
  });
  const other = debian({
    name: 'glibc',
    version: '1',
    source: { name: 'glibc-doc', version: '1' },
  });
  assert.deepEqual(findings(other, feeds), [], 'a binary called like another source is not it');
  const rebuilt = debian({
    name: 'libc6',
    version: '2.36-9+deb12u1+b1',
    source: { name: 'glibc', version: '2.36-9+deb12u1' },
  });
  assert.deepEqual(findings(rebuilt, feeds), []);
});

test('signed packages are judged as what they were built from', () => {
  const feeds: AFeed[] = [
    {
      id: 'd',
      ecosystem: 'Debian:12',
      packages: {
        linux: [{ id: 'K', ...before('6.1.99-1') }],
        grub2: [{ id: 'G', ...before('2.06-14') }],
      },
    },
  ];
  const kernel = debian({
    name: 'linux-image-6.1.0-17-amd64',
    version: '6.1.69-1',
    source: { name: 'linux-signed-amd64', version: '6.1.69+1' },
  });
  const grub = debian({
    name: 'grub-efi-amd64-signed',
    version: '1+2.06+13+deb12u1',
    source: { name: 'grub-efi-amd64-signed', version: '1+2.06+13+deb12u1' },
  });
  assert.deepEqual(said(findings([kernel, grub], feeds)).toSorted(), ['G affected', 'K affected']);
  const newer = {
    ...grub,
    version: '1+2.06+14',
    source: { name: 'grub-efi-amd64-signed', version: '1+2.06+14' },
  };
  const repaired = { ...kernel, version: '6.1.99-1' };
  assert.deepEqual(findings([newer, repaired], feeds), []);
  const ubuntu: AFeed[] = [
    {
      id: 'u',
      ecosystem: 'Ubuntu:22.04',
      packages: { 'linux-aws': [{ id: 'U', ...before('6.5.0-20.20') }] },
    },
  ];
  const aws = debian({
    name: 'linux-image-aws',
    ecosystem: 'Ubuntu:22.04',
    version: '6.5.0-14.14',
    source: { name: 'linux-signed-aws', version: '6.5.0-14.14' },
  });
  assert.deepEqual(said(findings(aws, ubuntu)), ['U affected']);
});

test('RPM feeds name what is installed, unless they name sources', () => {
  const row = { id: 'R', ...before('0:2.0-1.el9') };
  const perf = aPackage({
    name: 'perf',
    type: 'rpm',
    ecosystem: 'AlmaLinux:9',
    version: '1.0-1.el9',
    source: { name: 'kernel', version: '1.0-1.el9' },
  });
  const alma: AFeed = { id: 'a', ecosystem: 'AlmaLinux:9', packages: { kernel: [row] } };
  assert.deepEqual(findings(perf, [alma]), []);
  assert.deepEqual(said(findings(perf, [{ ...alma, names: 'both' }])), ['R affected']);
  const suse = { ...perf, ecosystem: 'SUSE:Linux Enterprise Server 15 SP5' };
  assert.deepEqual(
    said(findings(suse, [{ ...alma, ecosystem: 'SUSE:Linux Enterprise Server 15 SP5' }])),
    ['R affected'],
  );
});

test('a module stream repairs only itself, and compares without the number of its build', () => {
  const version = '1:18.12.1-2.module+el8.7.0+17306+fc023f99';
  const row = { id: 'M', module: 'nodejs:18', ...before('1:18.14.2-3.module_el8.7.0+3500+1') };
  const feed: AFeed = { id: 'a', ecosystem: 'AlmaLinux:8', packages: { nodejs: [row] } };
  const node = aPackage({
    name: 'nodejs',
    type: 'rpm',
    ecosystem: 'AlmaLinux:8',
    version,
    module: 'nodejs:18:8070:abc',
  });
  assert.deepEqual(findings(node, [feed])[0]?.fixed, ['1:18.14.2-3.module_el8.7.0+3500+1']);
  assert.deepEqual(findings({ ...node, module: 'nodejs:16:8070:abc' }, [feed]), []);
  assert.deepEqual(findings({ ...node, version: '1:16.12.1-2.el9', module: '' }, [feed]), []);
  const unlabelled = aPackage({ name: 'nodejs', type: 'rpm', ecosystem: 'AlmaLinux:8', version });
  assert.deepEqual(
    said(findings(unlabelled, [feed])),
    ['M affected'],
    'the number tells the stream',
  );
  assert.deepEqual(findings({ ...unlabelled, version: '1:16.1.0-1.module_el8' }, [feed]), []);
  const rebuilt = { ...node, version: '1:18.14.2-3.module_el8.4.0+1+0' };
  assert.deepEqual(findings(rebuilt, [feed]), []);
  const rhel: AFeed = {
    id: 'a',
    ecosystem: 'AlmaLinux:8',
    packages: { perl: [{ ...row, id: 'P', module: 'perl:rhel' }] },
  };
  const perl = { ...unlabelled, name: 'perl' };
  assert.deepEqual(said(findings(perl, [rhel])), ['P unknown module']);
});

test('the explicit word of a feed beats its ranges', () => {
  const open = { id: 'CVE-1', ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }] };
  const feed = (
    ...rows: { id: string; state?: 'not_affected' | 'fixed' | 'wont_fix' }[]
  ): AFeed[] => [{ id: 'd', ecosystem: 'Debian:12', packages: { curl: [open, ...rows] } }];
  const curl = debian({ name: 'curl' });
  assert.deepEqual(said(findings(curl, feed())), ['CVE-1 affected']);
  assert.deepEqual(findings(curl, feed({ id: 'CVE-1', state: 'not_affected' })), []);
  assert.deepEqual(findings(curl, feed({ id: 'CVE-1', state: 'fixed' })), []);
  const [wont] = findings(curl, feed({ id: 'CVE-1', state: 'wont_fix' }));
  assert.equal(wont?.fixState, 'wont-fix');
  const fixedIn = { ...before('0.5'), id: 'CVE-1', state: 'fixed' as const };
  assert.deepEqual(said(findings(curl, feed(fixedIn))), ['CVE-1 affected'], 'fixed elsewhere');
});

test('withdrawn and rejected match nothing, disputed is marked', () => {
  const packages = { lib: [{ id: 'A', ...before('2.0.0') }] };
  const feed = (status: 'withdrawn' | 'rejected' | 'disputed'): AFeed[] => [
    { id: 'n', ecosystem: 'npm', packages, said: [{ id: 'A', status }] },
  ];
  const lib = aPackage({ name: 'lib' });
  assert.deepEqual(findings(lib, feed('withdrawn')), []);
  assert.deepEqual(findings(lib, feed('rejected')), []);
  assert.equal(findings(lib, feed('disputed'))[0]?.status, 'disputed');
  const index = anIndex(feed('withdrawn'));
  const [shown] = matchPackages([lib], index, { now: NOW, all: true }).findings;
  assert.equal(shown?.state, 'not_affected');
  assert.equal(shown.explain.feeds[0]?.says, 'withdrawn');
  const cve: AFeed[] = [
    { id: 'n', ecosystem: 'npm', packages: { lib: [{ id: 'CVE-2024-1', ...before('2.0.0') }] } },
  ];
  assert.deepEqual(findings(lib, cve, { 'CVE-2024-1': { status: 'rejected' } }), []);
});

test('one flaw under several names is one finding, and where feeds disagree affected wins', () => {
  const feeds: AFeed[] = [
    {
      id: 'github',
      ecosystem: 'PyPI',
      packages: { lib: [{ id: 'GHSA-1', ...before('2.0') }] },
      said: [
        {
          id: 'GHSA-1',
          aliases: ['CVE-2024-5'],
          cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'],
        },
      ],
    },
    {
      id: 'pypa',
      ecosystem: 'PyPI',
      packages: { lib: [{ id: 'PYSEC-1', ...before('0.5') }] },
      said: [{ id: 'PYSEC-1', aliases: ['CVE-2024-5'] }],
    },
    { id: 'third', ecosystem: 'PyPI', asOf: '2020-01-01T00:00:00Z' },
  ];
  const lib = aPackage({ name: 'lib', ecosystem: 'PyPI', version: '1.0' });
  const [found, ...others] = findings(lib, feeds);
  assert.deepEqual(others, []);
  assert.equal(found?.id, 'GHSA-1');
  assert.deepEqual(found.aliases, ['CVE-2024-5', 'PYSEC-1']);
  assert.equal(found.severity.score, 9.8);
  assert.deepEqual(
    found.explain.feeds.map(({ feed, record, says }) => [feed, record, says]),
    [
      ['github', 'GHSA-1', 'affected'],
      ['pypa', 'PYSEC-1', 'outside'],
      ['third', null, 'silent'],
    ],
  );
  assert.match(found.explain.feeds[2]?.because ?? '', /too old/);
  const [both] = findings({ ...lib, version: '0.1' }, feeds);
  assert.equal(both?.id, 'PYSEC-1');
  assert.deepEqual(both.fixed, ['2.0'], 'the other feed still calls 0.5 affected');
});

test('a notice stays one finding, unless each of its CVEs is told by itself', () => {
  const row = before('2.0-1');
  const notice: AFeed = {
    id: 'dsa',
    ecosystem: 'Debian:12',
    packages: { curl: [{ id: 'DSA-1', ...row }] },
    said: [{ id: 'DSA-1', upstream: ['CVE-2024-1', 'CVE-2024-2'] }],
  };
  const curl = debian({ name: 'curl', version: '1.0-1' });
  const [one, ...none] = findings(curl, [notice]);
  assert.deepEqual(none, []);
  assert.deepEqual(one?.upstream, ['CVE-2024-1', 'CVE-2024-2']);
  const single = (...ids: string[]): AFeed => ({
    id: 'tracker',
    ecosystem: 'Debian:12',
    packages: { curl: ids.map((id) => ({ id, ...row })) },
    said: ids.map((id) => ({ id, upstream: id.startsWith('DEBIAN-') ? [id.slice(7)] : [] })),
  });
  const ids = (found: readonly Finding[]): string[] => found.map(({ id }) => id).toSorted();
  assert.deepEqual(ids(findings(curl, [notice, single('CVE-2024-1')])), ['CVE-2024-1', 'DSA-1']);
  const told = findings(curl, [notice, single('CVE-2024-1', 'DEBIAN-CVE-2024-2')]);
  assert.deepEqual(ids(told), ['CVE-2024-1', 'DEBIAN-CVE-2024-2']);
  assert.ok(told.every(({ explain }) => explain.feeds.some(({ record }) => record === 'DSA-1')));
});

test('silence counts only where a fresh feed answers; what a stale one says still stands', () => {
  const lib = aPackage({ name: 'lib' });
  const feed: AFeed = {
    id: 'n',
    ecosystem: 'npm',
    packages: { lib: [{ id: 'A', ...before('2.0.0') }] },
  };
  const verdict = (item: MatchPackage, ...feeds: AFeed[]): string => {
    const { components } = matchPackages([item], anIndex(feeds), { now: NOW });
    return [components[0]?.state, components[0]?.reason].filter(Boolean).join(' ');
  };
  assert.equal(verdict(lib), 'unknown no-feed');
  assert.equal(verdict({ ...lib, ecosystem: '' }, feed), 'unknown no-ecosystem');
  assert.equal(verdict({ ...lib, ecosystem: 'Nowhere' }, feed), 'unknown no-ecosystem');
  assert.equal(verdict(lib, feed), 'assessed');
  assert.equal(verdict(lib, { ...feed, rows: 0 }), 'unknown empty-feed');
  assert.equal(verdict(lib, { ...feed, canary: { id: 'C', found: false } }), 'unknown canary');
  const old = { ...feed, asOf: '2025-01-01T00:00:00Z' };
  assert.equal(verdict(lib, old), 'unknown stale-feed');
  assert.deepEqual(said(findings(lib, [old])), ['A affected']);
  assert.equal(verdict(lib, old, { ...feed, id: 'm' }), 'assessed');
  assert.equal(verdict({ ...lib, version: '' }, feed), 'unknown no-version');
  assert.equal(verdict({ ...lib, version: 'latest' }, feed), 'unknown version');
  assert.deepEqual(said(findings({ ...lib, version: '' }, [feed])), ['A unknown no-version']);
  const { components } = matchPackages([lib], anIndex([{ ...feed, seesUnfixed: false }]), {
    now: NOW,
  });
  assert.match(components[0]?.limits[0] ?? '', /only flaws that a fix exists for are told \(n\)/);
});

test('every kind of range in any order; only commits are unknown; what is gone is no component', () => {
  const git = { type: 'GIT', events: [{ introduced: '0' }] };
  const semver = { type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] };
  const feed = (...ranges: OsvRange[]): AFeed[] => [
    { id: 'n', ecosystem: 'npm', packages: { lib: [{ id: 'A', ranges }] } },
  ];
  const lib = aPackage({ name: 'lib' });
  assert.deepEqual(said(findings(lib, feed(git, semver))), ['A affected']);
  assert.deepEqual(said(findings(lib, feed(semver, git))), ['A affected']);
  assert.deepEqual(said(findings(lib, feed(git))), ['A unknown git-only']);
  assert.deepEqual(findings({ ...lib, state: 'config-files' }, feed(semver)), []);
});

test('a package of a distribution speaks for the language packages that it brought', () => {
  const feeds: AFeed[] = [
    {
      id: 'd',
      ecosystem: 'Debian:12',
      packages: { 'python-lib': [{ id: 'CVE-2024-1', ...before('1.0-2') }] },
    },
    {
      id: 'p',
      ecosystem: 'PyPI',
      packages: {
        lib: [
          { id: 'PYSEC-1', ...before('2.0') },
          { id: 'PYSEC-2', ...before('2.0') },
        ],
      },
      said: [
        { id: 'PYSEC-1', aliases: ['CVE-2024-1'] },
        { id: 'PYSEC-2', aliases: ['CVE-2024-2'] },
      ],
    },
  ];
  const owner = debian({
    name: 'python3-lib',
    version: '1.0-1',
    source: { name: 'python-lib', version: '1.0-1' },
  });
  const lib = aPackage({ name: 'lib', ecosystem: 'PyPI', version: '1.0', ownedBy: owner.purl });
  const found = findings([lib, owner], feeds).filter(({ purl }) => purl === lib.purl);
  assert.deepEqual(said(found), ['PYSEC-1 affected']);
  assert.equal(found[0]?.explain.matched.by, 'owner');
  const patched = { ...owner, version: '1.0-2', source: { name: 'python-lib', version: '1.0-2' } };
  assert.deepEqual(findings([lib, patched], feeds), []);
  assert.deepEqual(said(findings([lib, owner], feeds.slice(1))), [
    'PYSEC-1 unknown no-feed',
    'PYSEC-2 unknown no-feed',
  ]);
  assert.deepEqual(said(findings(lib, feeds)).length, 2, 'without its owner it speaks for itself');
});

test('what is exploited comes first, ransomware before all; a low EPSS lowers nothing of it', () => {
  const packages = {
    lib: ['1', '2', '3', '4'].map((n) => ({ id: `CVE-2024-${n}`, ...before('2.0.0') })),
  };
  const kev = (ransomware: boolean): Required<Intel>['kev'] => ({
    added: '',
    due: '',
    ransomware,
    name: '',
  });
  const epss = (score: number): Required<Intel>['epss'] => ({
    score,
    percentile: 0,
    model: 'v4',
    date: '',
  });
  const found = findings(aPackage({ name: 'lib' }), [{ id: 'n', ecosystem: 'npm', packages }], {
    'CVE-2024-1': { epss: epss(0.97) },
    'CVE-2024-2': { kev: kev(false), epss: epss(0.001) },
    'CVE-2024-3': { kev: kev(true), epss: epss(0.0001) },
    'CVE-2024-4': { epss: epss(0.5), cvss: ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'] },
  });
  assert.deepEqual(
    found.map(({ id }) => id),
    ['CVE-2024-3', 'CVE-2024-2', 'CVE-2024-1', 'CVE-2024-4'],
  );
});
