/** CycloneDX 1.2 to 1.7 as JSON. */
import { HoldfastError } from '../../kernel/errors.ts';
import { fieldsOf, itemsOf, ownField, textField, type Fields } from '../fields.ts';
import { parseJson } from '../json.ts';
import { usedProperties, type Component } from './component.ts';

export interface Document {
  readonly specVersion: string;
  readonly components: Iterable<Component>;
}

/** @throws HoldfastError `bad_file` where it is no JSON or no CycloneDX. */
export function readJson(bytes: Buffer, what: string): Document {
  const root = fieldsOf(parseJson(bytes, { what }));
  if (root === undefined || !claims(root)) {
    throw new HoldfastError('bad_file', `${what}: no CycloneDX document: "bomFormat" is missing`);
  }
  return { specVersion: textField(root, 'specVersion') ?? '', components: componentsOf(root) };
}

function claims(root: Fields): boolean {
  if (textField(root, 'bomFormat') === 'CycloneDX') return true;
  return /^https?:\/\/cyclonedx\.org\/schema\/bom/.test(textField(root, '$schema') ?? '');
}

function* componentsOf(root: Fields): Generator<Component> {
  const metadata = fieldsOf(ownField(root, 'metadata'));
  const subject = fieldsOf(ownField(metadata, 'component'));
  if (subject !== undefined) yield* withParts(subject, 'metadata.component', true);
  yield* listed(root, '');
}

function* listed(parent: Fields, path: string): Generator<Component> {
  for (const [index, value] of itemsOf(ownField(parent, 'components')).entries()) {
    const fields = fieldsOf(value);
    // Something that is no component is told by having no name.
    yield* withParts(fields ?? {}, `${path}components[${index}]`, false);
  }
}

function* withParts(fields: Fields, at: string, subject: boolean): Generator<Component> {
  yield componentOf(fields, at, subject);
  yield* listed(fields, `${at}.`);
}

function componentOf(fields: Fields, at: string, subject: boolean): Component {
  const text = (name: string): string => textField(fields, name)?.trim() ?? '';
  return {
    type: text('type'),
    name: text('name'),
    group: text('group'),
    version: text('version'),
    purl: text('purl'),
    identified: text('cpe') !== '' || fieldsOf(ownField(fields, 'swid')) !== undefined,
    scope: text('scope'),
    properties: propertiesOf(fields),
    subject,
    at: at.length > 200 ? `${at.slice(0, 200)}…` : at,
  };
}

function propertiesOf(fields: Fields): Component['properties'] {
  const pairs = itemsOf(ownField(fields, 'properties')).map((value) => {
    const property = fieldsOf(value);
    return [property?.['name'], property?.['value']] as const;
  });
  return usedProperties(pairs);
}
