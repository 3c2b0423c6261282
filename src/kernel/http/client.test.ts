import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { fetchFrom } from '../../../test/support/fetch-from.ts';
import { fixedClock } from '../clock.ts';
import { HoldfastError } from '../errors.ts';
import { createLog } from '../log.ts';
import { client } from './client.ts';
import { LOOPBACK_NAMES } from './protect.ts';
import { route } from './route.ts';
import { createApp, serveRoutes } from './serve.ts';

const Thing = z.strictObject({ key: z.string(), numbers: z.array(z.int()) });
const routes = {
  readThing: route({
    method: 'GET',
    path: '/api/v1/things/{key}',
    summary: 'One thing',
    permission: 'public',
    input: z.strictObject({ key: z.string(), numbers: z.array(z.int()).default([]) }),
    output: Thing,
  }),
  writeThing: route({
    method: 'PUT',
    path: '/api/v1/things/{key}',
    summary: 'Replaces a thing',
    permission: 'public',
    input: Thing,
    output: Thing,
  }),
  listThings: route({
    method: 'GET',
    path: '/api/v1/things',
    summary: 'Things',
    permission: 'public',
    input: z.strictObject({ limit: z.int().default(10) }),
    output: z.strictObject({ limit: z.int() }),
    errors: ['conflict'],
  }),
  drawThings: route({
    method: 'GET',
    path: '/api/v1/things.svg',
    summary: 'Things as a picture',
    permission: 'public',
    input: z.strictObject({}),
    output: z.string(),
    media: 'image/svg+xml',
    errors: ['conflict'],
  }),
};
const BASE = 'http://127.0.0.1:8311';
const coded = (code: string) => (error: unknown) =>
  error instanceof HoldfastError && error.code === code;

function served() {
  const clock = fixedClock('2026-03-01T10:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const app = createApp({ log, hosts: LOOPBACK_NAMES });
  serveRoutes(
    app,
    routes,
    {
      readThing: ({ key, numbers }) => Promise.resolve({ key, numbers }),
      writeThing: ({ key, numbers }) => Promise.resolve({ key, numbers }),
      listThings: ({ limit }) =>
        limit === 13
          ? Promise.reject(
              new HoldfastError('conflict', 'Not thirteen.', { remedy: 'Take another.' }),
            )
          : Promise.resolve({ limit }),
      drawThings: () => Promise.resolve('<svg/>'),
    },
    { log, clock, identify: () => Promise.resolve(undefined) },
  );
  return client(routes, BASE, fetchFrom(app));
}

test('what a client sends is what the handler gets, and back', async () => {
  const api = served();
  for (const key of ['plain', 'a/b', 'ü %2e?#&', '...', '{key}', "'"]) {
    assert.deepEqual(await api.readThing({ key, numbers: [1, -2] }), { key, numbers: [1, -2] });
    assert.deepEqual(await api.writeThing({ key, numbers: [3] }), { key, numbers: [3] });
  }
  assert.deepEqual(await api.readThing({ key: 'x' }), { key: 'x', numbers: [] });
  assert.deepEqual(await api.listThings(), { limit: 10 });
  assert.equal(await api.drawThings(), '<svg/>');
});

test('a key that an address cannot carry is refused before anything is sent', async () => {
  for (const key of ['.', '..', ''])
    await assert.rejects(served().readThing({ key }), coded('bad_input'));
});

test("the server's refusal arrives as the same error", async () => {
  await assert.rejects(served().listThings({ limit: 13 }), (error) => {
    assert.ok(error instanceof HoldfastError);
    assert.deepEqual(
      [error.code, error.message, error.remedy],
      ['conflict', 'Not thirteen.', 'Take another.'],
    );
    return true;
  });
  await assert.rejects(served().listThings({ limit: 1.5 }), coded('bad_input'));
});

test('no answer is unreachable, a foreign answer incomplete, an aborted call cancelled', async () => {
  const down = client(routes, BASE, () => Promise.reject(new TypeError('fetch failed')));
  await assert.rejects(down.listThings(), coded('unreachable'));
  for (const [body, status] of [
    ['<html>', 200],
    ['<html>', 502],
    ['{"error":{"code":"made_up","message":"x"}}', 400],
    ['{"error":"no"}', 500],
    ['null', 500],
  ] as const) {
    const foreign = client(routes, BASE, () => Promise.resolve(new Response(body, { status })));
    await assert.rejects(foreign.listThings(), coded('incomplete'), body);
    await assert.rejects(foreign.drawThings(), coded('incomplete'), body);
  }
  const aborted = client(routes, BASE, () =>
    Promise.reject(new DOMException('aborted', 'AbortError')),
  );
  await assert.rejects(aborted.listThings({}, { signal: AbortSignal.abort() }), coded('cancelled'));
});

test('a wrong argument, a missing one and a route that does not exist do not compile', () => {
  const api = client(routes, BASE, () => Promise.reject(new TypeError('not called')));
  const never = async () => {
    // @ts-expect-error -- key is a string
    await api.readThing({ key: 7 });
    // @ts-expect-error -- key is required
    await api.readThing({});
    // @ts-expect-error -- an argument is required
    await api.readThing();
    // @ts-expect-error -- there is no such field
    await api.listThings({ offset: 1 });
    // @ts-expect-error -- the output has no such field
    const total: number = (await api.listThings()).total;
    // @ts-expect-error -- there is no such route
    const name: keyof typeof api = 'dropThings';
    return [total, name];
  };
  assert.equal(typeof never, 'function');
});
