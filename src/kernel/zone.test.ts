import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { HoldfastError } from './errors.ts';
import { instantOf, wallTime } from './zone.ts';

const wall = (text: string) => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute, second: 0 };
};
const LONDON = 'Europe/London';

test('summer time in London', () => {
  const at = (text: string): string => instantOf(wall(text), LONDON).toISOString();
  assert.equal(at('2026-01-15 12:00'), '2026-01-15T12:00:00.000Z');
  assert.equal(at('2026-07-15 12:00'), '2026-07-15T11:00:00.000Z');
  // 29 March 2026: from 00:59 the clock goes to 02:00.
  assert.equal(at('2026-03-29 00:59'), '2026-03-29T00:59:00.000Z');
  assert.equal(
    at('2026-03-29 01:30'),
    '2026-03-29T01:30:00.000Z',
    'never shown: as if not put forward',
  );
  assert.equal(at('2026-03-29 02:00'), '2026-03-29T01:00:00.000Z');
  // 25 October 2026: 01:30 is shown twice.
  assert.equal(at('2026-10-25 01:30'), '2026-10-25T00:30:00.000Z', 'the first of the two');
  assert.equal(at('2026-10-25 02:00'), '2026-10-25T02:00:00.000Z');
});

test('what a clock shows leads back to the instant, in any zone, but for the hour that comes twice', () => {
  const zones = [
    LONDON,
    'UTC',
    'America/New_York',
    'Asia/Kathmandu',
    'Pacific/Chatham',
    'Australia/Lord_Howe',
  ];
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 4_000_000_000 }),
      fc.constantFrom(...zones),
      (seconds, zone) => {
        const at = new Date(seconds * 1000);
        const back = instantOf(wallTime(at, zone), zone);
        assert.deepEqual(wallTime(back, zone), wallTime(at, zone));
        const earlier = at.getTime() - back.getTime();
        assert.ok(earlier >= 0 && earlier <= 3 * 3_600_000, `${at.toISOString()} in ${zone}`);
      },
    ),
  );
});

test('a zone that nobody knows is refused by name', () => {
  assert.throws(
    () => wallTime(new Date(0), 'Mars/Olympus'),
    (error) => error instanceof HoldfastError && /Mars\/Olympus/.test(error.message),
  );
});
