/**
 * Maven versions by the version order specification of the POM reference. A hyphen, or a passage between digits and
 * letters, opens a nested list; items of a list are compared one by one. That order is not transitive everywhere
 * (1 < 1.x < 1.0.alpha < 1), so there is no sort key and the coarse version is the leading numbers only.
 */
import { endOfDigits, isDigit, numberKey, textKey } from './key.ts';
import { COARSE_LENGTH, order, type Order, type Scheme } from './scheme.ts';

const ZERO = numberKey('0');

/** Qualifiers before and after `RELEASE`, which stands for no qualifier at all. */
const RELEASE = '5';
const UNKNOWN = '7';
const QUALIFIERS: ReadonlyMap<string, string> = new Map([
  ['alpha', '0'],
  ['beta', '1'],
  ['milestone', '2'],
  ['rc', '3'],
  ['cr', '3'],
  ['snapshot', '4'],
  ['ga', RELEASE],
  ['final', RELEASE],
  ['release', RELEASE],
  ['sp', '6'],
]);

/** One letter directly before a number. */
const SHORT: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);

interface Item {
  readonly numeric: boolean;
  readonly key: string;
}

/** Each list's own items; the next list is nested at its end. */
type Lists = readonly (readonly Item[])[];

function parse(text: string): Lists | undefined {
  const version = text.trim().toLowerCase();
  if (version === '') return undefined;
  const lists: Item[][] = [];
  let list: Item[] = [];
  let start = 0;
  while (start < version.length) {
    const end = endOfItem(version, start);
    const separator = version.charAt(end);
    const beforeDigit = isDigit(version.charCodeAt(end));
    list.push(itemOf(version.slice(start, end), beforeDigit));
    start = separator === '.' || separator === '-' ? end + 1 : end;
    if (separator !== '.' && separator !== '') {
      lists.push(list);
      list = [];
    }
  }
  lists.push(list);
  return trimmed(lists);
}

function endOfItem(version: string, start: number): number {
  if (isDigit(version.charCodeAt(start))) return endOfDigits(version, start);
  let end = start;
  while (end < version.length && !endsWord(version.charCodeAt(end))) end += 1;
  return end;
}

function endsWord(code: number): boolean {
  return isDigit(code) || code === DOT || code === HYPHEN;
}

const DOT = 0x2e;
const HYPHEN = 0x2d;

function itemOf(word: string, beforeDigit: boolean): Item {
  if (word === '' || isDigit(word.charCodeAt(0))) return { numeric: true, key: numberKey(word) };
  const name = beforeDigit ? (SHORT.get(word) ?? word) : word;
  return { numeric: false, key: QUALIFIERS.get(name) ?? UNKNOWN + textKey(name) };
}

/** Zeros and release qualifiers at the end of a list do not count, nor does a nested list that is then empty. */
function trimmed(lists: Item[][]): Lists {
  for (const list of lists) {
    while (list.length > 0 && againstNothing(list.at(-1)) === 0) list.pop();
  }
  return lists.filter((list, level) => level === 0 || list.length > 0);
}

function againstNothing(item: Item | undefined): Order {
  if (item === undefined) return 0;
  return order(item.key, item.numeric ? ZERO : RELEASE);
}

function compare(a: Lists, b: Lists): Order {
  const depth = Math.max(a.length, b.length);
  for (let level = 0; level < depth; level += 1) {
    const first = a[level];
    const second = b[level];
    if (first === undefined) return opposite(restAgainstNothing(b, level, 0));
    if (second === undefined) return restAgainstNothing(a, level, 0);
    const result = compareLists(first, second);
    if (result !== 0) return result;
    if (first.length < second.length) return opposite(longerAgainst(b, a, level));
    if (first.length > second.length) return longerAgainst(a, b, level);
  }
  return 0;
}

function opposite(result: Order): Order {
  return result === 0 ? 0 : result === 1 ? -1 : 1;
}

/** As far as both reach: a number is newer than a qualifier. */
function compareLists(first: readonly Item[], second: readonly Item[]): Order {
  const common = Math.min(first.length, second.length);
  for (let index = 0; index < common; index += 1) {
    const one = first[index];
    const other = second[index];
    if (one === undefined || other === undefined) break;
    if (one.numeric !== other.numeric) return one.numeric ? 1 : -1;
    const result = order(one.key, other.key);
    if (result !== 0) return result;
  }
  return 0;
}

/** Where one list goes on, the other has its nested list, which is older than a number and newer than a qualifier. */
function longerAgainst(longer: Lists, shorter: Lists, level: number): Order {
  const index = shorter[level]?.length ?? 0;
  if (shorter.length > level + 1) return longer[level]?.[index]?.numeric === true ? 1 : -1;
  return restAgainstNothing(longer, level, index);
}

function restAgainstNothing(lists: Lists, level: number, index: number): Order {
  for (let at = level; at < lists.length; at += 1) {
    for (const item of lists[at]?.slice(at === level ? index : 0) ?? []) {
      const result = againstNothing(item);
      if (result !== 0) return result;
    }
  }
  return 0;
}

/** Further numbers are zeros, whose key sorts below every other. */
function coarse(lists: Lists): string {
  let key = '';
  for (const { numeric, key: piece } of lists[0] ?? []) {
    if (!numeric || key.length >= COARSE_LENGTH) break;
    key += piece;
  }
  return key.slice(0, COARSE_LENGTH).padEnd(COARSE_LENGTH, ZERO);
}

export const maven: Scheme<Lists> = { id: 'maven', parse, compare, coarse };
