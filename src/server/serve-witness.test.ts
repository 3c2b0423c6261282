import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedClock } from '../kernel/clock.ts';
import { createApp } from '../kernel/http/serve.ts';
import { createLog } from '../kernel/log.ts';
import type { WitnessAnswer } from '../ledger/witness.ts';
import { serveWitness, WITNESS_PREFIX } from './serve-witness.ts';

function anApp(answer: Partial<WitnessAnswer>) {
  const bodies: string[] = [];
  const lines: string[] = [];
  const clock = fixedClock('2026-11-21T12:00:00Z');
  const log = createLog({ level: 'warn', clock, write: (line) => lines.push(line) });
  const app = createApp({ log, hosts: ['localhost'] });
  const whole = {
    status: 200,
    contentType: 'text/plain; charset=utf-8',
    body: '',
    why: '',
  } as const;
  serveWitness(
    app,
    (body) => {
      bodies.push(body);
      return Promise.resolve({ ...whole, ...answer });
    },
    log,
  );
  const post = (payload: string, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: `${WITNESS_PREFIX}/add-checkpoint`,
      payload,
      headers: { host: 'localhost', 'content-type': 'text/plain', ...headers },
    });
  return { post, bodies, lines };
}

test('the body goes in and the answer comes out as they are', async () => {
  const { post, bodies, lines } = anApp({ body: '— w AAAA\n' });
  const answer = await post('old 0\n\nx — y\n');
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
  assert.equal(answer.body, '— w AAAA\n');
  assert.deepEqual(bodies, ['old 0\n\nx — y\n']);
  assert.deepEqual(lines, []);
});

test('what is not cosigned is answered with its own type, and kept in the log as evidence', async () => {
  const { post, lines } = anApp({ status: 409, contentType: 'text/x.tlog.size', body: '7\n' });
  const answer = await post('old 5\n\n');
  assert.equal(answer.statusCode, 409);
  assert.equal(answer.headers['content-type'], 'text/x.tlog.size');
  assert.equal(answer.body, '7\n');
  assert.match(lines.join(''), /old 5/);
});

test('pages of other origins, foreign names and endless bodies are refused before the witness sees them', async () => {
  const { post, bodies } = anApp({});
  assert.equal((await post('x', { origin: 'https://evil.example' })).statusCode, 403);
  assert.equal((await post('x', { host: 'evil.example' })).statusCode, 403);
  assert.equal((await post('x'.repeat(300_000))).statusCode, 413);
  assert.deepEqual(bodies, []);
});
