/** Whatever is sent, the answer is one of ours: never a crash, never an internal error, never an echo as markup. */
import assert from 'node:assert/strict';
import net from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import * as z from 'zod';
import { fixedClock } from '../clock.ts';
import { createLog } from '../log.ts';
import { Failure } from './failure.ts';
import { signedIn } from './permissions.ts';
import { METHODS, route } from './route.ts';
import { createApp, serveRoutes } from './serve.ts';

const Thing = z.strictObject({
  key: z.string().max(50),
  count: z.int(),
  tags: z.array(z.string()).optional(),
});
const routes = {
  readThing: route({
    method: 'GET',
    path: '/things/{key}',
    summary: 'One thing',
    permission: 'estate:read',
    input: Thing,
    output: Thing,
  }),
  writeThing: route({
    method: 'POST',
    path: '/things',
    summary: 'A new thing',
    permission: 'estate:read',
    input: Thing,
    output: Thing,
    bodyLimit: 5000,
  }),
};

function served() {
  const clock = fixedClock('2026-03-01T10:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const app = createApp({ log, hosts: ['127.0.0.1'] });
  const identify = () => Promise.resolve(signedIn('tester', ['estate:read']));
  const echo = (thing: z.infer<typeof Thing>) => Promise.resolve(thing);
  serveRoutes(app, routes, { readThing: echo, writeThing: echo }, { identify, log, clock });
  return app;
}

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const segment = fc.oneof(
  anyText.map((text) => encodeURIComponent(text.toWellFormed())),
  fc.constantFrom('%', '%zz', '..', '.', '%2e%2e', '%00', '*', ':key', '{key}'),
);
const query = fc.oneof(
  fc.webQueryParameters(),
  fc.constantFrom(
    'count=1',
    'count=1&count=2',
    'count=1e9',
    'count=Infinity',
    'count=0x10',
    'tags=a&tags=b&count=1',
    '__proto__=1',
    'constructor[prototype]=1',
    '&&&===',
    '%',
  ),
);
const body = fc.oneof(
  fc.json(),
  anyText,
  fc.constantFrom(
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{}}}',
    '[]',
    'null',
    '{"key":"a","count":1}',
  ),
);

test('any method, address and body get an answer of ours', async () => {
  const app = served();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...METHODS),
      fc.array(segment, { maxLength: 3 }),
      query,
      body,
      async (method, segments, search, payload) => {
        const answer = await app.inject({
          method,
          url: `/${segments.join('/')}?${search}`,
          headers: { host: '127.0.0.1', 'content-type': 'application/json' },
          ...(method === 'GET' ? {} : { payload }),
        });
        assert.ok(
          answer.statusCode === 200 || (answer.statusCode >= 400 && answer.statusCode < 500),
          `${answer.statusCode} ${answer.body}`,
        );
        assert.match(String(answer.headers['content-type']), /^application\/json/);
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
        if (answer.statusCode === 200) Thing.parse(answer.json());
        else Failure.parse(answer.json());
      },
    ),
    { numRuns: 300 },
  );
  assert.equal(Object.hasOwn(Object.prototype, 'a'), false);
});

const GARBAGE = [
  'hello\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nhost: 127.0.0.1\r\n\r\n',
  'GET http://evil.example/ HTTP/1.1\r\nhost: evil.example\r\n\r\n',
  'GET / HTTP/9.9\r\nhost: 127.0.0.1\r\n\r\n',
  'POST /things HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST /things HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
  `GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`,
  '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
];

test('what is hardly HTTP is refused in our form, and the server goes on', async (t) => {
  const app = served();
  await app.listen({ host: '127.0.0.1', port: 0 });
  t.after(() => app.close());
  const { port } = app.server.address() as net.AddressInfo;
  for (const bytes of GARBAGE) {
    const answer = await sent(port, bytes);
    assert.match(answer, /^HTTP\/1\.1 4\d\d /, JSON.stringify(bytes.slice(0, 40)));
    assert.match(answer, /x-content-type-options: nosniff/);
    assert.match(
      answer,
      /"error":\{"code":"(bad_input|not_permitted|unsupported)"/,
      bytes.slice(0, 60),
    );
    assert.doesNotMatch(answer, /evil\.example/);
  }
  assert.match(
    await sent(
      port,
      'GET /things/a?count=1 HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n',
    ),
    /^HTTP\/1\.1 200 /,
  );
});

/** Sends bytes and resolves with all that came back until the connection ended. */
function sent(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect({ host: '127.0.0.1', port }, () => socket.write(bytes, 'latin1'));
    socket.setTimeout(5000, () => socket.destroy(new Error('no end')));
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (answer.includes('}}')) socket.end();
    });
    socket.once('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
    socket.once('close', () => resolve(answer));
  });
}
