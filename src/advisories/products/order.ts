/**
 * Orders versions of products whose scheme nobody published: numbers by value, letters as the vendors use them. What
 * cannot be ordered is said to be so, never guessed.
 */

/** Words that come before the release that they belong to. */
const BEFORE = new Map(
  ['dev', 'snapshot', 'alpha', 'a', 'beta', 'b', 'preview', 'pre', 'm', 'rc'].map((word, at) => [
    word,
    at,
  ]),
);
/** Words that come after it: patches, service packs, updates. They are compared only with themselves. */
const AFTER = new Set([
  'p',
  'patch',
  'pl',
  'sp',
  'u',
  'update',
  'cu',
  'su',
  'es',
  'hf',
  'hotfix',
  'r',
  'build',
  'rev',
  'fp',
  'release',
  'ga',
]);

type Token = number | string;

/** Letters and numbers apart; signs only separate. Undefined for what is no version. */
export function tokensOf(text: string): Token[] | undefined {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^(version|ver\.?|release|v)\s*(?=\d)/, '');
  if (plain.length > 200 || !/^[\p{L}\d.,_+~:()[\]/ -]+$/u.test(plain) || !/\d/.test(plain))
    return undefined;
  const tokens = plain.match(/\d+|\p{L}+/gu) ?? [];
  return tokens.map((token) => (/^\d/.test(token) ? Number(token) : token));
}

/**
 * Negative, zero or positive; undefined where the two cannot be ordered (`2203 LTSR` and `2305 CR`).
 *
 * @example compareProductVersions('13.1-49.13', '13.1-48.47') > 0
 */
export function compareProductVersions(left: string, right: string): number | undefined {
  const a = tokensOf(left);
  const b = tokensOf(right);
  if (a === undefined || b === undefined) return undefined;
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const order = compareTokens(a[at], b[at], at > 0 && typeof a[at - 1] === 'number');
    if (order !== 0) return order;
  }
  return 0;
}

function compareTokens(
  a: Token | undefined,
  b: Token | undefined,
  afterNumber: boolean,
): number | undefined {
  if (a === undefined) return b === undefined ? 0 : negated(weightOfEnd(b));
  if (b === undefined) return weightOfEnd(a);
  if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b);
  if (typeof a === 'string' && typeof b === 'string') return compareWords(a, b, afterNumber);
  const word = typeof a === 'string' ? a : String(b);
  // 1.0rc1 comes before 1.0.1, 1.0p1 too; of other words nobody knows.
  if (!isKnown(word)) return undefined;
  return typeof a === 'string' ? -1 : 1;
}

/** What one more token makes of a version: more zeros nothing, a pre-release less, all else more. */
function weightOfEnd(token: Token): number | undefined {
  if (typeof token === 'number') return token === 0 ? 0 : 1;
  if (BEFORE.has(token) && token.length > 1) return -1;
  return isKnown(token) || token.length === 1 ? 1 : undefined;
}

function compareWords(a: string, b: string, afterNumber: boolean): number | undefined {
  if (a === b) return 0;
  // OpenSSL and many others count by letters: 1.0.2k, 1.0.2m.
  if (afterNumber && a.length === 1 && b.length === 1) return a < b ? -1 : 1;
  const first = BEFORE.get(a);
  const second = BEFORE.get(b);
  if (first !== undefined && second !== undefined) return Math.sign(first - second);
  if (first !== undefined && AFTER.has(b)) return -1;
  return second !== undefined && AFTER.has(a) ? 1 : undefined;
}

function isKnown(word: string): boolean {
  return BEFORE.has(word) || AFTER.has(word);
}

function negated(order: number | undefined): number | undefined {
  return order === undefined ? undefined : 0 - order;
}
