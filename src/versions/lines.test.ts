import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareLines, purlLines } from './lines.ts';

test('one sign per line', () => {
  const text = '1.0~rc1\t1.0\n1.0 \t 1.0-0\r\n2\t1\n1.0\n\nä\t1\n';
  assert.deepEqual(compareLines('Debian:12', text), ['<', '=', '>', '?', '?', '?']);
  assert.deepEqual(compareLines('Unheard', '1\t2'), ['?']);
  assert.deepEqual(compareLines('npm', ''), []);
});

test('one JSON answer per line, and a wrong line stops nothing', () => {
  const text = [
    '"pkg:npm/a@1"',
    'pkg:gem/a@1?Platform=java',
    '{"type":"npm","namespace":"@b","name":"c"}',
    '{"type":"npm","name":1}',
    '[]',
    'no purl',
  ].join('\n');
  const answers = purlLines(text).map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(answers[0], {
    purl: 'pkg:npm/a@1',
    parts: {
      type: 'npm',
      namespace: null,
      name: 'a',
      version: '1',
      qualifiers: null,
      subpath: null,
    },
  });
  assert.deepEqual(Object.keys(answers[1]!), ['purl', 'error']);
  assert.equal(answers[2]!['purl'], 'pkg:npm/%40b/c');
  for (const index of [3, 4, 5]) assert.deepEqual(Object.keys(answers[index]!), ['error']);
});
