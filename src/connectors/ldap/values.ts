/** Attribute values as directories write them: texts, numbers, times, security identifiers. */
import type { Entry } from 'ldapts';

/** The texts of an attribute; an attribute that is absent, or was not shown, has none. */
export function texts(entry: Entry, attribute: string): string[] {
  const value = entry[attribute] ?? entry[attribute.toLowerCase()] ?? [];
  const all = Array.isArray(value) ? value : [value];
  return all.map((each) => (typeof each === 'string' ? each : each.toString('utf8')));
}

export function text(entry: Entry, attribute: string): string | undefined {
  const [first] = texts(entry, attribute);
  return first === '' ? undefined : first;
}

/** A decimal number; undefined for anything else. */
export function number(entry: Entry, attribute: string): number | undefined {
  const value = text(entry, attribute);
  return value !== undefined && /^-?\d{1,19}$/.test(value) ? Number(value) : undefined;
}

/** `[MS-DTYP] 2.4.2.2`: revision, count of parts, authority, parts. */
export function sidOf(entry: Entry): string | undefined {
  const value = entry['objectSid'];
  const bytes = Array.isArray(value) ? value[0] : value;
  if (!Buffer.isBuffer(bytes) || bytes.length < 8) return undefined;
  const count = bytes[1] ?? 0;
  if (bytes.length !== 8 + 4 * count) return undefined;
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(8 + 4 * index));
  return `S-${bytes[0] ?? 0}-${bytes.readUIntBE(2, 6)}${parts.map((part) => `-${part}`).join('')}`;
}

const EPOCH_DIFFERENCE = 11_644_473_600_000;
/** Both stand for "never" in `accountExpires`. */
const NEVER = new Set(['0', '9223372036854775807']);

/** Hundreds of nanoseconds since 1601 as milliseconds since 1970; undefined for never. */
export function fileTime(entry: Entry, attribute: string): number | undefined {
  const value = text(entry, attribute);
  if (value === undefined || !/^\d{1,19}$/.test(value) || NEVER.has(value)) return undefined;
  return Number(BigInt(value) / 10_000n) - EPOCH_DIFFERENCE;
}

/** `20261121214040.0Z` (RFC 4517 section 3.3.13) as milliseconds since 1970. */
export function generalizedTime(entry: Entry, attribute: string): number | undefined {
  const [, year, month, day, hour, minute = '00', second = '00'] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)?(\d\d)?(?:[.,]\d+)?Z$/.exec(text(entry, attribute) ?? '') ??
    [];
  if (year === undefined) return undefined;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
}

/** An instant that has been; a directory whose clock is ahead says nothing that can be used. */
export function past(ms: number | undefined, now: number): string | undefined {
  if (ms === undefined || ms > now || ms < 0) return undefined;
  return new Date(ms).toISOString();
}

/** Names in a directory differ by more than case and spaces around commas. */
export function normalDn(dn: string): string {
  return dn.replace(/\s*([,=+])\s*/g, '$1').toLowerCase();
}
