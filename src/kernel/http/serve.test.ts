import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { fixedClock } from '../clock.ts';
import { HoldfastError } from '../errors.ts';
import { createLog } from '../log.ts';
import { signedIn } from './permissions.ts';
import type { Permission } from './permissions.ts';
import { LOOPBACK_NAMES } from './protect.ts';
import { route } from './route.ts';
import { createApp, serveRoutes } from './serve.ts';
import type { Handlers } from './serve.ts';

const Thing = z.strictObject({ key: z.string(), count: z.int() });
const routes = {
  readThing: route({
    method: 'GET',
    path: '/api/v1/things/{key}',
    summary: 'One thing',
    permission: 'estate:read',
    input: z.strictObject({
      key: z.string(),
      limit: z.int().max(500).default(10),
      deep: z.boolean().optional(),
      kinds: z.array(z.string()).optional(),
    }),
    output: Thing,
    errors: ['not_found'],
  }),
  writeThing: route({
    method: 'POST',
    path: '/api/v1/things',
    summary: 'A new thing',
    permission: 'estate:write',
    input: Thing,
    output: z.strictObject({ key: z.string() }),
    status: 201,
    bodyLimit: 2000,
  }),
  health: route({
    method: 'GET',
    path: '/healthz',
    summary: 'Alive',
    permission: 'public',
    input: z.strictObject({}),
    output: z.strictObject({ status: z.literal('ok') }),
  }),
};
const HOST = { host: '127.0.0.1:8311' };

function setUp(
  over: Partial<Handlers<typeof routes>> = {},
  held: readonly Permission[] = ['estate:read', 'estate:write'],
) {
  const lines: string[] = [];
  const clock = fixedClock('2026-03-01T10:00:00Z');
  const log = createLog({ level: 'debug', clock, write: (line) => lines.push(line) });
  const app = createApp({ log, hosts: LOOPBACK_NAMES });
  const handlers: Handlers<typeof routes> = {
    readThing: ({ key, limit }) => Promise.resolve({ key, count: limit }),
    writeThing: ({ key }) => Promise.resolve({ key }),
    health: () => Promise.resolve({ status: 'ok' }),
    ...over,
  };
  const identify = (headers: { authorization?: string | undefined }) =>
    Promise.resolve(
      headers.authorization === 'Bearer good-secret' ? signedIn('tester', held) : undefined,
    );
  serveRoutes(app, routes, handlers, { identify, log, clock });
  const ask = (
    url: string,
    more: {
      method?: 'GET' | 'POST' | 'OPTIONS' | 'HEAD';
      headers?: Record<string, string>;
      payload?: string;
    } = {},
  ) =>
    app.inject({
      url,
      ...more,
      headers: { ...HOST, authorization: 'Bearer good-secret', ...more.headers },
    });
  return { app, ask, lines };
}

const json = { 'content-type': 'application/json' };
const failure = (answer: { json: () => unknown }) =>
  (
    answer.json() as {
      error: { code: string; message: string; remedy?: string; requestId: string };
    }
  ).error;

test('path and query arrive as the types of the input', async () => {
  const { ask } = setUp({
    readThing: (input) => {
      assert.deepEqual(input, { key: 'a/b ü', limit: 7, deep: true, kinds: ['x'] });
      return Promise.resolve({ key: input.key, count: input.limit });
    },
  });
  const answer = await ask('/api/v1/things/a%2Fb%20%C3%BC?limit=7&deep=true&kinds=x');
  assert.equal(answer.statusCode, 200, answer.body);
  assert.deepEqual(answer.json(), { key: 'a/b ü', count: 7 });
  assert.match(answer.headers['content-type'] as string, /^application\/json/);
});

const WRONG: readonly [string, RegExp][] = [
  ['?limit=abc', /^limit: /],
  ['?limit=501', /^limit: /],
  ['?limit=', /^limit: /],
  ['?limit=1&limit=2', /^limit: /],
  ['?deep=yes', /^deep: /],
  ['?other=1', /"other"/],
  ['?__proto__=1', /__proto__/],
  ['?key=again', /^key: is given in the path/],
];
for (const [query, message] of WRONG)
  test(`bad input names the field: ${query}`, async () => {
    const answer = await setUp().ask(`/api/v1/things/x${query}`);
    assert.equal(answer.statusCode, 400);
    assert.equal(failure(answer).code, 'bad_input');
    assert.match(failure(answer).message, message);
    assert.ok(failure(answer).remedy);
  });

const BODIES: readonly [string, string, Record<string, string>, number, string][] = [
  ['unknown field', '{"key":"a","count":1,"admin":true}', json, 400, 'bad_input'],
  ['wrong type', '{"key":1,"count":1}', json, 400, 'bad_input'],
  ['a list', '[]', json, 400, 'bad_input'],
  ['nothing', '', json, 400, 'bad_input'],
  ['half a document', '{"key":', json, 400, 'bad_input'],
  ['poisoned prototype', '{"key":"a","count":1,"__proto__":{"x":1}}', json, 400, 'bad_input'],
  ['too large', JSON.stringify({ key: 'a'.repeat(3000), count: 1 }), json, 413, 'too_large'],
  ['text', 'key=a', { 'content-type': 'text/plain' }, 400, 'unsupported'],
  [
    'form',
    'key=a&count=1',
    { 'content-type': 'application/x-www-form-urlencoded' },
    400,
    'unsupported',
  ],
];
for (const [what, payload, headers, status, code] of BODIES)
  test(`a body that is ${what} is refused`, async () => {
    let called = false;
    const { ask } = setUp({
      writeThing: ({ key }) => {
        called = true;
        return Promise.resolve({ key });
      },
    });
    const answer = await ask('/api/v1/things', { method: 'POST', payload, headers });
    assert.equal(answer.statusCode, status, answer.body);
    assert.equal(failure(answer).code, code);
    assert.equal(called, false);
  });

test('a good body is taken, with the status of the route', async () => {
  const answer = await setUp().ask('/api/v1/things', {
    method: 'POST',
    payload: '{"key":"a","count":1}',
    headers: json,
  });
  assert.equal(answer.statusCode, 201, answer.body);
  assert.deepEqual(answer.json(), { key: 'a' });
});

test('who is not signed in gets 401, who lacks the permission 403, and public is open', async () => {
  const stranger = await setUp().ask('/api/v1/things/x', { headers: { authorization: '' } });
  assert.equal(stranger.statusCode, 401);
  assert.equal(failure(stranger).code, 'not_signed_in');
  const reader = await setUp({}, ['estate:read']).ask('/api/v1/things', {
    method: 'POST',
    payload: '{"key":"a","count":1}',
    headers: json,
  });
  assert.equal(reader.statusCode, 403);
  assert.match(failure(reader).message, /estate:write/);
  assert.equal((await setUp().ask('/healthz', { headers: { authorization: '' } })).statusCode, 200);
});

test('a stranger is refused before the body is read', async () => {
  const answer = await setUp().ask('/api/v1/things', {
    method: 'POST',
    payload: '{"key":',
    headers: { ...json, authorization: '' },
  });
  assert.equal(failure(answer).code, 'not_signed_in');
});

test('when callers cannot be identified nobody is let in, and public routes still answer', async () => {
  const clock = fixedClock('2026-03-01T10:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const app = createApp({ log, hosts: LOOPBACK_NAMES });
  const identify = () =>
    Promise.reject(new HoldfastError('database_unavailable', 'The database does not answer.'));
  const unreachable = () => Promise.reject(new Error('must not be reached'));
  serveRoutes(
    app,
    routes,
    {
      readThing: unreachable,
      writeThing: unreachable,
      health: () => Promise.resolve({ status: 'ok' }),
    },
    { identify, log, clock },
  );
  assert.equal((await app.inject({ url: '/api/v1/things/x', headers: HOST })).statusCode, 503);
  assert.equal((await app.inject({ url: '/healthz', headers: HOST })).statusCode, 200);
});

test('an output that the route does not promise is hidden and logged by field', async () => {
  const leaking = { key: 'x', count: 1, password: 'hunter2' };
  for (const wrong of [leaking, { key: 'x', count: 'hunter2' }, undefined, null, 'hunter2']) {
    const { ask, lines } = setUp({ readThing: () => Promise.resolve(wrong as never) });
    const answer = await ask('/api/v1/things/x');
    assert.equal(answer.statusCode, 500);
    assert.equal(failure(answer).code, 'internal');
    assert.doesNotMatch(answer.body + lines.join(''), /hunter2/);
    assert.ok(
      lines.some(
        (line) => line.includes('request failed') && line.includes(failure(answer).requestId),
      ),
    );
  }
});

test('anything thrown is hidden; expected errors keep message and remedy', async () => {
  const bug = await setUp({ readThing: () => Promise.reject(new Error('at /srv/secret.ts')) }).ask(
    '/api/v1/things/x',
  );
  assert.equal(failure(bug).code, 'internal');
  assert.doesNotMatch(bug.body, /secret/);
  const ours = new HoldfastError('internal', 'secret of ours', { remedy: 'secret remedy' });
  const hidden = await setUp({ readThing: () => Promise.reject(ours) }).ask('/api/v1/things/x');
  assert.equal(failure(hidden).code, 'internal');
  assert.doesNotMatch(hidden.body, /secret/);
  const known = new HoldfastError('not_found', 'No thing is called x.', {
    remedy: 'List the things.',
    detail: { inner: 'hidden' },
  });
  const answer = await setUp({ readThing: () => Promise.reject(known) }).ask('/api/v1/things/x');
  assert.equal(answer.statusCode, 404);
  const { requestId, ...rest } = failure(answer);
  assert.deepEqual(rest, {
    code: 'not_found',
    message: 'No thing is called x.',
    remedy: 'List the things.',
  });
  assert.equal(requestId, answer.headers['x-request-id']);
  assert.doesNotMatch(answer.body, /hidden/);
});

test('addresses that do not exist, other methods and broken addresses answer in our form', async () => {
  const { ask } = setUp();
  assert.equal(failure(await ask('/api/v1/nothing')).code, 'not_found');
  assert.equal(failure(await ask('/api/v1/things/x', { method: 'OPTIONS' })).code, 'not_found');
  const broken = await ask('/api/v1/things/%zz');
  assert.equal(failure(broken).code, 'bad_input');
  assert.equal(broken.headers['x-content-type-options'], 'nosniff');
});

test('unknown hosts and forged changes are refused on every address, also where nothing is', async () => {
  const { ask } = setUp();
  for (const url of ['/healthz', '/api/v1/things/x', '/nothing'])
    assert.equal((await ask(url, { headers: { host: 'evil.example' } })).statusCode, 403);
  const forged = await ask('/api/v1/things', {
    method: 'POST',
    payload: '{"key":"a","count":1}',
    headers: { ...json, 'sec-fetch-site': 'cross-site' },
  });
  assert.equal(failure(forged).code, 'not_permitted');
});

test('every answer has the protecting headers, and the log has neither address nor secret', async () => {
  const { ask, lines } = setUp();
  for (const answer of [
    await ask('/api/v1/things/hidden-key?limit=1'),
    await ask('/hidden-path'),
    await ask('/healthz'),
  ]) {
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.match(answer.headers['content-security-policy'] as string, /default-src 'none'/);
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
  assert.doesNotMatch(lines.join(''), /hidden|good-secret/);
});

test('a table without permission, or a route without handler, is not served', () => {
  const clock = fixedClock('2026-03-01T10:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const identify = () => Promise.resolve(undefined);
  const open = { health: { ...routes.health, permission: 'nobody' as 'public' } };
  const health = () => Promise.resolve({ status: 'ok' as const });
  const internal = (error: unknown) => error instanceof HoldfastError && error.code === 'internal';
  assert.throws(
    () => serveRoutes(createApp({ log, hosts: [] }), open, { health }, { identify, log, clock }),
    internal,
  );
  assert.throws(
    () =>
      serveRoutes(createApp({ log, hosts: [] }), routes, { health } as never, {
        identify,
        log,
        clock,
      }),
    internal,
  );
});

test('a handler of another output does not compile', () => {
  const wrong: Partial<Handlers<typeof routes>> = {
    // @ts-expect-error -- count must be a number
    readThing: ({ key }) => Promise.resolve({ key, count: 'many' }),
    // @ts-expect-error -- there is no field `size` in the input
    writeThing: ({ size }: { size: number }) => Promise.resolve({ key: String(size) }),
  };
  assert.ok(wrong);
});
