/** A count as people read it in a terminal. */
import { table } from '../kernel/cli.ts';
import type { PeopleCount, Range } from './count.ts';
import type { Problem } from './extract.ts';

const REASONS: Readonly<Record<Problem['reason'], string>> = {
  'empty-file': 'holds no rows',
  'ragged-row': 'has another number of fields than the first row, and was left out',
  'row-too-long': 'is too long to be a row; from a CSV file nothing after it was read',
  'broken-quotes': 'has a quotation mark that is never closed; nothing after it was read',
  'not-an-object': 'is not a JSON object, and was left out',
  'invalid-json': 'is not JSON, and was left out',
  'field-appeared-late': 'has a field that the first thousand had not; the field was not counted',
  'undecodable-text': 'holds bytes of another encoding; names in it may be misread',
  'read-failed': 'could not be read',
  'binary-column': 'holds bytes and not text, and was not read',
  'column-changed-kind': 'and those after it hold something else in this column than before',
  'nhs-numbers-appeared':
    'and those after it hold NHS numbers in this column, which were not counted',
  'named-nhs-number-but-invalid': 'is called NHS number, but most of its values are none',
  'no-identity-columns': 'has no column that says who a row is about',
};

/** The figures, the columns and what went wrong, as text. */
export function countText(count: PeopleCount): string {
  const rows = figureRows(count).map(([name, range]) => [name, ...rangeCells(range)]);
  const lines = [
    table(['', 'LOW', 'BEST', 'HIGH'], rows),
    '',
    `${count.rows} rows read, ${count.recordsNotTied} tied to nobody, ${count.rowsUnread} left out`,
  ];
  if (count.partial) lines.push('', 'PARTIAL: the figures are of what could be read.');
  lines.push(...count.problems.map(problemText));
  const more = count.problemsTotal - count.problems.length;
  if (more > 0) lines.push(`  and ${more} more`);
  lines.push('', 'Columns:');
  for (const { file, column, role, categories } of count.columns) {
    const what = [role, ...categories].join(', ');
    lines.push(`  ${file}: ${column}: ${what}`);
  }
  return lines.join('\n');
}

function figureRows(count: PeopleCount): [string, Range][] {
  const categories = Object.entries(count.categories).filter(([, range]) => range.high > 0);
  return [
    ['people', count.persons],
    ['deceased', count.deceased],
    ['living', count.living],
    ['  children', count.children],
    ['  special category', count.specialCategory],
    ...categories.map(([category, range]): [string, Range] => [`  ${category}`, range]),
  ];
}

function rangeCells({ low, best, high }: Range): [number, number, number] {
  return [low, best, high];
}

function problemText({ file, row, column, reason }: Problem): string {
  const where = [row === undefined ? '' : `row ${row}`, column ?? ''].filter((part) => part !== '');
  return `  ${file}${where.length > 0 ? `, ${where.join(', ')},` : ''} ${REASONS[reason]}`;
}
