/** The JSON Schema of a declared YAML file, for editors: it follows from the same shapes as the reader. */
import type { FieldShape, FieldType } from './field-type.ts';
import { helpOf, KIND_HELP } from './field-help.ts';
import { ID_OPTIONAL, SHAPES, typeOf, type ItemShape } from './shape.ts';

interface Json {
  readonly [key: string]: unknown;
}

/** JSON Schema draft 2020-12 of `estate.yaml`. */
export function estateSchema(): Json {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Declared estate',
    description:
      'What no connector can know, written by people (docs/guide/declare-your-estate.md).',
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      SHAPES.map(({ kind, section }) => [
        section,
        {
          description: KIND_HELP[kind],
          anyOf: [{ type: 'array', items: { $ref: `#/$defs/${kind}` } }, { type: 'null' }],
        },
      ]),
    ),
    $defs: Object.fromEntries(SHAPES.map((shape) => [shape.kind, itemSchema(shape)])),
  };
}

function itemSchema(shape: ItemShape): Json {
  const { kind } = shape;
  const properties = shape.names.flatMap((name) => {
    const type = typeOf(shape, name);
    if (type === undefined) return [];
    const written = name === 'howCounted' ? { const: 'declared' } : fieldSchema(type);
    return [[name, { description: helpOf(kind, name), ...written }]];
  });
  const required = requiredFields(shape.fields).filter(
    (name) => name !== 'name' && name !== 'howCounted',
  );
  return {
    type: 'object',
    description: KIND_HELP[kind],
    additionalProperties: false,
    required: ID_OPTIONAL.has(kind) ? required : ['id', ...required],
    properties: Object.fromEntries(properties) as Json,
  };
}

function requiredFields(fields: ReadonlyMap<string, FieldShape>): string[] {
  return [...fields].filter(([, field]) => field.required).map(([name]) => name);
}

function fieldSchema(type: FieldType): Json {
  switch (type.type) {
    case 'number':
      return { type: 'integer', minimum: type.minimum, maximum: type.maximum };
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { enum: type.values };
    case 'instant':
      return {
        type: 'string',
        pattern:
          '^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d))?$',
      };
    case 'text':
      return textSchema(type);
    default:
      return compoundSchema(type);
  }
}

/** A number or a word such as `true` is text too where text is asked for, as it is spelled. */
function textSchema({ maxLength, tests }: Extract<FieldType, { type: 'text' }>): Json {
  // Not every editor reads patterns as Unicode; the reader trims a key and refuses control characters anyway.
  const [first, ...others] = tests.filter(({ pattern }) => !pattern.source.includes('\\p{'));
  if (first === undefined) {
    return { type: ['string', 'number', 'boolean'], minLength: 1, maxLength };
  }
  const type = first.pattern.test('123') ? ['string', 'integer'] : 'string';
  const forms = [first, ...others].map(({ pattern }) => ({ type, pattern: pattern.source }));
  return others.length === 0 ? { ...forms[0] } : { anyOf: forms };
}

function compoundSchema(
  type: Extract<FieldType, { type: 'list' | 'range' | 'tally' | 'ref' | 'group' }>,
): Json {
  switch (type.type) {
    case 'list': {
      const items = fieldSchema(type.of);
      const { maxItems } = type;
      return { anyOf: [items, { type: 'array', items, maxItems, uniqueItems: true }] };
    }
    case 'range': {
      const number = fieldSchema(type.of);
      return { anyOf: [number, closed({ low: number, best: number, high: number })] };
    }
    case 'tally': {
      const counts = Object.fromEntries(type.keys.map((key) => [key, fieldSchema(type.of)]));
      const names = fieldSchema({
        type: 'list',
        of: { type: 'choice', values: type.keys },
        maxItems: 100,
      });
      return { anyOf: [closed(counts, []), names] };
    }
    case 'ref': {
      const key = { type: ['string', 'number'] };
      const pattern = `^(${type.kinds.join('|')})/.`;
      return {
        anyOf: [{ type: 'string', pattern }, closed({ kind: { enum: type.kinds }, key })],
      };
    }
    case 'group':
      return closed(
        Object.fromEntries([...type.fields].map(([name, { of }]) => [name, fieldSchema(of)])),
        requiredFields(type.fields),
      );
  }
}

function closed(properties: Json, required = Object.keys(properties)): Json {
  return { type: 'object', additionalProperties: false, required, properties };
}
