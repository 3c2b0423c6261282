import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { anOsvRecord } from '../../test/support/advisory-samples.ts';
import { fixedClock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import { createBundle, useBundle, verifyBundle, type Unseal } from './bundle.ts';
import { readManifest } from './manifest.ts';
import { openIndex } from './index-open.ts';
import { updateFromFiles } from './update.ts';

const made: string[] = [];
after(() => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const place = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bundle-'));
  made.push(place);
  return place;
}

// As short as a seal can be: text, blank line, signature. The command uses the ledger's notes.
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const seal = (text: string): string =>
  `${text}\n${sign(null, Buffer.from(text), privateKey).toString('hex')}\n`;
const unseal: Unseal = (note) => {
  const whole = Buffer.from(note).toString('latin1');
  const [, text = '', signature = ''] = /^([^]*\n)\n([0-9a-f]{128})\n$/.exec(whole) ?? [];
  if (
    text === '' ||
    !verify(null, Buffer.from(text, 'latin1'), publicKey, Buffer.from(signature, 'hex'))
  ) {
    throw new HoldfastError('tampered', 'the signature does not verify');
  }
  return { text: Buffer.from(text, 'latin1').toString('utf8'), signer: 'test' };
};

const clock = fixedClock('2026-11-22T12:00:00Z');
const { signal } = new AbortController();
const reading = { unseal, signal };

async function anIndex(modified: string): Promise<string> {
  const directory = folder();
  const from = folder();
  const records = Array.from({ length: 300 }, (_, at) =>
    anOsvRecord(`T-${at}`, 'npm', `name-${at}`, { modified }),
  );
  fs.writeFileSync(path.join(from, 'a.jsonl'), records.join('\n'));
  fs.writeFileSync(
    path.join(from, 'go.jsonl'),
    anOsvRecord('G-1', 'Go', 'example.test/x', { modified }),
  );
  await updateFromFiles(from, { directory, clock, signal });
  return directory;
}

async function aBundle(
  modified = '2026-11-20T00:00:00Z',
): Promise<{ file: string; directory: string }> {
  const directory = await anIndex(modified);
  const file = path.join(folder(), 'advisories.bundle');
  createBundle(directory, file, { seal, now: clock.now(), signal });
  return { file, directory };
}

test('what was bundled here answers there', async () => {
  const { file, directory } = await aBundle();
  assert.deepEqual(verifyBundle(file, reading).feeds, readManifest(directory).feeds);
  const there = folder();
  await useBundle(file, there, { ...reading, now: clock.now(), allowOlder: false });
  const index = openIndex(there);
  const [feed] = index.feedsFor('npm');
  assert.ok(feed !== undefined);
  assert.equal(index.rows(feed, 'npm', 'name-7')[0]?.id, 'T-7');
  index.close();
  assert.deepEqual(
    fs.readdirSync(there).filter((name) => !name.endsWith('.seg')),
    ['manifest.json'],
  );
});

test("any change is refused: a bit in every region, a byte more, a byte less, another file's part", async () => {
  const { file } = await aBundle();
  const good = fs.readFileSync(file);
  const bad = `${file}.bad`;
  const refused = (bytes: Buffer, what: string): void => {
    fs.writeFileSync(bad, bytes);
    assert.throws(
      () => verifyBundle(bad, reading),
      (error) => error instanceof HoldfastError && ['tampered', 'bad_file'].includes(error.code),
      what,
    );
  };
  const step = Math.max(1, Math.floor(good.length / 400));
  for (let at = 0; at < good.length; at += at < 1500 ? 1 : step) {
    const bytes = Buffer.from(good);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    refused(bytes, `byte ${at}`);
  }
  refused(Buffer.concat([good, Buffer.from('x')]), 'one more');
  for (const length of [0, 1, 20, 500, good.length - 1])
    refused(good.subarray(0, length), `cut at ${length}`);
  const there = folder();
  await assert.rejects(useBundle(bad, there, { ...reading, now: clock.now(), allowOlder: true }));
  assert.deepEqual(fs.readdirSync(there), []);
});

test('a bundle older than what is in place is refused unless told, and then it is used', async () => {
  const { file } = await aBundle('2026-10-01T00:00:00Z');
  const there = await anIndex('2026-11-20T00:00:00Z');
  const before = readManifest(there);
  const use = (allowOlder: boolean) =>
    useBundle(file, there, { ...reading, now: clock.now(), allowOlder });
  await assert.rejects(use(false), { code: 'conflict' });
  assert.deepEqual(readManifest(there), before);
  await use(true);
  assert.equal(
    readManifest(there).feeds.find(({ id }) => id === 'osv:npm')?.asOf,
    '2026-10-01T00:00:00.000Z',
  );
});

test('nothing to bundle, and no bundle at all', () => {
  const file = path.join(folder(), 'x');
  assert.throws(() => createBundle(folder(), file, { seal, now: clock.now(), signal }), {
    code: 'not_found',
  });
  assert.throws(() => verifyBundle(file, reading), { code: 'bad_file' });
  fs.writeFileSync(file, 'holdfast-bundle 99999999\n');
  assert.throws(() => verifyBundle(file, reading), { code: 'bad_file' });
});
