import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import * as z from 'zod';
import { SHAPES } from './shape.ts';
import { helpOf } from './field-help.ts';
import { estateSchema } from './json-schema.ts';
import { formatProblem } from './problem.ts';
import { readDeclared } from './read.ts';

const root = path.join(import.meta.dirname, '../../..');
const guide = readFileSync(path.join(root, 'docs/guide/declare-your-estate.md'), 'utf8');
const NOW = '2026-11-21T09:00:00Z';

/** Fenced blocks of one language: what stands behind the language, and the text. */
function fences(language: string): { title: string; text: string }[] {
  const found = guide.matchAll(new RegExp(`^\`\`\`${language}(?: (.*))?\\n([^]*?)^\`\`\`$`, 'gm'));
  return [...found].map(([, title = '', text = '']) => ({ title, text }));
}

function read(files: { name: string; text: string }[]) {
  const encoded = files.map(({ name, text }) => ({ name, bytes: new TextEncoder().encode(text) }));
  const result = readDeclared(encoded, { now: NOW });
  return {
    problems: result.ok ? [] : result.problems.map(formatProblem),
    count: result.ok ? result.observations.length : 0,
  };
}

test('every YAML example of the guide imports by itself, and editors find nothing wrong with it', () => {
  const examples = fences('yaml');
  assert.equal(examples.length, 2);
  const schema = z.fromJSONSchema(estateSchema());
  for (const { text } of examples) {
    const { problems, count } = read([{ name: 'estate.yaml', text }]);
    assert.deepEqual(problems, []);
    assert.ok(count > 4);
    assert.deepEqual(schema.safeParse(parse(text)).error?.issues ?? [], []);
  }
});

test('the CSV examples of the guide import together', () => {
  const examples = fences('csv').map(({ title, text }) => ({ name: title, text }));
  assert.deepEqual(
    examples.map(({ name }) => name),
    ['customers.csv', 'services.csv', 'assets.csv', 'holdings.csv'],
  );
  assert.deepEqual(read(examples), { problems: [], count: 6 });
});

test('the problems that the guide shows are the ones that its example gives', () => {
  const [first] = fences('yaml');
  const [shown] = fences('text');
  const text = first?.text
    .replace('ZZ901', 'zz901')
    .replace('reachableFrom: internet', 'reachableFrom: internt');
  assert.deepEqual(
    read([{ name: 'estate.yaml', text: text ?? '' }]).problems,
    shown?.text.trim().split('\n'),
  );
});

test('the guide names every section and every short form', () => {
  for (const { section, shorthands } of SHAPES) {
    assert.ok(guide.includes(`\`${section}\``), section);
    for (const name of shorthands.keys()) assert.ok(guide.includes(`\`${name}: `), name);
  }
});

test('every field has its help, and no help is left over', () => {
  for (const { kind, names } of SHAPES) {
    for (const name of names) assert.match(helpOf(kind, name), /\.$/);
  }
  assert.throws(() => helpOf('door', 'nothing'), TypeError);
});

/** What the reader accepts or refuses, the schema for editors must too. */
const BOTH: readonly (readonly [string, boolean])[] = [
  ['customers: [{ id: a }]', true],
  ['customers: [{ id: a, name: 111, ods: RX1 }]', true],
  ['customers: [{ name: a }]', false],
  ['customers: [{ id: a, nmae: b }]', false],
  ['customers: [{ id: a, ods: rx1 }]', false],
  ['custmers: []', false],
  ['customers:\ndivisions: [{ id: 1 }]', true],
  ['networks: [{ id: a, cidrs: 10.0.0.0/8 }, { id: b, cidrs: [10.0.0.0/8, "::/0"] }]', true],
  ['networks: [{ id: a, cidrs: [10.0.0/8] }]', false],
  ['assets: [{ id: a, type: host, trueAt: 2026-01-01 }]', true],
  ['assets: [{ id: a, type: hots }]', false],
  ['assets: [{ id: a, type: host, bootedAt: "2026-01-01T00:00:00Z" }]', false],
  ['assets: [{ id: a, type: host, os: { id: debian, versionId: 12 } }]', true],
  ['assets: [{ id: a, type: host, os: { versionId: 12 } }]', false],
  [
    'assets: [{ id: a, type: host }]\nholdings: [{ asset: a, people: 3, categories: [health] }]',
    true,
  ],
  [
    'assets: [{ id: a, type: host }]\nholdings: [{ asset: a, people: { low: 1, best: 2, high: 3 } }]',
    true,
  ],
  ['assets: [{ id: a, type: host }]\nholdings: [{ asset: a, people: { low: 1 } }]', false],
  ['assets: [{ id: a, type: host }]\nholdings: [{ asset: a, howCounted: counted }]', false],
  ['assets: [{ id: a, type: host }]\ndoors: [{ id: d, type: ssh, opens: asset/a }]', true],
  [
    'assets: [{ id: a, type: host }]\ndoors: [{ id: d, type: ssh, opens: [{ kind: asset, key: a }] }]',
    true,
  ],
  ['doors: [{ id: d, type: ssh, opens: a }]', false],
  ['doors: [{ id: d, type: ssh, port: 70000 }]', false],
  ['accounts: [{ login: a, identitySource: b, enabled: true }]', true],
  ['accounts: [{ login: a, identitySource: b, enabled: maybe }]', false],
];

test('the schema for editors and the reader agree', () => {
  const schema = z.fromJSONSchema(estateSchema());
  for (const [text, good] of BOTH) {
    assert.equal(read([{ name: 'e.yaml', text }]).problems.length === 0, good, `reader: ${text}`);
    assert.equal(schema.safeParse(parse(text)).success, good, `schema: ${text}`);
  }
});
