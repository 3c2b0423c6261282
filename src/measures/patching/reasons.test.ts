import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareVersions } from '../../versions/index.ts';
import { reasonsNotPatched, type ReasonFacts } from './reasons.ts';

const NOW = new Date('2026-11-22T00:00:00Z');
const FACTS: ReasonFacts = {
  to: '1.0-2',
  compare: (a, b) => compareVersions('Debian', a, b) ?? undefined,
  note: undefined,
  host: { blockers: [] },
  listsAt: new Date('2026-11-21T00:00:00Z'),
  releaseEnded: false,
  now: NOW,
};
const CASES: readonly (readonly [string, Partial<ReasonFacts>, readonly string[]])[] = [
  ['on offer and nothing in the way', { note: { available: '1.0-2' } }, ['not-installed-yet']],
  ['later than needed is on offer', { note: { available: '1.0-10' } }, ['not-installed-yet']],
  ['held', { note: { available: '1.0-2', reasons: ['held'] } }, ['held']],
  ['what is on offer does not repair it', { note: { available: '1.0-1+b1' } }, ['no-fix-offered']],
  ['nothing on offer', {}, ['no-fix-offered']],
  ['nobody has a fix', { to: null, note: { available: '9' } }, ['no-fix-offered']],
  ['kept out by a pin', { note: { withheld: '1.0-2', reasons: ['pinned'] } }, ['pinned']],
  [
    'kept out is newer still, what is needed is on offer',
    { note: { available: '1.0-2', withheld: '2.0', reasons: ['origin-not-allowed'] } },
    ['not-installed-yet'],
  ],
  ['end of the release', { releaseEnded: true }, ['release-ended', 'no-fix-offered']],
  [
    'the host is stuck',
    { note: { available: '1.0-2' }, host: { blockers: [{ code: 'interrupted' }] } },
    ['not-installed-yet', 'interrupted'],
  ],
  ['old lists', { listsAt: new Date('2026-11-01T00:00:00Z') }, ['no-fix-offered', 'lists-stale']],
  [
    'a machine that tells nothing of updates',
    { host: undefined, listsAt: undefined },
    ['lists-unknown'],
  ],
  ['lists of unknown age', { listsAt: undefined }, ['no-fix-offered', 'lists-unknown']],
];
for (const [name, facts, expected] of CASES) {
  test(`reasons: ${name}`, () => {
    assert.deepEqual(reasonsNotPatched({ ...FACTS, ...facts }), expected);
  });
}
