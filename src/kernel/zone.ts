/** Wall-clock time in a named zone and instants, by the zone data that Node carries (IANA, through Intl). */
import { HoldfastError } from './errors.ts';

/** A wall clock's reading: no zone, months from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws HoldfastError `bad_input` for a zone that nobody knows. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  try {
    const made = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, made);
    return made;
  } catch {
    throw new HoldfastError('bad_input', `There is no time zone ${zone.slice(0, 100)}`, {
      remedy: 'Name a zone of the IANA list, such as Europe/London.',
    });
  }
}

/** What a clock in the zone shows at the instant. */
export function wallTime(at: Date, zone: string): WallTime {
  const found: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) found[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = found;
  return { year, month, day, hour, minute, second };
}

/**
 * The instant at which a clock in the zone shows this. Where it shows it twice (the hour when summer time ends) the first;
 * where never (the hour when it begins) the time read as if the clock had not been put forward (RFC 5545 §3.3.5).
 */
export function instantOf(wall: WallTime, zone: string): Date {
  const { year, month, day, hour, minute, second } = wall;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  const before = offsetAt(asUtc - DAY_MS, zone);
  const after = offsetAt(asUtc + DAY_MS, zone);
  for (const offset of [Math.max(before, after), Math.min(before, after)]) {
    const at = asUtc - offset;
    if (offsetAt(at, zone) === offset) return new Date(at);
  }
  return new Date(asUtc - before);
}

const DAY_MS = 86_400_000;

/** Milliseconds by which the zone's clock is ahead of UTC. */
function offsetAt(at: number, zone: string): number {
  const { year, month, day, hour, minute, second } = wallTime(new Date(at), zone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}
