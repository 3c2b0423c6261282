import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import {
  dockerArchive,
  type Files,
  legacyArchive,
  ociLayout,
  pack,
  type Packed,
  sha256,
} from '../../test/support/build-image.ts';
import { buildTar, tarOf } from '../../test/support/build-tar.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { apkInstalled } from './apk/installed.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { type InventoryOptions, takeInventory } from './take-inventory.ts';
import type { TargetInventory } from './schema.ts';

const OPTIONS: InventoryOptions = {
  extractors: [apkInstalled, dpkgStatus],
  platform: { os: 'linux', architecture: 'amd64' },
  // Of lists that lie about without their root.
  distribution: { id: 'debian', version: '12' },
};

const paragraph = (name: string, version: string): string =>
  `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n\n`;

const RELEASE = 'ID=debian\nVERSION_ID="12"\n';
const BOTTOM = tarOf({
  './': '',
  'usr/': '',
  'usr/lib/os-release': RELEASE,
  'etc/os-release': '->../usr/lib/os-release',
  'var/lib/dpkg/status': paragraph('bash', '5.2') + paragraph('nginx', '1.22'),
  'var/lib/dpkg/status.d/gone': paragraph('gone', '1'),
  'var/lib/dpkg/status.d/hidden': paragraph('hidden', '1'),
});
const MIDDLE = tarOf({
  'var/lib/dpkg/status.d/.wh.gone': '',
  'var/lib/dpkg/status': paragraph('bash', '5.2') + paragraph('nginx', '1.24'),
});
const TOP = tarOf({
  // What this layer brings stays, though the mark stands after it.
  'var/lib/dpkg/status.d/kept': paragraph('kept', '2'),
  'var/lib/dpkg/status.d/.wh..wh..opq': '',
});
const LAYERS = [BOTTOM, MIDDLE, TOP];
const TRUTH = ['bash 5.2', 'kept 2', 'nginx 1.24'];

async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-image-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function put(folder: string, files: Files): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

/** The files as a folder, as an archive, and as a packed archive. */
async function everyForm(
  files: Files,
  check: (inventory: TargetInventory, form: string) => void,
  options = OPTIONS,
): Promise<void> {
  await inFolder(async (folder) => {
    check(await takeInventory(put(path.join(folder, 'layout'), files), options), 'folder');
    for (const packed of ['none', 'gzip', 'zstd'] as const) {
      const file = path.join(folder, `image-${packed}`);
      writeFileSync(file, pack(tarOf(files), packed));
      check(await takeInventory(file, options), packed);
    }
  });
}

function names({ packages }: TargetInventory): string[] {
  return packages.map(({ name, version }) => `${name} ${version}`);
}

for (const packed of ['none', 'gzip', 'zstd'] as const satisfies readonly Packed[]) {
  test(`an OCI layout with ${packed} layers: whiteouts, opaque folders, the layer of each package`, async () => {
    const files = ociLayout([{ architecture: 'amd64', layers: LAYERS }], packed);
    await everyForm(files, (inventory, form) => {
      assert.deepEqual(names(inventory), TRUTH, form);
      assert.deepEqual([inventory.target.kind, inventory.unread], ['image', []]);
      assert.equal(inventory.target.distribution?.version, '12', 'through a link');
      assert.match(inventory.target.digest ?? '', /^sha256:[0-9a-f]{64}$/);
      const layers = LAYERS.map((layer) => `sha256:${sha256(pack(layer, packed))}`);
      assert.deepEqual(
        inventory.packages.map(({ locations }) => layers.indexOf(locations[0]?.layer ?? '')),
        [1, 2, 1],
      );
      assert.ok(inventory.packages.every(({ ecosystem }) => ecosystem === 'Debian:12'));
    });
  });
}

test('docker save, new and old', async () => {
  await everyForm(dockerArchive(LAYERS), (inventory, form) => {
    assert.deepEqual(names(inventory), TRUTH, form);
    const top = inventory.packages.find(({ name }) => name === 'kept');
    assert.equal(top?.locations[0]?.layer, `sha256:${sha256(TOP)}`);
    assert.match(inventory.target.digest ?? '', /^sha256:/);
  });
  await everyForm(legacyArchive(LAYERS), (inventory, form) => {
    assert.deepEqual(names(inventory), TRUTH, form);
    assert.equal(inventory.target.kind, 'image');
  });
});

test('the platform is chosen; the others are said to be left out', async () => {
  const other = tarOf({
    'var/lib/dpkg/status': paragraph('armed', '1'),
    'etc/os-release': RELEASE,
  });
  const files = ociLayout(
    [
      { architecture: 'arm64', layers: [other] },
      { architecture: 'amd64', layers: LAYERS },
    ],
    'gzip',
  );
  await everyForm(files, (inventory) => {
    assert.deepEqual(names(inventory), TRUTH);
    assert.match(inventory.skipped?.[0]?.why ?? '', /another image .*linux\/arm64/);
  });
  await inFolder(async (folder) => {
    const layout = put(folder, files);
    const arm = { ...OPTIONS, platform: { os: 'linux', architecture: 'arm64' } };
    assert.deepEqual(names(await takeInventory(layout, arm)), ['armed 1']);
    const none = { ...OPTIONS, platform: { os: 'linux', architecture: 's390x' } };
    await assert.rejects(takeInventory(layout, none), (error) => {
      assert.ok(error instanceof HoldfastError && error.code === 'not_found');
      return /linux\/amd64, linux\/arm64/.test(error.remedy ?? '');
    });
  });
});

test('an archive of a root filesystem, packed or not', async () => {
  const root = tarOf({
    './etc/os-release': 'ID=alpine\nVERSION_ID=3.19.1\n',
    './lib/apk/db/installed': 'P:musl\nV:1.2.4-r2\nA:x86_64\no:musl\n\n',
  });
  await inFolder(async (folder) => {
    for (const packed of ['none', 'gzip', 'zstd'] as const) {
      const file = path.join(folder, packed);
      writeFileSync(file, pack(root, packed));
      const inventory = await takeInventory(file, OPTIONS);
      assert.equal(inventory.target.kind, 'archive');
      assert.deepEqual(
        inventory.packages.map(({ purl, ecosystem }) => [purl, ecosystem]),
        [['pkg:apk/alpine/musl@1.2.4-r2?arch=x86_64&distro=alpine-3.19.1', 'Alpine:v3.19']],
      );
    }
  });
});

test('what is missing, wrong or encrypted in an image is said, and the rest is read', async () => {
  const files = ociLayout([{ architecture: 'amd64', layers: LAYERS }], 'gzip');
  const blob = (layer: Buffer): string => `blobs/sha256/${sha256(pack(layer, 'gzip'))}`;
  const missing = Object.fromEntries(
    Object.entries(files).filter(([name]) => name !== blob(MIDDLE)),
  );
  await everyForm(missing, (inventory) => {
    assert.deepEqual(names(inventory), ['bash 5.2', 'kept 2', 'nginx 1.22']);
    assert.deepEqual(
      inventory.unread.map(({ path: at, reason }) => [at, reason]),
      [[blob(MIDDLE), 'unreadable']],
    );
  });
  const other = { ...files, [blob(MIDDLE)]: pack(TOP, 'gzip') };
  await everyForm(other, ({ unread }) => {
    assert.deepEqual(
      unread.map(({ reason, detail }) => [reason, /digest/.test(detail)]),
      [['invalid', true]],
    );
  });
  const packedTop = pack(TOP, 'gzip');
  const half = { ...files, [blob(TOP)]: packedTop.subarray(0, packedTop.length >> 1) };
  await everyForm(half, ({ unread }) => {
    assert.ok(
      unread.some(({ reason }) => reason === 'truncated'),
      JSON.stringify(unread),
    );
  });
  const lzma = { ...files, [blob(TOP)]: Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 0, 0]) };
  await everyForm(lzma, ({ unread }) => {
    assert.deepEqual(
      unread.map(({ reason }) => reason),
      ['unsupported'],
    );
  });
});

test('an image whose own files are damaged is refused with the name of the file', async () => {
  const files = ociLayout([{ architecture: 'amd64', layers: LAYERS }], 'gzip');
  const damaged: readonly (readonly [Files, RegExp])[] = [
    [{ ...files, 'index.json': '{' }, /index\.json: not JSON/],
    [{ ...files, 'index.json': '{"manifests":[]}' }, /index\.json: .*no image/],
    [{ ...files, 'index.json': '{"manifests":[{"digest":"sha256:../../etc/passwd"}]}' }, /digest/],
    [
      { ...files, 'index.json': `{"manifests":[{"digest":"sha256:${'0'.repeat(64)}"}]}` },
      /missing/,
    ],
    [{ 'manifest.json': '[{"Layers":[],"Config":"gone.json"}]' }, /configuration is missing/],
  ];
  for (const [bad, message] of damaged) {
    await inFolder(async (folder) => {
      await assert.rejects(takeInventory(put(folder, bad), OPTIONS), (error) => {
        assert.ok(error instanceof HoldfastError && error.code === 'bad_file', String(error));
        return message.test(error.message);
      });
    });
  }
});

test('a manifest.json that is no image’s makes no image', async () => {
  await inFolder(async (folder) => {
    const files = {
      'manifest.json': '[{"name":"an extension"}]',
      'a.dpkg-status': paragraph('a', '1'),
    };
    const { target, packages } = await takeInventory(put(folder, files), OPTIONS);
    assert.deepEqual([target.kind, packages.length], ['directory', 1]);
    writeFileSync(path.join(folder, 'manifest.json'), 'not JSON');
    const again = await takeInventory(folder, OPTIONS);
    assert.deepEqual([again.target.kind, again.packages.length], ['directory', 1]);
    assert.deepEqual(
      again.unread.map(({ path: at }) => at),
      ['manifest.json'],
    );
  });
});

test('links, hard links, replaced folders and files of layers', async () => {
  const layers = [
    tarOf({
      'usr/lib/': '',
      lib: '->usr/lib',
      'etc/os-release': RELEASE,
      'opt/a.dpkg-status': paragraph('first', '1'),
      'opt/folder/b.dpkg-status': paragraph('folder', '1'),
      'opt/link.dpkg-status': '->/opt/target',
      'opt/target': paragraph('linked', '1'),
      'opt/out.dpkg-status': '->../../../../../opt/target2',
      'opt/target2': paragraph('clamped', '1'),
      'opt/dangling.dpkg-status': '->/nowhere',
      'opt/circle.dpkg-status': '->circle.dpkg-status',
    }),
    buildTar([
      // Through the link of the layer below, as a running system would write it.
      { path: 'lib/apk/db/installed', content: 'P:x\nV:1-r0\nA:x86_64\n\n' },
      { path: 'opt/hard.dpkg-status', type: '1', link: 'opt/a.dpkg-status' },
      { path: 'opt/bad.dpkg-status', type: '1', link: '../../etc/shadow' },
      { path: 'opt/worse.dpkg-status', type: '1', link: 'no/such/file' },
      { path: 'opt/folder', content: 'now a file' },
      { path: 'opt/device.dpkg-status', type: '3' },
      { path: 'opt/fifo.dpkg-status', type: '6' },
      { path: '../../../up.dpkg-status', content: paragraph('climbed', '1') },
      { path: '/opt/absolute.dpkg-status', content: paragraph('absolute', '1') },
    ]),
  ];
  const files = ociLayout([{ architecture: 'amd64', layers }], 'gzip');
  await everyForm(files, (inventory) => {
    const where = new Map(
      inventory.packages.map(({ name, locations }) => [name, locations.map((one) => one.path)]),
    );
    assert.deepEqual(Object.fromEntries(where), {
      absolute: ['opt/absolute.dpkg-status'],
      clamped: ['opt/out.dpkg-status'],
      first: ['opt/a.dpkg-status', 'opt/hard.dpkg-status'],
      linked: ['opt/link.dpkg-status'],
      x: ['usr/lib/apk/db/installed'],
    });
    assert.deepEqual(
      inventory.unread.map(({ path: at, reason }) => `${at} ${reason}`),
      [
        '../../../up.dpkg-status invalid',
        'opt/bad.dpkg-status invalid',
        'opt/circle.dpkg-status unreadable',
        'opt/dangling.dpkg-status unreadable',
        'opt/worse.dpkg-status invalid',
        'usr/lib/apk/db/installed unsupported',
      ],
    );
  });
});
