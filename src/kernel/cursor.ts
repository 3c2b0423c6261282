/** Where a page of a list ended, as the text that the next one is asked with: a position in the list's order, by value. */
import { HoldfastError } from './errors.ts';

/** Numbers and texts in the order in which they count. */
export type Position = readonly (number | string)[];

/** Positions of one list: each has the same kinds of parts in the same places. */
export function comparePositions(a: Position, b: Position): number {
  for (const [at, one] of a.entries()) {
    const other = b[at];
    if (one === other || other === undefined) continue;
    return one < other ? -1 : 1;
  }
  return 0;
}

/** @param list what the cursor is of: no other list takes it */
export function writeCursor(list: string, parts: Position): string {
  return Buffer.from(JSON.stringify([list, ...parts])).toString('base64url');
}

/**
 * @param shape one value of each kind that the parts must have
 * @throws HoldfastError `bad_input` for what no page of this list gave.
 */
export function readCursor(text: string, list: string, shape: Position): Position {
  const [of, ...parts] = parsed(text);
  const fits =
    of === list &&
    parts.length === shape.length &&
    shape.every((each, at) => typeof each === typeof parts[at]);
  if (fits) return parts as Position;
  throw new HoldfastError(
    'bad_input',
    '`after` is not what a page before gave as `next`, of this list and in this order',
  );
}

function parsed(text: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
