import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { has, skipUnless } from '../../test/support/machine.ts';
import { chunksOf, bufferSource } from './byte-source.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { apkInstalled } from './apk/installed.ts';
import { takeInventory } from './take-inventory.ts';
import { sourceInput, streamInput } from './tar-input.ts';
import { tarEntries } from './tar.ts';

const HOSTS = path.join(import.meta.dirname, '../../../shared/data/hosts');
const DATA = skipUnless([existsSync(HOSTS), 'the shared test data']);
const DPKG = skipUnless(
  [existsSync(HOSTS), 'the shared test data'],
  [has('dpkg-query'), 'dpkg-query'],
);
const ONLY_DPKG = { extractors: [dpkgStatus] };

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-inventory-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** name:arch version source sourceVersion of all that is installed, as dpkg itself reads the file. */
function asDpkgSays(folder: string, status: Buffer): string[] {
  mkdirSync(path.join(folder, 'admin', 'updates'), { recursive: true });
  mkdirSync(path.join(folder, 'admin', 'info'), { recursive: true });
  writeFileSync(path.join(folder, 'admin', 'status'), status);
  const format =
    '${db:Status-Abbrev}|${Package} ${Architecture} ${Version} ${source:Package} ${source:Version}\n';
  const { stdout, status: code } = spawnSync(
    'dpkg-query',
    [`--admindir=${path.join(folder, 'admin')}`, '-W', `-f=${format}`],
    { encoding: 'utf8', maxBuffer: 1e9 },
  );
  assert.equal(code, 0);
  const lines = stdout.split('\n').filter((line) => !/^(.[cn]|$)/.test(line));
  return lines.map((line) => line.slice(line.indexOf('|') + 1)).sort();
}

async function asWeSay(file: string): Promise<string[]> {
  const { packages, extractors, unread } = await takeInventory(file, ONLY_DPKG);
  assert.deepEqual(unread, []);
  assert.deepEqual(
    extractors.map(({ status }) => status),
    ['complete'],
  );
  return packages
    .map(
      ({ name, arch = '', version, source }) =>
        `${name} ${arch} ${version} ${source?.name ?? ''} ${source?.version ?? ''}`,
    )
    .sort();
}

test(
  'every host of the test data has exactly the packages that dpkg-query lists',
  DPKG,
  async () => {
    const archive = zstdDecompressSync(readFileSync(path.join(HOSTS, 'dpkg-hosts.tar.zst')));
    await inFolder(async (folder) => {
      let hosts = 0;
      for await (const entry of tarEntries(sourceInput(bufferSource(archive)), 'hosts')) {
        if (entry.kind !== 'file') continue;
        const status = archive.subarray(entry.offset, entry.offset + entry.size);
        const file = path.join(folder, path.basename(entry.name));
        writeFileSync(file, status);
        const ours = await asWeSay(file);
        assert.ok(ours.length > 50, entry.name);
        assert.deepEqual(ours, asDpkgSays(folder, status), entry.name);
        const { target, packages } = await takeInventory(file, ONLY_DPKG);
        const release = /^(bullseye|bookworm|trixie)/.exec(path.basename(file))?.[0] ?? '';
        const number = { bullseye: '11', bookworm: '12', trixie: '13' }[release];
        assert.equal(target.distribution?.version, number, entry.name);
        assert.match(target.distribution?.inferred ?? '', /^from base-files /);
        assert.ok(packages.every(({ ecosystem }) => ecosystem === `Debian:${number ?? ''}`));
        hosts += 1;
      }
      assert.ok(hosts >= 70, String(hosts));
    });
  },
);

test('the development machine’s list, packed, is what dpkg-query lists', DPKG, async () => {
  await inFolder(async (folder) => {
    for (const name of ['devhost-bookworm-node', 'debootstrap-trixie-minbase']) {
      const packed = path.join(HOSTS, `${name}.dpkg-status.zst`);
      const status = zstdDecompressSync(readFileSync(packed));
      assert.deepEqual(await asWeSay(packed), asDpkgSays(folder, status), name);
      rmSync(path.join(folder, 'admin'), { recursive: true });
    }
  });
});

test('an apk database named as it likes', DATA, async () => {
  const file = path.join(HOSTS, 'apk-installed-alpine-sample');
  const { packages, extractors } = await takeInventory(file, {
    extractors: [apkInstalled],
    distribution: { id: 'alpine', version: '3.18.0' },
  });
  const blocks = readFileSync(file, 'utf8')
    .split('\n\n')
    .filter((block) => block.trim() !== '');
  const truth = blocks.map((block) => {
    const field = (letter: string): string =>
      new RegExp(`^${letter}:(.*)$`, 'm').exec(block)?.[1] ?? '';
    return `${field('P')} ${field('V')} ${field('A')} ${field('o')}`;
  });
  const ours = packages.map(
    ({ name, version, arch, source }) => `${name} ${version} ${arch ?? ''} ${source?.name ?? ''}`,
  );
  assert.deepEqual(ours.sort(), truth.sort());
  assert.ok(packages.every(({ ecosystem }) => ecosystem === 'Alpine:v3.18'));
  assert.equal(extractors[0]?.status, 'complete');
});

test('streams and sources read the same archive alike', DATA, async () => {
  const archive = zstdDecompressSync(readFileSync(path.join(HOSTS, 'dpkg-hosts.tar.zst')));
  const inputs = [
    sourceInput(bufferSource(archive)),
    streamInput(chunksOf(bufferSource(archive))),
  ].map(async (input) => {
    const entries: string[] = [];
    for await (const { name, kind, offset, size } of tarEntries(input, 'hosts')) {
      entries.push(`${name} ${kind} ${offset} ${size}`);
    }
    return entries;
  });
  const [first, second] = await Promise.all(inputs);
  assert.deepEqual(first, second);
});
