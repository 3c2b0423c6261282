/** Sections ready to be written, and the short forms that every format shares. */
import type { FieldType } from './field-type.ts';
import type { ItemShape } from './shape.ts';

/** A field to be written: its name, its type and its value as the body holds it. */
export interface WrittenField {
  readonly name: string;
  readonly type: FieldType;
  readonly value: unknown;
}

export interface WrittenSection {
  readonly shape: ItemShape;
  readonly items: readonly (readonly WrittenField[])[];
}

/** `{ low: 5, best: 5, high: 5 }` is written as 5. */
export function asOneNumber(value: unknown): number | undefined {
  const { low, best, high } = value as { low: number; best: number; high: number };
  return low === best && best === high ? best : undefined;
}

/** `asset/dc1`. */
export function asRef(value: unknown): string {
  const { kind, key } = value as { kind: string; key: string };
  return `${kind}/${key}`;
}
