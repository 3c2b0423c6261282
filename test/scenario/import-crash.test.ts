/** kill -9 of what imports, serves and stores, at many moments: nothing acknowledged is ever lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseProcesses, signal, workplace, type Workplace } from '../support/command.ts';

const CUSTOMERS = 1500;
const DELAYS = [600, 1000, 1500];

function estateOf(round: number): string {
  const lines = Array.from(
    { length: CUSTOMERS },
    (_, at) => `  - { id: c${at}, name: "Care home ${at}, round ${round}" }`,
  );
  return ['customers:', ...lines].join('\n');
}

/** The round that the estate shows; a mixture of two is the failure that this file looks for. */
function roundShown(place: Workplace): number {
  const { stdout, stderr, status } = place.run('estate', 'list', 'customer', '--json');
  assert.equal(status, 0, stderr);
  const entities = JSON.parse(stdout) as { body: { name: string } }[];
  assert.equal(entities.length, CUSTOMERS);
  const rounds = new Set(
    entities.map((entity) => Number(/round (\d+)$/.exec(entity.body.name)?.[1])),
  );
  assert.equal(rounds.size, 1, `a mixture of the rounds ${[...rounds].join(', ')}`);
  return [...rounds][0] ?? -1;
}

for (const victims of [
  'the import',
  'the import and the database',
  'the server, the import and the database',
] as const) {
  test(`kill -9 of ${victims}: the old estate or the new one, and the next start mends itself`, async (t) => {
    const place = workplace(t);
    const first = place.run('estate', 'import', place.write('estate-0.yaml', estateOf(0)));
    assert.equal(first.status, 0, first.stderr);
    let acknowledged = 0;
    for (const [at, delay] of DELAYS.entries()) {
      const round = at + 1;
      const file = place.write(`estate-${round}.yaml`, estateOf(round));
      const server = victims.includes('server') ? place.start('up') : undefined;
      await server?.until(/Console:/);
      const running = place.start('estate', 'import', file);
      await sleep(delay);
      running.child.kill('SIGKILL');
      server?.child.kill('SIGKILL');
      if (victims.includes('database'))
        for (const pid of databaseProcesses(place.data)) signal(pid, 'SIGKILL');
      await Promise.all([running.ended, server?.ended]);
      if (/\d+ changed/.test(running.text())) acknowledged = round;
      const shown = roundShown(place);
      assert.ok(
        shown === round || shown === acknowledged,
        `round ${acknowledged} was acknowledged, ${shown} is there`,
      );
      acknowledged = shown;
    }
  });
}
