import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostPatching, PatchReason, UpdateOffer } from '../../estate/patching.ts';
import { windowsReasons, type WindowsReasonFacts } from './windows-reasons.ts';

const NOW = new Date('2026-08-20T10:00:00Z');
const JULY = 'KB5099538';
const AUGUST = 'KB5120238';

function host(over: Partial<HostPatching> = {}): HostPatching {
  return { manager: 'windows-update', blockers: [], offers: [], ...over };
}

const offer = (update: string, ...reasons: PatchReason[]): UpdateOffer =>
  reasons.length === 0 ? { update } : { update, reasons };

function why(over: Partial<WindowsReasonFacts> = {}): string {
  return windowsReasons({
    to: JULY,
    version: '10.0.17763.8880',
    host: host(),
    listsAt: NOW,
    released: new Date('2026-07-14T00:00:00Z'),
    fixed: false,
    releaseEnded: false,
    now: NOW,
    ...over,
  }).join(' ');
}

const offering = (...offers: UpdateOffer[]) => ({ host: host({ offers }) });

test('on offer, by itself or in a later cumulative update of the same build', () => {
  assert.equal(why(offering(offer(JULY))), 'not-installed-yet');
  assert.equal(why(offering(offer(AUGUST))), 'not-installed-yet');
  assert.equal(
    why(offering(offer('KB5094123'))),
    'no-fix-offered',
    'the one of June does not hold it',
  );
  assert.equal(why({ ...offering(offer(AUGUST)), version: '6.3.9600' }), 'no-fix-offered');
  assert.equal(why({ ...offering(offer('KB5087537')), to: 'KB5087537' }), 'not-installed-yet');
});

test('on offer, and something of its own in the way', () => {
  assert.equal(why(offering(offer(AUGUST, 'declined'))), 'declined');
  assert.equal(
    why(offering(offer(AUGUST, 'install-failed', 'disk-full'))),
    'install-failed disk-full',
  );
  const both = offering(offer(JULY, 'declined'), offer(AUGUST));
  assert.equal(why(both), 'not-installed-yet', 'one that nothing stops is enough');
});

test('not on offer: held back by policy, not approved, or nobody has it', () => {
  assert.equal(why({ host: host({ deferredDays: 60 }) }), 'deferred');
  assert.equal(why({ host: host({ deferredDays: 30 }) }), 'no-fix-offered', '37 days are over');
  assert.equal(why({ host: host({ approved: true }) }), 'not-approved');
  assert.equal(why({ host: host({ blockers: [{ code: 'paused' }] }) }), 'paused');
  assert.equal(why({ releaseEnded: true }), 'release-ended no-fix-offered');
  assert.equal(why({ to: null }), 'no-fix-offered');
});

test('in, and waiting for a restart', () => {
  const blockers = [{ code: 'restart-pending' as const }];
  assert.equal(why({ host: host({ blockers, waiting: [AUGUST] }) }), 'restart-pending');
  const event = { update: JULY, at: '2026-08-19T00:00:00Z', result: 'restart-needed' as const };
  assert.equal(why({ host: host({ events: [event] }) }), 'restart-pending');
  assert.equal(why({ host: host({ waiting: ['KB5094123'] }) }), 'no-fix-offered');
});

test('what the host is as a whole, and how old its search is', () => {
  const blockers = [{ code: 'disk-full' as const }, { code: 'source-unreachable' as const }];
  assert.equal(
    why({ host: { manager: 'windows-update', blockers }, listsAt: undefined }),
    'disk-full source-unreachable lists-unknown',
  );
  assert.equal(why({ host: undefined, listsAt: undefined }), 'lists-unknown');
  const old = new Date('2026-08-01T00:00:00Z');
  assert.equal(why({ ...offering(offer(JULY)), listsAt: old }), 'not-installed-yet lists-stale');
  assert.equal(why({ fixed: true }), '', 'only proof lacks');
});
