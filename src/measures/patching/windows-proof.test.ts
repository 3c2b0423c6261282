/** What proves a fix of Windows: the revision that runs, the restart, the age of what was read, and a setting beside it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { windowsProofOf, type WindowsEvidence } from './windows-proof.ts';

const NOW = new Date('2026-08-20T10:00:00Z');

/** Server 2019 with the update of August 2026, whose fix is that of July. */
const JULY = 'KB5099538';
const AUGUST = 'KB5120238';

function proof(over: Partial<WindowsEvidence> = {}) {
  const { lacks, checks } = windowsProofOf(
    {
      version: '10.0.17763.9121',
      to: JULY,
      matches: 'yes',
      setting: undefined,
      restarts: [],
      bootedAt: new Date('2026-08-12T02:15:00Z'),
      events: [],
      offers: [],
      approved: false,
      listedAt: new Date('2026-08-20T09:00:00Z'),
      listsAt: new Date('2026-08-20T09:00:00Z'),
      ...over,
    },
    NOW,
  );
  return { lacks: lacks.join(' '), words: checks.map(({ because }) => because).join('; ') };
}

test('the revision that runs decides: at least that of the fix, whatever update brought it', () => {
  assert.equal(proof().lacks, '');
  assert.equal(proof({ version: '10.0.17763.9020' }).lacks, '');
  assert.equal(proof({ version: '10.0.17763.9019' }).lacks, 'version');
  assert.equal(
    proof({ version: '10.0.17763' }).lacks,
    'version',
    'a list of updates alone is no proof',
  );
  assert.match(
    proof({ version: '10.0.17763' }).words,
    /revision of the build that runs was not read/,
  );
  assert.equal(proof({ matches: 'unknown' }).lacks, 'version');
  assert.equal(proof({ to: '10.0.17763.9121' }).lacks, '');
  assert.equal(proof({ to: '10.0.17763.9121', version: '10.0.17763.9020' }).lacks, 'version');
  assert.equal(proof({ to: '10.0.19041.1083', version: '10.0.19045.1083' }).lacks, '');
  assert.equal(proof({ version: '10.0.99999.1' }).lacks, 'version', 'a build that nobody knows');
  assert.equal(proof({ version: undefined }).lacks, '', 'another Windows took its place');
});

test('what no revision tells is told by the history, or by nobody offering it any more', () => {
  const other = { to: 'KB9000001' };
  assert.equal(proof(other).lacks, '');
  assert.equal(proof({ ...other, offers: ['KB9000001'] }).lacks, 'version');
  assert.equal(proof({ ...other, offers: undefined }).lacks, 'version');
  assert.equal(proof({ ...other, approved: true }).lacks, 'version', 'nobody may have approved it');
  const event = { update: 'KB9000001', at: '2026-08-01T00:00:00Z', result: 'installed' as const };
  assert.equal(proof({ ...other, approved: true, events: [event] }).lacks, '');
  const removed = { ...event, result: 'removed' as const };
  assert.equal(proof({ ...other, approved: true, events: [removed] }).lacks, 'version');
});

test('of Server 2012 R2, which has no revision, the list decides, with the restart', () => {
  const old = { version: '6.3.9600', to: 'KB5022352' };
  assert.equal(proof(old).lacks, '');
  assert.equal(proof({ ...old, restarts: undefined }).lacks, 'booted');
  assert.equal(proof({ ...old, restarts: [{ code: 'updates-pending' }] }).lacks, 'booted');
});

test('a restart that waits for a later update leaves what runs proven; one for it, or for nobody knows what, does not', () => {
  const waits = (...packages: string[]) => [{ code: 'updates-pending' as const, packages }];
  assert.equal(proof({ version: '10.0.17763.9020', restarts: waits(AUGUST) }).lacks, '');
  assert.equal(
    proof({ restarts: waits(JULY), version: '10.0.17763.8880' }).lacks,
    'version booted',
  );
  assert.equal(proof({ restarts: waits() }).lacks, 'booted');
  assert.equal(proof({ restarts: waits('KB890830') }).lacks, '');
  const framework = { to: 'KB5087537', restarts: waits('KB5087537') };
  assert.equal(proof(framework).lacks, 'booted', 'of a fix that is no cumulative update');
  assert.equal(proof({ restarts: [{ code: 'renames-pending' }] }).lacks, '');
});

test('what asked for a restart must have had one since', () => {
  const event = { update: JULY, at: '2026-08-13T02:00:00Z', result: 'restart-needed' as const };
  assert.equal(proof({ events: [event] }).lacks, 'booted');
  assert.equal(proof({ events: [event], bootedAt: new Date('2026-08-14T00:00:00Z') }).lacks, '');
  assert.equal(proof({ events: [event], bootedAt: undefined }).lacks, 'booted');
  assert.equal(proof({ events: [{ ...event, result: 'installed' }] }).lacks, '');
  assert.equal(proof({ events: [{ ...event, update: 'KB1000000' }] }).lacks, '');
});

test('a hotpatch works without a restart; the update of the same month does not without its revision', () => {
  const february = { to: 'KB5034770' };
  const hot = proof({ ...february, version: '10.0.20348.2277' });
  assert.equal(hot.lacks, '');
  assert.match(hot.words, /KB5034860 is a hotpatch, which needs no restart/);
  assert.equal(proof({ ...february, version: '10.0.20348.2227' }).lacks, 'version', 'the baseline');
  assert.equal(proof({ to: 'KB5035857', version: '10.0.20348.2277' }).lacks, 'version', 'of March');
  const april = { to: 'KB5036909', version: '10.0.20348.2402' };
  const restart = {
    update: 'KB5036909',
    at: '2026-08-13T02:00:00Z',
    result: 'restart-needed' as const,
  };
  assert.equal(
    proof({ ...april, events: [restart] }).lacks,
    'booted',
    'the next baseline needs one',
  );
  assert.equal(
    proof({ ...february, version: '10.0.20348.2333', restarts: undefined }).lacks,
    'booted',
  );
});

test('old exports, old searches and settings that are not in force leave it unproven', () => {
  const days = (count: number) => new Date(NOW.getTime() - count * 86_400_000);
  assert.equal(proof({ listedAt: days(3) }).lacks, 'listed');
  assert.equal(proof({ listsAt: days(8) }).lacks, 'lists-fresh');
  assert.equal(proof({ listsAt: undefined }).lacks, 'lists-fresh');
  assert.equal(proof({ setting: 'no' }).lacks, 'setting');
  assert.equal(proof({ setting: 'unknown' }).lacks, 'setting');
  assert.equal(proof({ setting: 'yes', to: null }).lacks, '');
});

test('less evidence never proves more', () => {
  const some = <T>(value: T) => fc.constantFrom(value, undefined);
  const version = fc.constantFrom('10.0.17763.9121', '10.0.17763.8880', '10.0.17763');
  const evidence = fc.record({
    version,
    matches: fc.constantFrom('yes' as const, 'unknown' as const),
    restarts: fc.constantFrom([], [{ code: 'updates-pending' as const }], undefined),
    listsAt: some(NOW),
  });
  fc.assert(
    fc.property(evidence, (over) => {
      const whole = proof(over).lacks;
      const less = [{ restarts: undefined }, { listsAt: undefined }, { version: '10.0.17763' }];
      for (const lost of less) assert.notEqual(proof({ ...over, ...lost }).lacks, '');
      if (over.listsAt === undefined || over.restarts === undefined) assert.notEqual(whole, '');
    }),
  );
});
