/** The quality gate as a test: matching is nowhere worse than the numbers that are kept in bench/quality. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEEDED, readBaseline, regressions, runSuites } from '../../bench/quality/gate.ts';
import { rowHash, scoreOf } from '../../bench/quality/suite.ts';
import { absent } from '../support/shared-data.ts';

test('matching misses nothing that it found before', { skip: absent(...NEEDED) }, async () => {
  const outcomes = await runSuites();
  assert.ok(outcomes.length > 8);
  assert.deepEqual(regressions(outcomes, readBaseline()), []);
});

test('the gate can fail: a new miss, a lower F1, a suite that is gone', () => {
  const misses = [{ kind: 'missed', row: 'old', why: '' }] as const;
  const outcome = { suite: 's', found: 3, misses, beyond: {} };
  const baseline = { suites: { s: scoreOf(outcome) }, missed: [rowHash('s', 'old')] };
  assert.deepEqual(regressions([outcome], baseline), []);
  assert.equal(regressions([], baseline).length, 1);
  const swapped = { ...outcome, misses: [{ kind: 'missed', row: 'new', why: '' }] as const };
  assert.match(regressions([swapped], baseline).join(), /newly missed: new/);
  assert.match(regressions([{ ...outcome, found: 2 }], baseline).join(), /F1 fell/);
});
