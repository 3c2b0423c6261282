/** Rules by the command line: a file with a mistake changes nothing, an adopted one binds, and every change is kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workplace } from '../support/command.ts';

const OWN = `id: own-policy
title: Our own policy
source: { name: Board minute 12 }
rules:
  - id: immediate
    title: What harms at once, within three days
    when: [{ kev: true }]
    limit: { days: 3 }
`;

test('holdfast rules: refused with line and reason, adopted, shown, retired, remembered', (t) => {
  const place = workplace(t);
  const run = (...args: string[]) => place.run('rules', ...args);
  const list = (): { id: string; state: string }[] => {
    const { stdout, stderr } = run('list', '--json');
    assert.ok(stdout.startsWith('['), stderr);
    return JSON.parse(stdout) as { id: string; state: string }[];
  };

  const file = place.write('own.yaml', OWN.replace('days: 3', 'days: soon'));
  for (const command of [
    ['validate', file],
    ['adopt', file, '--by', 'the board'],
  ]) {
    const refused = run(...command);
    assert.equal(refused.status, 2, refused.stderr);
    assert.match(refused.stdout + refused.stderr, /own\.yaml:8:\d+: rules\[1\]\.limit/);
  }
  assert.ok(
    list().every(({ id }) => id !== 'own-policy'),
    'nothing was changed',
  );

  place.write('own.yaml', OWN);
  assert.equal(run('validate', file).status, 0);
  assert.equal(run('adopt', file, '--by', 'the board').status, 0);
  assert.deepEqual(list().find(({ id }) => id === 'own-policy')?.state, 'adopted');
  assert.match(run('show', 'own-policy').stdout, /Board minute 12/);
  assert.equal(run('retire', 'own-policy', '--by', 'the board').status, 0);
  assert.equal(list().find(({ id }) => id === 'own-policy')?.state, 'retired');
  const history = run('history').stdout;
  assert.match(history, /own-policy/);
  assert.match(history, /the board/);
  assert.equal(run('retire', 'nothing', '--by', 'the board').status, 2);
});
