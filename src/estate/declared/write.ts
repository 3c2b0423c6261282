/** Declared entities back to files, so that export and import come to the same estate. */
import { HoldfastError } from '../../kernel/errors.ts';
import { defaultKey } from './default-key.ts';
import type { DeclaredEntity } from './entity.ts';
import { derivedIdentifiers } from './identifiers.ts';
import { MEASURED, SHAPES, typeOf, type ItemShape } from './shape.ts';
import { writeCsv } from './write-csv.ts';
import { writeYaml } from './write-yaml.ts';
import type { WrittenField, WrittenSection } from './written.ts';

export interface WrittenFile {
  readonly name: string;
  readonly text: string;
}

/**
 * One `estate.yaml`, or one CSV file for each kind that has items; sections in the order of the schema, items by key.
 *
 * @param options.comment lines for the head of a YAML file, such as when it was written; CSV has no comments
 * @throws HoldfastError `unsupported` when an entity holds what only a machine can tell
 */
export function writeDeclared(
  entities: Iterable<DeclaredEntity>,
  format: 'yaml' | 'csv',
  options: { readonly comment?: string } = {},
): readonly WrittenFile[] {
  const byKind = Map.groupBy(entities, ({ kind }) => kind);
  const sections = SHAPES.flatMap((shape): WrittenSection[] => {
    const found = byKind.get(shape.kind) ?? [];
    if (found.length === 0) return [];
    const sorted = found.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
    return [{ shape, items: sorted.map((entity) => writtenFields(shape, entity)) }];
  });
  if (format === 'yaml') {
    return [{ name: 'estate.yaml', text: writeYaml(sections, options.comment) }];
  }
  return sections.map((section) => ({
    name: `${section.shape.section}.csv`,
    text: writeCsv(section),
  }));
}

function writtenFields(shape: ItemShape, entity: DeclaredEntity): readonly WrittenField[] {
  const { kind, key, body, trueAt } = entity;
  refuseMeasured(shape, entity);
  const values = new Map<string, unknown>();
  if (kind !== 'dependency' || defaultKey(kind, body) !== key) values.set('id', key);
  for (const [name, value] of Object.entries(body))
    if (name !== 'howCounted') values.set(name, value);
  const derived = derivedIdentifiers(kind, body);
  const identifiers = (entity.identifiers ?? []).filter((name) => !derived.includes(name));
  if (identifiers.length > 0) values.set('identifiers', identifiers);
  if (trueAt !== undefined) values.set('trueAt', trueAt);
  return shape.names.flatMap((name): WrittenField[] => {
    const [type, value] = [typeOf(shape, name), values.get(name)];
    return type === undefined || value === undefined ? [] : [{ name, type, value }];
  });
}

function refuseMeasured({ kind }: ItemShape, { key, body }: DeclaredEntity): void {
  const measured: readonly string[] = MEASURED[kind] ?? [];
  const names = Object.keys(body).filter((name) => measured.includes(name));
  if (body['howCounted'] === 'counted') names.push('howCounted: counted');
  if (names.length === 0) return;
  throw new HoldfastError(
    'unsupported',
    `${kind} ${JSON.stringify(key)} holds ${names.join(', ')}, which only a connector can tell`,
    { remedy: 'Export what was declared, without what other sources found.' },
  );
}
