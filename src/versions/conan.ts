/**
 * Conan versions (Conan 2): dotted items, `-pre` before and `+build` after the plain one, trailing zeros without weight.
 * A number and a text are compared as texts, so 2 < 10 < 1a < 2 can happen and there is no sort key.
 */
import { endOfDigits, isDigit, numberKey } from './key.ts';
import { COARSE_LENGTH, order, type Order, type Scheme } from './scheme.ts';

interface Conan {
  readonly items: readonly Item[];
  readonly pre: Conan | undefined;
  readonly build: Conan | undefined;
}

interface Item {
  readonly text: string;
  /** Undefined for what is not a number. */
  readonly key: string | undefined;
}

function parse(text: string): Conan | undefined {
  const version = text.trim();
  return version === '' ? undefined : read(version);
}

function read(version: string): Conan {
  const [rest, build] = cutLast(version, '+');
  const [main, pre] = cutLast(rest, '-');
  const items = main.split('.').map(itemOf);
  while (items.at(-1)?.text === '0') items.pop();
  return {
    items,
    pre: pre === undefined ? undefined : read(pre),
    build: build === undefined ? undefined : read(build),
  };
}

function cutLast(text: string, separator: string): readonly [string, string | undefined] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function itemOf(text: string): Item {
  if (text === '' || endOfDigits(text, 0) < text.length) return { text, key: undefined };
  return { text: text.replace(/^0+(?=\d)/, ''), key: numberKey(text) };
}

function compare(a: Conan, b: Conan): Order {
  const items = compareItems(a.items, b.items);
  if (items !== 0) return items;
  if (a.pre === undefined && b.pre === undefined) return compareOptional(a.build, b.build);
  if (a.pre === undefined || b.pre === undefined) return a.pre === undefined ? 1 : -1;
  return compare(a.pre, b.pre) || compareOptional(a.build, b.build);
}

function compareOptional(a: Conan | undefined, b: Conan | undefined): Order {
  if (a === undefined) return b === undefined ? 0 : -1;
  return b === undefined ? 1 : compare(a, b);
}

function compareItems(a: readonly Item[], b: readonly Item[]): Order {
  for (const [index, item] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const numbers = item.key !== undefined && other.key !== undefined;
    const result = numbers ? order(item.key, other.key) : order(item.text, other.text);
    if (result !== 0) return result;
  }
  return a.length < b.length ? -1 : 0;
}

/** The first number only: a text that begins with a digit has no place among the numbers. */
function coarse({ items }: Conan): string | undefined {
  const [first] = items;
  if (first === undefined) return numberKey('0');
  if (first.key !== undefined) return first.key.slice(0, COARSE_LENGTH);
  const code = first.text.charCodeAt(0);
  if (isDigit(code)) return undefined;
  return code > 0x39 ? '~' : numberKey('0');
}

export const conan: Scheme<Conan> = { id: 'conan', parse, compare, coarse };
