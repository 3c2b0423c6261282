import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { plainItem } from './plain-item.ts';
import { collectProblems } from './problem.ts';
import { yamlNode } from './yaml-node.ts';

/** The node of the YAML library for the same item, or undefined when it refuses it. */
function byLibrary(text: string, linesBefore: number) {
  const problems = collectProblems(10);
  const node = yamlNode(text, 'f.yaml', linesBefore, problems);
  if (problems.list.length > 0 || node?.type !== 'list' || node.items.length !== 1)
    return undefined;
  return node.items[0];
}

function agree(text: string): boolean {
  const plain = plainItem(text, 0, text.length, 7);
  if (plain === undefined) return false;
  assert.deepEqual(plain, byLibrary(text, 7), text);
  return true;
}

test('what is written plainly is read without the library', () => {
  const items = [
    '- id: a # comment\n  b: "c" # d\n  e: [f] # g\n  h: i#j\n  k: { l: m }   #n\n',
    '- id: a\n',
    '  - id: a\n    name: St Bride’s, "north"\n    ods: A1\n',
    '  - id: a\n    # comment\n\n    people: { low: 1, best: 2, high: 3 }\n    customers: [rx1, "rx 2"]\n',
    '- id: x\n  customers:\n  - a\n  - b\n  name: y\n',
    "- id: x\n  customers:\n    - a b\n    - 'c d'\n  os:\n    id: debian\n    versionId: 12.10\n",
    '- { id: a, name: "A", list: [], none: {} }\n',
    '-   id: "quoted"\n    b: 2026-11-21T09:00:00Z\n',
  ];
  for (const item of items) assert.equal(agree(item), true, item);
});

test('what is not plain is left to the library', () => {
  const items = [
    '- id: # comment\n    a\n',
    '- id: "a\\tb"\n',
    '- id: a\n  name: x\n    y\n',
    '- id: a: b\n',
    '- id: *a\n',
    '- id: a\n  id: b\n',
    '- id:\n',
    '-\n  id: a\n',
    '- id: a\n\tb: c\n',
    '- [a, b\n]\n',
    '- id: a\n- id: b\n',
    '- id: a\n b: c\n',
    '- x: {a:1}\n',
    '- x: [a, ]\n',
  ];
  for (const item of items) {
    assert.equal(plainItem(item, 0, item.length, 0), undefined, item);
  }
});

test('both ways give the same nodes for anything', () => {
  const bit = fc.constantFrom(
    ...[
      'a',
      'b',
      'id',
      '12',
      ' ',
      '  ',
      '\n',
      '\n  ',
      '\n    ',
      ': ',
      ':',
      '- ',
      '-',
      ', ',
      ',',
      '[',
      ']',
    ],
    ...[
      '{',
      '}',
      '"',
      "'",
      '#',
      ' #',
      '\\',
      'é',
      '~',
      '|',
      '>',
      '&a',
      '*a',
      '!',
      '%',
      '?',
      '? ',
      '\t',
    ],
    ...['a: b\n', 'c: [d, e]\n', 'f:\n', '  - g\n', 'null', '.', '/', '---', 'k: { l: 1 }'],
  );
  let plain = 0;
  fc.assert(
    fc.property(fc.array(bit, { maxLength: 14 }), (bits) => {
      if (agree(`- id: x\n  ${bits.join('')}`)) plain += 1;
    }),
    { numRuns: 3000 },
  );
  assert.ok(plain > 100, `only ${plain} items were plain`);
});

test('both ways give the same nodes for well-formed items', () => {
  const text = fc.oneof(
    fc.stringMatching(/^[a-z0-9][a-z0-9 .\/é_-]{0,8}[a-z0-9]$/),
    fc.stringMatching(/^"[ -!#-[\]-~]{0,8}"$/),
    fc.stringMatching(/^'[ -&(-~]{0,8}'$/),
    fc.stringMatching(/^[ -~]{1,8}$/),
  );
  const name = fc.stringMatching(/^[a-z]{1,3}$/);
  const flow = fc.oneof(
    fc.array(text, { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .array(fc.tuple(name, text), { maxLength: 3 })
      .map((pairs) => `{ ${pairs.map(([k, v]) => `${k}: ${v}`).join(', ')} }`),
  );
  const block = fc
    .array(text, { minLength: 1, maxLength: 3 })
    .map((items) => items.map((item) => `\n    - ${item}`).join(''));
  const field = fc.tuple(name, fc.oneof(text, flow, block));
  let plain = 0;
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 5 }), (fields) => {
      const item = fields
        .map(([key, value]) => `  ${key}: ${value}`.replace(/ +\n/, '\n'))
        .join('\n');
      if (agree(`- ${item.trimStart()}\n`)) plain += 1;
    }),
    { numRuns: 2000 },
  );
  assert.ok(plain > 100, `only ${plain} items were plain`);
});
