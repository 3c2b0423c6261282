/** A section as CSV that survives a spreadsheet. */
import type { FieldType } from './field-type.ts';
import { asOneNumber, asRef, type WrittenField, type WrittenSection } from './written.ts';
import { columnNames } from './csv-items.ts';

type Cells = ReadonlyMap<string, string>;

/** Only the columns that some item fills, in the order of the schema. */
export function writeCsv({ shape, items }: WrittenSection): string {
  const rows = items.map((fields) => new Map(fields.flatMap(cellsOf)));
  const columns = columnNames(shape).filter((name) => rows.some((row) => row.has(name)));
  const lines = [columns, ...rows.map((row: Cells) => columns.map((name) => row.get(name) ?? ''))];
  return `${lines.map((cells) => cells.map(quote).join(',')).join('\n')}\n`;
}

function cellsOf({ name, type, value }: WrittenField): [string, string][] {
  switch (type.type) {
    case 'list': {
      const items = (value as unknown[]).map((item) => listItem(single(item, type.of)));
      return [[name, items.length === 0 ? '[]' : items.join(';')]];
    }
    case 'range': {
      const one = asOneNumber(value);
      return one === undefined ? inner(name, value) : [[name, String(one)]];
    }
    case 'tally':
      return Object.keys(value as object).length === 0 ? [[name, '[]']] : inner(name, value);
    case 'group':
      return inner(name, value);
    default:
      return [[name, single(value, type)]];
  }
}

function inner(name: string, value: unknown): [string, string][] {
  return Object.entries(value as Record<string, unknown>).map(([key, cell]) => [
    `${name}.${key}`,
    guard(String(cell)),
  ]);
}

function single(value: unknown, type: FieldType): string {
  return guard(type.type === 'ref' ? asRef(value) : String(value));
}

/** A cell that starts like a formula would be run by a spreadsheet; a quote before it stops that. */
function guard(text: string): string {
  return /^'*[=+\-@]/.test(text) ? `'${text}` : text;
}

function listItem(text: string): string {
  const escaped = text.replaceAll(/[\\;]/g, '\\$&');
  return escaped === '[]' ? '\\[]' : escaped;
}

function quote(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
