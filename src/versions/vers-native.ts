/**
 * Ranges in the words of npm, Conan, PyPI, RubyGems, NuGet, Maven, nginx and OpenSSL, turned into VERS. Alternatives and
 * conjunctions both become signposts, as the VERS tests ask; write disjoint alternatives.
 */
import type { Read } from './purl-model.ts';
import { formatVers, type Comparator, type Constraint, type Vers } from './vers.ts';

/** Undefined: this part of the range cannot be said in VERS. */
type Translate = (range: string) => readonly Constraint[] | undefined;

/** @example versFromNative('npm', '^1.2.3').value === 'vers:npm/>=1.2.3|<2.0.0' */
export function versFromNative(type: string, range: string): Read<string> {
  const translate = TRANSLATE[type];
  if (translate === undefined) return { problem: `no native ranges of ${type}` };
  const constraints = translate(range.trim());
  if (constraints === undefined)
    return { problem: `"${range.slice(0, 80)}" cannot be said in VERS` };
  const vers: Vers = { type, constraints };
  return { value: formatVers(vers) };
}

const TRANSLATE: Readonly<Record<string, Translate>> = {
  conan: (range) => everyPart((range.split(',')[0] ?? '').split('||').flatMap(words), conanPart),
  gem: (range) => everyPart(range.split(','), gemPart),
  maven: bracketed,
  nginx: (range) => (range === 'all' ? [ANY] : everyPart(range.split(','), nginxPart)),
  npm: (range) => everyPart(range.split('||'), npmAlternative),
  nuget: bracketed,
  openssl: (range) => everyPart(range.split(','), (version) => [post('=', version.trim())]),
  pypi: (range) => everyPart(range.split(','), pypiPart),
};

const ANY: Constraint = { comparator: '*', version: '' };

function post(comparator: Comparator, version: string): Constraint {
  return { comparator, version };
}

function everyPart(parts: readonly string[], translate: Translate): Constraint[] | undefined {
  const all: Constraint[] = [];
  for (const part of parts) {
    const constraints = translate(part.trim());
    if (constraints === undefined) return undefined;
    all.push(...constraints);
  }
  return all;
}

/** Splits at spaces, but leaves an operator with the version after it. */
function words(range: string): string[] {
  return range
    .replace(/([<>=^~])\s+/g, '$1')
    .split(/\s+/)
    .filter(Boolean);
}

const OPERATOR = /^(<=|>=|==|!=|~>|[<>=^~])?\s*(.+)$/s;

function npmAlternative(alternative: string): readonly Constraint[] | undefined {
  const hyphen = /^(\S+)\s+-\s+(\S+)$/.exec(alternative);
  if (hyphen === null) return everyPart(words(alternative), npmPart);
  return [post('>=', npmVersion(hyphen[1] ?? '')), post('<=', npmVersion(hyphen[2] ?? ''))];
}

function npmPart(part: string): readonly Constraint[] | undefined {
  if (part === '*') return [ANY];
  const [, operator = '=', text = ''] = OPERATOR.exec(part) ?? [];
  const numbers = /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?/i.exec(text)?.slice(1).filter(Boolean);
  if (numbers === undefined) return undefined;
  if (/\.[x*]$/i.test(text)) return npmBounds(numbers.join('.'), numbers, numbers.length - 1);
  if (operator === '~') return npmBounds(text, numbers, Math.min(1, numbers.length - 1));
  if (operator === '^') return npmBounds(text, numbers, firstAboveZero(numbers));
  return [post(operator === '==' ? '=' : (operator as Comparator), npmVersion(text))];
}

/** Three numbers, without a `v`. */
function npmVersion(text: string): string {
  const [, numbers = '', rest = ''] = /^v?(\d+(?:\.\d+)*)(.*)$/is.exec(text) ?? ['', '', text];
  if (numbers === '') return text;
  return (
    [...numbers.split('.'), '0', '0'].slice(0, Math.max(3, numbers.split('.').length)).join('.') +
    rest
  );
}

function npmBounds(low: string, numbers: readonly string[], index: number): Constraint[] {
  return [post('>=', npmVersion(low)), post('<', npmVersion(next(numbers, index)))];
}

function firstAboveZero(numbers: readonly string[]): number {
  const index = numbers.findIndex((number) => !/^0+$/.test(number));
  return index < 0 ? numbers.length - 1 : index;
}

/** The numbers up to `index`, with that one raised by one. */
function next(numbers: readonly string[], index: number): string {
  return [...numbers.slice(0, index), String(BigInt(numbers[index] ?? '0') + 1n)].join('.');
}

/** A hyphen at the end only says that pre-releases are welcome. */
function conanPart(part: string): readonly Constraint[] | undefined {
  const bare = part.endsWith('-') ? part.slice(0, -1) : part;
  if (bare === '' || bare === '*') return [post('>=', '0.0.0')];
  const [, operator = '=', version = ''] = OPERATOR.exec(bare) ?? [];
  if (operator !== '~' && operator !== '^') return [post(operator as Comparator, version)];
  const numbers = version.split('.');
  const index = operator === '~' ? Math.min(1, numbers.length - 1) : firstAboveZero(numbers);
  if (!/^\d+$/.test(numbers[index] ?? '')) return undefined;
  return [post('>=', version), post('<', `${next(numbers, index)}-`)];
}

function gemPart(part: string): readonly Constraint[] | undefined {
  const [, operator = '=', version = ''] = OPERATOR.exec(part) ?? [];
  if (operator !== '~>') return [post(operator as Comparator, version)];
  const numbers = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.');
  if (numbers === undefined) return undefined;
  return [post('>=', version), post('<', next(numbers, Math.max(0, numbers.length - 2)))];
}

function pypiPart(part: string): readonly Constraint[] | undefined {
  const [, operator = '', version = ''] = /^(<=|>=|==|!=|[<>])\s*([^\s=~;]+)$/.exec(part) ?? [];
  if (operator === '' || version.endsWith('.*')) return undefined;
  return [post(operator === '==' ? '=' : (operator as Comparator), version)];
}

/** `1.22.0+` stays in its stable branch (an even second number); `1.21.0+` is the open main line. */
function nginxPart(part: string): readonly Constraint[] | undefined {
  const [, low = '', plus, high] = /^(\d+\.\d+\.\d+)(?:(\+)|-(\d+\.\d+\.\d+))?$/.exec(part) ?? [];
  if (low === '') return undefined;
  if (high !== undefined) return [post('>=', low), post('<=', high)];
  if (plus === undefined) return [post('=', low)];
  const numbers = low.split('.');
  if (BigInt(numbers[1] ?? '0') % 2n === 1n) return [post('>=', low)];
  return [post('>=', low), post('<', `${next(numbers, 1)}.0`)];
}

/** `[1.0,2.0)`, `[1.0]`, `(,1.0]`, several after one another. */
function bracketed(range: string): readonly Constraint[] | undefined {
  const intervals = range.match(/[[(][^[\]()]*[\])]/g);
  if (intervals === null) return /^[^[\](),\s]+$/.test(range) ? [post('>=', range)] : undefined;
  return intervals.flatMap((interval) => {
    const [low = '', high] = interval
      .slice(1, -1)
      .split(',')
      .map((version) => version.trim());
    if (high === undefined) return [post('=', low)];
    const from = low === '' ? [] : [post(interval.startsWith('[') ? '>=' : '>', low)];
    return high === '' ? from : [...from, post(interval.endsWith(']') ? '<=' : '<', high)];
  });
}
