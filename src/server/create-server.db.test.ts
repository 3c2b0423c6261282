import { createEnrolments } from '../connectors/linux-host/push/enrolment.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apiHandlers } from '../app/api-handlers.ts';
import { testDatabase } from '../../test/support/database.ts';
import { sampleViews } from '../../test/support/sample-views.ts';
import { fixedClock } from '../kernel/clock.ts';
import { createLog } from '../kernel/log.ts';
import type { Database } from '../kernel/sql/database.ts';
import { createServer } from './create-server.ts';
import { createSessions } from './session.ts';
import { apiRoutes } from './table.ts';

const HOST = { host: '127.0.0.1:8311' };
const OWN = { 'sec-fetch-site': 'same-origin', origin: 'null' };
const FORM = { ...OWN, accept: 'text/html', 'content-type': 'application/x-www-form-urlencoded' };

function serve(database: Database, https = false) {
  const lines: string[] = [];
  const clock = fixedClock('2026-03-01T10:00:00Z');
  const log = createLog({ level: 'debug', clock, write: (line) => lines.push(line) });
  const sessions = createSessions({ database, clock });
  const enrolments = createEnrolments({ database, clock });
  const app = createServer({
    routes: apiRoutes,
    handlers: apiHandlers({
      database,
      clock,
      config: { data: '/nowhere', timeZone: 'Europe/London' },
      take: () => Promise.resolve(),
    }),
    views: sampleViews(),
    sessions,
    bearer: (token) => enrolments.identify(token),
    log,
    clock,
    https,
  });
  const ask = (url: string, headers: Record<string, string> = {}) =>
    app.inject({ url, headers: { ...HOST, accept: 'text/html', ...headers } });
  const post = (url: string, payload: string, headers: Record<string, string> = FORM) =>
    app.inject({ method: 'POST', url, payload, headers: { ...HOST, ...headers } });
  const signIn = async () => {
    const { secret } = await sessions.createLink();
    const answer = await post('/sign-in', `link=${secret}`);
    const cookie = (answer.headers['set-cookie'] as string).split(';')[0] ?? '';
    return { answer, cookie, secret };
  };
  return { app, ask, post, signIn, sessions, enrolments, clock, lines };
}

function withDatabase(
  name: string,
  work: (served: ReturnType<typeof serve>) => Promise<void>,
): void {
  test(name, async (t) => work(serve(await testDatabase(t))));
}

withDatabase(
  'the link shows a button, and only the button uses the link',
  async ({ ask, post, sessions }) => {
    const { secret } = await sessions.createLink();
    for (let times = 0; times < 3; times += 1) {
      const page = await ask(`/sign-in/${secret}`);
      assert.equal(page.statusCode, 200);
      assert.ok(page.body.includes(`name="link" value="${secret}"`));
      assert.match(page.headers['content-type'] as string, /^text\/html/);
      assert.equal(page.headers['referrer-policy'], 'no-referrer');
      assert.equal(page.headers['cache-control'], 'no-store');
    }
    const answer = await post('/sign-in', `link=${secret}`);
    assert.equal(answer.statusCode, 303);
    assert.equal(answer.headers.location, '/');
    const again = await post('/sign-in', `link=${secret}`);
    assert.equal(again.statusCode, 401);
    assert.match(again.body, /used already/);
    assert.equal(again.headers['set-cookie'], undefined);
  },
);

withDatabase(
  'signed in one sees pages and API, signed out one does not',
  async ({ ask, post, signIn }) => {
    const { cookie, answer } = await signIn();
    assert.match(
      answer.headers['set-cookie'] as string,
      /^holdfast_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    const home = await ask('/', { cookie });
    assert.deepEqual([home.statusCode, home.headers.location], [303, '/exposure']);
    const page = await ask('/estate', { cookie });
    assert.equal(page.statusCode, 200);
    assert.match(page.body, /<h1>Estate<\/h1>/);
    assert.match(page.headers['content-security-policy'] as string, /style-src 'self'/);
    assert.doesNotMatch(page.headers['content-security-policy'] as string, /unsafe|script-src/);
    assert.doesNotMatch(page.body, /<script|style="|onclick/);
    const session = await ask('/api/v1/session', { cookie });
    assert.match(session.body, /"name":"one-time link"/);
    const out = await post('/sign-out', '', { ...FORM, cookie });
    assert.equal(out.statusCode, 200, out.body);
    assert.match(out.headers['set-cookie'] as string, /^holdfast_session=; .*Max-Age=0/);
    assert.equal((await ask('/', { cookie })).statusCode, 401);
  },
);

withDatabase('strangers get the sign-in page, programs a JSON refusal', async ({ ask }) => {
  for (const url of [
    '/',
    '/exposure',
    '/exposure/gap?gap=dc-01',
    '/plan',
    '/exposure/records',
    '/patches',
    '/patches/calendar.ics',
    '/coverage',
    '/coverage/services',
    '/estate',
    '/assets',
    '/asset?key=hawthorn',
    '/findings',
    '/login-paths',
  ]) {
    const page = await ask(url);
    assert.equal(page.statusCode, 401);
    assert.match(page.body, /<h1>Sign in<\/h1>/);
    assert.doesNotMatch(page.body, /hawthorn/);
  }
  assert.match((await ask('/', { accept: '*/*' })).headers['content-type'] as string, /json/);
  assert.match((await ask('/api/v1/session')).headers['content-type'] as string, /json/);
  assert.equal((await ask('/', { cookie: 'holdfast_session=forged' })).statusCode, 401);
});

withDatabase(
  'another site can neither sign a browser in nor out',
  async ({ post, signIn, ask, sessions }) => {
    const { cookie } = await signIn();
    const foreign = { ...FORM, 'sec-fetch-site': 'cross-site', origin: 'http://evil.example' };
    assert.equal((await post('/sign-out', '', { ...foreign, cookie })).statusCode, 403);
    assert.equal((await ask('/estate', { cookie })).statusCode, 200);
    const { secret } = await sessions.createLink();
    assert.equal((await post('/sign-in', `link=${secret}`, foreign)).statusCode, 403);
    assert.equal(
      (await post('/sign-in', `link=${secret}`)).statusCode,
      303,
      'the link was not used up',
    );
  },
);

withDatabase('forms are read strictly, and JSON is no form', async ({ post, sessions }) => {
  const { secret } = await sessions.createLink();
  assert.equal((await post('/sign-in', `link=${secret}&link=x`)).statusCode, 400);
  assert.equal((await post('/sign-in', `link=${secret}&next=//evil.example`)).statusCode, 400);
  assert.equal(
    (
      await post('/sign-in', JSON.stringify({ link: secret }), {
        ...FORM,
        'content-type': 'application/json',
      })
    ).statusCode,
    400,
  );
  assert.equal((await post('/sign-in', `link=${'x'.repeat(20_000)}`)).statusCode, 413);
});

withDatabase(
  'errors are pages that quote the request and leak nothing',
  async ({ ask, signIn }) => {
    const { cookie } = await signIn();
    const missing = await ask('/asset?key=%3Cscript%3Ealert(1)%3C%2Fscript%3E', { cookie });
    assert.equal(missing.statusCode, 404);
    assert.ok(missing.body.includes(missing.headers['x-request-id'] as string));
    assert.doesNotMatch(missing.body, /<script/);
    assert.match((await ask('/nothing-here')).body, /There is nothing here/);
    const unknownField = await ask('/assets?<b>=1', { cookie });
    assert.equal(unknownField.statusCode, 400);
    assert.doesNotMatch(unknownField.body, /<b>/);
  },
);

withDatabase('health needs nobody, readiness needs the database', async ({ ask }) => {
  assert.deepEqual((await ask('/healthz')).json(), { status: 'ok' });
  assert.deepEqual((await ask('/readyz')).json(), { status: 'ready' });
});

test('without the database: alive, not ready, nobody let in', async () => {
  const down: Database = {
    connection: {},
    transaction: () => Promise.reject(new Error('connect ECONNREFUSED 192.0.2.1')),
    close: () => Promise.resolve(),
  };
  const { ask } = serve(down);
  assert.equal((await ask('/healthz')).statusCode, 200);
  const ready = await ask('/readyz', { accept: 'application/json' });
  assert.equal(ready.statusCode, 503);
  assert.match(ready.body, /"code":"database_unavailable"/);
  const page = await ask('/', { cookie: `holdfast_session=${'A'.repeat(43)}` });
  assert.equal(page.statusCode, 500);
  assert.doesNotMatch(ready.body + page.body, /192\.0\.2\.1|ECONNREFUSED/);
});

withDatabase('no secret reaches the log', async ({ ask, signIn, lines }) => {
  const { cookie, secret } = await signIn();
  await ask(`/sign-in/${secret}`);
  await ask('/', { cookie });
  await ask('/nothing', { cookie });
  const log = lines.join('');
  assert.ok(log.includes('signed in by one-time link'));
  for (const hidden of [secret, cookie.split('=')[1] ?? '']) assert.ok(!log.includes(hidden));
});

test('behind https the cookie is bound to the host, and HSTS is sent', async (t) => {
  const { signIn, ask } = serve(await testDatabase(t), true);
  const { answer, cookie } = await signIn();
  assert.match(answer.headers['set-cookie'] as string, /^__Host-holdfast_session=.*; Secure$/);
  assert.ok(answer.headers['strict-transport-security']);
  assert.equal((await ask('/estate', { cookie })).statusCode, 200);
});

withDatabase(
  'style sheet and icon may be kept for ever, because their name is their content',
  async ({ ask }) => {
    const page = await ask('/sign-in');
    const paths = [...page.body.matchAll(/(?:href)="(\/(?:style|icon)-[^"]+)"/g)].map(
      (match) => match[1] ?? '',
    );
    assert.equal(paths.length, 2);
    for (const path of paths) {
      const file = await ask(path);
      assert.equal(file.statusCode, 200);
      assert.match(file.headers['cache-control'] as string, /immutable/);
      assert.equal(file.headers['x-content-type-options'], 'nosniff');
    }
  },
);

withDatabase(
  'a bearer token opens what it is for, and no page or other route',
  async ({ app, ask, enrolments }) => {
    const token = await enrolments.enrol('web1');
    const checkIn = (authorization: string) =>
      app.inject({
        method: 'POST',
        url: '/api/v1/hosts/checkin',
        headers: { ...HOST, authorization },
        payload: { schema: 1, agent: 1, boot_id: '', kernel: '', sections: {} },
      });
    assert.equal((await checkIn(`Bearer ${token}`)).statusCode, 200);
    for (const wrong of ['', token, `Basic ${token}`, `Bearer ${token}x`, 'Bearer '])
      assert.equal((await checkIn(wrong)).statusCode, 401, wrong);
    const authorization = `Bearer ${token}`;
    assert.equal((await ask('/', { authorization })).statusCode, 403);
    assert.equal((await ask('/api/v1/session', { authorization })).statusCode, 403);
  },
);
