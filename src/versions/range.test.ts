import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateAffected, type OsvAffected, type OsvEvent, type RangeVerdict } from './range.ts';

function range(type: string, ...events: OsvEvent[]) {
  return { type, events };
}

/** `affected`, `affected fixed 1.2`, `not affected`, `unknown reason`: a verdict in one line. */
function say(verdict: RangeVerdict): string {
  if (verdict.state === 'unknown') return `unknown ${verdict.reason}`;
  if (verdict.state === 'not affected') return 'not affected';
  const by = verdict.by === 'versions' ? ' listed' : '';
  return `affected${by}${verdict.fixed === undefined ? '' : ` fixed ${verdict.fixed}`}`;
}

function check(ecosystem: string, affected: OsvAffected, expected: Record<string, string>): void {
  for (const [version, verdict] of Object.entries(expected)) {
    assert.equal(say(evaluateAffected(ecosystem, version, affected)), verdict, version);
  }
}

const TWO_BRANCHES = [
  { introduced: '2.0.0' },
  { fixed: '2.1.0' },
  { introduced: '0' },
  { fixed: '1.4.0' },
];

test('events of several branches are read in the order of versions, however they are written', () => {
  check(
    'npm',
    { ranges: [range('SEMVER', ...TWO_BRANCHES)] },
    {
      '0.0.1-alpha': 'affected fixed 1.4.0',
      '1.4.0-rc.1': 'affected fixed 1.4.0',
      '1.4.0': 'not affected',
      '2.0.0-rc.1': 'not affected',
      '2.0.0': 'affected fixed 2.1.0',
      '2.1.0': 'not affected',
      latest: 'unknown version',
    },
  );
});

test('last_affected is inside, limit is outside', () => {
  const last = { ranges: [range('ECOSYSTEM', { introduced: '1.0' }, { last_affected: '1.2' })] };
  check('PyPI', last, { '0.9': 'not affected', '1.2.0': 'affected', '1.2.post1': 'not affected' });
  const limited = { ranges: [range('ECOSYSTEM', { introduced: '0' }, { limit: '2.0' })] };
  check('PyPI', limited, { '1.9': 'affected', '2.0': 'not affected' });
  const open = { ranges: [range('ECOSYSTEM', { introduced: '0' }, { limit: '*' })] };
  check('PyPI', open, { '999': 'affected' });
});

test('a GIT range before, after or between others hides nothing', () => {
  const git = range('GIT', { introduced: '0' }, { fixed: 'c0ffee' });
  const eco = range('ECOSYSTEM', { introduced: '1.0' }, { fixed: '1.5' });
  for (const ranges of [
    [git, eco],
    [eco, git],
    [git, eco, git],
  ]) {
    check('PyPI', { ranges }, { '1.4': 'affected fixed 1.5', '1.5': 'not affected' });
  }
  assert.equal(evaluateAffected('PyPI', '1.4', { ranges: [git, eco] }).state, 'affected');
});

test('the list of versions counts as written and as the ecosystem equates them', () => {
  const listed = { versions: ['1.0.0', 'weird one'] };
  check('PyPI', listed, {
    '1.0': 'affected listed',
    'weird one': 'affected listed',
    '1.1': 'not affected',
  });
  check('OSS-Fuzz', listed, { '1.0.0': 'affected listed', '1.0': 'not affected' });
  const both = { ...listed, ranges: [range('ECOSYSTEM', { introduced: '2' }, { fixed: '3' })] };
  check('PyPI', both, {
    '1.0': 'affected listed',
    '2.5': 'affected fixed 3',
    '1.5': 'not affected',
  });
});

test('only commits: a listed version is affected, a newer one than the list is unknown unless the range ends', () => {
  const open = { ranges: [range('GIT', { introduced: '0' })], versions: ['1.0', '1.1'] };
  check('PyPI', open, {
    '1.1': 'affected listed',
    '1.0.5': 'not affected',
    '1.2': 'unknown git-only',
  });
  const ended = { ...open, ranges: [range('GIT', { introduced: '0' }, { fixed: 'beef' })] };
  check('PyPI', ended, { '1.2': 'not affected' });
  check('PyPI', { ranges: open.ranges }, { '1.0': 'unknown git-only' });
});

test('unknown says why, and never hides what is certain', () => {
  check('PyPI', {}, { '1.0': 'unknown no-range' });
  check(
    'OSS-Fuzz',
    { ranges: [range('ECOSYSTEM', { introduced: '1' })] },
    { '2': 'unknown ecosystem' },
  );
  check(
    'Debian:12',
    { ranges: [range('ECOSYSTEM', { introduced: '0' }, { fixed: '<end-of-life>' })] },
    { '1-': 'unknown version' },
  );
  check(
    'npm',
    { ranges: [range('SEMVER', { introduced: '0' }, { fixed: 'none yet' })] },
    { '1.0.0': 'unknown advisory-version' },
  );
  check(
    'npm',
    { ranges: [range('SEMVER', { introduced: '0' })] },
    { latest: 'affected', '1.0.0': 'affected' },
  );
  const half = {
    ranges: [
      range('ECOSYSTEM', { introduced: 'x y', fixed: '2' }),
      range('ECOSYSTEM', { introduced: '1' }),
    ],
  };
  check('CRAN', half, { '1.5': 'affected', '0.5': 'unknown advisory-version' });
  check(
    'PyPI',
    { ranges: [range('NEWKIND', { introduced: '0' })] },
    { '1': 'unknown advisory-version' },
  );
});

test('a SEMVER range in an ecosystem of other versions is read as semantic versions', () => {
  const affected = { ranges: [range('SEMVER', { introduced: '1.0.0-a' }, { fixed: '1.0.0' })] };
  check('RubyGems', affected, { '1.0.0-b': 'affected fixed 1.0.0', '1.0.0': 'not affected' });
  check(
    'Go',
    { ranges: [range('SEMVER', { introduced: '1.21.0-rc.1' }, { fixed: '1.21.3' })] },
    { 'go1.21rc2': 'affected fixed 1.21.3' },
  );
});

test('what rebuilds others follows their order', () => {
  const affected = { ranges: [range('ECOSYSTEM', { introduced: '0' }, { fixed: '1.2.3+echo.2' })] };
  check('Echo:npm', affected, {
    '1.2.3+echo.1': 'affected fixed 1.2.3+echo.2',
    '1.2.3+echo.2': 'not affected',
  });
  check(
    'Root:Alpine:3.18',
    { ranges: [range('ECOSYSTEM', { introduced: '0' }, { fixed: '1.2-r10071' })] },
    { '1.2-r3': 'affected fixed 1.2-r10071' },
  );
});
