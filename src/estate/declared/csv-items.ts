/** Rows of a CSV file to the same items that YAML gives: `people.low` is a field inside `people`, `;` parts a list. */
import { csvRows, type Cell } from './csv-cells.ts';
import { didYouMean } from './nearest.ts';
import { isEmpty, type Entry, type Node } from './node.ts';
import { quoted, type Problems } from './problem.ts';
import type { FieldType } from './field-type.ts';
import { shapeNamed, SHAPES, typeOf, type ItemShape } from './shape.ts';

export interface CsvItem {
  readonly shape: ItemShape;
  readonly node: Node;
}

interface Column {
  /** Empty for a column that was refused. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** Every row as an item of the kind that the file name or its `kind` column says. */
export function* csvItems(file: string, text: string, problems: Problems): Generator<CsvItem> {
  const rows = csvRows(file, text, problems);
  const first = rows.next();
  if (first.done === true) return;
  const columns = readHeader(file, first.value, problems);
  if (columns === undefined) return;
  const kindAt = columns.findIndex((column) => column.name === 'kind');
  const named = kindAt === -1 ? shapeOfName(file, problems) : undefined;
  if (kindAt === -1 && named === undefined) return;
  const known = named === undefined ? columns : knownColumns(file, columns, named, problems);
  for (const row of rows) {
    if (!widthFits(file, row, columns.length, problems)) continue;
    const shape = named ?? shapeOfRow(file, row[kindAt], problems);
    if (shape !== undefined) yield { shape, node: rowNode(row, known, shape) };
  }
}

function shapeOfName(file: string, problems: Problems): ItemShape | undefined {
  const named = shapeOfFile(file);
  if (named !== undefined) return named;
  const kinds = SHAPES.map((shape) => `${shape.section}.csv`).join(', ');
  const message = `the file name says no kind; call it one of ${kinds}, or add a column "kind"`;
  problems.add({ code: 'unknown-section', file, line: 1, column: 1, message });
  return undefined;
}

/** `doors.csv`, `door.csv`, `2026-doors.csv`: exactly one word of the name is a kind. */
function shapeOfFile(file: string): ItemShape | undefined {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
  const words = base
    .toLowerCase()
    .replace(/\.csv$/, '')
    .split(/[^a-z]+/);
  const found = new Set(words.flatMap((word) => shapeNamed(word) ?? []));
  return found.size === 1 ? [...found][0] : undefined;
}

function readHeader(
  file: string,
  header: readonly Cell[],
  problems: Problems,
): readonly Column[] | undefined {
  const [only] = header;
  const other = header.length === 1 ? /[;\t|]/.exec(only?.text ?? '') : null;
  if (other !== null && only !== undefined) {
    const message = `columns are parted by ${quoted(other[0])}; save the file with commas`;
    problems.add({ code: 'syntax', file, line: only.line, column: only.column, message });
    return undefined;
  }
  const seen = new Set<string>();
  return header.map((cell) => {
    const name = cell.text.trim();
    const { line, column } = cell;
    const message =
      name === '' ? 'a column without a name' : `the column ${quoted(name)} stands here twice`;
    if (name === '' || seen.has(name)) {
      problems.add({ code: 'duplicate', file, line, column, message });
      return { name: '', line, column };
    }
    seen.add(name);
    return { name, line, column };
  });
}

/** Columns that the kind does not have are reported once, here, and their cells passed over. */
function knownColumns(
  file: string,
  columns: readonly Column[],
  shape: ItemShape,
  problems: Problems,
): readonly Column[] {
  const names = columnNames(shape);
  return columns.map((column) => {
    const { name, line } = column;
    if (name === '' || names.includes(name)) return column;
    const hint =
      didYouMean(name, names) || `; a column of ${shape.section} is one of ${names.join(', ')}`;
    const message = `unknown column ${quoted(name)}${hint}`;
    problems.add({
      code: 'unknown-field',
      file,
      line,
      column: column.column,
      field: name,
      message,
    });
    return { ...column, name: '' };
  });
}

/** Every column that a file of this kind may have. */
export function columnNames(shape: ItemShape): readonly string[] {
  return shape.names.flatMap((name) => {
    const type = typeOf(shape, name);
    switch (type?.type) {
      case 'range':
        return [name, `${name}.low`, `${name}.best`, `${name}.high`];
      case 'tally':
        return [name, ...type.keys.map((key) => `${name}.${key}`)];
      case 'group':
        return [...type.fields.keys()].map((key) => `${name}.${key}`);
      default:
        return [name];
    }
  });
}

function widthFits(file: string, row: readonly Cell[], width: number, problems: Problems): boolean {
  if (row.length === width) return true;
  const at = row[Math.min(row.length - 1, width)] ?? { line: 1, column: 1 };
  const message = `this row has ${row.length} cells, the header ${width}; a text with a comma needs quotation marks`;
  problems.add({ code: 'syntax', file, line: at.line, column: at.column, message });
  return false;
}

function shapeOfRow(
  file: string,
  cell: Cell | undefined,
  problems: Problems,
): ItemShape | undefined {
  const name = cell?.text.trim() ?? '';
  const shape = shapeNamed(name);
  if (shape !== undefined || cell === undefined) return shape;
  const kinds = SHAPES.map(({ kind }) => kind);
  const hint = didYouMean(name, kinds) || `; it is one of ${kinds.join(', ')}`;
  const at = { line: cell.line, column: cell.column };
  const message = `kind ${quoted(name)} is not allowed${hint}`;
  problems.add({ code: 'not-allowed', file, ...at, field: 'kind', message });
  return undefined;
}

interface MutableMapping {
  readonly type: 'mapping';
  readonly entries: Entry[];
  readonly line: number;
  readonly column: number;
}

/** Empty cells say nothing; a name with a dot puts its cell inside the field before the dot. */
function rowNode(row: readonly Cell[], columns: readonly Column[], shape: ItemShape): Node {
  const { line, column } = row[0] ?? { line: 1, column: 1 };
  const root: MutableMapping = { type: 'mapping', entries: [], line, column };
  for (const [index, { name }] of columns.entries()) {
    const cell = row[index];
    if (cell === undefined || name === '' || name === 'kind') continue;
    if (cell.text.trim() === '') continue;
    const [outer = name, ...inner] = name.split('.');
    const at = { line: cell.line, column: cell.column };
    if (inner.length === 0) {
      root.entries.push({ key: name, value: cellNode(cell, typeOf(shape, name)), ...at });
      continue;
    }
    let entry = root.entries.find(({ key }) => key === outer);
    if (entry === undefined) {
      entry = { key: outer, value: { type: 'mapping', entries: [], ...at }, ...at };
      root.entries.push(entry);
    }
    const field = { key: inner.join('.'), value: scalar(cell.text.trim(), cell), ...at };
    if (entry.value.type === 'mapping') (entry.value.entries as Entry[]).push(field);
    else root.entries.push({ ...field, key: name });
  }
  return root;
}

/** A cell of a field that takes a list is cut at `;`; `\;` is a semicolon of the text, `[]` the empty list. */
function cellNode(cell: Cell, type: FieldType | undefined): Node {
  const text = cell.text.trim();
  if (type?.type !== 'list' && type?.type !== 'tally') return scalar(text, cell);
  const parts = text === '[]' ? [] : (text.match(/(?:\\.|[^;\\])+/gsu) ?? []);
  const items = parts
    .map((part) => part.trim().replaceAll(/\\(.)/gsu, '$1'))
    .filter((part) => part !== '')
    .map((part) => scalar(part, cell));
  return { type: 'list', items, line: cell.line, column: cell.column };
}

/** A quote before `=`, `+`, `-` or `@` keeps a spreadsheet from running the cell; it is no part of the text. */
function scalar(text: string, cell: Cell): Node {
  const value = /^'+[=+\-@]/.test(text) ? text.slice(1) : text;
  const node = {
    type: 'scalar',
    text: value,
    plain: true,
    line: cell.line,
    column: cell.column,
  } as const;
  // An empty cell says nothing; the word "null" in a cell is that word.
  return isEmpty(node) ? { ...node, plain: false } : node;
}
