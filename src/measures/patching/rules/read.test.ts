import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from '../../../estate/declared/problem.ts';
import { readRules, requireRules } from './read.ts';

const OWN = `id: own-policy
title: Our own policy
source: { name: Board minute 12 }
valid:
  from: 2026-01-01
rules:
  - id: immediate
    title: What harms at once, within three days
    when:
      - { criticality: immediate, severity: high }
      - kev: true
    limit: { days: 3 }
`;

function read(text: string) {
  return readRules('own.yaml', new TextEncoder().encode(text));
}

function problems(text: string): string[] {
  const result = read(text);
  return result.ok ? [] : result.problems.map(formatProblem);
}

test('a rule file is read with its defaults; the same rules spelled otherwise have the same digest', () => {
  const result = read(OWN);
  assert.ok(result.ok);
  const { set, digest } = result.file;
  assert.deepEqual(set.rules[0], {
    id: 'immediate',
    title: 'What harms at once, within three days',
    when: [{ criticality: 'immediate', severity: 'high' }, { kev: true }],
    act: 'fix',
    start: 'fix-released',
    limit: { days: 3 },
    followUps: [],
  });
  const json = read(JSON.stringify(set));
  assert.ok(json.ok);
  assert.equal(json.file.digest, digest);
  const other = read(OWN.replace('days: 3', 'days: 4'));
  assert.ok(other.ok && other.file.digest !== digest);
});

test('every problem is told with its line', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    [OWN.replace('days: 3', 'days: -3'), /^own\.yaml:12:\d+: rules\[1\]\.limit\.days: too small/],
    [OWN.replace('days: 3', 'weeks: 3'), /^own\.yaml:12:\d+: rules\[1\]\.limit/],
    [
      OWN.replace('{ days: 3 }', 'soon'),
      /^own\.yaml:12:\d+: rules\[1\]\.limit: is not one of the allowed forms/,
    ],
    [
      OWN.replace('severity: high', 'severity: severe'),
      /^own\.yaml:10:35: .*severity: must be one of none, low/,
    ],
    [
      OWN.replace('kev: true', 'kev: maybe'),
      /^own\.yaml:11:\d+: rules\[1\]\.when\[2\]\.kev: .*boolean/,
    ],
    [OWN.replace('kev: true', 'known: true'), /^own\.yaml:11:9: .*unknown field "known"/],
    [OWN.replace('id: own-policy\n', ''), /^own\.yaml:1:1: id: is missing/],
    [OWN.replace('2026-01-01', '2026-02-30'), /^own\.yaml:5:\d+: valid\.from: /],
    [`${OWN}    limit: { days: 4 }\n`, /^own\.yaml:13:5: "limit" is written twice/],
    [OWN.replace('limit: { days: 3 }', 'limit: kev-due'), /^own\.yaml:9:\d+: .*needs kev: true/],
    [OWN.replace('- kev: true', '- {}'), /^own\.yaml:11:\d+: .*holds no condition/],
    [OWN.replace('  from', '\tfrom'), /^own\.yaml:5:\d+: a tab indents this line/],
    ['', /^own\.yaml:1:1: the file holds no rules/],
    ['\u0000', /^own\.yaml:1:1: control character/],
    [
      `${OWN}  - id: immediate\n    title: Again\n    when: [{ kev: true }]\n    limit: at-once\n`,
      /^own\.yaml:13:\d+: .*immediate is used twice/,
    ],
  ];
  for (const [text, expected] of cases) {
    const [first = '(no problem)'] = problems(text);
    assert.match(first, expected);
  }
});

test('a bad file is refused with all of its problems', () => {
  const bad = OWN.replace('days: 3', 'days: x').replace('kev: true', 'kev: 1');
  assert.throws(() => requireRules('own.yaml', new TextEncoder().encode(bad)), {
    code: 'bad_file',
    message: /^own\.yaml:11:\d+: [^\n]+\nown\.yaml:12:\d+: [^\n]+$/,
    remedy: /rules of before stay in force/,
  });
});
