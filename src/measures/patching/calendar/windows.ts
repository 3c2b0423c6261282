/**
 * Maintenance windows out of an iCalendar file (RFC 5545): every event is a window, every repetition one of its own. Its
 * CATEGORIES say whom it is for: `asset:KEY`, `service:KEY`, `division:KEY`, `customer:KEY`; without one, everybody.
 */
import type ICAL from 'ical.js';
import { HoldfastError, messageOf } from '../../../kernel/errors.ts';
import { calendarOf, type Calendar } from '../../../kernel/zone.ts';

/** One time in which somebody may patch. */
export interface MaintenanceWindow {
  readonly name: string;
  readonly start: Date;
  readonly end: Date;
  /** `asset:KEY`, `service:KEY`…; empty: for every asset. */
  readonly for: readonly string[];
}

export interface WindowsRead {
  /** By their start. */
  readonly windows: readonly MaintenanceWindow[];
  /** Events that could not be taken, and why: a window that is not understood is none. */
  readonly problems: readonly string[];
}

export interface WindowsWanted {
  /** File name for errors. */
  readonly file: string;
  readonly from: Date;
  readonly to: Date;
  /** Zone of times that name none (RFC 5545 calls them floating): the site's own. */
  readonly zone: string;
}

const MOST_BYTES = 8 * 1024 * 1024;
const MOST_WINDOWS = 20_000;
/** Repetitions looked at for one event: a rule of every second since 1970 ends here. */
const MOST_STEPS = 25_000;
const SELECTOR = /^(asset|service|division|customer):\S/;

type Ical = typeof ICAL;
type Component = InstanceType<Ical['Component']>;
type IcalEvent = InstanceType<Ical['Event']>;
type IcalTime = InstanceType<Ical['Time']>;

/** What the library gives of an event, which its own types promise more of than files hold. */
interface Occurrence {
  readonly startDate: IcalTime | null;
  readonly endDate: IcalTime;
  readonly item: { readonly summary: string | null };
}

/**
 * Windows that overlap `from` to `to`.
 *
 * @throws HoldfastError `bad_file` where the text is no calendar, `too_large`.
 */
export async function readWindows(text: string, wanted: WindowsWanted): Promise<WindowsRead> {
  if (text.length > MOST_BYTES)
    throw new HoldfastError('too_large', `${wanted.file} is larger than 8 MB`, {
      remedy: 'Export only the calendar of maintenance windows.',
    });
  const { default: ical } = await import('ical.js');
  const calendar = parse(ical, text, wanted.file);
  const windows: MaintenanceWindow[] = [];
  const problems: string[] = [];
  for (const component of calendar.getAllSubcomponents('vevent')) {
    const event = new ical.Event(component);
    if (event.isRecurrenceException()) continue;
    const name = nameOf(event);
    try {
      for (const window of windowsOf(event, wanted)) windows.push(window);
    } catch (error) {
      problems.push(`${wanted.file}: "${name.slice(0, 80)}": ${messageOf(error)}`);
    }
    if (windows.length > MOST_WINDOWS)
      throw new HoldfastError(
        'too_large',
        `${wanted.file} holds more than ${MOST_WINDOWS} windows`,
      );
  }
  windows.sort((a, b) => a.start.getTime() - b.start.getTime() || (a.name < b.name ? -1 : 1));
  return { windows, problems };
}

function parse(ical: Ical, text: string, file: string): Component {
  try {
    const calendar = new ical.Component(ical.parse(text) as unknown[]);
    if (calendar.name === 'vcalendar') return calendar;
  } catch (error) {
    throw new HoldfastError('bad_file', `${file} is not an iCalendar file: ${messageOf(error)}`, {
      cause: error,
      remedy: 'Export the calendar as .ics (RFC 5545).',
    });
  }
  throw new HoldfastError('bad_file', `${file} holds no VCALENDAR`, {
    remedy: 'Export the calendar as .ics (RFC 5545).',
  });
}

function* windowsOf(event: IcalEvent, wanted: WindowsWanted): Generator<MaintenanceWindow> {
  if (/^cancelled$/i.test(String(event.component.getFirstPropertyValue('status')))) return;
  const selectors = selectorsOf(event.component);
  for (const [name, start, end] of timesOf(event, wanted)) {
    const window = {
      name,
      start: at(start, wanted.zone),
      end: at(end, wanted.zone),
      for: selectors,
    };
    if (window.end <= window.start) throw new Error('it ends before it begins');
    if (window.end > wanted.from && window.start < wanted.to) yield window;
  }
}

type Times = readonly [name: string, start: IcalTime, end: IcalTime];

function* timesOf(event: IcalEvent, { to, zone }: WindowsWanted): Generator<Times> {
  if ((event as Pick<Occurrence, 'startDate'>).startDate === null)
    throw new Error('it has no DTSTART');
  if (!event.isRecurring()) {
    yield [nameOf(event), event.startDate, event.endDate];
    return;
  }
  const iterator = event.iterator();
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const next = iterator.next() as IcalTime | undefined;
    if (next === undefined || at(next, zone) >= to) return;
    const occurrence = event.getOccurrenceDetails(next) as Occurrence;
    const start = occurrence.startDate ?? next;
    yield [occurrence.item.summary ?? nameOf(event), start, occurrence.endDate];
  }
  throw new Error('its rule repeats too often');
}

function nameOf(event: IcalEvent): string {
  const { summary, uid } = event as {
    readonly summary: string | null;
    readonly uid: string | null;
  };
  return summary ?? uid ?? 'a window without a name';
}

/** By the calendar's own zone where it brings one, by the name of an IANA zone else. */
function at(time: IcalTime, zone: string): Date {
  if (!time.isDate && time.zone.tzid !== 'floating') return time.toJSDate();
  const { year, month, day, hour, minute, second } = time;
  const named = (time as { timezone?: string }).timezone ?? zone;
  const calendar = calendars.get(named) ?? calendarOf(named);
  calendars.set(named, calendar);
  return calendar.instant(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** One for each zone: its offsets are remembered. */
const calendars = new Map<string, Calendar>();

function selectorsOf(component: Component): string[] {
  const all = component
    .getAllProperties('categories')
    .flatMap((property) => property.getValues().map((value) => String(value).trim()));
  const selectors = all.filter((each) => SELECTOR.test(each));
  const meant = all.find((each) => each.includes(':') && !SELECTOR.test(each));
  // A window for somebody that is not understood must not become one for everybody.
  if (meant !== undefined)
    throw new Error(
      `CATEGORIES "${meant.slice(0, 80)}" names no asset:, service:, division: or customer:`,
    );
  return [...new Set(selectors)].sort();
}
