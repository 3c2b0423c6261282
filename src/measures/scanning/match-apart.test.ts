import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchPackages } from '../../advisories/match.ts';
import { anIndex, aPackage, before, NOW } from '../../../test/support/advisories.ts';
import { packageOf } from './component.ts';
import { matchApart } from './match-apart.ts';

test('one binary version of two sources: each gets what its own source lacks', () => {
  const index = anIndex([
    {
      id: 'debian:Debian:12',
      ecosystem: 'Debian:12',
      packages: { 'Debian:12/src': [{ id: 'CVE-2026-0001', ...before('2.0') }] },
    },
  ]);
  const component = { type: 'deb', release: 'debian-12', architecture: 'all', sourceName: 'src' };
  const packages = ['1.0', '2.0', '1.5'].map((sourceVersion, id) =>
    packageOf({ ...component, id, name: 'lib', version: '9', sourceVersion }),
  );
  const matched = matchApart((some) => matchPackages(some, index, { now: NOW }), packages);
  assert.deepEqual(
    matched.map(({ findings, verdict }) => [findings.length, verdict?.state]),
    [
      [1, 'assessed'],
      [0, 'assessed'],
      [1, 'assessed'],
    ],
  );
  assert.deepEqual(
    matchApart((some) => matchPackages(some, index, { now: NOW }), []),
    [],
  );
  assert.equal(new Set([...packages, aPackage({ name: 'x' })].map(({ purl }) => purl)).size, 2);
});
