/** Rows into the database by `COPY … FROM STDIN` (text format): for hundreds of thousands at once, a fraction of what inserts cost. */
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';

/** A value of one column; arrays are of text. */
type Value = string | number | boolean | Date | readonly string[] | null;

const CHUNK = 256 * 1024;

/** Writes the rows, each with its values in the order of the columns, and waits until the database has them all. */
export async function writeCopy(into: Writable, rows: Iterable<readonly Value[]>): Promise<void> {
  const ended = finished(into);
  // Told once more by the statements after it; here nobody may be left without an ear for it.
  ended.catch(() => undefined);
  let text = '';
  for (const row of rows) {
    text += `${row.map(fieldText).join('\t')}\n`;
    if (text.length < CHUNK) continue;
    if (!into.write(text)) await Promise.race([once(into, 'drain'), ended]);
    text = '';
  }
  into.end(text);
  await ended;
}

/** PostgreSQL documentation, COPY, "Text Format". */
function fieldText(value: Value): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return String(value);
  return escaped(`{${value.map(memberText).join()}}`);
}

function escaped(text: string): string {
  // Almost no text has any of these, and looking is cheaper than replacing.
  return /[\\\t\n\r\0]/.test(text)
    ? text
        .replaceAll('\\', '\\\\')
        .replaceAll('\t', '\\t')
        .replaceAll('\n', '\\n')
        .replaceAll('\r', '\\r')
        .replaceAll('\0', '')
    : text;
}

function memberText(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
