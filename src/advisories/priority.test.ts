import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFindingOf } from '../../test/support/a-finding.ts';
import { compareFindings, rankOf } from './priority.ts';
import type { Finding } from './verdict.ts';

function finding(id: string, over: Partial<Finding> = {}): Finding {
  return aFindingOf('pkg:npm/left@1.0.0', id, over);
}

const kev = (ransomware: boolean) => ({ added: '', due: '', name: '', ransomware });
const epss = (score: number) => ({ score, percentile: score, model: 'v', date: '2026-01-01' });
const severity = (word: 'low' | 'high' | 'critical', score: number | null) => ({
  word,
  score,
  vector: null,
  all: [],
  vendor: null,
});

const FIRST_TO_LAST = [
  finding('ransomware', { kev: kev(true), epss: epss(0.001) }),
  finding('exploited and likely', { kev: kev(false), epss: epss(0.4) }),
  finding('exploited and unlikely', { kev: kev(false), epss: epss(0.00001) }),
  finding('likely', { epss: epss(0.97) }),
  finding('critical without a score yet', { severity: severity('critical', null) }),
  finding('as likely and severe', { epss: epss(0.0001), severity: severity('high', 8.9) }),
  finding('as likely, less severe', { epss: epss(0.0001), severity: severity('low', 2) }),
  finding('undecided', { state: 'unknown', epss: epss(0.9) }),
  finding('not affected', { state: 'not_affected', kev: kev(true) }),
];

test('findings stand in the order in which people should look; EPSS never lowers what is exploited', () => {
  const ids = (list: readonly Finding[]) => list.map(({ id }) => id);
  assert.deepEqual(ids(FIRST_TO_LAST.toReversed().sort(compareFindings)), ids(FIRST_TO_LAST));
});

test('the rank of a database gives the same order, and is never the same for what differs', () => {
  const ranks = FIRST_TO_LAST.map(rankOf);
  for (const [at, rank] of ranks.entries())
    for (const later of ranks.slice(at + 1)) assert.ok(rank < later, FIRST_TO_LAST[at]?.id);
});
