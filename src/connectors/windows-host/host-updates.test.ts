/** What Windows Update says of a host, as collect.ps1 writes it: offers, what is in the way, freshness, restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  anEvent,
  anUpdate,
  anUpdateExport,
  offering,
} from '../../../test/support/windows-updates.ts';
import { Asset } from '../../estate/schema.ts';
import { updateFacts } from './host-updates.ts';
import { resultText } from './result-codes.ts';
import { readUpdateExport } from './update-export.ts';

function facts(over: Readonly<Record<string, unknown>> = {}) {
  const read = readUpdateExport(JSON.stringify(anUpdateExport(over)));
  assert.ok(read !== undefined);
  const told = updateFacts(read);
  Asset.parse({ name: 'app01', type: 'host', ...told });
  return { ...told, patching: told.patching!, dropped: read.dropped };
}

const codes = (over: Readonly<Record<string, unknown>>) =>
  facts(over).patching.blockers.map(({ code }) => code);

test('nothing on offer is a measured nothing; the search is its date, the boot is in UTC', () => {
  const { patching, packageListsAt, bootedAt, restartNeeded } = facts();
  assert.deepEqual([patching.offers, patching.blockers, patching.automatic], [[], [], true]);
  assert.equal(packageListsAt, '2026-08-20T09:00:01Z');
  assert.equal(bootedAt, '2026-08-12T02:15:02.000Z');
  assert.deepEqual(restartNeeded, []);
  assert.deepEqual([patching.source, patching.approved], ['Microsoft Update', false]);
});

test('an offer: its number, its day, whether it is security; hidden, unaccepted, failed', () => {
  const { patching } = facts({
    ...offering(
      anUpdate('5120238'),
      anUpdate('5066187', { hidden: true }),
      anUpdate('5087537', { eulaAccepted: false }),
      anUpdate('4052623', { categories: [{ id: 'e0789628-ce08-4437-be74-2495b842f43b' }] }),
      anUpdate('5034439', { severity: 'Important', categories: [] }),
      anUpdate('890830', { categories: [{ id: '28bc880e-0592-4cbf-8f95-c79b17911d5f' }] }),
      anUpdate('1', { kb: [], title: 'Firmware', updateId: 'abc' }),
    ),
    history: [
      anEvent('5034439', { ResultCode: 4, HResult: '0x80070643', Date: '2026-08-13T02:00:00Z' }),
      anEvent('5034439', { Date: '2026-01-13T02:00:00Z' }),
      anEvent('5120238', { ResultCode: 4, HResult: '0x80070070' }),
    ],
  });
  const told = patching.offers?.map(({ update, security, reasons = [], releasedAt }) => [
    update,
    security,
    reasons.join(' '),
    releasedAt,
  ]);
  const day = '2026-08-11T00:00:00Z';
  assert.deepEqual(told, [
    ['KB5034439', true, 'install-failed', day],
    ['KB5066187', true, 'declined', day],
    ['KB5087537', true, 'licence-not-accepted', day],
    ['KB5120238', true, 'install-failed disk-full', day],
    ['KB890830', false, '', day],
    ['abc', true, '', day],
  ]);
  const failed = patching.offers?.[0]?.detail;
  assert.equal(
    failed,
    'failed 2026-08-13T02:00:00Z with 0x80070643 ERROR_INSTALL_FAILURE: its own installer failed',
  );
});

test('of each update the last event counts: installed, waiting for a restart, removed, failed', () => {
  const { patching } = facts({
    history: [
      anEvent('1000001', { Date: '2026-08-01T00:00:00Z' }),
      anEvent('1000001', { Date: '2026-08-02T00:00:00Z', Operation: 2 }),
      anEvent('1000002', { HResult: '0x00240005' }),
      anEvent('1000003', { ResultCode: 5 }),
      anEvent('1000004', { Operation: 3 }),
      anEvent('1000005', { Date: null }),
      'not a row',
    ],
  });
  assert.deepEqual(patching.events?.map(({ update, result }) => [update, result]).sort(), [
    ['KB1000001', 'removed'],
    ['KB1000002', 'restart-needed'],
    ['KB1000003', 'failed'],
  ]);
});

test('a restart that waits is due for the updates that are named; renames alone are no such', () => {
  const pending = (over: object) => ({
    pending: { servicing: false, updates: false, renames: 0, waiting: [], ...over },
  });
  const waits = facts(pending({ updates: true, waiting: ['5120238'] }));
  assert.deepEqual(waits.restartNeeded, [{ code: 'updates-pending', packages: ['KB5120238'] }]);
  assert.deepEqual(waits.patching.waiting, ['KB5120238']);
  assert.deepEqual(facts(pending({ servicing: true })).restartNeeded, [
    { code: 'updates-pending' },
  ]);
  assert.deepEqual(codes(pending({ servicing: true })), ['restart-pending']);
  const renames = facts(pending({ renames: 2 }));
  assert.deepEqual(renames.restartNeeded, [{ code: 'renames-pending' }]);
  assert.deepEqual(renames.patching.blockers, []);
  assert.equal(facts(pending({ servicing: null })).restartNeeded, undefined, 'not read is unknown');
  assert.equal(facts({ pending: null }).restartNeeded, undefined);
});

const policies = (over: object) => ({
  policies: { group: {}, automatic: {}, device: {}, settings: {}, state: {}, ...over },
});

test('pauses count while they last: by the host, by group policy, by device management', () => {
  const settings = (end: string) => policies({ settings: { PauseUpdatesExpiryTime: end } });
  assert.deepEqual(codes(settings('2026-09-01T00:00:00Z')), ['paused']);
  assert.deepEqual(codes(settings('2026-08-20T09:00:00Z')), [], 'over when the export was made');
  const group = (since: string) => policies({ group: { PauseQualityUpdatesStartTime: since } });
  assert.deepEqual(codes(group('2026-08-01')), ['paused']);
  assert.deepEqual(codes(group('2026-07-01')), [], 'ended by itself after 35 days');
  assert.deepEqual(codes(group('2026-09-01')), [], 'still to come');
  assert.deepEqual(codes(policies({ device: { PauseQualityUpdates: 1 } })), ['paused']);
  assert.deepEqual(codes(policies({ state: { PausedQualityStatus: 1 } })), ['paused']);
  assert.deepEqual(codes(policies({ state: { PausedQualityStatus: 2 } })), []);
});

test('deferral, WSUS and hotpatches as policy says them; an address keeps no password', () => {
  const { patching } = facts(
    policies({
      group: { WUServer: 'http://someone:secret@wsus1:8530', DeferQualityUpdatesPeriodInDays: 21 },
      automatic: { UseWUServer: 1 },
      device: { DeferQualityUpdatesPeriodInDays: 7, AllowRebootlessUpdates: 1 },
    }),
  );
  assert.deepEqual(
    [patching.source, patching.approved, patching.deferredDays, patching.hotpatch],
    ['WSUS http://wsus1:8530', true, 21, true],
  );
  const off = { group: { DeferQualityUpdates: 0, DeferQualityUpdatesPeriodInDays: 21 } };
  assert.equal(facts(policies(off)).patching.deferredDays, undefined);
});

test('a search that failed says nothing of offers; its date is that of the last one that did not', () => {
  const search = {
    at: '2026-08-20T09:00:01Z',
    from: 'default',
    resultCode: null,
    error: '0x8024402C',
    updates: null,
  };
  const { patching, packageListsAt } = facts({ search });
  assert.equal(patching.offers, undefined);
  assert.equal(packageListsAt, '2026-08-20T03:00:00Z');
  assert.deepEqual(patching.blockers, [
    {
      code: 'source-unreachable',
      detail: "0x8024402C WU_E_PT_WINHTTP_NAME_NOT_RESOLVED: the server's name is not known",
    },
  ]);
});

test('what the machine had in store is as old as its last search, and a file as old as the file', () => {
  const searched = (over: object) =>
    facts({ search: { at: '2026-08-20T09:00:01Z', resultCode: 2, updates: [], ...over } });
  assert.equal(searched({ from: 'cached' }).packageListsAt, '2026-08-20T03:00:00Z');
  const file = searched({ from: 'offline', fileAt: '2026-07-14T17:00:00Z' });
  assert.equal(file.packageListsAt, '2026-07-14T17:00:00Z');
  assert.equal(file.patching.source, "Microsoft's offline file");
  assert.equal(searched({ from: 'offline', fileAt: null }).packageListsAt, undefined);
});

test('too little room for the largest update on offer is told; without one there is no need', () => {
  const disk = { drive: 'C:', freeBytes: 1_500_000_000 };
  assert.deepEqual(codes({ disk, ...offering(anUpdate('5120238')) }), ['disk-full']);
  assert.deepEqual(codes({ disk }), []);
  const huge = anUpdate('5120238', { maxDownloadBytes: 90_000_000_000 });
  assert.deepEqual(codes(offering(huge)), [], 'what its download can never take is not asked for');
});

test('a licence for extended repairs entitles; one that is not active does not', () => {
  const licence = (status: number) => facts({ licences: [{ name: 'Server-ESU-Year3', status }] });
  assert.deepEqual(licence(1).entitlements, ['windows-esu']);
  assert.equal(licence(5).entitlements, undefined);
});

test('codes that nobody knows are shown as they are', () => {
  assert.equal(resultText('0x8024FFFF'), '0x8024FFFF');
  assert.match(resultText('0x80070070'), /^0x80070070 ERROR_DISK_FULL: /);
});

test('another shape is refused, and any damage within it is dropped and counted', () => {
  assert.equal(readUpdateExport('{"format":"holdfast-windows-update","version":2}'), undefined);
  assert.equal(readUpdateExport('{"format":"holdfast-windows-up'), undefined);
  assert.equal(readUpdateExport('[]'), undefined);
  const { dropped } = facts({ ...offering(anUpdate('1000001')), history: [anEvent('1'), {}] });
  assert.equal(dropped, 0, 'a row that says nothing is a row');
  const whole = anUpdateExport();
  const paths = Object.keys(whole).filter((name) => name !== 'format' && name !== 'version');
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 4 }), (name, value) => {
      const read = readUpdateExport(JSON.stringify({ ...whole, [name]: value }));
      assert.ok(read !== undefined);
      Asset.parse({ name: 'a', type: 'host', ...updateFacts(read) });
    }),
  );
});
