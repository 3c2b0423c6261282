/** The fields of one line of a log, in each of the forms that are read. */
import type { Config } from './config.ts';

export type Fields = (name: string) => string | undefined;
/** Reads a line; undefined where it is not of the form, `'skip'` for one that holds no event. */
export type ReadLine = (text: string) => Fields | undefined | 'skip';

export function lineReader({ format, pattern = '', separator = ',' }: Config): ReadLine {
  if (format === 'jsonl') return jsonLine;
  return format === 'csv' ? csvReader(separator) : textReader(pattern);
}

function jsonLine(text: string): Fields | undefined | 'skip' {
  if (text.trim() === '') return 'skip';
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    return (name) => textAt(value, name);
  } catch {
    return undefined;
  }
}

/** `user.name` is the field `name` of the object `user`, unless there is one that is called so. */
function textAt(value: object, name: string): string | undefined {
  let found: unknown = value;
  const path = Object.hasOwn(value, name) ? [name] : name.split('.');
  for (const part of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part))
      return undefined;
    found = (found as Record<string, unknown>)[part];
  }
  if (typeof found === 'string') return found;
  return typeof found === 'number' || typeof found === 'boolean' ? String(found) : undefined;
}

/** The first line names the fields; a record is one line (a quoted line feed makes its line malformed). */
function csvReader(separator: string): ReadLine {
  let header: string[] | undefined;
  return (text) => {
    if (text.trim() === '') return 'skip';
    const cells = csvCells(text, separator);
    if (header === undefined) {
      header = cells?.map((cell) => cell.replace(/^\ufeff/, '').trim());
      return header === undefined ? undefined : 'skip';
    }
    if (cells?.length !== header.length) return undefined;
    const row = new Map(header.map((name, index) => [name, cells[index]]));
    return (name) => row.get(name);
  };
}

/** RFC 4180 section 2; undefined where a quote is not closed, or something stands behind it. */
export function csvCells(text: string, separator: string): string[] | undefined {
  const cells: string[] = [];
  for (let at = 0; ; at += 1) {
    const quoted = text[at] === '"' ? quotedCell(text, at) : plainCell(text, at, separator);
    if (quoted === undefined) return undefined;
    cells.push(quoted.cell);
    at = quoted.end;
    if (at >= text.length) return cells;
    if (text[at] !== separator) return undefined;
  }
}

interface Cell {
  readonly cell: string;
  /** Where the separator behind it stands. */
  readonly end: number;
}

function plainCell(text: string, start: number, separator: string): Cell {
  const found = text.indexOf(separator, start);
  const end = found < 0 ? text.length : found;
  return { cell: text.slice(start, end), end };
}

function quotedCell(text: string, start: number): Cell | undefined {
  const [whole] = /^"(?:[^"]|"")*"/.exec(text.slice(start)) ?? [];
  if (whole === undefined) return undefined;
  return { cell: whole.slice(1, -1).replaceAll('""', '"'), end: start + whole.length };
}

/** A line that the expression does not match is another program's, not a malformed one. */
function textReader(pattern: string): ReadLine {
  const expression = new RegExp(pattern, 'u');
  return (text) => {
    const groups = expression.exec(text)?.groups;
    return groups === undefined ? 'skip' : (name) => groups[name];
  };
}
