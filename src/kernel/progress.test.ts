import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fixedClock } from './clock.ts';
import { progressLine, rateOf, sampled, startProgress } from './progress.ts';

function terminal(columns: number | undefined) {
  const written: string[] = [];
  return {
    written,
    ...(columns === undefined ? {} : { isTTY: true, columns }),
    write: (text: string) => written.push(text),
  };
}

/** What a terminal would show after these writes. */
function screen(written: readonly string[]): string[] {
  const lines = [''];
  for (const part of written.join('').split(/(\r|\n|\u001b\[K)/)) {
    if (part === '\n') lines.push('');
    else if (part === '\r' || part === '\u001b[K') {
      if (part === '\r') lines[lines.length - 1] = '';
    } else lines.push(`${lines.pop() ?? ''}${part}`);
  }
  return lines;
}

test('a terminal gets one line that is rewritten and taken away at the end', () => {
  const clock = fixedClock('2026-11-01T00:00:00Z');
  const stream = terminal(80);
  const progress = startProgress(stream, clock);
  for (let done = 0; done <= 50; done += 1) {
    progress.update(done, 100, 'copying');
    clock.advance(200);
  }
  assert.deepEqual(screen(stream.written), [
    '[==========          ]  50%  50 of 100  5/s  10 s left  copying',
  ]);
  progress.say('A warning.');
  assert.equal(screen(stream.written)[0], 'A warning.');
  assert.match(screen(stream.written)[1] ?? '', /50%/);
  progress.end();
  assert.deepEqual(screen(stream.written), ['A warning.', '']);
});

test('it is drawn at most ten times a second', () => {
  const stream = terminal(80);
  const progress = startProgress(stream, fixedClock('2026-11-01T00:00:00Z'));
  for (let done = 0; done < 1000; done += 1) progress.update(done, 1000);
  assert.equal(stream.written.length, 1);
});

test('a file gets a line every ten seconds, without codes for terminals', () => {
  const clock = fixedClock('2026-11-01T00:00:00Z');
  const stream = terminal(undefined);
  const progress = startProgress(stream, clock);
  for (let second = 0; second < 35; second += 1) {
    progress.update(second * 1000, 100_000, 'rows');
    clock.advance(1000);
  }
  progress.end();
  assert.equal(stream.written.length, 3);
  assert.equal(
    stream.written[1],
    '[====                ]  20%  20k of 100k  1k/s  1 min left  rows\n',
  );
  assert.doesNotMatch(stream.written.join(''), /[\r\u001b]/);
});

test('a line never is longer than the terminal, nor moves its cursor', () => {
  fc.assert(
    fc.property(
      fc.record({
        done: fc.nat(),
        total: fc.option(fc.nat(), { nil: undefined }),
        what: fc.string({ unit: 'binary' }),
      }),
      fc.option(fc.double({ min: 0, max: 1e9, noNaN: true }), { nil: undefined }),
      fc.integer({ min: 0, max: 200 }),
      (shown, rate, width) => {
        const line = progressLine(shown, rate, width);
        assert.ok(line.length <= width);
        assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f]/);
      },
    ),
  );
});

test('the rate is that of the last half minute, and starts anew when the work does', () => {
  let samples = [{ at: 0, done: 0 }];
  for (let at = 1000; at <= 100_000; at += 1000)
    samples = sampled(samples, { at, done: at <= 50_000 ? 0 : at - 50_000 });
  assert.equal(rateOf(samples), 1000);
  assert.equal(rateOf(sampled(samples, { at: 101_000, done: 3 })), undefined);
});

test('a narrow terminal gets what matters most', () => {
  const shown = { done: 1_234_567, total: 2_000_000, what: 'estate.observation' };
  const widths = [100, 60, 40, 24, 8].map((width) => progressLine(shown, 23_456, width));
  assert.deepEqual(widths, [
    '[============        ]  61%  1.23M of 2M  23.5k/s  33 s left  estate.observation',
    '61%  1.23M of 2M  33 s left  estate.observation',
    '61%  33 s left  estate.observation',
    '61%  estate.observation',
    '61%  est',
  ]);
});
