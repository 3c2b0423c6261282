import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { buildZip, type ZipPart } from '../../test/support/build-zip.ts';
import { has, skipUnless } from '../../test/support/machine.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { bufferSource } from './byte-source.ts';
import { openZip, zipBudget, type Zip } from './zip.ts';
import { looksLikeZip } from './zip-directory.ts';

const PARTS: readonly ZipPart[] = [
  { path: 'META-INF/MANIFEST.MF', content: 'Manifest-Version: 1.0\n' },
  { path: 'stored.txt', content: 'as it is', stored: true },
  { path: 'stream.txt', content: 'x'.repeat(100_000), descriptor: true },
  { path: 'wide.txt', content: 'sixty-four bits', zip64: true },
  { path: 'empty', content: '' },
  { path: 'déjà.txt', content: 'accents' },
];

function open(bytes: Buffer, limits = {}): Promise<Zip> {
  return openZip(bufferSource(bytes), 'a.jar', zipBudget(limits));
}

async function contents(zip: Zip): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const entry of zip.entries) {
    all[entry.path] = (await zip.bytes(entry, 1_000_000)).toString();
    const pieces: Buffer[] = [];
    for await (const piece of zip.chunks(entry)) pieces.push(piece);
    assert.equal(Buffer.concat(pieces).toString(), all[entry.path], 'chunks and bytes agree');
  }
  return all;
}

/** The error's code and the reason that the frame shows. */
function refused(code: string, reason?: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof HoldfastError, String(error));
    assert.equal(error.code, code);
    if (reason !== undefined) assert.equal(error.detail?.['reason'], reason);
    return true;
  };
}

const TRUTH = Object.fromEntries(PARTS.map((part) => [part.path, part.content]));

test('reads stored, deflated, streamed and 64-bit entries', async () => {
  assert.deepEqual(await contents(await open(buildZip(PARTS))), TRUTH);
  assert.deepEqual(await contents(await open(buildZip(PARTS, { zip64: true }))), TRUTH);
  assert.deepEqual(
    await contents(await open(buildZip(PARTS, { comment: 'PK\u0005\u0006 no' }))),
    TRUTH,
  );
  assert.deepEqual(await contents(await open(buildZip([]))), {});
  assert.ok(looksLikeZip(buildZip(PARTS)) && looksLikeZip(buildZip([])));
});

test('reads an archive behind a start script, as executable jars have', async () => {
  const prefix = Buffer.from('#!/bin/sh\nexec java -jar "$0"\n');
  assert.deepEqual(await contents(await open(buildZip(PARTS, { prefix }))), TRUTH);
  assert.deepEqual(await contents(await open(buildZip(PARTS, { prefix, zip64: true }))), TRUTH);
});

test('reads what other tools write', skipUnless([has('python3'), 'python3']), async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'holdfast-zip-'));
  try {
    const script = `import zipfile, sys
with zipfile.ZipFile('out.zip', 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('a/b.txt', 'b' * 5000)
    z.writestr('a/', '')
    with z.open('big.txt', 'w', force_zip64=True) as f: f.write(b'c' * 70000)
`;
    writeFileSync(path.join(folder, 'make.py'), script);
    assert.equal(spawnSync('python3', ['make.py'], { cwd: folder }).status, 0);
    const zip = await open(readFileSync(path.join(folder, 'out.zip')));
    assert.deepEqual(await contents(zip), {
      'a/b.txt': 'b'.repeat(5000),
      'big.txt': 'c'.repeat(70000),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an archive in an archive is read through, within one budget', async () => {
  const inner = buildZip([{ path: 'pom.properties', content: 'version=1' }]);
  const outer = await open(buildZip([{ path: 'lib/inner.jar', content: inner }]));
  const file = outer.file(outer.entries[0]!, 1_000_000);
  assert.equal(file.path, 'a.jar!lib/inner.jar');
  const budget = zipBudget({ depth: 1 });
  const nested = await openZip(file, file.path, budget, 1);
  assert.equal((await nested.bytes(nested.entries[0]!, 100)).toString(), 'version=1');
  assert.deepEqual([budget.entries, budget.bytes], [1, 9]);
  await assert.rejects(openZip(file, file.path, budget, 2), refused('too_large', 'limit'));
});

test('links and folders are no files; names that climb are refused, absolute ones stay inside', async () => {
  const zip = await open(
    buildZip([
      { path: '../../etc/passwd', content: 'x' },
      { path: 'a\\..\\..\\b', content: 'x' },
      { path: '/etc/shadow', content: 'x' },
      { path: './a//b', content: 'x' },
      { path: 'link', content: '/etc/passwd', mode: 0o120777 },
      { path: 'folder/', content: '' },
    ]),
  );
  assert.deepEqual(
    zip.entries.map((entry) => entry.path),
    ['etc/shadow', 'a/b'],
  );
  assert.deepEqual(
    zip.refused.map(({ reason }) => reason),
    ['invalid', 'invalid'],
  );
});

test('a bomb stops at its limits: ratio, bytes, entries, shared bytes', async () => {
  const zeros = { path: 'zeros', content: Buffer.alloc(17 * 1024 ** 2) };
  const bomb = await open(buildZip([zeros]));
  await assert.rejects(bomb.bytes(bomb.entries[0]!, 1e9), refused('too_large', 'limit'));
  const many = await open(buildZip(PARTS), { bytes: 99_999 });
  const streamed = many.entries.find((entry) => entry.path === 'stream.txt')!;
  await assert.rejects(many.bytes(streamed, 1e9), refused('too_large', 'limit'));
  await assert.rejects(open(buildZip(PARTS), { entries: 3 }), refused('too_large', 'limit'));
  const shared = await open(
    buildZip([
      { path: 'a', content: 'first' },
      { path: 'b', content: 'first', says: { offset: 0 } },
      { path: 'c', content: 'c', says: { offset: 0xfffffff0 } },
    ]),
  );
  assert.deepEqual(
    shared.entries.map((entry) => entry.path),
    ['a'],
  );
  assert.deepEqual(shared.refused.map(({ path: at }) => at).sort(), ['b', 'c']);
});

test('what is not as the directory says is refused, whole or in pieces', async () => {
  for (const says of [{ size: 3 }, { size: 999 }, { crc: 1 }]) {
    const zip = await open(buildZip([{ path: 'a', content: 'hello hello hello', says }]));
    await assert.rejects(zip.bytes(zip.entries[0]!, 1e6), refused('bad_file', 'invalid'));
    await assert.rejects(contents(zip), refused('bad_file', 'invalid'));
  }
  const secret = await open(buildZip([{ path: 'a', content: 'x', flags: 1 }]));
  await assert.rejects(secret.bytes(secret.entries[0]!, 10), refused('bad_file', 'encrypted'));
  const large = await open(buildZip(PARTS));
  await assert.rejects(large.bytes(large.entries[2]!, 99), refused('too_large'));
});

test('cut off or damaged anywhere, it ends in an error of ours or in what is whole', async () => {
  const whole = buildZip(PARTS, { zip64: true });
  for (let cut = 0; cut < whole.length; cut += 1) await tried(whole.subarray(0, cut));
  for (let at = 0; at < whole.length; at += 1) {
    const damaged = Buffer.from(whole);
    damaged[at] = damaged[at]! ^ 0xff;
    await tried(damaged);
  }
  await assert.rejects(
    open(whole.subarray(0, whole.length >> 1)),
    refused('bad_file', 'truncated'),
  );
});

async function tried(bytes: Buffer): Promise<void> {
  try {
    const zip = await open(bytes);
    for (const entry of zip.entries) await zip.bytes(entry, 1e6).catch(onlyOurs);
  } catch (error) {
    onlyOurs(error);
  }
}

function onlyOurs(error: unknown): void {
  assert.ok(error instanceof HoldfastError, String(error));
}
