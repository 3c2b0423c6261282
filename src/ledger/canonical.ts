/** RFC 8785 (JCS): one byte sequence for one JSON value, so that it can be hashed. */
import { HoldfastError } from '../kernel/errors.ts';

/** A value JCS can represent. Numbers are IEEE doubles: write larger integers as text. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

const DEEPEST = 64;

/**
 * The canonical text of `value` (hash its UTF-8). Throws `bad_input` for whatever has no canonical form: NaN and
 * infinities, lone surrogates, undefined, functions, holes, objects with a class, cycles.
 *
 * @example canonicalJson({ b: 1.0, a: '€' }) // '{"a":"€","b":1}'
 */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** Reads canonical text; refuses any other spelling of the same value, so that text and value are one to one. */
export function parseCanonical(text: string): Json {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (cause) {
    throw new HoldfastError('bad_input', 'The record is not JSON.', { cause });
  }
  if (canonicalJson(value) !== text) {
    throw new HoldfastError(
      'bad_input',
      'The record is JSON but not in canonical form (RFC 8785).',
    );
  }
  return value;
}

function write(value: unknown, depth: number): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeText(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value !== 'object') throw unfit(typeof value);
  if (depth >= DEEPEST) throw unfit(`more than ${DEEPEST} levels, or a cycle`);
  return Array.isArray(value) ? writeList(value, depth) : writeObject(value, depth);
}

/** §3.2.2.3: ECMAScript's own shortest form; -0 is 0. I-JSON has no NaN or infinity. */
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw unfit(String(value));
  return JSON.stringify(value);
}

/** §3.2.2.2: ECMAScript's escapes. A lone surrogate has no UTF-8 and is refused (I-JSON, RFC 7493 §2.1). */
function writeText(value: string): string {
  if (!value.isWellFormed()) throw unfit('a lone surrogate');
  return JSON.stringify(value);
}

function writeList(list: readonly unknown[], depth: number): string {
  return `[${Array.from(list, (item) => write(item, depth + 1)).join(',')}]`;
}

/** §3.2.3: members sorted by UTF-16 code units, which is what the default sort compares. */
function writeObject(object: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw unfit('an object with a class');
  if (Object.getOwnPropertySymbols(object).length > 0) throw unfit('a symbol as a name');
  const members = object as Record<string, unknown>;
  const written = Object.keys(members)
    .sort()
    .map((name) => `${writeText(name)}:${write(members[name], depth + 1)}`);
  return `{${written.join(',')}}`;
}

function unfit(what: string): HoldfastError {
  return new HoldfastError('bad_input', `No canonical JSON for ${what} (RFC 8785).`);
}
