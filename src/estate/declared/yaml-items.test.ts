import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode } from './decode.ts';
import { collectProblems, formatProblem } from './problem.ts';
import { readDeclared } from './read.ts';

function problems(content: string | Uint8Array): readonly string[] {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const result = readDeclared([{ name: 'e.yaml', bytes }], { now: '2026-11-21T09:00:00Z' });
  return result.ok ? [] : result.problems.map(formatProblem);
}

function ids(content: string): readonly string[] {
  const bytes = new TextEncoder().encode(content);
  const result = readDeclared([{ name: 'e.yaml', bytes }], { now: '2026-11-21T09:00:00Z' });
  assert.deepEqual(result.ok ? [] : result.problems.map(formatProblem), []);
  return result.ok ? result.observations.map(({ observation: { key } }) => key) : [];
}

/** What a person or a program may write, all the same estate. */
const SPELLINGS: Record<string, string> = {
  indented: 'divisions:\n  - id: a\n    name: A\n  - id: b\n    name: B\n',
  'in the first column': 'divisions:\n- id: a\n  name: A\n- id: b\n',
  'flow items': 'divisions:\n- { id: a, name: A }\n- {id: b}\n',
  'flow list': 'divisions: [{ id: a }, { id: b }]\n',
  'flow list over lines': 'divisions: [\n  { id: a },\n  { id: b },\n]\n',
  JSON: '{"divisions": [{"id": "a", "name": "A"},\n {"id": "b"}]}\n',
  'quoted keys': '"divisions":\n  - "id": "a"\n  - \'id\': \'b\'\n',
  'dash alone': 'divisions:\n  -\n    id: a\n  -\n    id: b\n',
  comments:
    '# one\ndivisions: # two\n# three\n  # four\n  - id: a # five\n# six\n    name: A\n  - id: b\n',
  CRLF: 'divisions:\r\n  - id: a\r\n    name: A\r\n  - id: b\r\n',
  CR: 'divisions:\r  - id: a\r  - id: b\r',
  'byte order mark': '\ufeffdivisions:\n  - id: a\n  - id: b\n',
  'no line end': 'divisions:\n  - id: a\n  - id: b',
  'two documents': 'divisions:\n  - id: a\n---\ndivisions:\n  - id: b\n',
  'explicit document': '%YAML 1.2\n--- # start\ndivisions:\n  - id: a\n  - id: b\n...\n',
  'two sections': 'divisions:\n  - id: a\ncustomers:\n  - id: b\n',
  'empty sections': 'divisions:\n  - id: a\n  - id: b\ncustomers:\ndoors: []\nassets: ~\n',
  'block text':
    'divisions:\n  - id: a\n    name: >-\n      A\n      - B\n  - id: b\n    name: |\n      - C\n',
  'text over lines':
    'divisions:\n  - id: a\n    name: "x\n      - y"\n  - id: b\n    name: x\n      - y\n',
  'wider second field': 'divisions:\n-   id: a\n    name: A\n-   id: b\n',
};

for (const [name, content] of Object.entries(SPELLINGS)) {
  test(`YAML spelling: ${name}`, () => assert.deepEqual(ids(content), ['a', 'b']));
}

/** What is not YAML 1.2, or cleverer than an estate needs. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  [
    'a tab',
    'divisions:\n- id: a\n\tname: A\n- id: b\n  x: y\n',
    'e.yaml:3:2: a tab indents this line; indent with spaces',
  ],
  [
    'an anchor',
    'divisions:\n- id: &a a\n',
    'e.yaml:2:10: anchors (&a) are not used here; write values out',
  ],
  [
    'an alias',
    'divisions:\n- id: *a\n',
    'e.yaml:2:7: aliases (*a) are not used here; write the value out',
  ],
  [
    'a merge key',
    'divisions:\n- id: a\n  <<: {name: A}\n',
    'e.yaml:3:3: division "a": unknown field "<<"; it is one of id, name, identifiers, trueAt',
  ],
  [
    'a tag',
    'divisions:\n- id: !!str 5\n',
    'e.yaml:2:13: tags ("tag:yaml.org,2002:str") are not used here; write plain values',
  ],
  [
    'a custom tag',
    'divisions:\n- id: !run x\n',
    'e.yaml:2:12: tags ("!run") are not used here; write plain values',
  ],
  [
    'a double key',
    'divisions:\n- id: a\n  id: b\n',
    'e.yaml:3:3: "id" is written twice, first in line 2',
  ],
  [
    'a key that is a list',
    'divisions:\n- ? [a]\n  : b\n',
    'e.yaml:2:5: a field name must be a plain word',
  ],
  [
    'an open quote',
    'divisions:\n- id: "a\n- id: b\n',
    'e.yaml:2:8: not valid YAML: Missing closing "quote',
  ],
  ['an open bracket', 'divisions:\n- id: [a\n- id: b\n', 'e.yaml:2:8: a bracket is never closed'],
  [
    'bad indentation',
    'divisions:\n- id: a\n   name: A\n',
    'e.yaml:2:7: a text with ": " in it needs quotes; or the line below is indented too far',
  ],
  [
    'a colon in a text',
    'divisions:\n- id: a\n  name: ward: north\n',
    'e.yaml:3:9: a text with ": " in it needs quotes; or the line below is indented too far',
  ],
  [
    'a text that starts with %',
    'divisions:\n- id: a\n  name: %x\n',
    'e.yaml:3:9: a text cannot start with this character; put it in quotes',
  ],
  [
    'a section that is a mapping',
    'divisions:\n  a: { name: A }\n',
    'e.yaml:2:3: divisions must be a list: each item starts with "- " on its own line',
  ],
  [
    'a section that is text',
    'divisions: none\n',
    'e.yaml:1:12: divisions must be a list: each item starts with "- " on its own line',
  ],
  [
    'no sections',
    '- id: a\n',
    'e.yaml:1:1: the top level must be sections such as "customers:", each a list of items',
  ],
  [
    'only text',
    'hello\n',
    'e.yaml:1:1: the top level must be sections such as "customers:", each a list of items',
  ],
  [
    'YAML 1.1',
    '%YAML 1.1\n---\ndivisions: []\n',
    'e.yaml:1:1: the directive "%YAML 1.1" is not used here; only %YAML 1.2 is',
  ],
  ['text after ---', '--- divisions: []\n', 'e.yaml:1:1: nothing may follow --- on its line'],
];

for (const [name, content, message] of REFUSED) {
  test(`YAML refused: ${name}`, () => {
    const found = problems(content);
    assert.ok(found[0]?.startsWith(message), found.join('\n'));
  });
}

test('an error in one item hides none in the others', () => {
  const content = 'divisions:\n- id: "a\n- id: b\n  nmae: B\n- id: [c\n- idd: d\n';
  assert.deepEqual(
    problems(content).map((line) => line.split(':')[1]),
    ['2', '4', '5', '6', '6'],
  );
});

test('hostile nesting and aliases end in a problem, at once', () => {
  const deep = (open: string, close: string, times: number) =>
    open.repeat(times) + close.repeat(times);
  const bomb = `a: &a [x,x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [*a,*a]\n`).join('')}`;
  const hostile = [
    `divisions:\n- id: ${deep('[', ']', 100_000)}\n`,
    `divisions:\n- id: ${deep('{a: ', '}', 50_000)}\n`,
    `divisions:\n${'- '.repeat(100_000)}a\n`,
    `divisions:\n${Array.from({ length: 2000 }, (_, i) => `${' '.repeat(i)}- \n`).join('')}`,
    `divisions:\n- ${'? '.repeat(50_000)}a\n`,
    `divisions:\n- ${Array.from({ length: 100 }, (_, i) => `${' '.repeat(i)}a:\n`).join('  ')}`,
    bomb,
    `x: ${'['.repeat(1000)}`,
  ];
  for (const content of hostile) assert.notEqual(problems(content).length, 0, content.slice(0, 60));
});

test('what is not UTF-8 text is told with its place', () => {
  const found = (bytes: Uint8Array) => {
    const list = collectProblems(10);
    assert.equal(decode('e.yaml', bytes, list), undefined);
    return list.list.map(formatProblem).join('\n');
  };
  const latin1 = Buffer.from('divisions:\n- id: a\n  name: St Bride\xe9s\n', 'latin1');
  assert.equal(found(latin1), 'e.yaml:3:17: byte 0xe9 is not UTF-8; save the file as UTF-8');
  const marked = Buffer.from('\ufeffn\xe9: \x80', 'utf8').subarray(0, -2);
  const byte = Buffer.concat([marked, Buffer.from([0x80])]);
  assert.equal(found(byte), 'e.yaml:1:5: byte 0x80 is not UTF-8; save the file as UTF-8');
  const utf16 = Buffer.from('\ufeffdivisions:', 'utf16le');
  assert.equal(found(utf16), 'e.yaml:1:1: the file is UTF-16, not UTF-8 text; save it as UTF-8');
  const cut = Buffer.from('name: é').subarray(0, -1);
  assert.equal(found(cut), 'e.yaml:1:7: byte 0xc3 is not UTF-8; save the file as UTF-8');
  const nul = Buffer.from('divisions:\n- id: a\0\n');
  assert.equal(
    found(nul),
    'e.yaml:2:8: control character "\\u0000" in the file; it must be plain text',
  );
  const zip = Buffer.from('PK\u0003\u0004rest');
  assert.match(found(zip), /a spreadsheet or zip archive, not UTF-8 text/);
  assert.match(found(Buffer.from([0x1f, 0x8b, 8])), /compressed \(gzip\)/);
});
