/**
 * Reads an item that is written plainly, as nearly all are: `key: value` lines, `- value` lists and flow lists on one
 * line, without escapes. Everything else is left to the YAML library, which is ten times slower;
 * a property test holds that both give the same nodes.
 */
import { flowNode } from './plain-flow.ts';
import type { Entry, List, Mapping, Node } from './node.ts';

interface Line {
  readonly indent: number;
  readonly start: number;
  /** After the last character that is no space. */
  readonly end: number;
  readonly number: number;
}

interface Reader {
  readonly text: string;
  readonly lines: readonly Line[];
  next: number;
}

const SPACE = 0x20;
const DASH = 0x2d;
const HASH = 0x23;
const DOUBLE = 0x22;
const SINGLE = 0x27;
const OPEN_LIST = 0x5b;
const OPEN_MAPPING = 0x7b;

/** The item between `start` and `end`, whose first line starts with a dash; undefined when it is not plain. */
export function plainItem(
  text: string,
  start: number,
  end: number,
  linesBefore: number,
): Node | undefined {
  const lines = contentLines(text, start, end, linesBefore);
  const [first] = lines ?? [];
  if (lines === undefined || first === undefined) return undefined;
  const column = afterDash(text, first);
  if (column === undefined) return undefined;
  const content: Line = { ...first, indent: column };
  const reader: Reader = { text, lines: [content, ...lines.slice(1)], next: 0 };
  const at = content.start + column;
  const node = text.charCodeAt(at) === OPEN_MAPPING ? oneFlow(reader) : mapping(reader, column);
  return reader.next === reader.lines.length ? node : undefined;
}

/** Lines that hold something, unless one starts with a tab. */
function contentLines(
  text: string,
  start: number,
  end: number,
  linesBefore: number,
): Line[] | undefined {
  const lines: Line[] = [];
  let number = linesBefore;
  for (let from = start; from < end;) {
    const found = text.indexOf('\n', from);
    let to = found === -1 || found > end ? end : found;
    const next = to + 1;
    number += 1;
    let at = from;
    while (at < to && text.charCodeAt(at) === SPACE) at += 1;
    while (to > at && text.charCodeAt(to - 1) === SPACE) to -= 1;
    const first = text.charCodeAt(at);
    if (at < to && first === 0x09) return undefined;
    if (at < to && first !== HASH) lines.push({ indent: at - from, start: from, end: to, number });
    from = next;
  }
  return lines;
}

/** The column of what follows a line's dash; undefined when nothing does on that line. */
function afterDash(text: string, line: Line): number | undefined {
  let at = line.start + line.indent;
  if (text.charCodeAt(at) !== DASH || text.charCodeAt(at + 1) !== SPACE) return undefined;
  at += 1;
  while (at < line.end && text.charCodeAt(at) === SPACE) at += 1;
  return at < line.end ? at - line.start : undefined;
}

function oneFlow(reader: Reader): Node | undefined {
  const line = reader.lines[reader.next];
  reader.next += 1;
  return line && flowNode(reader.text, line.start + line.indent, line);
}

function mapping(reader: Reader, indent: number): Mapping | undefined {
  const first = reader.lines[reader.next];
  if (first === undefined) return undefined;
  const entries: Entry[] = [];
  for (;;) {
    const line = reader.lines[reader.next];
    if (line === undefined || line.indent < indent) break;
    const entry = line.indent === indent ? mappingEntry(reader, line) : undefined;
    if (entry === undefined || entries.some(({ key }) => key === entry.key)) return undefined;
    entries.push(entry);
  }
  return { type: 'mapping', entries, line: first.number, column: indent + 1 };
}

const KEY = /[A-Za-z_][\w-]*:(?= |$)/my;

function mappingEntry(reader: Reader, line: Line): Entry | undefined {
  const { text } = reader;
  const start = line.start + line.indent;
  KEY.lastIndex = start;
  const word = KEY.exec(text)?.[0];
  if (word === undefined) return undefined;
  let at = start + word.length;
  while (at < line.end && text.charCodeAt(at) === SPACE) at += 1;
  reader.next += 1;
  const value = at < line.end ? valueOf(reader, line, at, line.indent) : below(reader, line.indent);
  const place = { line: line.number, column: line.indent + 1 };
  return value && { key: word.slice(0, -1), value, ...place };
}

/** A value on its own line, which no deeper line may continue. */
function valueOf(reader: Reader, line: Line, at: number, indent: number): Node | undefined {
  const following = reader.lines[reader.next];
  if (following !== undefined && following.indent > indent) return undefined;
  const { text } = reader;
  const first = text.charCodeAt(at);
  if (first === OPEN_LIST || first === OPEN_MAPPING) return flowNode(text, at, line);
  const place = { line: line.number, column: at - line.start + 1 };
  const raw = text.slice(at, line.end);
  return first === DOUBLE || first === SINGLE ? quotedScalar(raw, place) : plainScalar(raw, place);
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function quotedScalar(raw: string, place: Place): Node | undefined {
  const found = /^"([^"\\]*)"(?: +#.*)?$|^'([^']*)'(?: +#.*)?$/.exec(raw);
  if (found === null) return undefined;
  return { type: 'scalar', text: found[1] ?? found[2] ?? '', plain: false, ...place };
}

function plainScalar(raw: string, place: Place): Node | undefined {
  const comment = raw.indexOf(' #');
  const bare = comment === -1 ? raw : raw.slice(0, comment).trimEnd();
  if (!/^[^\s\-?:,[\]{}#&*!|>'"%@`]/.test(bare) || /:(?:\s|$)|\t/.test(bare)) return undefined;
  return { type: 'scalar', text: bare, plain: true, ...place };
}

/** A value in the lines below its key: a list, or a mapping that is indented more. */
function below(reader: Reader, indent: number): Node | undefined {
  const line = reader.lines[reader.next];
  if (line === undefined || line.indent < indent) return undefined;
  if (reader.text.charCodeAt(line.start + line.indent) === DASH) return list(reader, line.indent);
  return line.indent > indent ? mapping(reader, line.indent) : undefined;
}

function list(reader: Reader, indent: number): List | undefined {
  const first = reader.lines[reader.next];
  if (first === undefined) return undefined;
  const items: Node[] = [];
  for (;;) {
    const line = reader.lines[reader.next];
    if (line === undefined || line.indent < indent) break;
    const column = line.indent === indent ? afterDash(reader.text, line) : undefined;
    if (column === undefined) {
      if (line.indent === indent && reader.text.charCodeAt(line.start + indent) !== DASH) break;
      return undefined;
    }
    reader.next += 1;
    const item = valueOf(reader, line, line.start + column, indent);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return { type: 'list', items, line: first.number, column: indent + 1 };
}
