import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { PHASES, type Exception, type Item } from './model.ts';
import { standingOf } from './state.ts';

const NOW = new Date('2026-11-01T08:00:00Z');
const FIX = {
  key: 'deb/debian-12/openssl@3.0.17-1',
  kind: 'upgrade',
  subject: { type: 'deb', release: 'debian-12', name: 'openssl' },
  to: '3.0.17-1',
} as const;

function anItem(due: string | null, phase: Item['phase'] = 'open') {
  const at = due === null ? null : new Date(due);
  return { asset: 'web1', fix: FIX, flaws: ['CVE-2026-0001'], phase, due: at };
}

function anException(over: Partial<Exception> = {}): Exception {
  return {
    id: '11111111-1111-4111-8111-111111111111',
    asset: 'web1',
    fix: 'CVE-2026-0001',
    owner: 'head of operations',
    reason: 'the vendor certifies it next week',
    mitigation: 'mfa:door/vpn1',
    expires: new Date('2026-11-10T00:00:00Z'),
    approvedBy: 'security lead',
    openedAt: new Date('2026-10-30T00:00:00Z'),
    closed: null,
    ...over,
  };
}

test('the state follows the clock: within, due soon, overdue', () => {
  const state = (due: string | null, phase?: Item['phase']) =>
    standingOf(anItem(due, phase), [], NOW).state;
  assert.equal(state('2026-11-20T00:00:00Z'), 'within');
  assert.equal(state('2026-11-03T00:00:00Z'), 'due-soon');
  assert.equal(state('2026-11-01T08:00:00Z'), 'due-soon', 'the last moment is still in time');
  assert.equal(state('2026-11-01T07:59:59Z'), 'overdue');
  assert.equal(state(null), 'no-date');
  assert.equal(state(null, 'no-fix'), 'no-fix');
  assert.equal(state('2026-10-01T00:00:00Z', 'no-fix'), 'overdue');
  assert.equal(state('2026-10-01T00:00:00Z', 'fixed-unproven'), 'fixed-unproven');
  assert.equal(state('2026-10-01T00:00:00Z', 'fixed-proven'), 'fixed-proven');
});

test('an accepted item stays in the count of what is late; a claim without proof does too', () => {
  const late = anItem('2026-10-20T00:00:00Z');
  const found = standingOf(late, [anException()], NOW);
  assert.deepEqual(
    [found.state, found.overdue, found.exception?.owner],
    ['excepted', true, 'head of operations'],
  );
  assert.equal(standingOf(anItem('2026-10-20T00:00:00Z', 'fixed-unproven'), [], NOW).overdue, true);
  assert.equal(standingOf(anItem('2026-10-20T00:00:00Z', 'fixed-proven'), [], NOW).overdue, false);
});

test('an exception counts for its asset and fix, and in its time', () => {
  const late = anItem('2026-10-20T00:00:00Z');
  const state = (over: Partial<Exception>) => standingOf(late, [anException(over)], NOW).state;
  assert.equal(state({ asset: null, fix: FIX.key }), 'excepted');
  assert.equal(state({ asset: 'web2' }), 'overdue');
  assert.equal(state({ fix: 'CVE-2026-0002' }), 'overdue');
  assert.equal(state({ expires: NOW }), 'overdue');
  assert.equal(state({ openedAt: new Date('2026-11-02T00:00:00Z') }), 'overdue');
  assert.equal(
    state({ closed: { at: new Date('2026-10-31T00:00:00Z'), cause: 'withdrawn' } }),
    'overdue',
  );
});

test('law: no exception moves a date or takes anything out of what is late', () => {
  fc.assert(
    fc.property(fc.constantFrom(...PHASES), fc.integer({ min: -60, max: 60 }), (phase, days) => {
      const item = { ...anItem(null, phase), due: new Date(NOW.getTime() + days * 86_400_000) };
      const frozen = structuredClone(item);
      const without = standingOf(item, [], NOW);
      const accepted = standingOf(item, [anException()], NOW);
      assert.deepEqual([accepted.overdue, accepted.late], [without.overdue, without.late]);
      assert.deepEqual(item, frozen);
    }),
  );
});
