/** Ranges that a record writes as words in its `version` field: `< 1.2`, `2.3 and earlier`, `4.0 - 4.2`, `7.x`. */
import { compareProductVersions, tokensOf } from './order.ts';

export interface WordRange {
  /** Inclusive unless `aboveOnly`. */
  readonly from?: string;
  readonly aboveOnly?: boolean;
  /** Exclusive. */
  readonly below?: string;
  /** Inclusive. */
  readonly to?: string;
  /** Every version that begins so: `7.` for `7.x`. */
  readonly prefix?: string;
  readonly exact?: string;
}

/** `all`: every version. `unsaid`: the record gives none. */
export type Words = 'all' | 'unsaid' | readonly WordRange[];

const V = String.raw`[vV]?\d[\w.()+~-]*(?: (?:sp|p|u|update|patch|cu|r|build|rc|beta)\.? ?\d[\w.]*)?`;
const whole = (pattern: string): RegExp => new RegExp(`^${pattern}$`, 'i');

const FORMS: readonly (readonly [RegExp, (found: RegExpExecArray) => WordRange])[] = [
  [whole(`>=? ?(${V}) ?(?:,|and|&) ?< ?(${V})`), ([, from, below]) => range({ from, below })],
  [whole(`>=? ?(${V}) ?(?:,|and|&) ?<= ?(${V})`), ([, from, to]) => range({ from, to })],
  [whole(`<= ?(${V})`), ([, to]) => range({ to })],
  [whole(`< ?(${V})`), ([, below]) => range({ below })],
  [whole(`>= ?(${V})`), ([, from]) => range({ from })],
  [whole(`> ?(${V})`), ([, from]) => ({ ...range({ from }), aboveOnly: true })],
  [
    whole(`(?:prior to|before|earlier than|versions? (?:prior to|before)) (${V})`),
    ([, below]) => range({ below }),
  ],
  [whole(`(?:up to|through|until)(?: and including)? (${V})`), ([, to]) => range({ to })],
  [
    whole(`(${V}),? (?:and|or|&) (?:earlier|prior|below|lower|older|before)(?: versions?)?`),
    ([, to]) => range({ to }),
  ],
  [
    whole(`(${V}) (?:and|or) (?:later|newer|above|higher|up)(?: versions?)?`),
    ([, from]) => range({ from }),
  ],
  [
    whole(`(?:from )?(${V}) (?:-|–|to|through|thru|up to) (${V})`),
    ([, from, to]) => range({ from, to }),
  ],
  [whole(String.raw`(\d[\d.]*\.)[x*]`), ([, prefix]) => range({ prefix })],
  [whole(`=?=? ?(${V})`), ([, exact]) => range({ exact })],
];

function range(parts: {
  readonly [Key in keyof WordRange]?: WordRange[Key] | undefined;
}): WordRange {
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

/** Undefined where the words are not understood: the verdict is unknown then. */
export function readWords(text: string): Words | undefined {
  const plain = text.trim().replaceAll(/\s+/g, ' ');
  if (/^(?:n\/?a|-|unspecified|unknown|none|not specified|)$/i.test(plain)) return 'unsaid';
  const rest = plain.replace(
    /^all(?: (?:supported )?versions?)?\s*(?=[<>]|prior|before|up to)/i,
    '',
  );
  if (/^(?:\*|all|all (?:supported )?versions?|any|any version|0 and later)$/i.test(rest))
    return 'all';
  const parts = /[<>]/.test(rest) ? [rest] : rest.split(/\s*[;,]\s*(?=\S)/);
  const ranges = parts.map((part) => formOf(part.replace(/^versions? /i, '')));
  return ranges.every((each) => each !== undefined) ? ranges : undefined;
}

function formOf(part: string): WordRange | undefined {
  const span = hyphenSpan(part);
  if (span !== undefined) return span;
  for (const [pattern, make] of FORMS) {
    const found = pattern.exec(part);
    if (found !== null) return make(found);
  }
  return undefined;
}

/** `12.0.1-12.0.3` is a span and `7.0.0-1` a revision: a span's ends are of the same shape, the second one greater. */
function hyphenSpan(part: string): WordRange | undefined {
  const [from, to, more] = part.split('-');
  if (from === undefined || to === undefined || more !== undefined) return undefined;
  const dots = (text: string): number => text.split('.').length;
  if (!/^\d[\d.]*$/.test(from) || !/^\d[\d.]*$/.test(to)) return undefined;
  if (dots(from) < 3 || dots(from) !== dots(to)) return undefined;
  return (compareProductVersions(from, to) ?? 1) < 0 ? { from, to } : undefined;
}

/** Whether the version lies inside; undefined where that cannot be told. */
export function isInside(version: string, words: WordRange): boolean | undefined {
  const { from, aboveOnly, below, to, prefix, exact } = words;
  if (tokensOf(version) === undefined) return undefined;
  if (prefix !== undefined) return `${version}.`.startsWith(prefix);
  const checks: (boolean | undefined)[] = [];
  const check = (bound: string | undefined, holds: (order: number) => boolean): void => {
    if (bound === undefined) return;
    const order = compareProductVersions(version, bound);
    checks.push(order === undefined ? undefined : holds(order));
  };
  check(exact, (order) => order === 0);
  check(from, (order) => (aboveOnly === true ? order > 0 : order >= 0));
  check(below, (order) => order < 0);
  check(to, (order) => order <= 0);
  if (checks.includes(false)) return false;
  return checks.includes(undefined) ? undefined : true;
}
