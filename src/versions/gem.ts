/** RubyGems versions, as `Gem::Version` orders them: letters make a pre-release, zeros at the end do not count. */
import {
  endOfDigits,
  endOfLetters,
  inverted,
  isDigit,
  isLetter,
  numberKey,
  textKey,
} from './key.ts';
import { keyedScheme } from './scheme.ts';

/** What follows, seen against an endless row of zeros: a letter is below it, a number above zero is above it. */
const LETTERS = '!';
const END = '"';
const NUMBER = '#';

const VALID = /^\d[0-9a-z]*(?:\.[0-9a-z]+)*(?:-[0-9a-z-]+(?:\.[0-9a-z-]+)*)?$/i;

function gemKey(text: string): string | undefined {
  const version = text.trim();
  if (!VALID.test(version)) return undefined;
  return segmentsKey(
    segmentsOf(version.includes('-') ? version.replaceAll('-', '.pre.') : version),
  );
}

function segmentsOf(version: string): string[] {
  const segments: string[] = [];
  let index = 0;
  let releaseEnded = false;
  while (index < version.length) {
    const start = index;
    if (isDigit(version.charCodeAt(start))) index = endOfDigits(version, start);
    else if (isLetter(version.charCodeAt(start))) index = endOfLetters(version, start);
    else {
      index += 1;
      continue;
    }
    if (!releaseEnded && isLetter(version.charCodeAt(start))) {
      releaseEnded = true;
      dropTrailingZeros(segments);
    }
    segments.push(version.slice(start, index));
  }
  dropTrailingZeros(segments);
  return segments;
}

const ZERO = numberKey('0');

function dropTrailingZeros(segments: string[]): void {
  while (isZero(segments.at(-1))) segments.pop();
}

function isZero(segment: string | undefined): boolean {
  return segment?.charAt(0) === '0' && numberKey(segment) === ZERO;
}

const NO_ZEROS = inverted(ZERO);

/** A run of zeros is told by its length: the longer, the nearer what follows stands to the end. */
function segmentsKey(segments: readonly string[]): string {
  let key = '';
  let zeros = 0;
  for (const segment of segments) {
    if (isZero(segment)) {
      zeros += 1;
      continue;
    }
    const run = zeros === 0 ? ZERO : numberKey(String(zeros));
    const numeric = isDigit(segment.charCodeAt(0));
    key += numeric
      ? NUMBER + (zeros === 0 ? NO_ZEROS : inverted(run)) + numberKey(segment)
      : LETTERS + run + textKey(segment);
    zeros = 0;
  }
  return key + END;
}

export const gem = keyedScheme('gem', gemKey);
