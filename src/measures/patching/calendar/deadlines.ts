/** Deadlines and planned visits as an iCalendar file (RFC 5545), for the calendar that a team looks at anyway. */
import type ICAL from 'ical.js';
import { sha256Hex } from '../../../kernel/ids.ts';

export interface CalendarEntry {
  /** The same entry in every file: a calendar that takes the file again replaces it. */
  readonly id: string;
  readonly title: string;
  readonly lines: readonly string[];
  readonly start: Date;
  readonly end: Date;
  readonly categories: readonly string[];
  /** Only what takes somebody's time makes the calendar busy; a deadline does not. */
  readonly busy: boolean;
  /** Minutes before the start at which a calendar should remind; none where undefined. */
  readonly remindBefore?: number;
}

/** The whole file, lines folded and ended as the standard wants them. */
export async function writeCalendar(
  name: string,
  entries: readonly CalendarEntry[],
  now: Date,
): Promise<string> {
  const { default: ical } = await import('ical.js');
  const calendar = new ical.Component('vcalendar');
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', '-//Holdfast//patching//EN');
  calendar.addPropertyWithValue('x-wr-calname', name);
  for (const entry of entries) calendar.addSubcomponent(eventOf(ical, entry, now));
  return `${calendar.toString()}\r\n`;
}

type Ical = typeof ICAL;

function eventOf(ical: Ical, entry: CalendarEntry, now: Date): InstanceType<Ical['Component']> {
  const event = new ical.Component('vevent');
  const utc = (at: Date): InstanceType<Ical['Time']> => ical.Time.fromJSDate(at, true);
  event.addPropertyWithValue('uid', `${sha256Hex(entry.id).slice(0, 32)}@holdfast`);
  event.addPropertyWithValue('dtstamp', utc(now));
  event.addPropertyWithValue('dtstart', utc(entry.start));
  event.addPropertyWithValue('dtend', utc(entry.end));
  event.addPropertyWithValue('summary', entry.title);
  event.addPropertyWithValue('description', entry.lines.join('\n'));
  event.addPropertyWithValue('transp', entry.busy ? 'OPAQUE' : 'TRANSPARENT');
  if (entry.categories.length > 0) {
    const categories = new ical.Property('categories');
    categories.setValues([...entry.categories]);
    event.addProperty(categories);
  }
  if (entry.remindBefore !== undefined) event.addSubcomponent(alarmOf(ical, entry));
  return event;
}

function alarmOf(
  ical: Ical,
  { title, remindBefore = 0 }: CalendarEntry,
): InstanceType<Ical['Component']> {
  const alarm = new ical.Component('valarm');
  alarm.addPropertyWithValue('action', 'DISPLAY');
  alarm.addPropertyWithValue('description', title);
  alarm.addPropertyWithValue('trigger', ical.Duration.fromSeconds(-60 * remindBefore));
  return alarm;
}
