import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flawOf, readVector, type FlawSource } from './flaw.ts';

const FINDING: FlawSource = {
  id: 'DSA-1',
  aliases: ['CVE-2020-1472'],
  upstream: [],
  state: 'affected',
  severity: { vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', score: 10 },
  kev: { ransomware: true },
  epss: { score: 0.94 },
};
const HOLDER = { component: 1, package: 'p', source: 's', firstSeen: new Date(0) };

test('a vector tells from where, with what and what for, in each version of CVSS', () => {
  const remote = { from: 'network', needsAccount: false, needsVictim: false, opens: true };
  for (const vector of [
    'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:N/VA:N/SC:N/SI:N/SA:N',
    'AV:N/AC:L/Au:N/C:P/I:P/A:P',
  ]) {
    assert.deepEqual(readVector(vector), remote, vector);
  }
  const cases: [string, Partial<ReturnType<typeof readVector>>][] = [
    ['CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', { from: 'local', needsAccount: true }],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', { from: 'network', needsVictim: true }],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', { opens: false }],
    ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:L/I:N/A:N', { opens: false }],
    ['CVSS:4.0/AV:A/AC:L/AT:N/PR:H/UI:P/VC:N/VI:H/VA:N/SC:N/SI:N/SA:N', { from: 'adjacent' }],
    ['AV:N/AC:L/Au:S/C:N/I:N/A:C', { needsAccount: true, opens: false }],
  ];
  for (const [vector, expected] of cases) {
    const found = readVector(vector);
    assert.deepEqual({ ...found, ...expected }, found, vector);
  }
});

test('what no vector says stays open', () => {
  for (const vector of [null, '', 'nonsense']) {
    const { from, needsAccount, needsVictim, opens } = readVector(vector);
    assert.deepEqual(
      [from, needsAccount, needsVictim, opens],
      ['unknown', undefined, undefined, true],
    );
  }
});

test('a flaw goes by its CVE, and what is not affected is none', () => {
  assert.equal(flawOf(FINDING, HOLDER)?.id, 'CVE-2020-1472');
  assert.equal(flawOf({ ...FINDING, aliases: [] }, HOLDER)?.id, 'DSA-1');
  assert.equal(flawOf({ ...FINDING, state: 'not_affected' }, HOLDER), undefined);
  assert.equal(flawOf({ ...FINDING, kev: null, epss: null }, HOLDER)?.knownExploited, false);
});
