import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeCalendar, type CalendarEntry } from './deadlines.ts';
import { readWindows } from './windows.ts';

const entry: CalendarEntry = {
  id: 'dc-01 2020-08-25',
  title:
    'Due: CVE-2020-1472, and more; on dc-01 (domain controller) of Überlingen, at the very end of a long line',
  lines: ['Windows Server 2016: KB4571694', 'Rule: Cyber Essentials; 14 days'],
  start: new Date('2020-08-25T22:59:59Z'),
  end: new Date('2020-08-25T23:00:00Z'),
  categories: ['asset:dc-01', 'service:home-care-rota'],
  busy: false,
  remindBefore: 1440,
};

test('what is written is read again as it was, and every line is as long as the standard allows', async () => {
  const text = await writeCalendar('Holdfast: patches', [entry], new Date('2026-03-01T00:00:00Z'));
  assert.ok(text.startsWith('BEGIN:VCALENDAR\r\n') && text.endsWith('END:VCALENDAR\r\n'));
  for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
  assert.match(text, /TRIGGER:-P1D\r\n/);
  assert.match(text, /TRANSP:TRANSPARENT/);
  const { windows, problems } = await readWindows(text, {
    file: 'own.ics',
    from: new Date('2020-01-01T00:00:00Z'),
    to: new Date('2021-01-01T00:00:00Z'),
    zone: 'Europe/London',
  });
  assert.deepEqual(problems, []);
  assert.deepEqual(windows, [
    { name: entry.title, start: entry.start, end: entry.end, for: entry.categories },
  ]);
});

test('the same entry has the same name in every file, another one another', async () => {
  const uid = async (id: string): Promise<string | undefined> =>
    /UID:(\S+)/.exec(await writeCalendar('x', [{ ...entry, id }], new Date(0)))?.[1];
  assert.equal(await uid('a'), await uid('a'));
  assert.notEqual(await uid('a'), await uid('b'));
});
