/** Versions that are no numbers at all: texts by their bytes, and moments of time (VERS `lexicographic`, `datetime`). */
import { numberKey, textKey } from './key.ts';
import { keyedScheme } from './scheme.ts';

export const lexicographic = keyedScheme('lexicographic', textKey);

const MOMENT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** Seconds from the year 0 to 1970, so that no moment is negative. */
const BEFORE_1970 = 62_167_219_200;

/** RFC 3339 with upper-case T and Z; the instant counts, not how its offset is written. */
function datetimeKey(text: string): string | undefined {
  const match = MOMENT.exec(text);
  if (match === null) return undefined;
  const [, moment = '', fraction = '', offset = ''] = match;
  const seconds = Date.parse(moment + offset) / 1000 + BEFORE_1970;
  if (Number.isNaN(seconds)) return undefined;
  return numberKey(String(seconds)) + textKey(withoutTrailingZeros(fraction));
}

function withoutTrailingZeros(fraction: string): string {
  let end = fraction.length;
  while (fraction.charAt(end - 1) === '0') end -= 1;
  return fraction.slice(0, end);
}

export const datetime = keyedScheme('datetime', datetimeKey);
