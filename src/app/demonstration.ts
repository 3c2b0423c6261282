/** A data directory that holds the demonstration says so, and so does every command that works on it. */
import { existsSync } from 'node:fs';
import path from 'node:path';

export const DEMONSTRATION =
  'DEMONSTRATION: every person, organisation and number in here is invented.';
/** A file of this name in the data directory. */
export const MARKER = 'DEMONSTRATION';

export function isDemonstration(data: string): boolean {
  return existsSync(path.join(data, MARKER));
}
