/** Names, dates and postcodes brought to one form, so that the same person written twice gives the same hash. */

const TITLES = new Set(
  'mr mrs ms miss mx dr prof professor rev revd reverend sir lady lord dame master sister fr'.split(
    ' ',
  ),
);
/** Words that stand where a name should: nobody's name, so no identity. */
const NO_NAME =
  /^(unknown|not known|n ?a|na|none|null|test|tbc|tba|no name|anonymous|xx+|baby|unborn|patient|client|deleted|redacted)( (unknown|test|patient|client|baby|name|none|xx+))?$/;
const MARKS = /\p{M}+/gu;

/** A name as `first|last`: lower case, no marks, titles or middle names; empty when it names nobody. */
export function nameKey(given: string, family: string): string {
  const first = words(given);
  const last = words(family);
  if (first.length === 0 || last.length === 0) return '';
  const both = `${first[0] ?? ''} ${last.at(-1) ?? ''}`;
  if (NO_NAME.test(both) || NO_NAME.test(first.join(' ')) || NO_NAME.test(last.join(' ')))
    return '';
  return both;
}

/** The same for one column: `Mrs Ada Byron`, or `BYRON, Ada`. */
export function fullNameKey(full: string): string {
  const comma = full.indexOf(',');
  if (comma > 0) return nameKey(full.slice(comma + 1), full.slice(0, comma));
  const parts = words(full);
  if (parts.length < 2) return '';
  return nameKey(parts[0] ?? '', parts.at(-1) ?? '');
}

function words(text: string): string[] {
  let plain = text.toLowerCase();
  if (!isAscii(plain)) plain = plain.normalize('NFKD').replace(MARKS, '');
  const parts = plain
    .replaceAll(/['’‘`´\-‐-―]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== '' && !TITLES.has(part));
  return parts;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

const POSTCODE = /^([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})$/;

/** A full UK postcode without its space, or an empty string; `ZZ99` is the NHS's code for no address. */
export function postcodeKey(text: string): string {
  if (text.length > 12 || text.length < 5) return '';
  const tight = text.replaceAll(/[\s.-]/g, '').toUpperCase();
  return POSTCODE.test(tight) && !tight.startsWith('ZZ99') ? tight : '';
}

export type DateOrder = 'day-first' | 'month-first';

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const ISO = /^(\d{4})-?(\d{2})-?(\d{2})(?:$|[T ])/;
const SLASHED = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:$|[ T])/;
const WORDED = /^(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3})[a-z]*[ -](\d{4}|\d{2})$/;
/** Dates that programs write when they know none. */
const NO_DATE = new Set([19000101, 19010101, 19700101, 17530101, 18991230, 99991231]);

/** A date as the integer yyyymmdd, or 0 when it is none, a placeholder, or before 1880. Two-digit years end at `thisYear`. */
export function dateNumber(text: string, order: DateOrder, thisYear: number): number {
  if (text.length < 6 || text.length > 35) return 0;
  const iso = ISO.exec(text);
  if (iso !== null) return checkedDate(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const slashed = SLASHED.exec(text);
  if (slashed !== null) {
    const [first, second] = [Number(slashed[1]), Number(slashed[2])];
    const year = fullYear(slashed[3] ?? '', thisYear);
    return order === 'day-first'
      ? checkedDate(year, second, first)
      : checkedDate(year, first, second);
  }
  const worded = WORDED.exec(text);
  if (worded === null) return 0;
  const month = MONTHS.indexOf((worded[2] ?? '').toLowerCase()) + 1;
  return checkedDate(fullYear(worded[3] ?? '', thisYear), month, Number(worded[1]));
}

function fullYear(text: string, thisYear: number): number {
  const year = Number(text);
  if (text.length === 4) return year;
  const century = Math.floor(thisYear / 100) * 100;
  return century + year > thisYear ? century - 100 + year : century + year;
}

function checkedDate(year: number, month: number, day: number): number {
  if (year < 1880 || year > 2199 || month < 1 || month > 12 || day < 1) return 0;
  if (day > lengthOf(month, year)) return 0;
  const date = year * 10_000 + month * 100 + day;
  return NO_DATE.has(date) ? 0 : date;
}

function lengthOf(month: number, year: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month === 2) return leap ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
