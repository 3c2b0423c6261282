import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HoldfastError } from '../../../kernel/errors.ts';
import { readWindows } from './windows.ts';

const wanted = {
  file: 'windows.ics',
  from: new Date('2026-03-01T00:00:00Z'),
  to: new Date('2026-04-15T00:00:00Z'),
  zone: 'Europe/London',
};
const calendar = (...lines: string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test', ...lines, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]): string[] => ['BEGIN:VEVENT', 'UID:a', ...lines, 'END:VEVENT'];
const starts = async (...lines: string[]): Promise<string[]> => {
  const { windows, problems } = await readWindows(calendar(...lines), wanted);
  assert.deepEqual(problems, []);
  return windows.map(
    ({ start, end }) =>
      `${start.toISOString().slice(0, 16)}/${(end.getTime() - start.getTime()) / 3_600_000}`,
  );
};
const WEEKLY = [
  'DTSTART;TZID=Europe/London:20260316T220000',
  'DURATION:PT4H',
  'RRULE:FREQ=WEEKLY;BYDAY=MO',
];

test('a weekly window keeps its wall clock over the change to summer time', async () => {
  assert.deepEqual(await starts(...event(...WEEKLY)), [
    '2026-03-16T22:00/4',
    '2026-03-23T22:00/4',
    '2026-03-30T21:00/4',
    '2026-04-06T21:00/4',
    '2026-04-13T21:00/4',
  ]);
});

test('exceptions, moved occurrences, whole days, floating and UTC times', async () => {
  const moved = event(
    'RECURRENCE-ID;TZID=Europe/London:20260330T220000',
    'DTSTART;TZID=Europe/London:20260331T200000',
    'DTEND;TZID=Europe/London:20260331T230000',
  );
  const rule = event(...WEEKLY, 'EXDATE;TZID=Europe/London:20260323T220000');
  assert.deepEqual((await starts(...rule, ...moved)).slice(0, 3), [
    '2026-03-16T22:00/4',
    '2026-03-31T19:00/3',
    '2026-04-06T21:00/4',
  ]);
  assert.deepEqual(
    await starts(...event('DTSTART;VALUE=DATE:20260329')),
    ['2026-03-29T00:00/23'],
    'a day of 23 hours',
  );
  assert.deepEqual(await starts(...event('DTSTART:20260401T010000', 'DTEND:20260401T020000')), [
    '2026-04-01T00:00/1',
  ]);
  assert.deepEqual(await starts(...event('DTSTART:20260401T010000Z', 'DTEND:20260401T020000Z')), [
    '2026-04-01T01:00/1',
  ]);
  assert.deepEqual(await starts(...event(...WEEKLY, 'STATUS:CANCELLED')), []);
});

test('a zone that the calendar brings itself, by a name that only Outlook knows', async () => {
  const zone = [
    'BEGIN:VTIMEZONE',
    'TZID:GMT Standard Time',
    'BEGIN:STANDARD',
    'DTSTART:16010101T020000',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0000',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
    'END:STANDARD',
    'BEGIN:DAYLIGHT',
    'DTSTART:16010101T010000',
    'TZOFFSETFROM:+0000',
    'TZOFFSETTO:+0100',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
    'END:DAYLIGHT',
    'END:VTIMEZONE',
  ];
  const lines = event(
    'DTSTART;TZID=GMT Standard Time:20260327T220000',
    'DURATION:PT1H',
    'RRULE:FREQ=DAILY;COUNT=4',
  );
  assert.deepEqual(await starts(...zone, ...lines), [
    '2026-03-27T22:00/1',
    '2026-03-28T22:00/1',
    '2026-03-29T21:00/1',
    '2026-03-30T21:00/1',
  ]);
});

test('whom a window is for; one that is not understood is no window at all', async () => {
  const read = (categories: string) =>
    readWindows(calendar(...event('SUMMARY:Night', ...WEEKLY, `CATEGORIES:${categories}`)), wanted);
  assert.deepEqual((await read('service:rota,asset:web1,Maintenance')).windows[0]?.for, [
    'asset:web1',
    'service:rota',
  ]);
  const wrong = await read('servce:rota');
  assert.deepEqual(wrong.windows, []);
  assert.match(wrong.problems[0] ?? '', /windows\.ics: "Night": CATEGORIES "servce:rota"/);
});

test('what is wrong is told and takes nothing else with it', async () => {
  const lines = [
    ...event('SUMMARY:Backwards', 'DTSTART:20260401T020000Z', 'DTEND:20260401T010000Z'),
    ...event(...WEEKLY),
    ...event('SUMMARY:Nowhere', 'DTSTART;TZID=Mars/Base:20260401T010000', 'DURATION:PT1H'),
    ...event(
      'SUMMARY:Each second',
      'DTSTART:19700101T000000Z',
      'DURATION:PT1S',
      'RRULE:FREQ=SECONDLY',
    ),
  ];
  const { windows, problems } = await readWindows(calendar(...lines), wanted);
  assert.equal(windows.length, 5);
  assert.match(
    problems.join('\n'),
    /Backwards.*ends before it begins\n.*Nowhere.*Mars\/Base\n.*Each second.*too often/,
  );
});

test('what is no calendar is refused with its name', async () => {
  for (const text of [
    '',
    'hello',
    '{"a":1}',
    'BEGIN:VCARD\r\nEND:VCARD',
    'BEGIN:VCALENDAR\r\nBEGIN:VEVENT',
  ]) {
    await assert.rejects(
      readWindows(text, wanted),
      (error) =>
        error instanceof HoldfastError &&
        error.code === 'bad_file' &&
        error.message.startsWith('windows.ics'),
    );
  }
});
