/** Facts that are made for the test, and must be found: a listener, a program whose file was replaced. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { createSocket } from 'node:dgram';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { skipUnless } from '../../../test/support/machine.ts';
import { run } from '../../kernel/process.ts';
import { parseInventory, type HostFacts } from './parse.ts';
import { reportsOf } from './report.ts';

const SCRIPT = path.join(import.meta.dirname, 'inventory.sh');
const LINUX = skipUnless([process.platform === 'linux', 'Linux']);

async function facts(sections: string): Promise<HostFacts> {
  const result = await run('sh', [SCRIPT, '--sections', sections], {
    timeoutMs: 60_000,
    maxBytes: 1e7,
  });
  return parseInventory(result.stdout);
}

test(
  'a socket that listens is found with its program; one that is connected is no door',
  LINUX,
  async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const client = createSocket('udp4');
    await new Promise<void>((resolve) => client.bind(0, '127.0.0.1', resolve));
    try {
      const address = server.address();
      assert.ok(address !== null && typeof address === 'object');
      const found = await facts('os,sockets');
      const port = address.port.toString(16).toUpperCase().padStart(4, '0');
      const rows = found.sockets?.listen.filter((row) => row.local === `0100007F:${port}`);
      assert.deepEqual(
        rows?.map((row) => [row.protocol, row.program, row.where]),
        [['tcp', realpathSync(process.execPath), 'host']],
      );
      const reports = reportsOf(found, '2026-11-21T23:00:00.000Z');
      const doors = reports.flatMap((report) =>
        report.type === 'observation' && report.kind === 'door' ? [report.body] : [],
      );
      assert.equal(doors.find((door) => door.port === address.port)?.address, '127.0.0.1');
      assert.ok(
        !doors.some((door) => door.transport === 'udp' && door.port === client.address().port),
      );
    } finally {
      server.close();
      client.close();
    }
  },
);

/** What is mapped from temporary folders is taken for the program's own, so the test needs another. */
const lasting = ['/var/lib', os.homedir(), import.meta.dirname].find(
  (folder) => isWritable(folder) && !/^\/(tmp|var\/tmp|run|dev)\//.test(`${folder}/`),
);
const PLACE = skipUnless(
  [process.platform === 'linux', 'Linux'],
  [lasting !== undefined, 'a folder to write in that is not temporary'],
);

test(
  'a program whose file is gone from the disk is named as running the old one',
  PLACE,
  async () => {
    const directory = mkdtempSync(path.join(lasting ?? '', '.holdfast-test-'));
    const program = path.join(directory, 'sleeper');
    copyFileSync(realpathSync('/bin/sleep'), program);
    const child = spawn(program, ['600'], { stdio: 'ignore' });
    try {
      await new Promise((resolve) => child.once('spawn', resolve));
      rmSync(program);
      const found = await facts('restart');
      const stale = found.restart?.stale.filter((row) => row.file === program);
      assert.deepEqual(
        stale?.map((row) => [row.program, row.where]),
        [[program, 'host']],
      );
    } finally {
      child.kill('SIGKILL');
      rmSync(directory, { recursive: true });
    }
  },
);

test('a file’s name cannot speak for another process', LINUX, async () => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'holdfast-test-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bystander = spawn('sleep', ['600'], { stdio: 'ignore' });
  await new Promise((resolve) => bystander.once('spawn', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const local = `0100007F:${address.port.toString(16).toUpperCase().padStart(4, '0')}`;
  const entry = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .find((line) => line.includes(local));
  const inode = entry?.trim().split(/\s+/)[9] ?? '';
  assert.match(inode, /^[1-9]\d*$/);
  // What a listing shows of it: the file, then a line that seems to begin another process's list.
  const folder = path.join(directory, `a\n/proc/${bystander.pid ?? 0}`);
  mkdirSync(folder, { recursive: true });
  const file = openSync(path.join(folder, `fd:\nl -> socket:[${inode}]`), 'w');
  try {
    const found = await facts('sockets');
    const programs = found.sockets?.listen
      .filter((row) => row.local === local)
      .map((row) => row.program);
    assert.deepEqual(programs, [realpathSync(process.execPath)]);
  } finally {
    closeSync(file);
    bystander.kill('SIGKILL');
    server.close();
    rmSync(directory, { recursive: true });
  }
});

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
