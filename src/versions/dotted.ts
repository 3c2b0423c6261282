/** Versions that are only numbers between separators: CRAN, Hackage, Windows builds. */
import { endOfDigits, numberKey } from './key.ts';
import { keyedScheme } from './scheme.ts';

const END = '!';
const NUMBER = '"';

/** The keys of the numbers; undefined where anything else stands there, or nothing. */
function numberKeys(text: string, separators: string): string[] | undefined {
  const version = text.trim();
  const keys: string[] = [];
  for (let start = 0; ;) {
    const end = endOfDigits(version, start);
    if (end === start) return undefined;
    keys.push(NUMBER + numberKey(version.slice(start, end)));
    if (end === version.length) return keys;
    if (!separators.includes(version.charAt(end))) return undefined;
    start = end + 1;
  }
}

/** More numbers are newer than fewer: 1.0 comes before 1.0.0 (R's package_version, Haskell's Data.Version). */
function countingKey(text: string, separators: string): string | undefined {
  const keys = numberKeys(text, separators);
  return keys === undefined ? undefined : keys.join('') + END;
}

const ZERO = NUMBER + numberKey('0');

/** Missing numbers are zeros: 10.0 is 10.0.0.0. */
function paddedKey(text: string): string | undefined {
  const keys = numberKeys(text, '.');
  if (keys === undefined) return undefined;
  while (keys.at(-1) === ZERO) keys.pop();
  return keys.join('') + END;
}

export const cran = keyedScheme('cran', (text) => countingKey(text, '.-'));

export const hackage = keyedScheme('hackage', (text) => countingKey(text, '.'));

/** Windows builds with their revision (UBR), such as 10.0.17763.1935; also the `intdot` scheme of VERS. */
export const windows = keyedScheme('windows', paddedKey);
