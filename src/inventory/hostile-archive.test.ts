/** Archives made to fill the memory or the disk, to hold a scan up, or to damage what stands beside them. */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { ociLayout, pack } from '../../test/support/build-image.ts';
import { buildTar, tarOf } from '../../test/support/build-tar.ts';
import { inFolder, namesOnly } from '../../test/support/target-folder.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { bufferSource } from './byte-source.ts';
import { dpkgStatus } from './dpkg/status.ts';
import { takeInventory } from './take-inventory.ts';
import { tarEntries } from './tar.ts';
import { sourceInput, streamInput } from './tar-input.ts';

const ONLY = { extractors: [dpkgStatus, namesOnly('x')] };

function spools(): string[] {
  return readdirSync(os.tmpdir()).filter((name) => name.startsWith('holdfast-scan-'));
}

async function notes(file: Buffer, options = {}): Promise<string[]> {
  return inFolder(async (folder) => {
    const target = path.join(folder, 'target');
    writeFileSync(target, file);
    const { unread, packages } = await takeInventory(target, { ...ONLY, ...options });
    return [...packages.map(({ name }) => name), ...unread.map(({ reason }) => `(${reason})`)];
  });
}

test('bombs stop at the ratio, at the bytes and at the entries; what came before is kept', async () => {
  const zeros = Buffer.alloc(300 * 1024 ** 2);
  const bomb = buildTar([
    { path: 'a.x', content: 'x' },
    { path: 'zeros', content: zeros },
  ]);
  assert.deepEqual(await notes(gzipSync(bomb, { level: 9 })), ['a.x', '(limit)']);
  assert.deepEqual(await notes(zstdCompressSync(bomb)), ['a.x', '(limit)']);
  const many = buildTar(Array.from({ length: 3000 }, (_, at) => ({ path: `${at}.x` })));
  const few = await notes(gzipSync(many), { limits: { entries: 100 } });
  assert.equal(few.length, 101);
  assert.ok(few.includes('(limit)'));
  const large = buildTar([
    { path: 'a.x', content: 'x' },
    { path: 'b.x', content: Buffer.alloc(3_000_000, 'x') },
  ]);
  const bytes = await notes(gzipSync(large), { limits: { bytes: 1_000_000, ratio: 1e9 } });
  assert.ok(bytes.includes('a.x') && bytes.includes('(limit)'), bytes.join());
});

test('a bomb in a single packed file is refused', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'status.zst');
    writeFileSync(file, zstdCompressSync(Buffer.alloc(300 * 1024 ** 2)));
    await assert.rejects(
      takeInventory(file, ONLY),
      (error) => error instanceof HoldfastError && error.code === 'too_large',
    );
  });
});

test('no temporary file stays, whatever happens', async () => {
  const before = spools();
  const abort = new AbortController();
  await inFolder(async (folder) => {
    const file = path.join(folder, 'root.tar.gz');
    const parts = Array.from({ length: 2000 }, (_, at) => ({
      path: `${at}.x`,
      content: 'x'.repeat(999),
    }));
    writeFileSync(file, gzipSync(buildTar(parts)));
    const cancelled = takeInventory(file, {
      ...ONLY,
      signal: abort.signal,
      onProgress: () => abort.abort(),
    });
    await assert.rejects(
      cancelled,
      (error) => error instanceof HoldfastError && error.code === 'cancelled',
    );
  });
  assert.deepEqual(spools(), before);
});

test('a tar archive cut anywhere keeps what came before, and says that it was cut', async () => {
  const whole = tarOf({
    'a.x': 'x'.repeat(700),
    'b.x': 'y',
    'folder/': '',
    'c.x': 'z'.repeat(513),
  });
  for (let cut = 0; cut < whole.length - 1024; cut += 128) {
    const bytes = whole.subarray(0, cut);
    for (const input of [sourceInput(bufferSource(bytes)), streamInput(pieces(bytes))]) {
      const seen: string[] = [];
      const reading = (async (): Promise<void> => {
        for await (const { name } of tarEntries(input, 'cut')) seen.push(name);
      })();
      await assert.rejects(reading, (error) => {
        assert.ok(error instanceof HoldfastError && error.code === 'bad_file', String(error));
        return error.detail?.['reason'] === 'truncated';
      });
      assert.ok(seen.length <= 4);
    }
  }
});

async function* pieces(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 100) {
    yield await Promise.resolve(bytes.subarray(at, at + 100));
  }
}

test('damaged headers, sizes and maps end in an error of ours', async () => {
  const whole = tarOf({ 'a.x': 'x'.repeat(700), [`${'long/'.repeat(50)}b.x`]: 'y', link: '->a.x' });
  for (let at = 0; at < whole.length - 1024; at += 1) {
    const damaged = Buffer.from(whole);
    damaged[at] = damaged[at]! ^ 0x5a;
    try {
      for await (const { size } of tarEntries(sourceInput(bufferSource(damaged)), 'x')) {
        assert.ok(Number.isSafeInteger(size) && size >= 0);
      }
    } catch (error) {
      assert.ok(error instanceof HoldfastError && error.code === 'bad_file', String(error));
    }
  }
});

test('sizes beyond all bounds are not believed', async () => {
  for (const size of [2 ** 40, Number.MAX_SAFE_INTEGER]) {
    for (const type of ['0', 'x', 'L', 'S', '1']) {
      const bytes = buildTar([{ path: 'a.x', content: 'x', size, type, link: 'b' }]);
      const found = await notes(bytes);
      assert.ok(type === '1' || found.length > 0, `${type} ${size}`);
    }
  }
});

test('links in circles, links to themselves and ten thousand links in a row end', async () => {
  const links: Record<string, string> = {
    a: '->b',
    b: '->a',
    'self.x': '->self.x',
    'loop/x': '->../loop/x',
  };
  for (let at = 0; at < 10_000; at += 1) links[`chain${at}`] = `->chain${at + 1}`;
  links['chain10000'] = 'end';
  links['from.x'] = '->chain0';
  links['b/through.x'] = 'x';
  links[`wide.x`] = `->${'./'.repeat(30)}a/../a/../a`;
  const found = await notes(tarOf(links));
  assert.deepEqual(
    found.filter((name) => !name.startsWith('(')),
    [],
  );
  assert.ok(found.includes('(unreadable)') && found.includes('(invalid)'));
});

test('a million folders in one layer and their whiteout in the next', async () => {
  const deep = `${'d/'.repeat(2000)}bottom.x`;
  const layers = [
    buildTar([
      { path: deep, content: 'x' },
      ...Array.from({ length: 20_000 }, (_, at) => ({ path: `wide/${at}/f.x`, content: 'x' })),
    ]),
    tarOf({ 'wide/.wh..wh..opq': '', '.wh.d': '', 'wide/1/new.x': 'x' }),
  ];
  const image = tarOf(ociLayout([{ architecture: 'amd64', layers }], 'gzip'));
  const found = await notes(image, { platform: { os: 'linux', architecture: 'amd64' } });
  assert.deepEqual(found, ['new.x']);
});

test('a zstd layer of several frames and a gzip layer of several members are read whole', async () => {
  const parts = [
    buildTar([{ path: 'a.x', content: 'x' }], { end: false }),
    buildTar([{ path: 'b.x', content: 'x' }]),
  ];
  for (const packed of ['gzip', 'zstd'] as const) {
    const bytes = Buffer.concat(parts.map((part) => pack(part, packed)));
    assert.deepEqual(await notes(bytes), ['a.x', 'b.x'], packed);
  }
  const skippable = Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = parts.map((part) =>
    pack(part, 'zstd'),
  );
  const chunked = Buffer.concat([skippable, first, skippable, second, skippable]);
  assert.deepEqual(await notes(Buffer.concat([first, skippable, second])), ['a.x', 'b.x']);
  assert.deepEqual(await notes(chunked.subarray(skippable.length)), ['a.x', 'b.x']);
  for (let cut = first.length; cut < chunked.length - skippable.length; cut += 3) {
    const found = await notes(chunked.subarray(skippable.length, skippable.length + cut));
    assert.ok(
      found.includes('a.x') && (found.includes('(truncated)') || found.includes('b.x')),
      `${cut}`,
    );
  }
  const checked = zstdCompressSync(buildTar([{ path: 'a.x', content: 'x' }]), {
    params: { [constants.ZSTD_c_checksumFlag]: 1 },
  });
  assert.deepEqual(await notes(checked), ['a.x']);
});
