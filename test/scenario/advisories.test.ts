/** Advisories as a person brings them: kill -9 in the middle, two at once, a bundle to a site without internet, a proxy. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readManifest } from '../../src/advisories/manifest.ts';
import type { IndexStatus } from '../../src/advisories/status.ts';
import { verifySegment } from '../../src/advisories/segment.ts';
import { packageRoot } from '../../src/kernel/paths.ts';
import { anOsvRecord, sampleOf } from '../support/advisory-samples.ts';
import { startAdvisoryServer } from '../support/advisory-server.ts';
import { workplace, type Workplace } from '../support/command.ts';

const RECORDS = 4000;

function writeRound(place: Workplace, round: number): string {
  const from = path.join(place.home, `round-${round}`);
  fs.mkdirSync(from, { recursive: true });
  for (const ecosystem of ['npm', 'Go']) {
    const lines = Array.from({ length: RECORDS }, (_, at) =>
      anOsvRecord(`T-${at}`, ecosystem, `name-${at}`, { summary: `round ${round}` }),
    );
    fs.writeFileSync(path.join(from, `${ecosystem}.jsonl`), lines.join('\n'));
  }
  return from;
}

function statusOf(place: Workplace): IndexStatus {
  const { stdout, stderr } = place.run('advisories', 'status', '--json');
  assert.notEqual(stdout, '', stderr);
  return JSON.parse(stdout) as IndexStatus;
}

test('kill -9 of an update at any moment: the old index or the new one, whole, and the next update mends itself', async (t) => {
  const place = workplace(t);
  const index = path.join(place.data, 'advisories');
  const first = place.run('advisories', 'update', '--from', writeRound(place, 0));
  assert.equal(first.status, 0, first.stderr);
  const from = writeRound(place, 1);
  for (const delay of [200, 500, 800, 1200]) {
    const running = place.start('advisories', 'update', '--from', from);
    await Promise.race([sleep(delay), running.ended]);
    running.child.kill('SIGKILL');
    await running.ended;
    const { feeds } = readManifest(index);
    assert.deepEqual(
      feeds.map(({ id, rows }) => [id, rows]),
      [
        ['osv:Go', RECORDS],
        ['osv:npm', RECORDS],
      ],
    );
    for (const { id, segment } of feeds) verifySegment(path.join(index, segment), id);
    assert.equal(statusOf(place).feeds.length, 2);
  }
  const last = place.run('advisories', 'update', '--from', from);
  assert.equal(last.status, 0, last.stderr);
  const left = fs.readdirSync(index).filter((name) => !name.endsWith('.seg'));
  assert.deepEqual(left.sort(), ['manifest.json', 'manifest.previous.json']);
});

test('two updates at once: one waits for nobody and says so, the other goes on', (t) => {
  const place = workplace(t);
  const index = path.join(place.data, 'advisories');
  const from = writeRound(place, 0);
  fs.mkdirSync(index, { recursive: true });
  const lock = path.join(index, 'update.lock');
  fs.writeFileSync(lock, `${process.pid} - x\n`);
  const refused = place.run('advisories', 'update', '--from', from);
  assert.equal(refused.status, 4);
  assert.match(refused.stderr, /Another update/);
  // The lock of a process that is gone, or whose number another has now.
  for (const dead of ['4194303 - x\n', `${process.pid} 1 x\n`, 'nonsense\n']) {
    fs.writeFileSync(lock, dead);
    const taken = place.run('advisories', 'update', '--from', from, '--accept-shrink');
    assert.equal(taken.status, 0, `${JSON.stringify(dead)} ${taken.stderr}`);
    assert.ok(!fs.existsSync(lock));
  }
});

test('a bundle from one site serves another: the key is given once, another key is refused', (t) => {
  const here = workplace(t);
  const there = workplace(t);
  const file = path.join(here.home, 'advisories.bundle');
  assert.equal(here.run('advisories', 'update', '--from', writeRound(here, 0)).status, 0);
  const made = here.run('advisories', 'bundle', 'create', file, '--json');
  assert.equal(made.status, 0, made.stderr);
  const { key } = JSON.parse(made.stdout) as { key: string };
  assert.equal(there.run('advisories', 'bundle', 'use', file).status, 2);
  const used = there.run('advisories', 'bundle', 'use', file, '--key', key);
  assert.equal(used.status, 0, used.stderr);
  assert.equal(there.run('advisories', 'bundle', 'use', file).status, 0);
  assert.equal(there.run('advisories', 'bundle', 'verify', file, '--json').status, 0);
  assert.deepEqual(
    statusOf(there).feeds.map(({ id, rows }) => [id, rows]),
    [
      ['osv:Go', RECORDS],
      ['osv:npm', RECORDS],
    ],
  );
  const other = workplace(t);
  assert.equal(other.run('advisories', 'update', '--from', writeRound(other, 0)).status, 0);
  const foreign = path.join(other.home, 'foreign.bundle');
  assert.equal(other.run('advisories', 'bundle', 'create', foreign).status, 0);
  const refused = there.run('advisories', 'bundle', 'use', foreign);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /No known key/);
});

test('downloads go through the proxy that the environment names, but not where it says no', async (t) => {
  const server = await startAdvisoryServer();
  t.after(() => server.close());
  for (const [name, body] of Object.entries(sampleOf('kev'))) server.put(`kev/${name}`, body);
  const { address, seen } = await startProxy(t, Number(new URL(server.base).port));
  const mirror = 'http://mirror.test:8080';
  const place = workplace(t);
  const through = await update(place, mirror, { HTTP_PROXY: address, NO_PROXY: '' });
  assert.equal(through.status, 0, through.text);
  assert.deepEqual(seen, ['mirror.test:8080']);
  const direct = await update(place, server.base, { HTTP_PROXY: address, NO_PROXY: '127.0.0.1' });
  assert.equal(direct.status, 0, direct.text);
  assert.equal(seen.length, 1);
  const unreachable = await update(
    place,
    mirror,
    { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '' },
    100,
  );
  assert.notEqual(unreachable.status, 0);
  assert.equal(statusOf(place).feeds.length, 1);
});

async function update(
  place: Workplace,
  mirror: string,
  env: Readonly<Record<string, string>>,
  stopAfterMs?: number,
): Promise<{ status: number | null; text: string }> {
  const main = path.join(packageRoot(), 'src/main.ts');
  const child = spawn(
    process.execPath,
    [main, 'advisories', 'update', '--only', 'kev', '--from', mirror],
    {
      env: { ...process.env, HOLDFAST_DATA: place.data, HOLDFAST_CONFIG: '/dev/null', ...env },
    },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  // The first attempt has failed by then; to wait for the last would take seconds.
  const stop =
    stopAfterMs === undefined
      ? undefined
      : setTimeout(() => child.kill('SIGTERM'), stopAfterMs + 1500);
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(stop);
  return { status, text };
}

/** Tunnels whatever is asked for to one port of this machine, and remembers what was asked for. */
async function startProxy(
  t: TestContext,
  port: number,
): Promise<{ address: string; seen: string[] }> {
  const seen: string[] = [];
  const proxy = http.createServer();
  proxy.on('connect', (request, socket) => {
    seen.push(request.url ?? '');
    const upstream = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { address: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, seen };
}
