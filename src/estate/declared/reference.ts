/** The reference of every field, as the Markdown of docs/reference/estate-file.md. */
import type { FieldType } from './field-type.ts';
import { helpOf, KIND_HELP } from './field-help.ts';
import { ID_OPTIONAL, SHAPES, typeOf, type ItemShape } from './shape.ts';

/** One section for each kind with a table of its fields. */
export function estateReference(): string {
  const head = [
    '# Fields of a declared estate',
    '',
    '<!-- Written by tools/estate-schema.ts from the schemas; edit src/estate/declared/field-help.ts. -->',
    '',
    'How to write the files is in [Declare your estate](../guide/declare-your-estate.md). A field marked \\* must be',
    'given. In CSV the fields are columns.',
  ];
  return [...head, ...SHAPES.flatMap(kindSection), ''].join('\n');
}

function kindSection(shape: ItemShape): string[] {
  const { kind, section } = shape;
  const rows = shape.names.flatMap((name) => {
    const type = typeOf(shape, name);
    if (type === undefined) return [];
    const needed = isNeeded(shape, name) ? '\\*' : '';
    return [`| \`${name}\`${needed} | ${describe(type)} | ${helpOf(kind, name)} |`];
  });
  return [
    '',
    `## ${section}`,
    '',
    KIND_HELP[kind],
    '',
    '| field | what | meaning |',
    '|---|---|---|',
    ...rows,
  ];
}

function isNeeded({ kind, fields }: ItemShape, name: string): boolean {
  if (name === 'id') return !ID_OPTIONAL.has(kind);
  return name !== 'name' && name !== 'howCounted' && fields.get(name)?.required === true;
}

function describe(type: FieldType): string {
  switch (type.type) {
    case 'text':
      return 'text';
    case 'instant':
      return 'date or time';
    case 'number':
      return 'number';
    case 'boolean':
      return 'true or false';
    case 'choice':
      return type.values.map((value) => `\`${value}\``).join(', ');
    case 'list':
      return `list of ${describe(type.of)}`;
    case 'range':
      return 'number, or `low`, `best`, `high`';
    case 'tally':
      return `number for each of ${type.keys.map((key) => `\`${key}\``).join(', ')}`;
    case 'ref':
      return '`kind/id`';
    case 'group':
      return `fields ${[...type.fields.keys()].map((key) => `\`${key}\``).join(', ')}`;
  }
}
