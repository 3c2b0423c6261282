/** What needs two people, over HTTP, by two signed-in people: exceptions; and alerts that somebody takes notice of. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { apiHandlers } from '../../src/app/api-handlers.ts';
import { createLog } from '../../src/kernel/log.ts';
import { acknowledgeAlert } from '../../src/measures/patching/alerts.ts';
import { patchingHandlers } from '../../src/measures/patching/handlers.ts';
import { adoptRules } from '../../src/measures/patching/rules/adopted.ts';
import { builtInRule } from '../../src/measures/patching/rules/built-in.ts';
import { requireRules } from '../../src/measures/patching/rules/read.ts';
import { createServer } from '../../src/server/create-server.ts';
import { createSessions } from '../../src/server/session.ts';
import { apiRoutes } from '../../src/server/table.ts';
import { aRanking, thatMany } from '../support/a-ranking.ts';
import { aPackage, patchEstate } from '../support/patch-estate.ts';
import { sampleViews } from '../support/sample-views.ts';

const HOST = { host: '127.0.0.1:8311' };
const OWN = { ...HOST, 'sec-fetch-site': 'same-origin', origin: 'http://127.0.0.1:8311' };
const HIGH = { word: 'high', score: 8.1, vector: null, all: [], vendor: null } as const;
const ASKED = {
  asset: 'lab-1',
  fix: 'CVE-2026-0002',
  reason: 'certified in March',
  mitigation: 'mfa:door/lab',
  expires: '2027-03-01T00:00:00Z',
};

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function office(t: TestContext) {
  const estate = await patchEstate(t, '2026-10-10T08:00:00Z');
  const { database, clock } = estate;
  estate.flaws['zlib 1.2'] = [
    {
      id: 'CVE-2026-0002',
      fixed: ['1.3'],
      severity: HIGH,
      fixReleased: { at: '2026-09-01', from: 'the vendor' },
    },
  ];
  await estate.host('lab-1', [aPackage('zlib1g', '1.2', 'zlib')]);
  await estate.judge();
  let holds = true;
  const ranking = await aRanking(database, { 'lab-1': thatMany(1) });
  const lend = (work: (tools: never) => Promise<never>): Promise<never> =>
    work({
      zone: 'Europe/London',
      facts: () => Promise.resolve({ exposed: () => 'no', unsupported: () => null }),
      mitigated: () => Promise.resolve(holds),
      people: () => Promise.resolve(ranking),
      peopleNamed: () => Promise.resolve(ranking),
    } as never);
  const sessions = createSessions({ database, clock });
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const config = { data: '/nowhere', timeZone: 'Europe/London' };
  const take = () => Promise.resolve();
  const app = createServer({
    routes: apiRoutes,
    handlers: {
      ...apiHandlers({ database, clock, config, take }),
      ...patchingHandlers({ database, clock, lend: lend as never }),
    },
    views: sampleViews(),
    sessions,
    bearer: () => Promise.resolve(undefined),
    log,
    clock,
    https: false,
  });
  const person = async (account?: string) => {
    const { secret } = await sessions.exchange((await sessions.createLink(account)).secret);
    const ask = async (
      method: 'GET' | 'POST',
      path: string,
      payload?: object,
      headers: Record<string, string> = OWN,
    ): Promise<Answer> => {
      const url = `/api/v1/patching/${path}`;
      const answer = await app.inject({
        method,
        url,
        headers: { ...headers, cookie: `holdfast_session=${secret}` },
        ...(payload === undefined ? {} : { payload }),
      });
      return { status: answer.statusCode, body: answer.json() };
    };
    return ask;
  };
  const fail = () => {
    holds = false;
  };
  return { ...estate, app, person, fail };
}

function codeOf({ status, body }: Answer): string {
  return `${status} ${JSON.stringify(body).match(/"code":"(\w+)"/)?.[1] ?? ''}`.trim();
}

test('an exception is asked for by one person and approved by another; each step is in the ledger', async (t) => {
  const { person, judge, items, database } = await office(t);
  const [ada, grace, nobody] = [await person('ada'), await person('grace'), await person()];
  const before = (await items()).get('lab-1 deb/debian-12/zlib@1.3');
  assert.equal(codeOf(await nobody('POST', 'exceptions', ASKED)), '403 not_permitted');
  const asked = await ada('POST', 'exceptions', ASKED);
  assert.equal(asked.status, 201, JSON.stringify(asked.body));
  const id = String(asked.body['id']);
  const listed = async () => {
    const { body } = await grace('GET', 'patches');
    return JSON.stringify((body['patches'] as { state: string; acceptedBy: string | null }[])[0]);
  };
  assert.match(await listed(), /"state":"overdue".*"acceptedBy":null/, 'asking accepts nothing');
  assert.equal(codeOf(await ada('POST', `exceptions/${id}/approval`)), '403 not_permitted');
  assert.equal(codeOf(await nobody('POST', `exceptions/${id}/approval`)), '403 not_permitted');
  const forged = { ...HOST, 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' };
  assert.equal(
    codeOf(await grace('POST', `exceptions/${id}/approval`, undefined, forged)),
    '403 not_permitted',
  );
  const approved = await grace('POST', `exceptions/${id}/approval`);
  assert.equal(approved.status, 200, JSON.stringify(approved.body));
  assert.deepEqual([approved.body['owner'], approved.body['approvedBy']], ['ada', 'grace']);
  assert.match(await listed(), /"state":"excepted","overdue":true.*"acceptedBy":"ada"/);
  await judge();
  const after = (await items()).get('lab-1 deb/debian-12/zlib@1.3');
  assert.deepEqual([after?.startAt, after?.due], [before?.startAt, before?.due], 'no clock moved');
  assert.equal(codeOf(await grace('POST', `exceptions/${id}/approval`)), '409 conflict');
  assert.equal((await ada('POST', `exceptions/${id}/withdrawal`)).status, 200);
  assert.equal(codeOf(await ada('POST', `exceptions/${id}/withdrawal`)), '409 conflict');
  const kinds = await database.transaction(
    'everything',
    (sql) =>
      sql<
        { kind: string }[]
      >`select kind from ledger.entry where kind like 'exception%' order by entry_id`,
  );
  assert.deepEqual(
    kinds.map(({ kind }) => kind),
    ['exception.requested', 'exception.opened', 'exception.closed'],
  );
});

test('the rules of every exception hold at the request and again at the approval', async (t) => {
  const { person, fail, clock } = await office(t);
  const [ada, grace] = [await person('ada'), await person('grace')];
  for (const wrong of [
    { ...ASKED, mitigation: 'none' },
    { ...ASKED, expires: '2026-10-01T00:00:00Z' },
    { ...ASKED, expires: '2029-01-01T00:00:00Z' },
    { ...ASKED, owner: 'somebody else' },
  ])
    assert.equal(codeOf(await ada('POST', 'exceptions', wrong)), '400 bad_input');
  clock.advance(60_000);
  const taken = String((await ada('POST', 'exceptions', ASKED)).body['id']);
  assert.equal((await ada('POST', `exceptions/${taken}/withdrawal`)).status, 200);
  assert.equal(codeOf(await grace('POST', `exceptions/${taken}/approval`)), '409 conflict');
  clock.advance(60_000);
  const short = { ...ASKED, expires: '2026-10-10T08:10:00Z' };
  const late = String((await ada('POST', 'exceptions', short)).body['id']);
  clock.advance(11 * 60_000);
  assert.equal(codeOf(await grace('POST', `exceptions/${late}/approval`)), '400 bad_input');
  const failing = String((await ada('POST', 'exceptions', ASKED)).body['id']);
  fail();
  assert.equal(codeOf(await grace('POST', `exceptions/${failing}/approval`)), '400 bad_input');
  const { body } = await grace('GET', 'exceptions');
  assert.equal((body['exceptions'] as unknown[]).length, 0);
  assert.deepEqual(
    (body['requests'] as { decided: { decision: string } | null }[]).map(
      ({ decided }) => decided?.decision ?? 'waits',
    ),
    ['withdrawn', 'waits', 'waits'],
    'what was refused left nothing',
  );
});

test('an alert is acknowledged once, by somebody who is known; those past their 48 hours stand first', async (t) => {
  const { person, database, clock } = await office(t);
  const text = builtInRule('nhs-cyber-alerts')?.text.replace(
    'rules:',
    `alerts:
  - { id: CC-1, issued: 2026-10-09T09:00:00Z, names: [CVE-2026-0002] }
  - { id: CC-2, issued: 2026-10-05T09:00:00Z, severity: high, names: [CVE-2026-0099] }
  - { id: CC-3, issued: 2026-10-05T09:00:00Z, severity: low, names: [CVE-2026-0098] }
rules:`,
  );
  const file = requireRules('own.yaml', Buffer.from(text ?? ''));
  await database.transaction('everything', (sql) => adoptRules(sql, file, 'board', clock.now()));
  const [ada, nobody] = [await person('ada'), await person()];
  const stands = async () => {
    const { body } = await ada('GET', 'alerts');
    return (body['alerts'] as { id: string; state: string; assets: number }[]).map(
      ({ id, state, assets }) => `${id} ${state} ${assets}`,
    );
  };
  assert.deepEqual(await stands(), ['CC-2 overdue 0', 'CC-1 due 1', 'CC-3 not-asked 0']);
  const listed = (await ada('GET', 'patches')).body['alerts'] as { id: string; late: number }[];
  assert.deepEqual(
    listed.map(({ id, late }) => [id, late]),
    [
      ['CC-2', 3],
      ['CC-1', -1],
    ],
  );
  clock.advance(60_000);
  const path = (id: string): string => `alerts/${id}/acknowledgement`;
  assert.equal(codeOf(await nobody('POST', path('CC-1'))), '403 not_permitted');
  assert.equal((await ada('POST', path('cc-1'))).status, 200);
  assert.equal(codeOf(await ada('POST', path('CC-1'))), '409 conflict');
  assert.equal(codeOf(await ada('POST', path('CC-9'))), '404 not_found');
  await database.transaction('everything', (sql) =>
    acknowledgeAlert(sql, { alert: 'CC-2', by: 'Grace Hill' }, 'Europe/London', clock.now()),
  );
  assert.deepEqual(await stands(), [
    'CC-3 not-asked 0',
    'CC-2 acknowledged-late 0',
    'CC-1 acknowledged 1',
  ]);
  const { body } = await ada('GET', 'compliance');
  assert.deepEqual(body['alerts'], { asked: 2, inTime: 1, late: 1, overdue: 0, waiting: 0 });
  const past = await ada('GET', 'alerts?asAt=2026-10-10T08:00:01.000Z');
  assert.doesNotMatch(JSON.stringify(past.body), /Grace/);
  const [count] = await database.transaction(
    'everything',
    (sql) =>
      sql<
        { n: number }[]
      >`select count(*)::int as n from ledger.entry where kind = 'alert.acknowledged'`,
  );
  assert.equal(count?.n, 2);
});
