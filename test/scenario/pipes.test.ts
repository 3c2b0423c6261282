/** What a shell's pipe does to a command: its reader may go away before it has said everything. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { databaseProcesses, workplace } from '../support/command.ts';

test('a reader that goes away leaves no database running', async (t) => {
  const place = workplace(t);
  const customers = Array.from({ length: 2000 }, (_, at) => `  - { id: c${at}, name: "${at}" }`);
  const file = place.write('many.yaml', ['customers:', ...customers].join('\n'));
  assert.equal(place.run('estate', 'import', file).status, 0);
  const list = place.start('estate', 'list', 'customer', '--json');
  list.child.stdout?.destroy();
  assert.equal(await list.ended, 0, list.text());
  assert.deepEqual(databaseProcesses(place.data), []);
});

test('one request to stop that comes three times over leaves no database running', async (t) => {
  const place = workplace(t);
  const server = place.start('up');
  await server.until(/Stop: {5}Ctrl-C/);
  assert.notEqual(databaseProcesses(place.data).length, 0);
  for (let sent = 0; sent < 3; sent += 1) {
    server.child.kill('SIGINT');
    // Signals that wait at the same time are one to the kernel.
    await setTimeout(20);
  }
  await server.ended;
  assert.deepEqual(databaseProcesses(place.data), []);
});

test('a day that does not exist is refused, not taken for another', (t) => {
  const { status, stderr } = workplace(t).run('estate', 'list', 'asset', '--as-at', '2026-02-30');
  assert.equal(status, 2);
  assert.match(stderr, /Give a date/);
});
