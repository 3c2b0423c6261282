/** Finds the first mistake of a text that is no JSON (RFC 8259), for its place; nothing of the text is repeated. */

export interface JsonMistake {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  readonly problem: string;
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Ends the walk; never leaves this file. */
class Mistake extends Error {
  readonly at: number;

  constructor(at: number, problem: string) {
    super(problem);
    this.at = at;
  }
}

/** Where `JSON.parse` refused `text` and why. Needs no stack, however deep the text is nested. */
export function jsonMistake(text: string): JsonMistake {
  try {
    walk(text);
  } catch (error) {
    if (error instanceof Mistake) return { ...placeOf(text, error.at), problem: error.message };
    throw error;
  }
  return { ...placeOf(text, text.length), problem: 'not valid JSON' };
}

function walk(text: string): void {
  const open: ('{' | '[')[] = [];
  let at = value(text, skip(text, 0), open);
  while (open.length > 0) at = next(text, skip(text, at), open);
  at = skip(text, at);
  if (at < text.length) throw new Mistake(at, 'text after the end of the document');
}

/** From after a member or an opening bracket to the next such point. */
function next(text: string, at: number, open: ('{' | '[')[]): number {
  const object = open.at(-1) === '{';
  const end = object ? '}' : ']';
  const first = text[lastMark(text, at)] === open.at(-1);
  if (text[at] === end) {
    open.pop();
    return at + 1;
  }
  if (first) return member(text, at, open, object);
  if (text[at] !== ',') throw new Mistake(at, missing(text, at, `"," or "${end}"`));
  return member(text, skip(text, at + 1), open, object);
}

/** Offset of the last character before `at` that is no white space. */
function lastMark(text: string, at: number): number {
  let back = at - 1;
  while (' \t\n\r'.includes(text.charAt(back)) && back >= 0) back -= 1;
  return back;
}

function member(text: string, at: number, open: ('{' | '[')[], object: boolean): number {
  if (!object) return value(text, at, open);
  if (text[at] !== '"') throw new Mistake(at, missing(text, at, 'a name in double quotes'));
  const colon = skip(text, string(text, at));
  if (text[colon] !== ':') throw new Mistake(colon, missing(text, colon, '":"'));
  return value(text, skip(text, colon + 1), open);
}

/** Past a whole string, number or word, or past an opening bracket. */
function value(text: string, at: number, open: ('{' | '[')[]): number {
  const first = text[at];
  if (first === '{' || first === '[') {
    open.push(first);
    return at + 1;
  }
  if (first === '"') return string(text, at);
  const end = past(NUMBER, text, at) ?? past(WORD, text, at);
  if (end === undefined) throw new Mistake(at, missing(text, at, 'a value'));
  return end;
}

function string(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length) {
    if (text[at] === '"') return at + 1;
    const end = plainEnd(text, at) ?? past(ESCAPE, text, at);
    if (end === undefined) {
      const problem = text[at] === '\\' ? 'a bad escape' : 'a control character in a string';
      throw new Mistake(at, problem);
    }
    at = end;
  }
  throw new Mistake(from, 'a string without an end');
}

/** After the characters that stand for themselves; undefined where there is none. */
function plainEnd(text: string, from: number): number | undefined {
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x22 || code === 0x5c) break;
  }
  return at === from ? undefined : at;
}

function skip(text: string, at: number): number {
  return past(SPACE, text, at) ?? at;
}

function past(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function missing(text: string, at: number, expected: string): string {
  return at >= text.length
    ? `the document ends where ${expected} should be`
    : `expected ${expected}`;
}

function placeOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, column: offset - start + 1 };
}
