/** Versions that are only numbers between separators: CRAN, Hackage, Windows builds. */
import { endOfDigits, numberKey } from './key.ts';
import { keyedScheme } from './scheme.ts';

const END = '!';
const NUMBER = '"';

function numbersOf(text: string, separators: RegExp): string[] | undefined {
  const numbers = text.trim().split(separators);
  const readable = numbers.every((part) => part !== '' && endOfDigits(part, 0) === part.length);
  return readable ? numbers : undefined;
}

/** More numbers are newer than fewer: 1.0 comes before 1.0.0 (R's package_version, Haskell's Data.Version). */
function countingKey(text: string, separators: RegExp): string | undefined {
  const numbers = numbersOf(text, separators);
  return numbers === undefined
    ? undefined
    : numbers.map((number) => NUMBER + numberKey(number)).join('') + END;
}

/** Missing numbers are zeros: 10.0 is 10.0.0.0. */
function paddedKey(text: string): string | undefined {
  const keys = numbersOf(text, /\./)?.map(numberKey);
  const zero = numberKey('0');
  while (keys?.at(-1) === zero) keys.pop();
  return keys === undefined ? undefined : keys.map((key) => NUMBER + key).join('') + END;
}

export const cran = keyedScheme('cran', (text) => countingKey(text, /[.-]/));

export const hackage = keyedScheme('hackage', (text) => countingKey(text, /\./));

/** Windows builds with their revision (UBR), such as 10.0.17763.1935; also the `intdot` scheme of VERS. */
export const windows = keyedScheme('windows', paddedKey);
