/** Sections as block YAML that people can go on editing. */
import type { FieldType } from './field-type.ts';
import { asOneNumber, asRef, type WrittenField, type WrittenSection } from './written.ts';

/** Longer lists go one value a line. */
const WIDTH = 100;

export function writeYaml(
  sections: readonly WrittenSection[],
  comment: string | undefined,
): string {
  const head =
    comment === undefined ? [] : comment.split(/\r\n|[\r\n]/).map((line) => `# ${line}`.trimEnd());
  const body = sections.map(({ shape, items }) =>
    [`${shape.section}:`, ...items.map(writeItem)].join('\n'),
  );
  const parts = [...(head.length > 0 ? [head.join('\n')] : []), ...body];
  return `${parts.join('\n\n')}\n`;
}

function writeItem(fields: readonly WrittenField[]): string {
  return fields
    .map((field, index) => `  ${index === 0 ? '- ' : '  '}${writeField(field)}`)
    .join('\n');
}

function writeField({ name, type, value }: WrittenField): string {
  const flow = `${name}: ${write(value, type)}`;
  if (type.type !== 'list' || flow.length <= WIDTH || !Array.isArray(value)) return flow;
  const items = value.map((item) => `      - ${write(item, type.of)}`);
  return [`${name}:`, ...items].join('\n');
}

function write(value: unknown, type: FieldType): string {
  switch (type.type) {
    case 'list': {
      const items = (value as unknown[]).map((item) => write(item, type.of));
      return `[${items.join(', ')}]`;
    }
    case 'range':
      return String(
        asOneNumber(value) ??
          mapping(
            value,
            ['low', 'best', 'high'].map((key) => [key, type.of]),
          ),
      );
    case 'tally':
      return mapping(
        value,
        type.keys.map((key) => [key, type.of]),
      );
    case 'group':
      return mapping(
        value,
        [...type.fields].map(([key, { of }]) => [key, of]),
      );
    case 'ref':
      return text(asRef(value));
    case 'instant':
      return String(value);
    default:
      return typeof value === 'string' ? text(value) : JSON.stringify(value);
  }
}

/** In the order of the schema, so that the same body is always the same text. */
function mapping(value: unknown, keys: readonly (readonly [string, FieldType])[]): string {
  const values = value as Readonly<Record<string, unknown>>;
  const pairs = keys.flatMap(([name, type]) =>
    values[name] === undefined ? [] : [`${name}: ${write(values[name], type)}`],
  );
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** Without quotes only where no reader of YAML could take it for anything but this text; a JSON string is YAML. */
function text(value: string): string {
  const plain =
    /^[A-Za-z][\w ./()&'+@-]*$/.test(value) &&
    !/^(?:null|true|false|yes|no|on|off|y|n)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}
