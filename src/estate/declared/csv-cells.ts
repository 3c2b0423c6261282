/** RFC 4180 rows with the place of every cell, which error messages need and libraries do not give. */
import type { Problems } from './problem.ts';

export interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A cell longer than this is a quotation mark that was never closed. */
const MAX_CELL = 4 * 1024 * 1024;

interface Scanner {
  readonly file: string;
  readonly text: string;
  readonly problems: Problems;
  at: number;
  line: number;
  lineStart: number;
}

/** The rows of a file whose lines end with LF; empty lines are left out, bad quoting is reported. */
export function* csvRows(file: string, text: string, problems: Problems): Generator<Cell[]> {
  const scanner: Scanner = { file, text, problems, at: 0, line: 1, lineStart: 0 };
  while (scanner.at < text.length) {
    const row = readRow(scanner);
    if (row === undefined) return;
    if (row.length > 1 || row[0]?.text !== '') yield row;
  }
}

/** One row and the line end after it; undefined when the rest of the file cannot be read. */
function readRow(scanner: Scanner): Cell[] | undefined {
  const { text } = scanner;
  const row: Cell[] = [];
  for (;;) {
    const { line } = scanner;
    const column = scanner.at - scanner.lineStart + 1;
    const value = text[scanner.at] === '"' ? quotedCell(scanner) : plainCell(scanner);
    if (value === undefined) return undefined;
    row.push({ text: value, line, column });
    const after = text[scanner.at];
    scanner.at += 1;
    if (after === ',') continue;
    scanner.line += 1;
    scanner.lineStart = scanner.at;
    return row;
  }
}

function plainCell(scanner: Scanner): string {
  const { text, at } = scanner;
  let end = at;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n') end += 1;
  scanner.at = end;
  return text.slice(at, end);
}

function quotedCell(scanner: Scanner): string | undefined {
  const { text, at } = scanner;
  const end = closingQuote(text, at);
  if (end === undefined) {
    report(scanner, 'this quotation mark is never closed');
    return undefined;
  }
  const raw = text.slice(at + 1, end);
  const lastBreak = raw.lastIndexOf('\n');
  if (lastBreak !== -1) {
    scanner.line += raw.split('\n').length - 1;
    scanner.lineStart = at + 1 + lastBreak + 1;
  }
  scanner.at = end + 1;
  if (scanner.at < text.length && text[scanner.at] !== ',' && text[scanner.at] !== '\n') {
    report(
      scanner,
      'text follows a closing quotation mark; write "" for a quotation mark in a text',
    );
    plainCell(scanner);
  }
  return raw.replaceAll('""', '"');
}

function closingQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 2)) {
    if (at - from > MAX_CELL) return undefined;
    if (text[at + 1] !== '"') return at;
  }
  return undefined;
}

function report({ file, line, lineStart, at, problems }: Scanner, message: string): void {
  problems.add({ code: 'syntax', file, line, column: at - lineStart + 1, message });
}
