import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aRecord, flipBit, NOW } from '../../test/support/a-ledger.ts';
import { commitmentOf, formatOpening, openRecord, parseOpening, seal } from './commitment.ts';
import { isKind, KINDS, sourceCode, type Body, type Kind } from './kinds.ts';

const D = 'ab'.repeat(32);
const ID = '7c1f3b52-6f9e-4d0a-9a53-0d6f6a3d1c11';
const T = '2026-11-21T07:00:00.000Z';
const V = { covered: 1, uncovered: 2, unknown: 3 };

/** One body of every kind. */
const BODIES: { readonly [K in Kind]: Body<K> } = {
  'ledger.opened': { origin: D, key: D },
  'ledger.key': { change: 'added', key: D },
  'ledger.witness': { change: 'added', key: D },
  'ledger.erased': { index: 4, reason: 'rights' },
  'ledger.recovered': { from: 3, entries: 2 },
  'estate.import': { import: 1, digest: D, accepted: 5, changed: 2, gone: 0, dropped: 0 },
  'collection.ended': {
    collection: ID,
    source: 'linux-host',
    outcome: 'partial',
    observed: 9,
    changed: 1,
    gone: 0,
    notSeen: 2,
  },
  'advisories.updated': { source: 'osv', outcome: 'fresh', advisories: 7, digest: D },
  'holdings.counted': { count: ID, holdings: 2, people: 79404, deceased: 3542, digest: D },
  'sets.opened': { reading: 4, purpose: 'union', sets: 32 },
  'verdict.changed': { measure: 'mfa', run: 3, ...V, changes: 6, digest: D },
  'exposure.computed': { run: 3, gaps: 4, proven: 10, assumed: 20, digest: D },
  'plan.decided': { plan: D, steps: 3, saved: 100, digest: D },
  'exception.opened': { exception: ID, measure: 'patching', digest: D, expires: T },
  'exception.renewed': { exception: ID, measure: 'patching', digest: D, expires: T },
  'exception.closed': { exception: ID, measure: 'mfa', digest: D, cause: 'expired' },
  'exception.requested': { exception: ID, measure: 'patching', digest: D, expires: T, by: D },
  'alert.acknowledged': { alert: D, issued: T, due: T, digest: D },
  'policy.changed': { policy: 'gate', before: D, after: D },
  'rollout.started': { rollout: ID, ring: 0, hosts: 3 },
  'rollout.halted': { rollout: ID, ring: 0, hosts: 3, cause: 'health' },
  'rollout.finished': { rollout: ID, ring: 1, hosts: 3, proven: 3, unproven: 0 },
  'isolation.ordered': { isolation: ID, target: 'customer', subject: ID, ordered: T },
  'isolation.lifted': { isolation: ID, target: 'door', subject: D, lifted: T },
  'gate.refused': { door: ID, reason: 'one-factor', from: T, until: T, times: 12 },
  'incident.opened': { incident: ID, happened: T, aware: T },
  'incident.scope': {
    incident: ID,
    customer: ID,
    facet: 'confidentiality',
    scope: 'confirmed',
    people: 890,
    digest: D,
  },
  'incident.closed': { incident: ID, digest: D },
  'notice.sent': {
    notice: ID,
    incident: ID,
    to: 'controller',
    receipt: 'delivered',
    sent: T,
    letters: 1,
    digest: D,
  },
  'entry-code.changed': { incident: ID, case: ID, changed: T },
  'reconnection.decided': {
    reconnection: ID,
    customer: ID,
    wave: 1,
    decision: 'granted',
    met: 16,
    unmet: 0,
    overriddenByTwo: false,
    digest: D,
  },
  'continuity.started': { downtime: ID, service: ID, began: T },
  'continuity.replayed': { downtime: ID, written: 5, accepted: 5, refused: 0, digest: D },
  'sign-in': { account: ID, factor: 'passkey', outcome: 'refused', reason: 'factor', times: 2 },
  'account.changed': { account: ID, change: 'factor-added', by: ID },
  export: { export: ID, what: 'ledger', kilobytes: 12, digest: D, by: ID },
  backup: { backup: ID, kilobytes: 12, digest: D },
  restore: { backup: ID, digest: D, taken: T },
};

/** People of nobody: invented, in ranges set aside for tests where there are any. */
const PLANTED = [
  'Ada Example',
  'ada-example',
  'ada.example@trust.example',
  '9990000018',
  '999 000 0018',
  '07700900123',
  'AB1 2CD',
  '1950-03-02',
  'key safe 4471C',
  'AE000000A',
  '10.0.0.7',
];

test('every kind seals and opens again, and a commitment is 32 bytes', () => {
  for (const [kind, body] of Object.entries(BODIES)) {
    assert.ok(isKind(kind));
    const { entry, opening } = seal(kind, body, NOW, Buffer.alloc(32, 1));
    assert.equal(entry.length, 32);
    assert.deepEqual(openRecord(entry, opening), { kind, recorded: NOW, body });
    assert.deepEqual(parseOpening(formatOpening(opening)), opening);
  }
});

test('no field of any kind takes a person’s name, number, address, birthday or entry code', () => {
  let tried = 0;
  for (const kind of Object.keys(KINDS) as Kind[]) {
    const body = BODIES[kind];
    for (const field of [...Object.keys(body), 'note', 'name']) {
      for (const planted of [...PLANTED, 9_990_000_018, 7_700_900_123, ['Ada'], { a: 'Ada' }]) {
        const spoiled = { ...body, [field]: planted };
        const sealing = () => seal(kind, spoiled, NOW, Buffer.alloc(32));
        assert.throws(sealing, (error: { code: string; message: string }) => {
          // The error names the field, never the value.
          assert.doesNotMatch(error.message, /Ada|ada|999|0770|AB1|1950|4471/);
          return error.code === 'bad_input';
        });
        tried += 1;
      }
    }
  }
  assert.ok(tried > 1000);
});

test('a connector of somebody’s own is not named: its id could be a person’s', () => {
  assert.equal(sourceCode('linux-host'), 'linux-host');
  assert.equal(sourceCode('ada-example'), 'other');
});

test('law: one flipped bit of record, salt or entry is refused', () => {
  const { entry, opening } = aRecord(1);
  const record = Buffer.from(opening.record);
  fc.assert(
    fc.property(fc.nat(record.length * 8 - 1), fc.nat(255), (bit, hashBit) => {
      const changed = flipBit(record, bit).toString('utf8');
      assert.throws(() => openRecord(entry, { ...opening, record: changed }), { code: 'tampered' });
      const salt = flipBit(opening.salt, hashBit);
      assert.throws(() => openRecord(entry, { ...opening, salt }), { code: 'tampered' });
      assert.throws(() => openRecord(flipBit(entry, hashBit), opening), { code: 'tampered' });
    }),
  );
});

test('the same record under two salts leaves two entries: nobody can tell that it was the same', () => {
  const body = BODIES['sign-in'];
  const [one, two] = [1, 2].map((n) => seal('sign-in', body, NOW, Buffer.alloc(32, n)).entry);
  assert.notDeepEqual(one, two);
});

test('an opening that commits to something else than a record is refused', () => {
  const salt = Buffer.alloc(32, 9);
  for (const record of [
    '{}',
    '{"body":{},"kind":"sign-in","recorded":"2026-11-21T12:00:00.000Z","v":2}',
    '{"body":{},"kind":"nothing","recorded":"2026-11-21T12:00:00.000Z","v":1}',
    '{"body":{},"kind":"sign-in","recorded":"2026-11-21T12:00:00.000Z","v":1}',
    '{"v":1,"body":{}}',
    'nonsense',
  ]) {
    const opening = { salt, record };
    assert.throws(() => openRecord(commitmentOf(opening), opening), { code: 'bad_input' });
  }
  assert.throws(() => parseOpening('{"record":"{}","salt":"AAAA"}'), { code: 'bad_input' });
  assert.throws(() => parseOpening('{"salt":"AAAA"}'), { code: 'bad_input' });
  assert.throws(() => seal('sign-in', BODIES['sign-in'], NOW, Buffer.alloc(8)), {
    code: 'bad_input',
  });
});
