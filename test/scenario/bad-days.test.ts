/** The machine's bad days: a full disk, a database that dies, a second start, a signal in the middle. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { databaseProcesses, signal, workplace } from '../support/command.ts';

/** A file system of a few megabytes, or undefined where we may not mount one. */
function smallDisk(t: TestContext, size: string): string | undefined {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-disk-'));
  const mounted = spawnSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${size},mode=755`,
    'tmpfs',
    folder,
  ]);
  t.after(() => {
    spawnSync('umount', ['--lazy', folder]);
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return mounted.status === 0 ? folder : undefined;
}

function customers(count: number): string {
  const name = 'x'.repeat(400);
  return [
    'customers:',
    ...Array.from({ length: count }, (_, at) => `  - { id: c${at}, name: "${at} ${name}" }`),
  ].join('\n');
}

test('a disk that fills up stops the import with a clear error, and what was there stays', (t) => {
  const disk = process.getuid?.() === 0 ? smallDisk(t, '150m') : undefined;
  if (disk === undefined) {
    t.skip('needs root and the right to mount a tmpfs');
    return;
  }
  const place = workplace(t, path.join(disk, 'home'));
  fs.mkdirSync(place.home, { mode: 0o755 });
  const first = place.run('estate', 'import', place.write('small.yaml', customers(3)));
  assert.equal(first.status, 0, first.stderr);
  const left = fs.statfsSync(disk);
  const ballast = path.join(disk, 'ballast');
  fs.writeFileSync(ballast, Buffer.alloc(left.bavail * left.bsize - 24_000_000));
  const file = path.join(os.tmpdir(), `holdfast-full-${process.pid}.yaml`);
  fs.writeFileSync(file, customers(20_000));
  t.after(() => fs.rmSync(file, { force: true }));
  const full = place.run('estate', 'import', file);
  assert.equal(full.status, 4, full.stderr);
  assert.match(full.stderr, /disk .*full|database cannot be reached/i);
  fs.rmSync(ballast);
  const after = place.run('estate', 'list', 'customer', '--json');
  assert.equal(after.status, 0, after.stderr);
  assert.equal((JSON.parse(after.stdout) as unknown[]).length, 3);
});

test('a server whose database dies says so and ends; the next start mends itself', async (t) => {
  const place = workplace(t);
  const server = place.start('up');
  await server.until(/Console:/);
  for (const pid of databaseProcesses(place.data)) signal(pid, 'SIGKILL');
  assert.equal(await server.ended, 4);
  assert.match(server.text(), /PostgreSQL ended .* start again with npm start/);
  assert.equal(place.run('estate', 'summary').status, 0);
});

test('a second server on one directory is refused by name; a command joins the first', async (t) => {
  const place = workplace(t);
  const server = place.start('up');
  await server.until(/Console:/);
  const second = place.run('up');
  assert.equal(second.status, 4);
  assert.match(
    second.stderr,
    new RegExp(`in use by process ${server.child.pid} \\(holdfast up\\)`),
  );
  assert.match(second.stderr, /--data/);
  const joined = place.run('estate', 'import', place.write('one.yaml', customers(1)));
  assert.equal(joined.status, 0, joined.stderr);
  assert.equal(
    server.child.exitCode,
    null,
    'a command that joined must not stop the database under the server',
  );
  server.child.kill('SIGTERM');
  assert.equal(await server.ended, 0);
  assert.deepEqual(databaseProcesses(place.data), []);
});

test('a database address that nobody answers at is a clear error', (t) => {
  const place = workplace(t);
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(import.meta.dirname, '../../src/main.ts'), 'estate', 'summary'],
    {
      env: {
        ...process.env,
        DATABASE_URL: 'postgres://someone:planted-secret@127.0.0.1:9/none',
        HOLDFAST_DATA: place.data,
        HOLDFAST_CONFIG: '/dev/null',
      },
      encoding: 'utf8',
    },
  );
  assert.equal(status, 4, stderr);
  assert.match(stderr, /database cannot be reached/i);
  assert.doesNotMatch(stderr, /planted-secret/);
});
