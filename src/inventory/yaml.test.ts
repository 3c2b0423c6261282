import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { PNPM_5, PNPM_6, PNPM_9, YARN_BERRY } from '../../test/support/npm-samples.ts';
import { readSimpleYaml, type YamlValue } from './yaml-lines.ts';
import { isYamlMap, readFreeYaml, readYaml } from './yaml.ts';

/** Without lines. */
function plain(value: YamlValue): unknown {
  if (typeof value === 'string') return value;
  if (!isYamlMap(value)) return value.map(plain);
  return Object.fromEntries([...value].map(([key, entry]) => [`"${key}"`, plain(entry.value)]));
}

async function library(text: string): Promise<readonly unknown[] | undefined> {
  try {
    const { documents, faults } = await readFreeYaml(text, 'x');
    return faults.length > 0 ? undefined : documents.map(plain);
  } catch {
    return undefined;
  }
}

const SAMPLES = [PNPM_5, PNPM_6, PNPM_9, YARN_BERRY];

test('lock files are read in the simple way, and as the library reads them', async () => {
  for (const text of SAMPLES) {
    const simple = readSimpleYaml(text);
    assert.ok(simple !== undefined);
    assert.deepEqual(simple.map(plain), await library(text));
  }
});

test('lines of keys are those of the library', async () => {
  const lines = (value: YamlValue): unknown[] =>
    isYamlMap(value)
      ? [...value].flatMap(([key, { value: inner, line }]) => [[key, line], ...lines(inner)])
      : [];
  for (const text of SAMPLES) {
    const [simple] = readSimpleYaml(text) ?? [];
    const [free] = (await readFreeYaml(text, 'x')).documents;
    const block = (all: unknown[]): string[] =>
      all.map(String).filter((one) => !one.endsWith(',0'));
    const ours = new Set(block(lines(simple!)));
    assert.ok(ours.size > 10);
    assert.deepEqual(
      [...ours].filter((one) => !block(lines(free!)).includes(one)),
      [],
    );
  }
});

const text = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.stringMatching(/^[-a-z0-9@/.:#'" {}[\],&*!|>?%~]{0,12}$/),
  fc.constantFrom(
    'null',
    '~',
    '1.10',
    'true',
    'a: b',
    '- a',
    '# c',
    'a #b',
    "it's",
    '',
    'x:',
    '0x10',
  ),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(text, tie('tree'), { maxKeys: 4 }),
  ),
}));

test('what a library writes is read as it was, or left to the library', async () => {
  let simple = 0;
  await fc.assert(
    fc.asyncProperty(fc.dictionary(text, tree, { minKeys: 1, maxKeys: 5 }), async (value) => {
      const written = stringify(value, { lineWidth: 0 });
      const read = readSimpleYaml(written);
      if (read === undefined) return;
      simple += 1;
      assert.deepEqual(read.map(plain), await library(written), written);
    }),
    { numRuns: 500, seed: 11 },
  );
  assert.ok(simple > 100, `only ${simple} of 500 in the simple form`);
});

test('lines taken away, doubled, moved or damaged: never read otherwise than the library', async () => {
  const line = fc.nat();
  const change = fc.tuple(
    fc.constantFrom('drop', 'double', 'indent', 'dedent', 'cut', 'swap'),
    line,
    line,
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...SAMPLES),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      async (sample, changes) => {
        const lines = sample.split('\n');
        for (const [kind, at, other] of changes)
          damage(lines, kind, at % lines.length, other % lines.length);
        const changed = lines.join('\n');
        const read = readSimpleYaml(changed);
        if (read === undefined) return;
        const expected = await library(changed);
        if (expected !== undefined) assert.deepEqual(read.map(plain), expected, changed);
      },
    ),
    { numRuns: 300, seed: 5 },
  );
});

function damage(lines: string[], kind: string, at: number, other: number): void {
  const line = lines[at] ?? '';
  if (kind === 'drop') lines.splice(at, 1);
  else if (kind === 'double') lines.splice(at, 0, line);
  else if (kind === 'indent') lines[at] = `  ${line}`;
  else if (kind === 'dedent') lines[at] = line.replace(/^ {1,2}/, '');
  else if (kind === 'cut') lines[at] = line.slice(0, other % (line.length + 1));
  else [lines[at], lines[other]] = [lines[other] ?? '', line];
}

test('long keys, several documents, aliases, depth', async () => {
  assert.deepEqual(
    readSimpleYaml('? a long key\n: value\n? b\n: c: d\n')?.map(plain) ??
      (await library('? a long key\n: value\n? b\n: c: d\n')),
    [{ '"a long key"': 'value', '"b"': { '"c"': 'd' } }],
  );
  const long = `? ${'k'.repeat(2000)}\n: resolution: {integrity: x}\n  dev: true\n`;
  const { documents } = await readYaml(`packages:\n\n${long.replace(/^/gm, '  ')}`, 'x');
  assert.deepEqual(documents.map(plain), [
    {
      '"packages"': {
        [`"${'k'.repeat(2000)}"`]: { '"resolution"': { '"integrity"': 'x' }, '"dev"': 'true' },
      },
    },
  ]);
  assert.equal((await readYaml('---\na: 1\n---\nb: 2\n', 'x')).documents.length, 2);
  await assert.rejects(readYaml('a: &x [1]\nb: *x\n', 'x'), { code: 'bad_file' });
  await assert.rejects(readYaml(`a: ${'['.repeat(100)}`, 'x'), { code: 'too_large' });
});

test('a long line of spaces is read once', () => {
  // In time in proportion; a pattern that looks for spaces before the end anew from each of them takes minutes.
  assert.equal(readSimpleYaml(`a: b${' '.repeat(1_000_000)}\nc: d\n`)?.length, 1);
  assert.equal(readSimpleYaml(`x${' '.repeat(1_000_000)}x\n`), undefined);
});
