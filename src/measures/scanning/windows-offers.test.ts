import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UpdateOffer } from '../../estate/patching.ts';
import type { OfferedSystem } from './store-uploads.ts';
import { pendingUpdates } from './windows-offers.ts';

function onHost(offers: readonly UpdateOffer[] | undefined, over: object = {}): OfferedSystem {
  return {
    id: 7,
    type: 'windows',
    release: '',
    name: 'windows-server-2019',
    version: '10.0.17763.9121',
    architecture: 'x64',
    sourceName: 'role=server',
    sourceVersion: '',
    updates: ['5120238'],
    patching: { manager: 'windows-update', blockers: [], offers, ...over },
  };
}

const offer = (update: string, over: Partial<UpdateOffer> = {}): UpdateOffer => ({
  update,
  security: true,
  ...over,
});

const fixes = (...hosts: readonly OfferedSystem[]) =>
  pendingUpdates(hosts).pending.map(({ finding }) => finding.fixed.join());

test('security updates alone, each a finding of the system with a name of its own', () => {
  const host = onHost([offer('KB1', { severity: 'Critical' }), offer('KB2'), { update: 'KB3' }]);
  const found = pendingUpdates([host]).pending;
  assert.deepEqual(
    found.map(({ component, finding }) => [component, finding.fixed, finding.severity.vendor]),
    [
      [7, ['KB1'], 'Critical'],
      [7, ['KB2'], null],
    ],
  );
  assert.equal(new Set(found.map(({ finding }) => finding.key)).size, 2);
  assert.match(found[0]?.finding.purl ?? '', /^pkg:generic\/microsoft\/windows-server-2019@/);
});

test('a host of the same system that takes everything and is not offered it has no use for it', () => {
  const held = [{ approved: true }, { deferredDays: 7 }, { blockers: [{ code: 'paused' }] }];
  assert.deepEqual(fixes(onHost([offer('KB1')]), onHost([])), []);
  for (const over of held)
    assert.deepEqual(fixes(onHost([offer('KB1')]), onHost([], over)), ['KB1']);
  assert.deepEqual(fixes(onHost([offer('KB1')]), onHost(undefined)), ['KB1']);
  assert.deepEqual(pendingUpdates([onHost(undefined)]), { pending: [], silent: [7] });
  assert.deepEqual(pendingUpdates([onHost([])]).silent, []);
  assert.deepEqual(fixes({ ...onHost([offer('KB1')]), patching: { manager: 'other' } }), []);
});

test('of several days of publication the first counts', () => {
  const at = (day: string) => onHost([offer('KB1', { releasedAt: `2026-08-${day}T00:00:00Z` })]);
  const [first] = pendingUpdates([at('20'), at('11'), at('15')]).pending;
  assert.equal(first?.finding.fixReleased?.at, '2026-08-11T00:00:00Z');
});
