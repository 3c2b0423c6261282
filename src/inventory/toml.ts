/** TOML of files that nobody vouches for. The library is loaded when the first such file is met. */
import { HoldfastError } from '../kernel/errors.ts';
import { type Fields, fieldsOf, itemsOf } from './fields.ts';

/** Inline tables and lists within each other. */
const MAX_DEPTH = 100;

/**
 * The root table.
 *
 * @throws HoldfastError `bad_file` with line and column; nothing of the content.
 */
export async function parseToml(text: string, what: string): Promise<Fields> {
  const { parse, TomlError } = await import('smol-toml');
  try {
    return parse(text, { integersAsBigInt: 'asNeeded', maxDepth: MAX_DEPTH });
  } catch (error) {
    const place = error instanceof TomlError ? ` line ${error.line} column ${error.column}` : '';
    throw new HoldfastError('bad_file', `${what}${place}: not valid TOML`);
  }
}

export interface TomlTable {
  readonly fields: Fields;
  /** Of its `[[name]]` heading; undefined where the list is written otherwise. */
  readonly line: number | undefined;
}

/** The tables of a list `[[name]]`, with the lines of their headings. */
export function tablesOf(root: Fields, text: string, name: string): readonly TomlTable[] {
  const tables = itemsOf(root[name]);
  const lines = headingLines(text, `[[${name}]]`);
  const known = lines.length === tables.length;
  return tables.map((table, index) => ({
    fields: fieldsOf(table) ?? {},
    line: known ? lines[index] : undefined,
  }));
}

function headingLines(text: string, heading: string): readonly number[] {
  const lines: number[] = [];
  let line = 1;
  for (let from = 0; from < text.length; line += 1) {
    if (text.startsWith(heading, from)) lines.push(line);
    const end = text.indexOf('\n', from);
    if (end < 0) break;
    from = end + 1;
  }
  return lines;
}

/** Undefined where the list is one or is not there, else what is wrong in words. */
export function wrongList(root: Fields, name: string): string | undefined {
  const value = root[name];
  if (value === undefined || Array.isArray(value)) return undefined;
  return `"${name}" should be a list of tables`;
}
