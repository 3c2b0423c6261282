import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { calendarOf } from './zone.ts';

const LONDON = calendarOf('Europe/London');
const at = (text: string): Date => new Date(text);
const after = (from: string, days: number, zone = LONDON): string =>
  zone.addDays(at(from), days).toISOString();

test("a limit of days ends at the same time of day on the site's clocks, over both changes of the clocks", () => {
  assert.equal(after('2026-10-20T09:00:00Z', 14), '2026-11-03T10:00:00.000Z');
  assert.equal(after('2026-03-20T09:00:00Z', 14), '2026-04-03T08:00:00.000Z');
  assert.equal(after('2026-06-01T09:00:00Z', 14), '2026-06-15T09:00:00.000Z');
  assert.equal(after('2026-10-20T09:00:00Z', 14, calendarOf('UTC')), '2026-11-03T09:00:00.000Z');
  // Lord Howe Island moves its clocks by half an hour.
  assert.equal(
    after('2026-03-30T00:00:00Z', 14, calendarOf('Australia/Lord_Howe')),
    '2026-04-13T00:30:00.000Z',
  );
});

test('a time that the clocks skip is reached when they have moved on, one that they show twice the first time', () => {
  assert.equal(after('2026-03-15T01:30:00Z', 14), '2026-03-29T01:30:00.000Z');
  assert.equal(LONDON.text(at('2026-03-29T01:30:00Z')), '2026-03-29 02:30');
  assert.equal(after('2026-10-11T00:30:00Z', 14), '2026-10-25T00:30:00.000Z');
});

test('months keep the day or end with the month; a named day is over when the next one begins there', () => {
  const month = (from: string, count: number) => LONDON.addMonths(at(from), count).toISOString();
  assert.equal(month('2026-01-31T12:00:00Z', 1), '2026-02-28T12:00:00.000Z');
  assert.equal(month('2028-01-31T12:00:00Z', 1), '2028-02-29T12:00:00.000Z');
  assert.equal(month('2026-12-15T12:00:00Z', 4), '2027-04-15T11:00:00.000Z');
  assert.equal(LONDON.endOfDay('2026-07-01').toISOString(), '2026-07-01T23:00:00.000Z');
  assert.equal(LONDON.endOfDay('2026-12-01').toISOString(), '2026-12-02T00:00:00.000Z');
});

test('law: days added one after the other are those added at once, and more days are never earlier', () => {
  const moment = fc.date({ min: at('2000-01-01'), max: at('2035-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(moment, fc.nat(400), fc.nat(400), (from, one, two) => {
      const both = LONDON.addDays(from, one + two);
      assert.ok(both >= LONDON.addDays(from, one));
      const apart = Math.abs(
        both.getTime() - LONDON.addDays(LONDON.addDays(from, one), two).getTime(),
      );
      // Only a stop at a time that the clocks skip, or show twice, may differ, by that hour.
      assert.ok(apart === 0 || apart === 3_600_000);
      const hours = (both.getTime() - from.getTime()) / 3_600_000 - 24 * (one + two);
      assert.ok(Math.abs(hours) <= 1);
    }),
  );
});

test('what the clocks show leads back to the instant, in any zone, but for the hour that comes twice', () => {
  const zones = ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Chatham'].map(calendarOf);
  const moment = fc.date({ min: at('1990-01-01'), max: at('2060-01-01'), noInvalidDate: true });
  fc.assert(
    fc.property(moment, fc.constantFrom(LONDON, ...zones), (from, zone) => {
      const shown = zone.text(from);
      const back = zone.instant(Date.parse(`${shown.replace(' ', 'T')}Z`));
      assert.equal(zone.text(back), shown);
      const apart = Math.floor(from.getTime() / 60_000) - back.getTime() / 60_000;
      assert.ok(apart === 0 || apart === 60, `${shown} in ${zone.zone}`);
    }),
  );
});

test('a zone that does not exist is refused', () => {
  assert.throws(() => calendarOf('Europe/Nowhere'), RangeError);
});
