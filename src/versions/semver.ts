/**
 * Semantic versions (semver.org 2.0.0 §11), read leniently as npm and OSV do: a leading `v`, missing or extra numbers and
 * a pre-release without its hyphen are understood; build metadata does not count.
 */
import { endOfDigits, numberKey, textKey } from './key.ts';
import { keyedScheme } from './scheme.ts';

const PRE_RELEASE = '!';
const RELEASE = '"';
const EXTRA = '#';

const ID_END = '!';
const ID_NUMBER = '"';
const ID_TEXT = '#';

/** A version taken apart: trailing zero numbers are gone, so that 1, 1.0 and 1.0.0.0 are one. */
interface Parts {
  readonly numbers: readonly string[];
  readonly preRelease: string;
  readonly build: string;
}

function partsOf(text: string): Parts | undefined {
  const plus = text.indexOf('+');
  const main = plus < 0 ? text : text.slice(0, plus);
  const numbers: string[] = [];
  const leading = main.charCodeAt(0) | 0x20;
  let index = leading === 0x76 ? 1 : 0;
  for (;;) {
    const end = endOfDigits(main, index);
    if (end === index) break;
    numbers.push(main.slice(index, end));
    index = end;
    if (main.charAt(index) !== '.' || endOfDigits(main, index + 1) === index + 1) break;
    index += 1;
  }
  if (numbers.length === 0) return undefined;
  const separator = main.charAt(index);
  const preRelease = main.slice(separator === '-' || separator === '.' ? index + 1 : index);
  return { numbers, preRelease, build: plus < 0 ? '' : text.slice(plus + 1) };
}

function numbersKey(numbers: readonly string[]): string {
  let count = numbers.length;
  while (count > 3 && /^0+$/.test(numbers[count - 1] ?? '')) count -= 1;
  let key = numberKey(numbers[0] ?? '') + numberKey(numbers[1] ?? '') + numberKey(numbers[2] ?? '');
  for (let index = 3; index < count; index += 1) key += EXTRA + numberKey(numbers[index] ?? '');
  return key;
}

/** Dot-separated identifiers: numbers before texts, fewer before more. */
function identifiersKey(identifiers: string): string {
  let key = '';
  for (const identifier of identifiers.split('.')) {
    const numeric = identifier !== '' && endOfDigits(identifier, 0) === identifier.length;
    key += numeric ? ID_NUMBER + numberKey(identifier) : ID_TEXT + textKey(identifier);
  }
  return key + ID_END;
}

/** The sort key of a version, or undefined for what does not begin with a number. */
export function semverKey(text: string): string | undefined {
  const parts = partsOf(text.trim());
  return parts === undefined ? undefined : precedenceKey(parts);
}

function precedenceKey({ numbers, preRelease }: Parts): string {
  if (preRelease === '') return numbersKey(numbers) + RELEASE;
  return numbersKey(numbers) + PRE_RELEASE + identifiersKey(preRelease);
}

/** Dart orders the build metadata too: without before with, then like a pre-release (pub_semver). */
function pubKey(text: string): string | undefined {
  const parts = partsOf(text.trim());
  if (parts === undefined) return undefined;
  const key = precedenceKey(parts);
  return parts.build === '' ? key + ID_END : key + ID_TEXT + identifiersKey(parts.build);
}

/** npm, crates.io, Hex, Swift, Julia, Bitnami… */
export const semver = keyedScheme('semver', semverKey);

export const pub = keyedScheme('pub', pubKey);

/** NuGet (SemVer 2 with a fourth number): pre-release texts are compared without regard to case. */
export const nuget = keyedScheme('nuget', (text) => semverKey(text.toLowerCase()));
