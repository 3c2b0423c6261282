/** Folders made to lead a scan out, to hold it up, or to make it read what is no file. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { skipUnless } from '../../test/support/machine.ts';
import { inFolder, names, namesOnly, put } from '../../test/support/target-folder.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { takeInventory } from './take-inventory.ts';

const ROOT = process.getuid?.() === 0;
const SYSTEM = skipUnless([process.platform !== 'win32', 'POSIX permissions']);

test('links stay inside; devices, sockets and FIFOs are never opened', async () => {
  await inFolder(async (outer) => {
    const folder = path.join(outer, 'target');
    put(outer, {
      'secret.x': 'x',
      'target/real.x': 'x',
      'target/plain': 'x',
      'target/sub/y.x': 'x',
    });
    symlinkSync('../secret.x', path.join(folder, 'climbs.x'));
    symlinkSync(path.join(outer, 'secret.x'), path.join(folder, 'absolute.x'));
    symlinkSync('/plain', path.join(folder, 'from-root.x'));
    symlinkSync('circle.x', path.join(folder, 'circle.x'));
    symlinkSync('..', path.join(folder, 'sub/up'));
    symlinkSync('real.x', path.join(folder, 'again.x'));
    symlinkSync('/dev/zero', path.join(folder, 'zero.x'));
    assert.equal(spawnSync('mkfifo', [path.join(folder, 'fifo.x')]).status, 0);
    linkSync(path.join(folder, 'real.x'), path.join(folder, 'hard.x'));
    const socket = createServer().listen(path.join(folder, 'socket.x'));
    try {
      const inventory = await takeInventory(folder, { extractors: [namesOnly('x')] });
      assert.deepEqual(names(inventory), ['from-root.x', 'hard.x', 'real.x', 'y.x']);
      assert.deepEqual(
        inventory.unread.map(({ path: at }) => at),
        ['absolute.x', 'circle.x', 'climbs.x', 'zero.x'],
      );
    } finally {
      socket.close();
    }
  });
});

test('what may not be read is said by path', SYSTEM, async () => {
  await inFolder(async (folder) => {
    put(folder, { 'closed/a.x': 'x', 'b.x': 'x', 'c.x': 'x' });
    chmodSync(folder, 0o755);
    chmodSync(path.join(folder, 'closed'), 0);
    chmodSync(path.join(folder, 'b.x'), 0);
    try {
      // Root may read everything; nobody may not.
      if (ROOT) process.seteuid?.(65_534);
      const inventory = await takeInventory(folder, { extractors: [namesOnly('x')] });
      assert.deepEqual(names(inventory), ['c.x']);
      assert.deepEqual(
        inventory.unread.map(({ path: at, reason }) => [at, reason]),
        [['closed', 'not-permitted']],
      );
      assert.equal(inventory.extractors[0]?.status, 'partial');
      assert.equal(inventory.extractors[0].notes[0]?.reason, 'not-permitted');
    } finally {
      if (ROOT) process.seteuid?.(0);
      chmodSync(path.join(folder, 'closed'), 0o700);
    }
  });
});

test('files and folders that vanish or change in mid-walk are notes', async () => {
  await inFolder(async (folder) => {
    put(folder, { 'a.x': 'x', 'b.x': 'x', 'c/d.x': 'x', 'e/f.x': 'x', 'g.x': 'x' });
    const vandal = namesOnly('x', {
      extract: (file) => {
        if (file.path === 'a.x') {
          unlinkSync(path.join(folder, 'b.x'));
          rmSync(path.join(folder, 'c'), { recursive: true });
          // A file that became a link after it was listed must not be followed out.
          unlinkSync(path.join(folder, 'g.x'));
          symlinkSync('/etc/passwd', path.join(folder, 'g.x'));
          renameSync(path.join(folder, 'e'), path.join(folder, 'h'));
        }
        return [{ kind: 'package', found: { type: 'npm', name: file.path, version: '1' } }];
      },
    });
    const inventory = await takeInventory(folder, { extractors: [vandal] });
    assert.deepEqual(names(inventory), ['a.x']);
    assert.deepEqual(
      inventory.extractors[0]?.notes.map(({ path: at }) => at),
      ['b.x', 'g.x'],
    );
    assert.deepEqual(
      inventory.unread.map(({ path: at, reason }) => `${at} ${reason}`),
      ['c unreadable', 'e unreadable'],
    );
  });
});

test('a sparse file of 4 GB is too large, not read', async () => {
  await inFolder(async (folder) => {
    put(folder, { 'var/lib/dpkg/status': '', 'big.x': '' });
    truncateSync(path.join(folder, 'var/lib/dpkg/status'), 4 * 1024 ** 3);
    truncateSync(path.join(folder, 'big.x'), 4 * 1024 ** 3);
    const inventory = await takeInventory(folder, { extractors: [namesOnly('x'), dpkgStatus] });
    assert.deepEqual(
      inventory.extractors.map(({ status, notes }) => [status, notes[0]?.reason]),
      [
        ['failed', 'too-large'],
        ['failed', 'too-large'],
      ],
    );
  });
});

test('names with line feeds, quotes and no UTF-8 are names', async () => {
  await inFolder(async (folder) => {
    put(folder, { 'line\nfeed.x': 'x', 'quo"te.x': 'x', '\uFFFDreal.x': 'x' });
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xff, 0xfe]), Buffer.from('.x')]),
      'x',
    );
    const strange = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0xe9])]);
    mkdirSync(strange);
    writeFileSync(Buffer.concat([strange, Buffer.from('/inner.x')]), 'x');
    const reader = namesOnly('x', {
      extract: async function* (file) {
        const found = {
          type: 'npm',
          name: `n${(await file.bytes(10)).toString()}`,
          version: file.path,
        };
        yield { kind: 'package', found };
      },
    });
    const { packages, extractors, filesSeen } = await takeInventory(folder, {
      extractors: [reader],
    });
    assert.deepEqual(packages.map(({ version }) => version).sort(), [
      '\\xe9/inner.x',
      '\\xff\\xfe.x',
      'line\nfeed.x',
      'quo"te.x',
      '\uFFFDreal.x',
    ]);
    assert.deepEqual([extractors[0]?.status, filesSeen], ['complete', 5]);
  });
});

test('thirty thousand names in one folder, and folders as deep as the disk takes them', async () => {
  await inFolder(async (folder) => {
    mkdirSync(path.join(folder, 'many'));
    const made = spawnSync('sh', ['-c', 'cd "$1/many" && seq 1 30000 | xargs touch', 'sh', folder]);
    assert.equal(made.status, 0);
    put(folder, { 'many/wanted.x': 'x' });
    let deep = folder;
    for (let at = 0; at < 200; at += 1) deep += '/deep-folder-name';
    mkdirSync(deep, { recursive: true });
    writeFileSync(path.join(deep, 'bottom.x'), 'x');
    const inventory = await takeInventory(folder, { extractors: [namesOnly('x')] });
    assert.deepEqual(names(inventory), ['bottom.x', 'wanted.x']);
    assert.equal(inventory.filesSeen, 30_002);
  });
});
