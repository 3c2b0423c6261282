/** Looking into values of foreign files without believing their types. */

export type Fields = Readonly<Record<string, unknown>>;

/** Undefined for anything but an object with members. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined;
}

/** The own text of that name; undefined where it is absent, empty or no text. */
export function textField(fields: Fields | undefined, name: string): string | undefined {
  const value = ownField(fields, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function ownField(fields: Fields | undefined, name: string): unknown {
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** The items of a list; empty for anything else. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}
