/** Patching as people read it: the list, one deadline explained, exceptions, visits, the calendar, compliance and the past. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRanking, thatMany } from '../../../test/support/a-ranking.ts';
import { aPackage, patchEstate } from '../../../test/support/patch-estate.ts';
import type { Observation } from '../../estate/schema.ts';
import { writeCalendar } from './calendar/deadlines.ts';
import { explainPatch } from './explain.ts';
import { openException } from './exceptions.ts';
import { patchingHandlers } from './handlers.ts';
import { readHostWords, readPatches, type PatchQuestion } from './read.ts';
import { patchingRoutes } from './routes.ts';
import { orderedItems, shownCompliance, shownCounts, shownPatch } from './show.ts';
import { complianceText, explanationText, patchesText, visitsText } from './text.ts';
import type { PatchingTools } from './tools.ts';
import { calendarEntries, planVisits } from './visits.ts';

const START = '2026-10-10T08:00:00Z';
const ZONE = 'Europe/London';
const SERIOUS = { word: 'high', score: 8.1, vector: null, all: [], vendor: null } as const;

function aFlaw(id: string, fixed: string, released: string) {
  return {
    id,
    fixed: [fixed],
    fixState: 'fixed' as const,
    severity: SERIOUS,
    fixReleased: { at: released, from: 'the vendor' },
  };
}

const AT = '2026-10-10T08:00:00.000Z';
const OTHERS: readonly Observation[] = [
  {
    type: 'observation',
    kind: 'service',
    key: 'rota',
    trueAt: AT,
    body: { name: 'Rota', customers: ['kestrel'] },
  },
  {
    type: 'observation',
    kind: 'dependency',
    key: 'web1 serves rota',
    trueAt: AT,
    body: {
      type: 'serves',
      from: { kind: 'asset', key: 'web1' },
      to: { kind: 'service', key: 'rota' },
    },
  },
];

async function twoHosts(t: Parameters<typeof patchEstate>[0]) {
  const estate = await patchEstate(t, START);
  estate.flaws['openssl 3.0.15'] = [aFlaw('CVE-2026-0001', '3.0.17', '2026-10-01')];
  estate.flaws['zlib 1.2'] = [aFlaw('CVE-2026-0002', '1.3', '2026-09-01')];
  const notes = [
    {
      index: 0,
      available: '3.0.17',
      availableFrom: 'Debian-Security',
      held: true,
      reasons: ['held' as const],
      rollback: 'not-available' as const,
    },
  ];
  await estate.host('web1', [aPackage('libssl3', '3.0.15', 'openssl')], {
    notes,
    others: OTHERS,
    body: { division: 'care' },
  });
  await estate.host('lab-1', [aPackage('zlib1g', '1.2', 'zlib')]);
  await estate.judge();
  const people = await aRanking(estate.database, { web1: thatMany(79_404), 'lab-1': thatMany(12) });
  const facts = { exposed: () => 'no' as const, unsupported: () => null };
  const tools: PatchingTools = {
    zone: ZONE,
    facts: () => Promise.resolve(facts),
    mitigated: () => Promise.resolve(true),
    people: () => Promise.resolve(people),
    peopleNamed: () => Promise.resolve(people),
  };
  const read = (question: PatchQuestion = {}) =>
    estate.database.transaction('everything', (sql) =>
      readPatches(sql, estate.clock.now(), question),
    );
  const shown = async (question: PatchQuestion = {}) => {
    const state = await read(question);
    const items = orderedItems(state, {}, people);
    const words = await estate.database.transaction('everything', (sql) =>
      readHostWords(sql, items),
    );
    return { state, patches: items.map((each) => shownPatch(each, state, words, people)) };
  };
  return { ...estate, facts, tools, people, read, shown };
}

test('the list: most people at risk first, with the rule that binds, what is in the way, and filters', async (t) => {
  const { shown, read } = await twoHosts(t);
  const { state, patches } = await shown();
  assert.deepEqual(
    patches.map(({ asset, state: standing, overdue, people, reasons, rollback }) => [
      asset,
      standing,
      overdue,
      people?.best,
      reasons,
      rollback,
    ]),
    [
      ['web1', 'within', false, 79_404, ['held'], 'not-available'],
      ['lab-1', 'overdue', true, 12, ['no-fix-offered'], null],
    ],
  );
  const text = patchesText(shownCounts(state), patches, ZONE, patches.length);
  assert.match(
    text,
    /^2 fixes to do on 2 assets: 1 overdue, 0 due soon, 1 within their deadline\./,
  );
  assert.match(
    text,
    /79,404 +web1 +openssl → 3\.0\.17 +CVE-2026-0001 +in 4\.\d days +2026-10-15 01:00 +cyber-essentials-3\.3\/within-14-days +held/,
  );
  assert.match(text, /lab-1 .* overdue 25\.\d days/);
  const only = async (question: PatchQuestion): Promise<string[]> =>
    (await read(question)).items.map(({ item }) => item.asset);
  assert.deepEqual(await only({ service: 'rota' }), ['web1']);
  assert.deepEqual(await only({ customer: 'kestrel' }), ['web1']);
  assert.deepEqual(await only({ division: 'care' }), ['web1']);
  assert.deepEqual(await only({ fix: 'cve-2026-0002' }), ['lab-1']);
  await assert.rejects(read({ asset: 'nowhere' }), { code: 'not_found' });
});

test('an exception stays in the total and moves nothing; the explanation tells all of it', async (t) => {
  const { database, clock, facts, tools, shown, judge } = await twoHosts(t);
  const before = (await shown({ asset: 'lab-1' })).patches[0];
  await database.transaction('everything', (sql) =>
    openException(
      sql,
      {
        asset: 'lab-1',
        fix: 'CVE-2026-0002',
        owner: 'Ada Byron',
        approvedBy: 'Grace Hill',
        reason: 'certified in March',
        mitigation: 'mfa:door/lab',
        expires: '2027-03-01T00:00:00Z',
      },
      tools,
      clock.now(),
    ),
  );
  await judge();
  const { state, patches } = await shown({ asset: 'lab-1' });
  assert.deepEqual(
    [patches[0]?.state, patches[0]?.overdue, patches[0]?.acceptedBy],
    ['excepted', true, 'Ada Byron'],
  );
  assert.deepEqual([patches[0]?.start, patches[0]?.due], [before?.start, before?.due]);
  assert.deepEqual([shownCounts(state).overdue, shownCounts(state).accepted], [1, 1]);
  const people = await tools.people();
  const told = await database.transaction('everything', (sql) =>
    explainPatch(
      sql,
      clock.now(),
      { asset: 'lab-1', fix: 'CVE-2026-0002' },
      { ...facts, zone: ZONE, people },
    ),
  );
  const text = explanationText(told, ZONE);
  assert.match(text, /^Upgrade zlib to 1\.3 on lab-1\n/);
  assert.match(
    text,
    /stands +overdue 25\.\d days, accepted by Ada Byron; it was overdue when it was first seen/,
  );
  assert.match(text, /Who says when the fix was released:\n +2026-09-01 01:00 +vendor: the vendor/);
  assert.match(
    text,
    /fix by cyber-essentials-3\.3\/within-14-days: CVE-2026-0002: its CVSS base score 8\.1 is at least 7/,
  );
  assert.match(
    text,
    /approved by Grace Hill, until 2027-03-01 00:00; leans on mfa:door\/lab; certified in March/,
  );
  assert.match(text, /History:\n +2026-10-10 .* new: open/);
  await assert.rejects(
    database.transaction('everything', (sql) =>
      explainPatch(
        sql,
        clock.now(),
        { asset: 'lab-1', fix: 'CVE-1' },
        { ...facts, zone: ZONE, people },
      ),
    ),
    { code: 'not_found' },
  );
});

test('visits: who makes it in the windows there are; the calendar holds deadlines and visits', async (t) => {
  const { read, people, clock } = await twoHosts(t);
  const state = await read();
  const night = (name: string, day: string, ...whom: string[]) => ({
    name,
    start: new Date(`${day}T22:00:00Z`),
    end: new Date(`${day}T23:00:00Z`),
    for: whom,
  });
  const windows = [night('care night', '2026-10-12', 'division:care'), night('all', '2026-10-20')];
  const plan = planVisits(state, windows, { now: clock.now(), perWindow: 1, people });
  assert.deepEqual(
    plan.visits.map(({ asset, inTime, window }) => [asset, inTime, window?.name]),
    [
      ['web1', true, 'care night'],
      ['lab-1', false, 'all'],
    ],
  );
  assert.match(
    visitsText(plan, ZONE, 10),
    /^2 assets in 2 windows: 1 make their deadline, 1 do not\./,
  );
  const text = await writeCalendar('x', calendarEntries(state, plan.visits), clock.now());
  assert.equal(text.match(/BEGIN:VEVENT/g)?.length, 4);
  assert.match(text, /SUMMARY:Due: openssl on web1/);
  assert.match(text, /SUMMARY:Patch lab-1: 1 fix \(late\)/);
});

test('compliance and the past: what was proven in time, and what was known then', async (t) => {
  const { read, host, judge, clock } = await twoHosts(t);
  const then = clock.now();
  clock.advance(86_400_000);
  await host('web1', [aPackage('libssl3', '3.0.17', 'openssl')], {
    others: OTHERS,
    body: { division: 'care' },
  });
  await judge();
  const rows = shownCompliance(await read());
  const [all, ...groups] = rows;
  assert.deepEqual([all?.due, all?.inTime, all?.overdue], [2, 1, 1]);
  assert.deepEqual(
    groups.map(({ group, share }) => [group, share]),
    [
      ['customer:kestrel', 1],
      ['division:care', 1],
      ['service:rota', 1],
    ],
  );
  assert.match(complianceText(rows), /everything +50 % +2 +1 +0 +1/);
  const past = await read({ asAt: then });
  assert.deepEqual(past.items.map(({ item, state }) => [item.asset, state]).sort(), [
    ['lab-1', 'overdue'],
    ['web1', 'within'],
  ]);
  const [done] = (await read({ asset: 'web1' })).items;
  assert.equal(done?.state, 'fixed-proven');
});

test('every answer of the API has the shape that it is documented with', async (t) => {
  const { database, clock, tools } = await twoHosts(t);
  const handlers = patchingHandlers({ database, clock, lend: (work) => work(tools) });
  const context = {} as never;
  const page = patchingRoutes.listPatches.output.parse(
    await handlers.listPatches({ order: 'people', limit: 1 }, context),
  );
  assert.deepEqual([page.patches[0]?.asset, page.counts.open], ['web1', 2]);
  const after = page.next ?? '';
  const rest = await handlers.listPatches({ order: 'people', limit: 1, after }, context);
  assert.deepEqual([rest.patches[0]?.asset, rest.next], ['lab-1', null]);
  const byRank = await handlers.listPatches({ order: 'rank', limit: 9 }, context);
  assert.deepEqual(
    byRank.patches.map(({ asset }) => asset),
    ['lab-1', 'web1'],
    'overdue first',
  );
  await assert.rejects(
    Promise.resolve(handlers.listPatches({ order: 'rank', limit: 1, after }, context)),
    { code: 'bad_input' },
  );
  patchingRoutes.explainPatch.output.parse(
    await handlers.explainPatch({ asset: 'web1', fix: 'openssl' }, context),
  );
  patchingRoutes.readPatchCompliance.output.parse(await handlers.readPatchCompliance({}, context));
  patchingRoutes.listPatchExceptions.output.parse(await handlers.listPatchExceptions({}, context));
  await assert.rejects(
    Promise.resolve(handlers.readPatchCompliance({ asAt: '2027-01-01T00:00:00Z' }, context)),
    { code: 'bad_input' },
  );
});
