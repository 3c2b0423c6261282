import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coarseVersion, compareVersions, ecosystems } from './index.ts';

/** Chains of our own: every pair in a chain is tried in both directions, and its coarse versions too. */
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  Debian: [
    '1.0~~ < 1.0~~a < 1.0~ < 1.0~rc1-1 < 1.0~rc10 < 1.0 = 1.0-0 = 0:1.0-00 = 01.0 < 1.0-0a < 1.0-1~bpo12+1 < 1.0-1',
    '1.0-1 < 1.0-1+b1 < 1.0-1+deb12u1 < 1.0-1.1 < 1.0a-1 < 1.0+dfsg-1 < 1.0-1-1 < 1.0.1-1 < 1.9 < 1.10 < 1:0.1',
    '2ubuntu1 < 2+really1 < 2.0.0 = 2.0.0-0',
    '20991231 < 99999999999999999999 < 99999999999999999999.1 < 100000000000000000000',
  ],
  'Debian:12': ['1.0~rc1 < 1.0'],
  deb: ['1.0~rc1 < 1.0'],
  openssl: ['1.0.2 < 1.0.2a < 1.0.2z < 1.0.2za < 1.1.0 < 3.0.0-alpha1 < 3.0.0'],
  'Ubuntu:Pro:18.04:LTS': ['2.7-0ubuntu1~20.04.1 < 2.7-0ubuntu1'],
  'Red Hat': [
    '1.0~rc1 < 1.0~rc1^git1 < 1.0~rc2 < 1.0 < 1.0^ < 1.0^git1~pre < 1.0^git1 < 1.0^git1^1 < 1.0a < 1.0aa < 1.0.1 = 1.00_1',
    '1.0 < 1.0- < 1.0-a < 1.0-1.el8 < 1.0-1.el8.1 < 1.0-1.el9 < 1.0-2 < 1.0-10 < 0:1.1 < 1:0.1 < 02:0',
    '1.8.0.module+el8 < 1.8.0.372',
  ],
  'AlmaLinux:9': ['3.0.7-16.el9_2 < 3.0.7-24.el9 = 0:3.0.7-24.el9'],
  'Alpine:v3.19': [
    '1_alpha < 1_alpha1 < 1_beta < 1_pre2 < 1_rc1 < 1_rc1-r1 < 1 < 1-r0 < 1-r1 < 1_cvs < 1_svn < 1_git2 < 1_hg < 1_p < 1_p1',
    '1.2_p1 < 1.2a_rc1 < 1.2a < 1.2b < 1.2.01 < 1.2.010 < 1.2.1 < 1.2.9 < 1.2.10 < 2 < 010 = 10',
    '1.2_wrong < 1.2 < 1.2_p',
    '1.1~abc12 < 1.1_p1',
  ],
  npm: [
    '1.0.0-0 < 1.0.0-2 < 1.0.0-10 < 1.0.0--1 < 1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-alpha.beta < 1.0.0-beta < 1.0.0',
    '1.0.0 = v1.0.0 = 1 = 1.0 = 1.0.0+build.7 < 1.0.1-rc.1 < 1.0.1 < 1.0.1.1 < 1.1.0 < 1.10.0 < 9007199254740993.0.0',
    '9007199254740992.0.0 < 9007199254740993.0.0 < 90071992547409921.0.0',
  ],
  Pub: ['1.0.0-a < 1.0.0-a+1 < 1.0.0 < 1.0.0+2 < 1.0.0+10 < 1.0.0+a < 1.0.0+a.1 < 1.0.1'],
  NuGet: ['1.0.0-ALPHA = 1.0.0-alpha < 1.0.0-Beta < 1.0 = 1.0.0.0+x < 1.0.0.1-a < 1.0.0.1 < 1.0.1'],
  PyPI: [
    'words-only < 0.1-bulb < 0.1-char < 0.dev0 < 0 = 0.0 < 1.dev1 < 1a.dev2 < 1a = 1.0-alpha_0 < 1a1 < 1b1 < 1c1 = 1rc1',
    '1rc1 < 1.0 = v1 = 1.0.0 < 1.0+a < 1.0+a.b < 1.0+2 < 1.0+10 < 1.post1.dev1 < 1.0-1 = 1.post1 = 1r1 < 1.0.1 < 1!0.1',
    '1rc1.post2.dev3 < 1rc1.post2',
  ],
  Maven: [
    '1-alpha < 1-alpha-2 = 1a2 < 1-beta < 1-M1 < 1-rc = 1cr < 1-snapshot < 1 = 1.0 = 1-ga = 1.FINAL < 1-sp < 1-xyz < 1-1 < 1.1',
    '1.9 < 1.10 < 2.0-1 < 2.0.1 < 2.1 < 99999999999999999999',
  ],
  RubyGems: [
    '1.0.a < 1.0.a.1 < 1.0.b < 1.0.b.0.1 < 1.0.pre1 = 1.0.pre.1 < 1.0 = 1 = 1.0.0 < 1.0.0.1.a < 1.0.0.1 < 1.0.1 < 1.10',
    '1.a.0.b < 1.a.0.0.b < 1.a = 1.a.0 < 1.a.0.0.1 < 1.a.0.1 < 1.a.1',
  ],
  Packagist: [
    '1.0foo < 1.0-dev < 1.0alpha1 = 1.0a1 < 1.0-beta2 < 1.0RC1 = 1.0-rc.1 < 1.0 = v1.0 < 1.0.0 < 1.0.1 < 1.0pl1 < 1.1',
  ],
  Go: [
    'v0.0.0-20200101000000-abcdef012345 < v0.0.0-20210101000000-abcdef012345 < v0.0.0 < v1.0.0-rc.1 < v1.0.0 = 1.0.0+incompatible',
    'go1.21rc2 = 1.21.0-rc.2 < go1.21rc10 < go1.21 = 1.21.0 < go1.21.1',
  ],
  Bitnami: ['1.2.3-rc.1 < 1.2.3 = 1.2.3-0 < 1.2.3-1 = 1.2.3-1+x < 1.2.3-10 < 1.2.4-alpha < 1.2.4'],
  'Arch Linux': ['1.5b < 1.5 = 1.5-1 < 1.5.b < 1.5.1-1 < 1.5.1-2 < 1:1.0'],
  Gentoo: ['1.0_alpha < 1.0_rc1 < 1.0 = 1.0-r0 < 1.0-r1 < 1.0_p1 < 1.0b < 1.01 < 1.1 < 1.10'],
  ConanCenter: ['1.1-pre1 < 1.1-pre2 < 1.1 = 1.1.0 < 1.1+b1 < 1.1.1d < 1.1.1k < 1.1.2 < cci.2020'],
  CRAN: ['0.9 < 0.75 < 1.0 < 1.0-0 = 1.0.0 < 1.0-1 < 1.10'],
  Hackage: ['1 < 1.0 < 1.0.0 < 1.0.1 < 1.1 < 1.10'],
  Windows: [
    '6.1.7601 < 10.0 = 10.0.0.0 < 10.0.9600.1 < 10.0.17763 < 10.0.17763.1935 < 10.0.17763.10000 < 10.0.20348.1',
  ],
};

for (const [ecosystem, chains] of Object.entries(CHAINS)) {
  test(`${ecosystem}: versions stand in order`, () => {
    for (const chain of chains) checkChain(ecosystem, chain);
  });
}

function checkChain(ecosystem: string, chain: string): void {
  const words = chain.split(' ');
  const versions = words.filter((_, index) => index % 2 === 0);
  for (let i = 0; i < versions.length; i += 1) {
    for (let j = i; j < versions.length; j += 1) {
      const between = words.slice(2 * i, 2 * j + 1);
      checkPair(ecosystem, versions[i]!, versions[j]!, between.includes('<') ? -1 : 0);
    }
  }
}

function checkPair(ecosystem: string, a: string, b: string, expected: -1 | 0): void {
  assert.equal(compareVersions(ecosystem, a, b), expected, `${ecosystem}: ${a} and ${b}`);
  assert.equal(compareVersions(ecosystem, b, a), -expected + 0, `${ecosystem}: ${b} and ${a}`);
  const [first, second] = [coarseVersion(ecosystem, a)!, coarseVersion(ecosystem, b)!];
  assert.ok(expected === 0 ? first === second : first <= second, `coarse of ${a} and ${b}`);
}

test('what cannot be placed is unknown, never equal and never older', () => {
  const unreadable: Readonly<Record<string, readonly string[]>> = {
    Debian: ['', ' ', '1.0-', 'a:1', ':1', '1:', '1 0', 'ä'],
    'Red Hat': [''],
    Alpine: [''],
    npm: ['', 'latest', 'v', '-1', '^1.0.0'],
    RubyGems: ['', 'a', '1..0', '1.0_1'],
    CRAN: ['', '1.x', '1..0'],
    Windows: ['10.0.x', '10,0'],
    'OSS-Fuzz': ['1.0'],
    Nothing: ['1.0'],
  };
  for (const [ecosystem, versions] of Object.entries(unreadable)) {
    for (const version of versions) {
      assert.equal(
        compareVersions(ecosystem, version, version),
        undefined,
        `${ecosystem} "${version}"`,
      );
      assert.equal(coarseVersion(ecosystem, version), undefined);
    }
  }
});

test('every ecosystem of the registry compares 1.0 and 2.0', () => {
  for (const ecosystem of ecosystems()) {
    assert.equal(compareVersions(ecosystem, '1.0', '2.0'), -1, ecosystem);
  }
});
