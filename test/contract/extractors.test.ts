/** What every extractor owes the frame, whatever it reads: kept here so that a new one cannot forget it. */
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { extractors } from '../../src/inventory/extractors.ts';
import { UNREAD_REASONS, type Extracted, type Extractor } from '../../src/inventory/schema.ts';
import { HoldfastError } from '../../src/kernel/errors.ts';
import { SAMPLES } from '../support/extractor-samples.ts';
import { anInputFile, extracted } from '../support/input-files.ts';
import type { Sample } from '../support/sample.ts';

const FOLDER = path.join(import.meta.dirname, '../../src/inventory');
/** Above it a file takes minutes instead of seconds: a hang, not slowness. */
const HANG = { timeout: 120_000 };

test('every module that exports an extractor is in the registry, sorted by id', async () => {
  const found: string[] = [];
  for (const file of globSync('**/*.ts', { cwd: FOLDER }).sort()) {
    if (file.endsWith('.test.ts') || file.includes('fixtures/') || file === 'extractors.ts')
      continue;
    const module = (await import(path.join(FOLDER, file))) as Record<string, unknown>;
    found.push(...Object.values(module).flatMap((value) => (isExtractor(value) ? [value.id] : [])));
  }
  const ids = extractors.map(({ id }) => id);
  assert.deepEqual(ids, [...new Set(found)].sort());
  assert.deepEqual(Object.keys(SAMPLES).sort(), ids, 'test/support/extractor-samples.ts');
});

function isExtractor(value: unknown): value is Extractor {
  return (
    typeof value === 'object' &&
    value !== null &&
    'wants' in value &&
    'extract' in value &&
    'evidence' in value
  );
}

/** Ten million deep: a parser that calls itself dies of it. */
const DEEP = 10_000_000;

const HOSTILE: readonly (readonly [string, () => Buffer])[] = [
  ['an empty file', () => Buffer.alloc(0)],
  ['one line feed', () => Buffer.from('\n')],
  ['random bytes', () => randomBytes(1, 65_536)],
  ['nothing but zeros', () => Buffer.alloc(1_000_000)],
  ['a huge line', () => Buffer.alloc(16_000_000, 'a')],
  ['a huge quoted line', () => Buffer.from(`"${'a'.repeat(8_000_000)}`)],
  ['a million blank lines', () => Buffer.alloc(1_000_000, '\n')],
  ['ten million arrays deep', () => Buffer.alloc(DEEP, '[')],
  ['ten million closed arrays deep', () => Buffer.from('['.repeat(DEEP) + ']'.repeat(DEEP))],
  ['a million objects deep', () => Buffer.from('{"a":'.repeat(1_000_000))],
  ['a million elements deep', () => Buffer.from('<a>'.repeat(1_000_000))],
  ['ten million brackets deep', () => Buffer.alloc(DEEP, '(')],
  ['a million indents deep', () => Buffer.from('- '.repeat(1_000_000))],
  ['entities that name each other', () => Buffer.from(entities())],
];

/** A gigabyte out of a few lines, were the entities believed. */
function entities(): string {
  const names = range(10).slice(1);
  const definitions = names.map((n) => `<!ENTITY e${n} "${`&e${n - 1};`.repeat(10)}">`);
  return `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">${definitions.join('')}]><x>&e9;</x>`;
}

for (const extractor of extractors) {
  const sample = SAMPLES[extractor.id];
  const name = (rule: string): string => `${extractor.id}: ${rule}`;
  if (sample === undefined) continue;

  test(name('reads its sample, says what it is'), async () => {
    const { path: at, content, others } = sample();
    assert.match(extractor.id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.ok(extractor.title !== '' && extractor.version >= 1);
    assert.ok(Number.isSafeInteger(extractor.maxBytes) && extractor.maxBytes > 0);
    assert.ok(extractor.wants(at) || extractor.recognises?.(head(content)) === true, at);
    if (extractor.wants(at) && extractor.peek !== undefined) {
      assert.ok(extractor.peek.accepts(head(content).subarray(0, extractor.peek.bytes), at));
    }
    const all = await extracted(extractor, anInputFile(at, content, others));
    assert.ok(all.some(({ kind }) => kind === 'package'));
    assert.deepEqual(
      all.filter(({ kind }) => kind === 'unread'),
      [],
    );
    all.forEach(checkShape);
    const again = await extracted(extractor, anInputFile(at, content, others));
    assert.deepEqual(again, all, 'the same file twice');
  });

  test(name('wants by name only: any name, the same answer, in time in proportion'), HANG, () => {
    const at = sample().path;
    const odd = [
      '',
      '/',
      '.',
      '..',
      at,
      at.toUpperCase(),
      `${at}/`,
      `\u0000${at}`,
      `${at}\n`,
      '\uD800',
      'constructor',
      '__proto__',
      `${'a/'.repeat(500_000)}${at}`,
      `${at}${'/'.repeat(1_000_000)}`,
      '.'.repeat(1_000_000),
      'a-'.repeat(500_000),
    ];
    for (const text of odd) {
      const answer = extractor.wants(text);
      assert.equal(typeof answer, 'boolean');
      assert.equal(extractor.wants(text), answer);
    }
    assert.equal(extractor.wants(''), false, 'wants a file without a name');
    assert.equal(extractor.wants('some/unrelated/file.that-nobody-wants'), false);
  });

  for (const [what, bytes] of HOSTILE) {
    test(name(`${what}: a clear error, a note or a reading, in bounded time`), HANG, async () => {
      await survives(extractor, sample(), bytes());
    });
  }

  test(name('a sample cut anywhere or with wrong bytes never surprises'), HANG, async () => {
    const { content } = sample();
    const whole = Buffer.from(content as string);
    const cuts =
      whole.length <= 64 ? range(whole.length) : range(64).map((at) => (at * whole.length) >> 6);
    for (const cut of cuts) {
      await survives(extractor, sample(), whole.subarray(0, cut));
      await survives(extractor, sample(), whole.subarray(cut));
    }
    const random = mulberry(7);
    for (let round = 0; round < 100; round += 1) {
      const damaged = Buffer.from(whole);
      for (let times = 0; times < 1 + (round % 8); times += 1) {
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      }
      await survives(extractor, sample(), damaged);
    }
  });

  test(name('a sample in the middle of rubbish and with its lines mixed up'), HANG, async () => {
    const whole = Buffer.from(sample().content as string);
    const noise = randomBytes(3, 4096);
    await survives(extractor, sample(), Buffer.concat([noise, whole, noise]));
    await survives(extractor, sample(), Buffer.concat([whole, whole]));
    const text = whole.toString('latin1');
    await survives(
      extractor,
      sample(),
      Buffer.from(text.split('\n').reverse().join('\n'), 'latin1'),
    );
    await survives(
      extractor,
      sample(),
      Buffer.from(text.replaceAll(/[0-9]+/g, '9'.repeat(2000)), 'latin1'),
    );
    await survives(extractor, sample(), Buffer.from(`\uFEFF${text}`, 'utf16le'));
  });
}

/** Ends in a reading, in notes, or in an error of ours that names the trouble; anything else fails. */
async function survives(
  extractor: Extractor,
  { path: at, others }: Sample,
  bytes: Buffer,
): Promise<void> {
  if (bytes.length > extractor.maxBytes) return;
  extractor.recognises?.(bytes.subarray(0, 4096));
  if (extractor.peek?.accepts(bytes.subarray(0, extractor.peek.bytes), at) === false) return;
  try {
    (await extracted(extractor, anInputFile(at, bytes, others))).forEach(checkShape);
  } catch (error) {
    assert.ok(
      error instanceof HoldfastError,
      `threw ${String(error)} ${(error as Error).stack ?? ''}`,
    );
    assert.ok(error.code === 'bad_file' || error.code === 'too_large', error.code);
    assert.ok(error.message.length < 600, 'a message that quotes the file');
  }
}

function checkShape(one: Extracted): void {
  if (one.kind === 'unread') {
    assert.ok(UNREAD_REASONS.includes(one.reason) && one.detail !== '' && one.detail.length < 500);
    return;
  }
  if (one.kind === 'distribution') {
    assert.ok(one.distribution.id !== '');
    return;
  }
  if (one.kind === 'fact') {
    assert.match(one.fact.name, /^[a-z]+\.[a-z-]+$/);
    assert.ok(one.fact.value !== '' && one.fact.value.length < 100);
    return;
  }
  const { type, name, version, line } = one.found;
  assert.match(type, /^[a-z][a-z0-9.+-]*$/);
  assert.ok(typeof name === 'string' && name !== '', 'a package without a name');
  assert.equal(typeof version, 'string');
  if (line !== undefined) assert.ok(Number.isSafeInteger(line) && line >= 1);
}

function head(content: string | Buffer): Buffer {
  return Buffer.from(content as string).subarray(0, 4096);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

function randomBytes(seed: number, length: number): Buffer {
  const random = mulberry(seed);
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

/** Small seeded generator, so that a failure can be seen again. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
