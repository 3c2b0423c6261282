import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { has, skipUnless } from '../../test/support/machine.ts';
import { inFolder, namesOnly, put } from '../../test/support/target-folder.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { apkInstalled } from './apk/installed.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { mountsLeftOut } from './mounts.ts';
import type { TargetInventory } from './schema.ts';
import { takeInventory } from './take-inventory.ts';

const OPTIONS = { extractors: [apkInstalled, dpkgStatus] };

const paragraph = (name: string, version = '1'): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`;

test('a root filesystem: its distribution, its packages, states that are not installed', async () => {
  await inFolder(async (folder) => {
    put(folder, {
      'etc/os-release': 'ID=ubuntu\nVERSION_ID="22.04"\n',
      'var/lib/dpkg/status':
        paragraph('bash') +
        'Package: old\nStatus: deinstall ok config-files\nVersion: 1\n\n' +
        'Package: half\nStatus: install reinstreq half-installed\nArchitecture: all\nVersion: 2\nSource: src (1:2)\n\n',
    });
    const inventory = await takeInventory(folder, OPTIONS);
    assert.deepEqual(inventory.packages, [
      {
        purl: 'pkg:deb/ubuntu/bash@1?arch=amd64&distro=ubuntu-22.04',
        type: 'deb',
        ecosystem: 'Ubuntu:22.04',
        name: 'bash',
        version: '1',
        arch: 'amd64',
        source: { name: 'bash', version: '1' },
        evidence: 'installed',
        locations: [{ path: 'var/lib/dpkg/status', extractor: 'dpkg-status', line: 1 }],
      },
      {
        purl: 'pkg:deb/ubuntu/half@2?arch=all&distro=ubuntu-22.04',
        type: 'deb',
        ecosystem: 'Ubuntu:22.04',
        name: 'half',
        version: '2',
        arch: 'all',
        source: { name: 'src', version: '1:2' },
        state: 'half-installed',
        evidence: 'installed',
        locations: [{ path: 'var/lib/dpkg/status', extractor: 'dpkg-status', line: 10 }],
      },
    ]);
    assert.deepEqual(
      inventory.extractors.map(({ id, status }) => `${id} ${status}`),
      ['apk-installed not-needed', 'dpkg-status complete'],
    );
    assert.deepEqual([inventory.target.kind, inventory.filesSeen], ['directory', 2]);
  });
});

test('roots in folders keep their own distributions; loose lists have none', async () => {
  await inFolder(async (folder) => {
    put(folder, {
      'etc/os-release': 'ID=debian\nVERSION_ID=12\n',
      'srv/a/etc/os-release': 'ID=kali\nVERSION_ID=2024.1\nID_LIKE=debian\n',
      'srv/a/var/lib/dpkg/status': paragraph('of-kali'),
      'srv/b/lib/apk/db/installed': 'P:of-nobody\nV:1-r0\n\n',
      'lists/x.dpkg-status': paragraph('loose'),
      'lists/y.dpkg-status': paragraph('base-files', '11.1+deb11u7'),
    });
    const inventory = await takeInventory(folder, OPTIONS);
    assert.deepEqual(
      Object.fromEntries(inventory.packages.map(({ name, ecosystem }) => [name, ecosystem])),
      { 'base-files': 'Debian:11', loose: '', 'of-kali': '', 'of-nobody': '' },
    );
    assert.deepEqual(
      inventory.unread,
      [
        {
          path: 'srv/a/var/lib/dpkg/status',
          reason: 'unsupported',
          detail: 'no advisories are known for kali 2024.1: its packages are unknown',
        },
        ...['lists/x.dpkg-status', 'srv/b/lib/apk/db/installed'].map((at) => ({
          path: at,
          reason: 'unsupported',
          detail: 'nothing says of which distribution these packages are: they are unknown',
        })),
      ].sort((a, b) => (a.path < b.path ? -1 : 1)),
    );
    const given = await takeInventory(folder, {
      ...OPTIONS,
      distribution: { id: 'debian', version: '13' },
    });
    const loose = given.packages.find(({ name }) => name === 'loose');
    assert.equal(loose?.ecosystem, 'Debian:13');
    assert.equal(given.packages.find(({ name }) => name === 'of-kali')?.ecosystem, '');
  });
});

test('the order of the disk does not matter', async () => {
  const files = Array.from({ length: 40 }, (_, at) => [`d${at % 7}/f${at}.x`, 'x'] as const);
  const taken: TargetInventory[] = [];
  for (const order of [files, [...files].reverse()]) {
    await inFolder(async (folder) => {
      put(folder, Object.fromEntries(order));
      taken.push({
        ...(await takeInventory(folder, { extractors: [namesOnly('x')] })),
        target: { kind: 'directory', name: '' },
      });
    });
  }
  assert.deepEqual(taken[0], taken[1]);
  assert.equal(taken[0]?.packages.length, 40);
});

test('the same package at several places is one, needed if any place needs it', async () => {
  const reader = namesOnly('lock', {
    extract: (file) => [
      {
        kind: 'package',
        found: {
          type: 'npm',
          name: 'same',
          version: '1',
          line: 3,
          ...(file.path.startsWith('dev') ? { scope: 'development' as const } : {}),
        },
      },
    ],
  });
  await inFolder(async (folder) => {
    put(folder, { 'dev/a.lock': '', 'dev/b.lock': '', 'z.lock': '' });
    const { packages } = await takeInventory(folder, { extractors: [reader] });
    assert.equal(packages.length, 1);
    assert.deepEqual(
      packages[0]?.locations.map((one) => `${one.path}:${one.line ?? 0}`),
      ['dev/a.lock:3', 'dev/b.lock:3', 'z.lock:3'],
    );
    assert.equal(packages[0].scope, undefined);
    rmSync(path.join(folder, 'z.lock'));
    const without = await takeInventory(folder, { extractors: [reader] });
    assert.equal(without.packages[0]?.scope, 'development');
  });
});

test('one extractor’s fault is its own; a limit stops the run and says so; a signal cancels it', async () => {
  await inFolder(async (folder) => {
    put(folder, { 'a.x': 'x', 'b.x': 'x', 'c.x': 'x' });
    const faulty = namesOnly('x', {
      id: 'faulty',
      extract: (file) => {
        if (file.path === 'b.x') throw new TypeError('a secret of b.x');
        return [];
      },
    });
    const all = { extractors: [faulty, namesOnly('x')] };
    const inventory = await takeInventory(folder, all);
    assert.equal(inventory.packages.length, 3);
    assert.deepEqual(
      inventory.extractors.map(({ status }) => status),
      ['partial', 'complete'],
    );
    assert.deepEqual(inventory.extractors[0]?.notes, [
      { path: 'b.x', reason: 'invalid', detail: 'the extractor failed (TypeError)' },
    ]);
    const few = await takeInventory(folder, { ...all, limits: { packages: 2 } });
    assert.equal(few.packages.length, 2);
    assert.equal(few.extractors[1]?.notes[0]?.reason, 'limit');
    const small = await takeInventory(folder, { ...all, limits: { entries: 2 } });
    assert.deepEqual(
      small.unread.map(({ reason }) => reason),
      ['limit'],
    );
    const abort = new AbortController();
    const cancelled = takeInventory(folder, {
      extractors: [namesOnly('x', { extract: () => (abort.abort(), []) })],
      signal: abort.signal,
    });
    await assert.rejects(
      cancelled,
      (error) => error instanceof HoldfastError && error.code === 'cancelled',
    );
  });
});

test('progress tells files and packages; a target that is not there is refused', async () => {
  await inFolder(async (folder) => {
    put(folder, { 'a/a.x': 'x', 'b/b.x': 'x' });
    const seen: number[] = [];
    await takeInventory(folder, {
      extractors: [namesOnly('x')],
      onProgress: ({ files }) => seen.push(files),
    });
    assert.ok(seen.length >= 3 && seen.at(-1) === 2, JSON.stringify(seen));
    for (const wrong of [path.join(folder, 'nowhere'), '/dev/null']) {
      await assert.rejects(takeInventory(wrong), HoldfastError);
    }
    writeFileSync(path.join(folder, 'what'), 'is this');
    const { packages, unread } = await takeInventory(path.join(folder, 'what'));
    assert.deepEqual([packages, unread.map(({ reason }) => reason)], [[], ['unsupported']]);
  });
});

test('pseudo and network file systems are left out, whatever their mount points are called', async () => {
  await inFolder((folder) => {
    const table = path.join(folder, 'mountinfo');
    const line = (point: string, type: string): string =>
      `22 1 0:5 / ${point} rw,relatime shared:7 - ${type} dev rw`;
    const mounts = [
      line('/', 'ext4'),
      line('/proc', 'proc'),
      line('/mnt/ward\\040files', 'nfs4'),
      line('/home/nurse/cloud', 'fuse.sshfs'),
      line('/data', 'xfs'),
      line('/again', 'nfs'),
      line('/again', 'ext4'),
      line('/var/lib/docker/overlay2/x/merged', 'overlay'),
    ];
    writeFileSync(table, `${mounts.join('\n')}\n`);
    assert.deepEqual(
      [...mountsLeftOut(table).keys()],
      ['/proc', '/mnt/ward files', '/home/nurse/cloud', '/var/lib/docker/overlay2/x/merged'],
    );
    assert.equal(mountsLeftOut(path.join(folder, 'none')).size, 0);
    return Promise.resolve();
  });
});

test(
  'this machine: its own packages, and what was not looked at is said',
  skipUnless([has('dpkg-query'), 'dpkg-query']),
  async () => {
    const { target, packages, skipped } = await takeInventory('host', OPTIONS);
    const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${db:Status-Status} ${Package}\n'], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    const truth = stdout
      .split('\n')
      .flatMap((line) => (line.startsWith('installed ') ? [line.slice(10)] : []));
    assert.equal(target.kind, 'host');
    const found = new Set(packages.map(({ name }) => name));
    assert.deepEqual(
      truth.filter((name) => !found.has(name)),
      [],
    );
    assert.ok(skipped?.some(({ why }) => why.includes('usual places')));
  },
);
