import assert from 'node:assert/strict';
import { test } from 'node:test';
import { versFromNative } from './vers-native.ts';
import { canonicalVers, readVers, versContains } from './vers.ts';

test('only the canonical spelling is read', () => {
  assert.deepEqual(readVers('vers:deb/>=1:2.0|!=1:2.1|<1:3%7C').value, {
    type: 'deb',
    constraints: [
      { comparator: '>=', version: '1:2.0' },
      { comparator: '!=', version: '1:2.1' },
      { comparator: '<', version: '1:3|' },
    ],
  });
  const wrong: Readonly<Record<string, RegExp>> = {
    'vers:npm/1 |2': /whitespace/,
    'vers:NPM/1': /lower case/,
    'npm/1': /begin with vers:/,
    'vers:npm/': /no version/,
    'vers:npm/>': /no version/,
    'vers:npm/2|1': /not sorted/,
    'vers:npm/1%41': /not canonical/,
    'vers:npm/1%2': /invalid percent/,
    'vers:npm/1=2': /not canonical/,
  };
  for (const [text, problem] of Object.entries(wrong)) {
    assert.match(readVers(text).problem ?? 'accepted', problem, text);
  }
});

test('constraints are written in the order of versions', () => {
  assert.equal(canonicalVers('vers:gem/<2.0|>=1.10|1.9').value, 'vers:gem/1.9|>=1.10|<2.0');
  assert.equal(canonicalVers('vers:unheard-of/b|a').value, 'vers:unheard-of/b|a');
});

function contains(range: string, version: string): boolean | undefined {
  return versContains(readVers(range).value!, version);
}

test('a version lies inside or outside, or it is unknown', () => {
  const inside: readonly (readonly [string, string])[] = [
    ['vers:npm/*', '1.0.0'],
    ['vers:npm/1.0.0', '1.0.0'],
    ['vers:npm/<1.0.0', '0.9.9'],
    ['vers:npm/<=1.0.0|>=2.0.0', '1.0.0'],
    ['vers:npm/>=1.0.0|<2.0.0|>=3.0.0', '3.1.0'],
    ['vers:npm/<1.0.0|<2.0.0', '1.0.0'],
    ['vers:npm/!=1.0.0', '1.0.1'],
    ['vers:pypi/1.0', '1.0.0'],
    ['vers:all/*', 'anything'],
    ['vers:unheard-of/x', 'x'],
  ];
  const outside: readonly (readonly [string, string])[] = [
    ['vers:npm/1.0.0', '1.0.1'],
    ['vers:npm/<1.0.0', '1.0.0'],
    ['vers:npm/<=1.0.0|>=2.0.0', '1.5.0'],
    ['vers:npm/>=1.0.0|!=1.5.0|<2.0.0', '1.5.0'],
    ['vers:npm/>=1.0.0|<2.0.0', '2.0.0'],
    ['vers:npm/!=1.0.0', '1.0.0'],
    ['vers:none/*', '1'],
  ];
  for (const [range, version] of inside)
    assert.equal(contains(range, version), true, `${range} ${version}`);
  for (const [range, version] of outside)
    assert.equal(contains(range, version), false, `${range} ${version}`);
  assert.equal(contains('vers:unheard-of/x', 'y'), undefined);
  assert.equal(contains('vers:npm/>=1.0.0', 'latest'), undefined);
});

test('native ranges become signposts', () => {
  const ranges: readonly (readonly [string, string, string])[] = [
    ['npm', '^0.2.3', 'vers:npm/>=0.2.3|<0.3.0'],
    ['npm', '^0.0.3', 'vers:npm/>=0.0.3|<0.0.4'],
    ['npm', '~1.2', 'vers:npm/>=1.2.0|<1.3.0'],
    ['npm', '~1', 'vers:npm/>=1.0.0|<2.0.0'],
    ['npm', '1.x || >= 3 < 3.2', 'vers:npm/>=1.0.0|<2.0.0|>=3.0.0|<3.2.0'],
    ['gem', '~> 2.3, != 2.5', 'vers:gem/>=2.3|!=2.5|<3'],
    ['maven', '(,1.0],[1.2,1.3)', 'vers:maven/<=1.0|>=1.2|<1.3'],
    ['nuget', '[1.0]', 'vers:nuget/1.0'],
    ['pypi', '>=1.0, <2', 'vers:pypi/>=1.0|<2'],
    ['conan', '~1.2.3', 'vers:conan/>=1.2.3|<1.3-'],
    ['nginx', '1.20.1+', 'vers:nginx/>=1.20.1|<1.21.0'],
  ];
  for (const [type, native, vers] of ranges) {
    assert.equal(versFromNative(type, native).value, vers, native);
  }
  assert.match(versFromNative('pypi', '~=1.0').problem ?? '', /cannot be said/);
  assert.match(versFromNative('cobol', '1').problem ?? '', /no native ranges/);
});
