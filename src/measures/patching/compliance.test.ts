import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { complianceOf, type Measured } from './compliance.ts';
import { PATCH_STATES } from './model.ts';

const NOW = new Date('2026-03-01T00:00:00Z');
const day = (offset: number): Date => new Date(NOW.getTime() + offset * 86_400_000);
const item = (
  asset: string,
  state: Measured['state'],
  due: number | null,
  effective: number | null = null,
): Measured => ({
  asset,
  state,
  start: day(-30),
  due: due === null ? null : day(due),
  effectiveAt: effective === null ? null : day(effective),
});

test('only proof by the deadline counts, and an accepted delay stays a delay', () => {
  const items = [
    item('a', 'fixed-proven', -10, -20),
    item('a', 'fixed-proven', -10, -5),
    item('a', 'fixed-unproven', -10),
    item('b', 'excepted', -10),
    item('b', 'overdue', -1),
    item('b', 'within', 5),
    item('b', 'no-fix', null),
    item('b', 'void', -10),
  ];
  const [all, a, b] = complianceOf(items, (asset) => [`service:${asset}`], NOW);
  assert.ok(all);
  const { due, inTime, late, overdue, accepted, unproven, ahead } = all;
  assert.deepEqual([due, inTime, late, overdue, accepted, unproven, ahead], [5, 1, 1, 2, 1, 1, 1]);
  assert.equal(all.share, 0.2);
  assert.deepEqual(all.timeToFix, { fixed: 2, median: 10, p90: 25, worst: 25, oldestOpen: 30 });
  assert.deepEqual([a?.group, a?.share, b?.group, b?.share], ['service:a', 1 / 3, 'service:b', 0]);
});

test('nothing due is no share at all, not a hundred per cent', () => {
  assert.equal(complianceOf([], () => [], NOW)[0]?.share, null);
  assert.equal(complianceOf([item('a', 'within', 3)], () => [], NOW)[0]?.share, null);
});

test('every dated item that is not void is counted once', () => {
  const one = fc.record({
    state: fc.constantFrom(...PATCH_STATES),
    due: fc.option(fc.integer({ min: -20, max: 20 })),
    effective: fc.integer({ min: -30, max: 0 }),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 30 }), (drawn) => {
      const items = drawn.map(({ state, due, effective }) =>
        item('a', state, due, state === 'fixed-proven' ? effective : null),
      );
      const [all] = complianceOf(items, () => [], NOW);
      const waiting = items.filter(
        ({ state, due }) => state === 'fixed-unproven' && due !== null && due > NOW,
      );
      const dated = items.filter(
        ({ state, due }) => due !== null && !['void', 'no-date', 'no-fix'].includes(state),
      );
      const counted = (all?.due ?? 0) + (all?.ahead ?? 0) + waiting.length;
      assert.equal(counted, dated.length);
    }),
  );
});
