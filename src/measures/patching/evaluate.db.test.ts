import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPackage, patchEstate } from '../../../test/support/patch-estate.ts';
import { openException, withdrawException } from './exceptions.ts';
import { evaluatePatches } from './evaluate.ts';
import { adoptRules, retireRules, rulesInForce } from './rules/adopted.ts';
import { builtInRule } from './rules/built-in.ts';
import { requireRules } from './rules/read.ts';
import { readExceptions } from './store-exceptions.ts';

const START = '2026-10-10T08:00:00Z';
const SERIOUS = { word: 'high', score: 8.1, vector: null, all: [], vendor: null } as const;
const KEV = { added: '2026-10-09', due: '2026-10-12', ransomware: false, name: 'an invented one' };
const OPENSSL = 'web1 deb/debian-12/openssl@3.0.17';

function aFlaw(id: string, over = {}) {
  return {
    id,
    fixed: ['3.0.17'],
    fixState: 'fixed' as const,
    severity: SERIOUS,
    fixReleased: { at: '2026-10-01', from: 'the vendor' },
    ...over,
  };
}

function itemOf<T>(items: ReadonlyMap<string, T>, name: string): T {
  const found = items.get(name);
  assert.ok(found !== undefined, `no item ${name}`);
  return found;
}

async function web1(t: Parameters<typeof patchEstate>[0]) {
  const estate = await patchEstate(t, START);
  estate.flaws['openssl 3.0.15'] = [aFlaw('CVE-2026-0001')];
  const old = [aPackage('libssl3', '3.0.15', 'openssl'), aPackage('zlib1g', '1.3', 'zlib')];
  await estate.host('web1', old);
  await estate.judge();
  return { ...estate, old, fresh: [aPackage('libssl3', '3.0.17', 'openssl'), old[1] as never] };
}

test('one item for each fix and asset, with its start, its source, its deadline and the rules that set it', async (t) => {
  const { items, judge } = await web1(t);
  const found = itemOf(await items(), OPENSSL);
  assert.deepEqual(
    [found.phase, found.startAt.toISOString(), found.startSource, found.startFrom],
    ['open', '2026-10-01T00:00:00.000Z', 'vendor', 'the vendor'],
  );
  assert.deepEqual(
    [found.due?.toISOString(), found.ruleSet, found.rule, found.flaws, found.bornOverdue],
    [
      '2026-10-15T00:00:00.000Z',
      'cyber-essentials-3.3',
      'within-14-days',
      ['CVE-2026-0001'],
      false,
    ],
  );
  assert.match(found.ruleVersion ?? '', /^1-[0-9a-f]{12}$/);
  assert.equal((await items()).size, 1);
  assert.equal((await judge()).changes, 0, 'nothing happened, nothing is written');
});

test('a listing in KEV, exposure and rules are taken in at once; the start stays; the history keeps all of it', async (t) => {
  const { items, judge, flaws, settings, database, clock } = await web1(t);
  flaws['openssl 3.0.15'] = [aFlaw('CVE-2026-0001', { kev: KEV })];
  clock.advance(3_600_000);
  assert.equal((await judge()).changes, 1);
  const listed = itemOf(await items(), OPENSSL);
  assert.deepEqual(
    [listed.due?.toISOString(), listed.ruleSet],
    ['2026-10-12T23:00:00.000Z', 'kev-due-dates'],
  );
  const file = builtInRule('bod-26-04');
  assert.ok(file !== undefined);
  await database.transaction('everything', (sql) =>
    adoptRules(sql, file, 'the board', clock.now()),
  );
  clock.advance(3_600_000);
  await judge();
  const directed = itemOf(await items(), OPENSSL);
  assert.deepEqual(
    [directed.due?.toISOString(), directed.ruleSet, directed.rule],
    ['2026-10-04T00:00:00.000Z', 'bod-26-04', 'y-n-y-total'],
    'what is not known of it counts as the worst',
  );
  settings.exposed = () => 'yes';
  clock.advance(3_600_000);
  await judge();
  assert.equal(itemOf(await items(), OPENSSL).rule, 'y-y-y-total');
  await database.transaction('everything', (sql) =>
    retireRules(sql, 'bod-26-04', 'the board', clock.now()),
  );
  clock.advance(3_600_000);
  await judge();
  const last = itemOf(await items(), OPENSSL);
  assert.deepEqual(
    [last.startAt.toISOString(), last.due],
    ['2026-10-01T00:00:00.000Z', listed.due],
  );
  const history = await database.transaction(
    'everything',
    (sql) =>
      sql<
        { why: string; due: Date }[]
      >`select why, due from patching.item_change order by change_id`,
  );
  assert.deepEqual(
    history.map(({ why, due }) => [why, due.toISOString().slice(0, 10)]),
    [
      ['new', '2026-10-15'],
      ['deadline', '2026-10-12'],
      ['deadline', '2026-10-04'],
      ['deadline', '2026-10-04'],
      ['deadline', '2026-10-12'],
    ],
  );
});

test('fixed is not proved: half-configured, then a stale library, then proof; a downgrade opens it again with its old clock', async (t) => {
  const { items, judge, host, clock, fresh, old } = await web1(t);
  const state = async () => itemOf(await items(), OPENSSL);
  clock.advance(86_400_000);
  await host('web1', fresh, { notes: [{ index: 0, state: 'iF' }] });
  await judge();
  assert.deepEqual(
    [(await state()).phase, (await state()).lacks],
    ['fixed-unproven', ['configured']],
  );
  clock.advance(3_600_000);
  const stale = [{ code: 'deleted-file-mapped' as const, packages: ['libssl3'] }];
  await host('web1', fresh, { body: { restartNeeded: stale } });
  await judge();
  assert.deepEqual(
    [(await state()).phase, (await state()).lacks],
    ['fixed-unproven', ['not-in-memory']],
  );
  clock.advance(3_600_000);
  await host('web1', fresh);
  await judge();
  const proved = await state();
  assert.deepEqual(
    [proved.phase, proved.lacks, proved.effectiveAt],
    ['fixed-proven', [], clock.now()],
  );
  clock.advance(86_400_000);
  await host('web1', old);
  await judge();
  const again = await state();
  assert.deepEqual(
    [again.phase, again.reopenedCause, again.startAt, again.due],
    ['open', 'downgrade', proved.startAt, proved.due],
  );
});

test('a second fix for the same flaw opens what was proved, with the clock of the second fix', async (t) => {
  const { items, judge, host, clock, fresh, flaws } = await web1(t);
  clock.advance(86_400_000);
  await host('web1', fresh);
  await judge();
  assert.equal(itemOf(await items(), OPENSSL).phase, 'fixed-proven');
  clock.set('2026-10-24T08:00:00Z');
  const second = { fixed: ['3.0.18'], fixReleased: { at: '2026-10-23', from: 'the vendor' } };
  flaws['openssl 3.0.17'] = [aFlaw('CVE-2026-0001', second)];
  await judge();
  const found = itemOf(await items(), 'web1 deb/debian-12/openssl@3.0.18');
  assert.deepEqual(
    [found.phase, found.reopenedCause, found.startAt.toISOString()],
    ['open', 'second-fix', '2026-10-23T00:00:00.000Z'],
  );
});

test('an open flaw whose fix is said to be a newer version keeps its clock', async (t) => {
  const { items, judge, flaws } = await web1(t);
  flaws['openssl 3.0.15'] = [
    aFlaw('CVE-2026-0001', {
      fixed: ['3.0.18'],
      fixReleased: { at: '2026-10-09', from: 'the vendor' },
    }),
  ];
  await judge();
  const all = await items();
  assert.equal(
    itemOf(all, 'web1 deb/debian-12/openssl@3.0.18').startAt.toISOString(),
    '2026-10-01T00:00:00.000Z',
  );
  assert.equal(itemOf(all, OPENSSL).phase, 'void');
});

test('a withdrawn advisory and a machine that is gone end an item without a fix; removal is a fix', async (t) => {
  const { items, judge, flaws, host, lost, old, clock } = await web1(t);
  await host('web2', old);
  await judge();
  clock.advance(3_600_000);
  await lost('web2');
  await host('web1', [old[1] as never]);
  await judge();
  const all = await items();
  assert.equal(itemOf(all, 'web2 deb/debian-12/openssl@3.0.17').phase, 'void');
  assert.equal(itemOf(all, OPENSSL).phase, 'fixed-proven');
  await host('web1', old);
  await judge();
  assert.deepEqual(
    [itemOf(await items(), OPENSSL).phase, itemOf(await items(), OPENSSL).reopenedCause],
    ['open', 'returned'],
  );
  flaws['openssl 3.0.15'] = [];
  await judge();
  assert.equal(itemOf(await items(), OPENSSL).phase, 'void');
});

test('no fix: only what is exploited is asked for, and by when; an end of support is an item of its own', async (t) => {
  const { items, judge, flaws, host, settings } = await web1(t);
  flaws['zlib 1.3'] = [
    { id: 'CVE-2026-0002', kev: KEV, severity: SERIOUS },
    { id: 'CVE-2026-0003', severity: SERIOUS },
  ];
  settings.unsupported = () => ({ product: 'debian 12', since: '2026-07-11T00:00:00.000Z' });
  await host('web1', [aPackage('zlib1g', '1.3', 'zlib')]);
  await judge();
  const all = await items();
  const none = itemOf(all, 'web1 deb/debian-12/zlib#no-fix-CVE-2026-0002');
  assert.deepEqual([none.phase, none.due?.toISOString()], ['no-fix', '2026-10-12T23:00:00.000Z']);
  assert.equal(all.has('web1 deb/debian-12/zlib#no-fix-CVE-2026-0003'), false);
  const ended = itemOf(all, 'web1 os/debian 12#unsupported');
  assert.deepEqual(
    [ended.phase, ended.due?.toISOString(), ended.rule],
    ['open', '2026-07-11T00:00:00.000Z', 'supported'],
  );
});

test('rules: the same content again changes nothing, another content gets the next number, a bad file leaves all as it was', async (t) => {
  const { database, clock } = await patchEstate(t, START);
  const run = <T>(work: Parameters<typeof database.transaction<T>>[1]) =>
    database.transaction('everything', work);
  const text = (days: number) =>
    `id: own\ntitle: Own\nsource: { name: Board }\nrules:\n  - { id: all, title: All, when: [{ severity: none }], limit: { days: ${days} } }\n`;
  const file = (days: number) => requireRules('own.yaml', Buffer.from(text(days)));
  const adopt = (days: number) =>
    run((sql) => adoptRules(sql, file(days), 'the board', clock.now()));
  const first = await adopt(5);
  assert.match(first.version, /^1-/);
  assert.equal((await adopt(5)).changed, false);
  assert.match((await adopt(7)).version, /^2-/);
  assert.equal(
    (await adopt(5)).version,
    first.version,
    'a content that was adopted before keeps its number',
  );
  const before = await run((sql) => rulesInForce(sql, clock.now()));
  assert.throws(() => requireRules('own.yaml', Buffer.from(text(-1))), /own\.yaml:5:/);
  assert.deepEqual(await run((sql) => rulesInForce(sql, clock.now())), before);
  const [{ count } = { count: 0 }] = await run(
    (sql) =>
      sql<
        { count: number }[]
      >`select count(*)::int as count from ledger.entry where kind = 'policy.changed'`,
  );
  assert.equal(count, 3, 'every decision is in the ledger');
  await assert.rejects(
    run((sql) => retireRules(sql, 'nothing', 'x', clock.now())),
    { code: 'not_found' },
  );
});

test('an exception needs two people, a measure that holds and an end; it moves nothing and ends by itself', async (t) => {
  const { database, clock, items, judge, settings, tools } = await web1(t);
  const before = itemOf(await items(), OPENSSL);
  const asked = {
    asset: 'web1',
    fix: 'CVE-2026-0001',
    owner: 'Head of operations',
    reason: 'the vendor certifies it next week',
    mitigation: 'mfa:door/vpn1',
    expires: '2026-10-20T00:00:00Z',
    approvedBy: 'Security lead',
  };
  const open = (over = {}) =>
    database.transaction('everything', (sql) =>
      openException(sql, { ...asked, ...over }, tools(), clock.now()),
    );
  await assert.rejects(open({ approvedBy: ' head of  Operations' }), { code: 'bad_input' });
  await assert.rejects(open({ expires: START }), { code: 'bad_input' });
  await assert.rejects(open({ expires: '2028-01-01T00:00:00Z' }), { code: 'bad_input' });
  settings.mitigated = () => Promise.resolve(false);
  await assert.rejects(open(), { code: 'bad_input' });
  settings.mitigated = () => Promise.resolve(true);
  await open();
  await judge();
  assert.deepEqual(itemOf(await items(), OPENSSL), before);
  const other = await open({ asset: 'web2' });
  const withdraw = () =>
    database.transaction('everything', (sql) => withdrawException(sql, other.id, clock.now()));
  await withdraw();
  await assert.rejects(withdraw(), { code: 'conflict' });
  settings.mitigated = () => Promise.resolve(false);
  await evaluatePatches(tools());
  await database.transaction('everything', async (sql) => {
    assert.deepEqual((await readExceptions(sql))[0]?.closed, {
      at: clock.now(),
      cause: 'mitigation-failed',
    });
    const kinds = await sql<
      { kind: string }[]
    >`select kind from ledger.entry where kind like 'exception.%' order by 1`;
    assert.deepEqual(
      kinds.map(({ kind }) => kind),
      ['exception.closed', 'exception.closed', 'exception.opened', 'exception.opened'],
    );
  });
});
