/**
 * YAML as programs write it into lock files: one key a line, block mappings and lists, flow collections within a line. A
 * tenth of the time of the library, which reads what this refuses (`yaml.ts`).
 */
import { endOfQuoted } from './quoted.ts';
import { linesOf } from './text.ts';

/** Scalars are texts as written; null is an empty text. */
export type YamlValue = string | YamlMap | readonly YamlValue[];
export type YamlMap = ReadonlyMap<string, YamlEntry>;
export interface YamlEntry {
  readonly value: YamlValue;
  /** Of the key, from 1. */
  readonly line: number;
}

interface Line {
  readonly indent: number;
  readonly text: string;
  /** With the spaces at its end. */
  readonly raw: string;
  readonly line: number;
}

/** Thrown and caught in this file: the text is not in the simple form. */
const REFUSED = Symbol('refused');
const MAX_DEPTH = 64;
/** Characters of a flow collection within a line. */
const MAX_FLOW = 100_000;

/** One value per document; undefined where the text is not in the simple form. */
export function readSimpleYaml(text: string): readonly YamlValue[] | undefined {
  try {
    return documentsOf(text).map((lines) => new Reader(lines).document());
  } catch (error) {
    if (error === REFUSED) return undefined;
    throw error;
  }
}

function documentsOf(text: string): readonly (readonly Line[])[] {
  const documents: Line[][] = [[]];
  for (const { line, text: whole } of linesOf(text)) {
    const indent = /^ */.exec(whole)?.[0].length ?? 0;
    const raw = whole.slice(indent);
    if (whole === '---' || whole.startsWith('--- ')) {
      if (whole.length > 4 || documents.length > 1000) refuse();
      documents.push([]);
    } else if (whole === '...') refuse();
    else documents.at(-1)?.push({ indent, text: withoutEnd(raw), raw, line });
  }
  return documents.filter((lines) => lines.some(isContent));
}

/** Without spaces and tabs at its end, in one step however many there are. */
function withoutEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 32 || text.charCodeAt(end - 1) === 9)) end -= 1;
  return text.slice(0, end);
}

function isContent({ text }: Line): boolean {
  return text !== '' && !text.startsWith('#');
}

function refuse(): never {
  // eslint-disable-next-line @typescript-eslint/only-throw-error -- a signal that never leaves this file, cheaper than an Error
  throw REFUSED;
}

class Reader {
  readonly #lines: readonly Line[];
  #at = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  document(): YamlValue {
    const first = this.#peek();
    if (first === undefined) return '';
    const value = this.#block(first.indent, 0);
    if (this.#peek() !== undefined) refuse();
    return value;
  }

  /** The next line with content. */
  #peek(): Line | undefined {
    for (; this.#at < this.#lines.length; this.#at += 1) {
      const line = this.#lines[this.#at];
      if (line !== undefined && isContent(line)) return line;
    }
    return undefined;
  }

  #block(indent: number, depth: number): YamlValue {
    const first = this.#peek();
    if (depth > MAX_DEPTH || first === undefined) refuse();
    if (isItem(first.text)) return this.#list(indent, depth);
    if (/^[{[]/.test(first.text) && !/:$/.test(first.text)) {
      this.#at += 1;
      return flow(first.text);
    }
    return this.#map(indent, depth);
  }

  #list(indent: number, depth: number): YamlValue {
    const items: YamlValue[] = [];
    for (
      let line = this.#peek();
      line?.indent === indent && isItem(line.text);
      line = this.#peek()
    ) {
      this.#at += 1;
      const inner = line.text.slice(1).trimStart();
      if (isItem(inner)) refuse();
      if (inner === '') items.push(this.#below(indent, depth));
      else if (splitKey(inner) === undefined) items.push(this.#scalar(inner, indent));
      else {
        // `- key: value`: a mapping that begins behind the mark.
        const column = indent + line.text.length - inner.length;
        items.push(this.#map(column, depth + 1, { ...line, indent: column, text: inner }));
      }
    }
    this.#mustEnd(indent);
    return items;
  }

  #map(indent: number, depth: number, begun?: Line): YamlMap {
    const map = new Map<string, YamlEntry>();
    let line = begun ?? this.#take(indent);
    for (; line !== undefined; line = this.#take(indent)) {
      const { key, rest } = line.text.startsWith('? ') ? this.#longKey(line) : keyOf(line.text);
      if (key === '<<') refuse();
      const value = rest === '' ? this.#below(indent, depth, true) : this.#scalar(rest, indent);
      map.set(key, { value, line: line.line });
    }
    this.#mustEnd(indent);
    return map;
  }

  #take(indent: number): Line | undefined {
    const line = this.#peek();
    if (line?.indent !== indent || isItem(line.text)) return undefined;
    this.#at += 1;
    return line;
  }

  /** A line that is indented further than what it follows belongs to nothing we know. */
  #mustEnd(indent: number): void {
    if ((this.#peek()?.indent ?? -1) > indent) refuse();
  }

  /** `? key` and on the next line `: value`, or a mapping that begins there. */
  #longKey(line: Line): { readonly key: string; readonly rest: string } {
    const key = line.text.slice(2).trim();
    const next = this.#lines[this.#at];
    if (next?.indent !== line.indent || !next.text.startsWith(':')) refuse();
    const rest = next.text.slice(1).trimStart();
    if (rest !== '' && splitKey(rest) !== undefined && !rest.startsWith('{')) {
      refuse();
    }
    this.#at += 1;
    return { key: scalarText(key), rest };
  }

  /** What a key or an item without a value on its line holds; a list may stand as far left as its key. */
  #below(indent: number, depth: number, listAtKey = false): YamlValue {
    const next = this.#peek();
    if (next === undefined || next.indent < indent) return '';
    if (next.indent > indent) return this.#block(next.indent, depth + 1);
    return listAtKey && isItem(next.text) ? this.#list(indent, depth + 1) : '';
  }

  #scalar(text: string, indent: number): YamlValue {
    if (/^[>|]-?$/.test(text)) return this.#literal(indent, text);
    if (/^[&*!%@`>|]/.test(text)) refuse();
    if (/^[{[]/.test(text)) return flow(text);
    return scalarText(text);
  }

  /** A block scalar; the indentation of its first line is none of its text. */
  #literal(indent: number, mark: string): string {
    const lines: string[] = [];
    const inner = this.#lines[this.#at]?.indent ?? 0;
    for (; this.#at < this.#lines.length; this.#at += 1) {
      const line = this.#lines[this.#at];
      if (line === undefined || (line.text !== '' && line.indent <= indent)) break;
      lines.push(line.text === '' ? '' : deeper(line, inner, mark));
    }
    return literalText(lines, mark);
  }
}

/** Folding keeps the ends of lines that are indented further: left to the library. */
function deeper({ indent, raw }: Line, inner: number, mark: string): string {
  const more = indent - inner;
  if (more < 0 || raw.startsWith('\t') || (more > 0 && mark.startsWith('>'))) refuse();
  return ' '.repeat(more) + raw;
}

function literalText(lines: string[], mark: string): string {
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0 || lines[0] === '') refuse();
  const text = mark.startsWith('|') ? lines.join('\n') : folded(lines);
  return mark.endsWith('-') ? text : `${text}\n`;
}

/** One line end becomes a space, of several one is lost. */
function folded(lines: readonly string[]): string {
  let text = '';
  let blank = 0;
  for (const [index, line] of lines.entries()) {
    if (line === '') blank += 1;
    else {
      text += (blank > 0 ? '\n'.repeat(blank) : index > 0 ? ' ' : '') + line;
      blank = 0;
    }
  }
  return text;
}

function isItem(text: string): boolean {
  return text === '-' || text.startsWith('- ');
}

function keyOf(text: string): { readonly key: string; readonly rest: string } {
  return splitKey(text) ?? refuse();
}

/** What stands between a quoted key and its value. */
const COLON = /^ *:(?: +|$)/;

/** Undefined where the line is no `key: value`. */
function splitKey(text: string): { readonly key: string; readonly rest: string } | undefined {
  const first = text[0];
  if (first === '"' || first === "'") return splitQuoted(text);
  if (first === '{' || first === '[') return undefined;
  if (/^[&*!%`|>]/.test(text)) refuse();
  const colon = text.endsWith(':') ? text.length - 1 : -1;
  const split = text.indexOf(': ');
  const at = split < 0 ? colon : split;
  if (at <= 0) return undefined;
  return { key: text.slice(0, at), rest: withoutComment(text.slice(at + 1).trimStart()) };
}

/** The key stands in quotes. */
function splitQuoted(text: string): { readonly key: string; readonly rest: string } | undefined {
  const isDouble = text.startsWith('"');
  const end = endOfQuoted(text, 0, isDouble ? 'backslash' : 'double');
  const after = end < 0 ? '' : text.slice(end);
  const colon = COLON.exec(after)?.[0];
  if (colon === undefined) return undefined;
  const inner = text.slice(1, end - 1);
  const key = isDouble ? unescape(inner) : inner.replaceAll("''", "'");
  return { key, rest: withoutComment(after.slice(colon.length)) };
}

function withoutComment(text: string): string {
  return text.startsWith('#') ? '' : text;
}

function scalarText(text: string): string {
  if (text.startsWith('"')) {
    const match = /^"([^"\\]*(?:\\.[^"\\]*)*)"(?: +#.*)?$/.exec(text);
    return match === null ? refuse() : unescape(match[1] ?? '');
  }
  if (text.startsWith("'")) {
    const match = /^'((?:[^']|'')*)'(?: +#.*)?$/.exec(text);
    return match === null ? refuse() : (match[1] ?? '').replaceAll("''", "'");
  }
  const comment = text.indexOf(' #');
  const plain = comment < 0 ? text : text.slice(0, comment).trimEnd();
  if (plain.includes(': ')) refuse();
  return plain === 'null' || plain === '~' ? '' : plain;
}

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return refuse();
  }
}

/** A mark, or a text; a colon is a mark before a space. */
const FLOW_TOKEN =
  /\s*(?:([{}[\],]|:(?=\s))|("[^"\\]*(?:\\.[^"\\]*)*"|'[^']*'|[^\s"'{}[\],&*!#:](?:[^{}[\],:]|:(?!\s))*))/y;

/** A flow collection within one line; keys end at a colon and a space. */
function flow(text: string): YamlValue {
  if (text.length > MAX_FLOW) refuse();
  FLOW_TOKEN.lastIndex = 0;
  const tokens: string[] = [];
  let end = 0;
  for (let match = FLOW_TOKEN.exec(text); match !== null; match = FLOW_TOKEN.exec(text)) {
    tokens.push(match[1] ?? (match[2] ?? '').trimEnd());
    end = FLOW_TOKEN.lastIndex;
  }
  if (!/^\s*(?:#.*)?$/.test(text.slice(end))) refuse();
  const { value, next } = flowValue(tokens, 0, 0);
  if (next !== tokens.length) refuse();
  return value;
}

interface FlowRead {
  readonly value: YamlValue;
  readonly next: number;
}

function flowValue(tokens: readonly string[], at: number, depth: number): FlowRead {
  const token = tokens[at];
  if (token === undefined || depth > MAX_DEPTH) refuse();
  if (token === '{') return flowMap(tokens, at + 1, depth);
  if (token === '[') return flowList(tokens, at + 1, depth);
  if (/^[}\],:]$/.test(token)) refuse();
  return { value: scalarText(token), next: at + 1 };
}

function flowList(tokens: readonly string[], from: number, depth: number): FlowRead {
  const items: YamlValue[] = [];
  let at = from;
  while (tokens[at] !== ']') {
    const { value, next } = flowValue(tokens, at, depth + 1);
    items.push(value);
    if (tokens[next] !== ',' && tokens[next] !== ']') refuse();
    at = tokens[next] === ',' ? next + 1 : next;
  }
  return { value: items, next: at + 1 };
}

function flowMap(tokens: readonly string[], from: number, depth: number): FlowRead {
  const map = new Map<string, YamlEntry>();
  let at = from;
  while (tokens[at] !== '}') {
    const key = tokens[at] ?? refuse();
    if (tokens[at + 1] !== ':' || /^[{}[\],:]$/.test(key)) refuse();
    const { value, next } = flowValue(tokens, at + 2, depth + 1);
    map.set(scalarText(key), { value, line: 0 });
    if (tokens[next] !== ',' && tokens[next] !== '}') refuse();
    at = tokens[next] === ',' ? next + 1 : next;
  }
  return { value: map, next: at + 1 };
}
