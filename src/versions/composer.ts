/**
 * Packagist versions, as PHP's `version_compare` orders them (and OSV with it): `dev`, alpha, beta, RC, nothing, a number,
 * `pl`; a word it does not know is older than all of these.
 */
import { endOfDigits, isDigit, numberKey } from './key.ts';
import { COARSE_LENGTH, order, type Order, type Scheme } from './scheme.ts';

/** Place of a word by its beginning, in the order PHP tries them. */
const WORDS: readonly (readonly [string, string])[] = [
  ['dev', '1'],
  ['a', '2'],
  ['b', '3'],
  ['RC', '4'],
  ['rc', '4'],
  ['p', '7'],
];
const UNKNOWN_WORD = '0';
const END = '5';
const NUMBER = '6';

/** OSV lets `#` stand for any number, or for none. No real version holds it, and with it there is no total order. */
const WILDCARD = '#';

interface Composer {
  readonly parts: readonly string[];
  readonly wild: boolean;
  readonly key: string;
}

function parse(text: string): Composer | undefined {
  const version = text.trim();
  if (version === '') return undefined;
  const parts = partsOf(/^v/i.test(version) ? version.slice(1) : version);
  const keys = parts.map(partKey);
  return { parts: keys, wild: parts.includes(WILDCARD), key: keys.join('') + END };
}

/** Everything but letters and digits separates; so does the passage from digits to anything else and back. */
function partsOf(version: string): string[] {
  return version.match(/\d+|[^\d.\-_+]+/g) ?? [];
}

function partKey(part: string): string {
  if (part === WILDCARD) return WILDCARD;
  if (isDigit(part.charCodeAt(0))) return NUMBER + numberKey(part.slice(0, endOfDigits(part, 0)));
  return WORDS.find(([word]) => part.startsWith(word))?.[1] ?? UNKNOWN_WORD;
}

function compare(a: Composer, b: Composer): Order {
  return a.wild || b.wild ? compareWild(a.parts, b.parts) : order(a.key, b.key);
}

function compareWild(a: readonly string[], b: readonly string[]): Order {
  const length = Math.max(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const first = a[index] ?? END;
    const second = b[index] ?? END;
    const matches = matchesWildcard(first, second) || matchesWildcard(second, first);
    const result = matches ? 0 : order(plain(first), plain(second));
    if (result !== 0) return result;
  }
  return 0;
}

function matchesWildcard(part: string, other: string): boolean {
  return part === WILDCARD && (other === END || other.startsWith(NUMBER));
}

function plain(part: string): string {
  return part === WILDCARD ? END : part;
}

export const composer: Scheme<Composer> = {
  id: 'composer',
  parse,
  compare,
  coarse: (value) => (value.wild ? undefined : value.key.slice(0, COARSE_LENGTH)),
};
