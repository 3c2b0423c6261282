/** Calendar time in an organisation's zone: a limit of fourteen days ends at the same time of day, whatever summer time does. */

/** Whether the tz database that Node carries has a zone of this name. */
export function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en-GB', { timeZone: name }));
  } catch {
    return false;
  }
}

/** Calendar time; the results are instants. Days and months keep the time of day on the zone's clocks. */
export interface Calendar {
  readonly zone: string;
  addDays(from: Date, days: number): Date;
  /** The instant at which the zone's clocks show this, given in milliseconds as though it were UTC. */
  instant(shown: number): Date;
  /** The same day of a later month, or its last day where the month is shorter. */
  addMonths(from: Date, months: number): Date;
  /** The end of a day that a source names (`2021-11-17`): the first moment of the next one. */
  endOfDay(day: string): Date;
  /** `2026-10-26 00:00` on the zone's clocks. */
  text(at: Date): string;
}

const DAY_MS = 86_400_000;

/**
 * @throws RangeError for a zone that is not in the tz database.
 * @example calendarOf('Europe/London').addDays(new Date('2026-10-20T09:00:00Z'), 14) // 2026-11-03T10:00:00Z
 */
export function calendarOf(zone: string): Calendar {
  const offsetAt = offsets(zone);
  /** Milliseconds of the zone's clocks at an instant, read as though they were UTC. */
  const wall = (at: number): number => at + offsetAt(at);
  const instant = (shown: number): Date => new Date(instantOf(shown, offsetAt));
  const addMonths = (from: Date, months: number): Date => {
    const shown = new Date(wall(from.getTime()));
    const day = shown.getUTCDate();
    shown.setUTCDate(1);
    shown.setUTCMonth(shown.getUTCMonth() + months);
    const length = new Date(Date.UTC(shown.getUTCFullYear(), shown.getUTCMonth() + 1, 0));
    shown.setUTCDate(Math.min(day, length.getUTCDate()));
    return instant(shown.getTime());
  };
  return {
    zone,
    instant,
    addDays: (from, days) => instant(wall(from.getTime()) + days * DAY_MS),
    addMonths,
    endOfDay: (day) => instant(Date.parse(`${day.slice(0, 10)}T00:00:00Z`) + DAY_MS),
    text: (at) => new Date(wall(at.getTime())).toISOString().slice(0, 16).replace('T', ' '),
  };
}

/**
 * The instant at which the zone's clocks show this. A time that occurs twice (clocks go back) means the first; one that
 * does not occur (clocks go forward) means the moment of the change plus what was skipped: never earlier than was asked.
 */
function instantOf(shown: number, offsetAt: (at: number) => number): number {
  const before = shown - offsetAt(shown - DAY_MS);
  const after = shown - offsetAt(shown + DAY_MS);
  const fits = [before, after].filter((at) => at + offsetAt(at) === shown);
  return fits.length > 0 ? Math.min(...fits) : before;
}

/** Offsets in milliseconds, remembered by the hour: every change of a zone falls on a full quarter, most on a full hour. */
function offsets(zone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    era: 'short',
  });
  const known = new Map<number, number>();
  return (at) => {
    const slot = Math.floor(at / QUARTER_MS);
    const remembered = known.get(slot);
    if (remembered !== undefined) return remembered;
    const offset = offsetOf(format, slot * QUARTER_MS);
    if (known.size >= MOST_SLOTS) known.clear();
    known.set(slot, offset);
    return offset;
  };
}

const QUARTER_MS = 15 * 60_000;
const MOST_SLOTS = 100_000;

function offsetOf(format: Intl.DateTimeFormat, at: number): number {
  const parts = Object.fromEntries(
    format.formatToParts(at).map(({ type, value }) => [type, value]),
  );
  const number = (name: string): number => Number(parts[name]);
  const shown = Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  );
  return shown - at;
}
