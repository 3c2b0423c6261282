import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedClock } from './clock.ts';
import { HoldfastError } from './errors.ts';
import { createLog, redact } from './log.ts';

function capture() {
  const lines: string[] = [];
  const log = createLog({
    level: 'info',
    clock: fixedClock('2026-11-21T12:00:00Z'),
    write: (line) => lines.push(line),
  });
  return { log, lines };
}

test('a line is one JSON object with time, level, message and fields', () => {
  const { log, lines } = capture();
  log.with({ source: 'linux-host:here' }).info('collection ended', { assets: 3 });
  log.debug('below the level');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    [
      {
        time: '2026-11-21T12:00:00.000Z',
        level: 'info',
        message: 'collection ended',
        source: 'linux-host:here',
        assets: 3,
      },
    ],
  );
});

test('secrets are masked by the name of the field, at any depth', () => {
  const safe = JSON.stringify(
    redact({
      deep: { list: [{ apiKey: 'planted-1' }] },
      Authorization: 'planted-2',
      nhsNumber: 'planted-3',
    }),
  );
  assert.doesNotMatch(safe, /planted/);
});

test('secrets are masked by their form inside any text', () => {
  const safe = JSON.stringify(
    redact({
      url: 'postgres://holdfast:planted-4@db/holdfast',
      header: 'sent Bearer planted-5-abcdef',
      key: '-----BEGIN PRIVATE KEY-----\nplanted-6\n-----END PRIVATE KEY-----',
      error: new HoldfastError('unreachable', 'no answer from https://u:planted-7@host/', {
        cause: new Error('Basic planted-8-abcdef'),
      }),
    }),
  );
  assert.doesNotMatch(safe, /planted/);
});

test('a cyclic or huge value does not stop the log', () => {
  const cyclic: Record<string, unknown> = { text: 'x'.repeat(100_000) };
  cyclic['self'] = cyclic;
  assert.ok(JSON.stringify(redact(cyclic)).length < 50_000);
});
