import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPackage, anIndex, before, NOW, type AFeed } from '../../test/support/advisories.ts';
import type { MatchPackage } from './match-model.ts';
import { rangeSteps } from './range-steps.ts';
import { explainWhy } from './why.ts';

const FEEDS: AFeed[] = [
  {
    id: 'github',
    ecosystem: 'npm',
    packages: {
      lib: [{ id: 'GHSA-1', ...before('2.0.0') }],
      other: [{ id: 'GHSA-2', ...before('2.0.0') }],
    },
    said: [{ id: 'GHSA-1', aliases: ['CVE-2024-5'] }],
  },
  { id: 'old', ecosystem: 'npm', asOf: '2020-01-01T00:00:00Z' },
];

function why(part: Partial<MatchPackage>, advisory: string): [string, string] {
  const item = aPackage({ name: 'lib', ...part });
  const { state, sentence } = explainWhy(item, advisory, anIndex(FEEDS), NOW);
  return [state, sentence];
}

test('the verdict by any name, and why there is none', () => {
  assert.deepEqual(why({}, 'cve-2024-5'), [
    'affected',
    'lib 1.0.0 is affected by GHSA-1: github says < 2.0.0; repaired in 2.0.0.',
  ]);
  assert.equal(why({ version: '2.0.0' }, 'GHSA-1')[0], 'not_affected');
  assert.match(why({}, 'GHSA-2')[1], /for other packages only/);
  assert.match(why({}, 'CVE-1999-1')[1], /none of them names it/);
  assert.deepEqual(why({ ecosystem: 'PyPI' }, 'CVE-2024-5')[0], 'unknown');
  assert.equal(why({ version: '' }, 'CVE-2024-5')[0], 'unknown');
});

test('each feed is heard, and what is wrong with it is said', () => {
  const { feeds } = explainWhy(aPackage({ name: 'lib' }), 'GHSA-1', anIndex(FEEDS), NOW);
  const [github, old] = feeds;
  assert.deepEqual(
    github?.rows.map(({ record, says, steps }) => [record, says, steps.map(({ words }) => words)]),
    [
      [
        'GHSA-1',
        'affected',
        [
          'introduced 0: every version from the first on',
          'fixed 2.0.0: 1.0.0 < 2.0.0, not yet repaired',
        ],
      ],
    ],
  );
  assert.match(old?.words ?? '', /too old.*no record/);
});

test('a range is walked in the words of its ecosystem', () => {
  const row = {
    ranges: [
      { type: 'GIT', events: [{ introduced: '0' }] },
      {
        type: 'ECOSYSTEM',
        events: [{ introduced: '1.0~rc1' }, { last_affected: '1.0' }, { limit: '*' }],
      },
    ],
    versions: ['0.9', '1.0'],
  };
  assert.deepEqual(
    rangeSteps('Debian', '1.0', row).map(({ words }) => words),
    [
      'commits only: they say nothing of a version',
      'introduced 1.0~rc1: 1.0 > 1.0~rc1, begun',
      'last affected 1.0: 1.0 = 1.0, still affected',
      'limit *: no end',
      '1.0 is listed',
    ],
  );
});

test('what no package is: the hand-kept rules speak, for it or against it, and give their source', () => {
  const windows = (build: string) =>
    explainWhy(
      aPackage({
        type: 'generic',
        ecosystem: '',
        purl: `pkg:generic/microsoft/windows-server-2016@10.0.14393.${build}`,
        name: 'windows-server-2016',
        version: `10.0.14393.${build}`,
      }),
      'cve-2020-1472',
      anIndex([]),
      NOW,
    );
  const before = windows('3808');
  assert.equal(before.state, 'affected');
  assert.deepEqual(
    before.feeds.map(({ feed, rows }) => [feed, rows.map(({ says }) => says)]),
    [['rules', ['affected']]],
  );
  assert.match(before.findings[0]?.url ?? '', /msrc\.microsoft\.com.*CVE-2020-1472/);
  const after = windows('3866');
  assert.equal(after.state, 'not_affected');
  assert.match(after.sentence, /at or after 10\.0\.14393\.3866/);
  assert.equal(windows('').state, 'unknown');
});
