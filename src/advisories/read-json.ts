/** Foreign JSON of hundreds of thousands of records, read by hand: what has not the expected shape is absent. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The objects of a list; the rest is passed over. */
export function objectsOf(value: unknown): JsonObject[] {
  return listOf(value).filter(isObject);
}

/** The text, or an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The texts of a list that are not empty, each once. */
export function textsOf(value: unknown): string[] {
  const texts = new Set<string>();
  for (const entry of listOf(value))
    if (typeof entry === 'string' && entry !== '') texts.add(entry);
  return [...texts];
}

/** A number, also where it is written as text; undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

const FIRST_YEAR = Date.UTC(1980, 0, 1);

/**
 * An ISO 8601 time in UTC, or an empty text for what is none. Feeds hold placeholders (`0001-01-01T00:00:00Z`,
 * `<RFC3339 date>`): they are no times.
 */
export function timeOf(value: unknown): string {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return '';
  // By far the most common form, a third of the time of reading a record otherwise.
  if (
    /^(?:19[89]|2\d\d)\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/.test(
      value,
    )
  ) {
    return `${value.slice(0, 19)}.000Z`;
  }
  // Without a zone ECMAScript reads local time; the feeds mean UTC.
  const zoned = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(value) ? `${value}Z` : value;
  const at = Date.parse(zoned);
  return Number.isFinite(at) && at >= FIRST_YEAR ? new Date(at).toISOString() : '';
}
