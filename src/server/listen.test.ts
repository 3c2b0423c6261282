import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import type { TestContext } from 'node:test';
import * as z from 'zod';
import { fixedClock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { LOOPBACK_NAMES } from '../kernel/http/protect.ts';
import { route } from '../kernel/http/route.ts';
import { createApp, serveRoutes } from '../kernel/http/serve.ts';
import { createLog } from '../kernel/log.ts';
import { isLoopback, listenPlace, startListening } from './listen.ts';

const coded = (code: string) => (error: unknown) =>
  error instanceof HoldfastError && error.code === code && error.remedy !== undefined;
const names = (table: Record<string, string[]>) => (name: string) =>
  Promise.resolve(table[name] ?? []);

test('loopback is 127.0.0.0/8 and ::1, in whatever spelling', () => {
  for (const address of [
    '127.0.0.1',
    '127.255.255.254',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
  ])
    assert.equal(isLoopback(address), true, address);
  for (const address of [
    '0.0.0.0',
    '::',
    '10.0.0.1',
    '128.0.0.1',
    '126.255.255.255',
    '::2',
    '::ffff:10.0.0.1',
    'localhost',
    '',
    '127.1',
  ])
    assert.equal(isLoopback(address), false, address);
});

test('places on this machine are taken, names as the address they mean', async () => {
  assert.deepEqual(await listenPlace('127.0.0.1:8311'), {
    kind: 'tcp',
    host: '127.0.0.1',
    port: 8311,
  });
  assert.deepEqual(await listenPlace('[::1]:0'), { kind: 'tcp', host: '::1', port: 0 });
  assert.deepEqual(await listenPlace('localhost:80', names({ localhost: ['127.0.0.1', '::1'] })), {
    kind: 'tcp',
    host: '127.0.0.1',
    port: 80,
  });
  assert.deepEqual(await listenPlace('unix:/run/holdfast.sock'), {
    kind: 'unix',
    path: '/run/holdfast.sock',
  });
});

const ELSEWHERE = [
  '0.0.0.0:8311',
  '[::]:8311',
  '10.1.2.3:8311',
  '192.168.0.1:80',
  '[::ffff:10.0.0.1]:80',
  '[fe80::1]:80',
  'mixed:80',
  'public:80',
  'nowhere:80',
  ':8311',
  '8311',
  '*:8311',
  '127.0.0.1',
  '127.0.0.1:99999',
  '127.0.0.1:',
  '127.0.0.1:80/x',
  'a@127.0.0.1:80',
  '',
  'unix:',
  'unix:relative.sock',
  `unix:/${'x'.repeat(107)}`,
  'unix:/a\0b',
];
for (const place of ELSEWHERE)
  test(`refused with a remedy: ${JSON.stringify(place).slice(0, 40)}`, async () => {
    const resolve = names({ mixed: ['127.0.0.1', '10.0.0.1'], public: ['203.0.113.7'] });
    await assert.rejects(listenPlace(place, resolve), coded('bad_config'));
  });

function slowApp() {
  const clock = fixedClock('2026-03-01T10:00:00Z');
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const app = createApp({ log, hosts: LOOPBACK_NAMES });
  const entered = Promise.withResolvers<undefined>();
  const finish = Promise.withResolvers<undefined>();
  const Output = z.strictObject({ done: z.boolean() });
  const routes = {
    slow: route({
      method: 'GET',
      path: '/slow',
      summary: 'Slow',
      permission: 'public',
      input: z.strictObject({}),
      output: Output,
    }),
  };
  const slow = async () => {
    entered.resolve(undefined);
    await finish.promise;
    return { done: true };
  };
  serveRoutes(app, routes, { slow }, { log, clock, identify: () => Promise.resolve(undefined) });
  return { app, entered: entered.promise, finish: () => finish.resolve(undefined) };
}

function folder(t: TestContext): string {
  const made = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-listen-'));
  t.after(() => fs.rmSync(made, { recursive: true, force: true }));
  return made;
}

test('stopping lets a request in flight finish and takes no new one', async (t) => {
  const { app, entered, finish } = slowApp();
  const { address, stop } = await startListening(app, await listenPlace('127.0.0.1:0'));
  t.after(stop);
  const answer = fetch(`${address}/slow`);
  await entered;
  const stopped = stop();
  await assert.rejects(fetch(`${address}/slow`), TypeError);
  finish();
  assert.deepEqual(await (await answer).json(), { done: true });
  await stopped;
});

test('a request that does not end is cut off when the grace is over', async () => {
  const { app, entered } = slowApp();
  const { address, stop } = await startListening(app, await listenPlace('127.0.0.1:0'), 20);
  const answer = fetch(`${address}/slow`);
  const cut = assert.rejects(answer, TypeError);
  await entered;
  await stop();
  await cut;
});

test('a place that is taken is a conflict', async (t) => {
  const first = await startListening(slowApp().app, await listenPlace('127.0.0.1:0'));
  t.after(first.stop);
  const again = await listenPlace(first.address.replace('http://', ''));
  await assert.rejects(startListening(slowApp().app, again), coded('conflict'));
});

test('a socket is for its owner alone; a dead one is replaced, a live one and a file are not', async (t) => {
  const socket = path.join(folder(t), 'holdfast.sock');
  const dead = net.createServer().listen(socket);
  await new Promise((resolve) => dead.once('listening', resolve));
  const kept = `${socket}.kept`;
  fs.renameSync(socket, kept);
  dead.close();
  fs.renameSync(kept, socket);

  const { app, finish } = slowApp();
  finish();
  const { address, stop } = await startListening(app, await listenPlace(`unix:${socket}`));
  t.after(stop);
  assert.equal(address, `unix:${socket}`);
  assert.equal(fs.statSync(socket).mode & 0o777, 0o600);
  const status = await new Promise((resolve, reject) => {
    http
      .get({ socketPath: socket, path: '/slow', headers: { host: 'localhost' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
      .once('error', reject);
  });
  assert.equal(status, 200);
  await assert.rejects(
    startListening(slowApp().app, await listenPlace(`unix:${socket}`)),
    coded('conflict'),
  );

  const file = path.join(folder(t), 'precious');
  fs.writeFileSync(file, 'x');
  await assert.rejects(
    startListening(slowApp().app, await listenPlace(`unix:${file}`)),
    coded('conflict'),
  );
  assert.equal(fs.readFileSync(file, 'utf8'), 'x');
});

test('a folder that does not exist is named as a mistake of configuration', async (t) => {
  const place = await listenPlace(`unix:${folder(t)}/none/holdfast.sock`);
  await assert.rejects(startListening(slowApp().app, place), coded('bad_config'));
});
