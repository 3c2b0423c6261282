/** What may be written in a field, taken from the estate's own schemas, so that a new field there is a new field here. */
import * as z from 'zod';

export type FieldType =
  | { readonly type: 'text'; readonly maxLength: number; readonly tests: readonly TextTest[] }
  | { readonly type: 'instant' }
  | { readonly type: 'number'; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'boolean' }
  | { readonly type: 'choice'; readonly values: readonly string[] }
  | { readonly type: 'list'; readonly of: FieldType; readonly maxItems: number }
  /** `low`, `best` and `high`, or one number that is all three. */
  | { readonly type: 'range'; readonly of: FieldType }
  /** A number for each of some names. */
  | { readonly type: 'tally'; readonly keys: readonly string[]; readonly of: FieldType }
  /** `kind/key`, or a mapping of both. */
  | { readonly type: 'ref'; readonly kinds: readonly string[] }
  | { readonly type: 'group'; readonly fields: ReadonlyMap<string, FieldShape> };

export interface FieldShape {
  readonly of: FieldType;
  readonly required: boolean;
}

interface TextTest {
  readonly pattern: RegExp;
  readonly allowed: string;
}

/** The part of JSON Schema that `z.toJSONSchema` emits for the estate. */
interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
}

/** The fields of an object schema, in its order, without those named. */
export function fieldsOf(
  schema: z.ZodType,
  without: readonly string[],
): ReadonlyMap<string, FieldShape> {
  return groupFields(z.toJSONSchema(schema) as JsonSchema, without);
}

function groupFields(
  { properties = {}, required = [] }: JsonSchema,
  without: readonly string[] = [],
): ReadonlyMap<string, FieldShape> {
  const fields = Object.entries(properties).filter(([name]) => !without.includes(name));
  return new Map(
    fields.map(([name, field]) => [
      name,
      { of: fieldType(field), required: required.includes(name) },
    ]),
  );
}

function fieldType(schema: JsonSchema): FieldType {
  if (schema.enum !== undefined) return { type: 'choice', values: schema.enum };
  if (schema.anyOf !== undefined) return oneText(schema.anyOf);
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? { type: 'instant' } : oneText([schema]);
    case 'integer':
      return numberType(schema);
    case 'boolean':
      return { type: 'boolean' };
    case 'array':
      return listType(schema);
    case 'object':
      return objectType(schema);
    default:
      throw new TypeError(`no declared form for ${JSON.stringify(schema)}`);
  }
}

function numberType({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: JsonSchema): FieldType {
  return { type: 'number', minimum, maximum };
}

function listType({ items = {}, maxItems = 100_000 }: JsonSchema): FieldType {
  return { type: 'list', of: fieldType(items), maxItems };
}

function objectType(schema: JsonSchema): FieldType {
  if (schema.properties === undefined) {
    const { additionalProperties: of, propertyNames } = schema;
    if (typeof of !== 'object') throw new TypeError('a record without values');
    return { type: 'tally', keys: propertyNames?.enum ?? [], of: fieldType(of) };
  }
  const fields = groupFields(schema);
  const names = [...fields.keys()].join(' ');
  const low = fields.get('low');
  if (names === 'low best high' && low !== undefined) return { type: 'range', of: low.of };
  const kind = fields.get('kind')?.of;
  if (names === 'kind key' && kind?.type === 'choice') return { type: 'ref', kinds: kind.values };
  return { type: 'group', fields };
}

function oneText(schemas: readonly JsonSchema[]): FieldType {
  const tests = schemas.flatMap(({ pattern, format }) =>
    pattern === undefined ? [] : [{ pattern: new RegExp(pattern, 'u'), allowed: allowed(format) }],
  );
  return { type: 'text', maxLength: schemas[0]?.maxLength ?? 1000, tests };
}

function allowed(format: string | undefined): string {
  if (format === undefined) return '';
  if (format.startsWith('cidr')) return 'a network such as 10.1.0.0/16';
  if (format.startsWith('ip')) return 'an IP address such as 10.1.0.5';
  return `a valid ${format}`;
}
