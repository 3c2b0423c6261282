/** CycloneDX 1.2 to 1.7 as XML. */
import { HoldfastError } from '../../kernel/errors.ts';
import { childOf, parseXml, textOf, type XmlElement } from '../xml.ts';
import { usedProperties, type Component } from './component.ts';
import type { Document } from './json.ts';

const NAMESPACE = /^https?:\/\/cyclonedx\.org\/schema\/bom\/(\d+\.\d+)$/;

/** @throws HoldfastError `bad_file` where it is no XML or no CycloneDX. */
export async function readXml(bytes: Buffer, what: string): Promise<Document> {
  const root = await parseXml(bytes, { what });
  const version = NAMESPACE.exec(root.namespace)?.[1];
  if (root.name !== 'bom' || version === undefined) {
    throw new HoldfastError('bad_file', `${what}: no CycloneDX document: its root is another`);
  }
  return { specVersion: version, components: componentsOf(root) };
}

function* componentsOf(root: XmlElement): Generator<Component> {
  const metadata = childOf(root, 'metadata');
  const subject = metadata === undefined ? undefined : childOf(metadata, 'component');
  if (subject !== undefined) yield* withParts(subject, true);
  yield* listed(root);
}

function* listed(parent: XmlElement): Generator<Component> {
  for (const child of childOf(parent, 'components')?.children ?? []) {
    if (child.name === 'component') yield* withParts(child, false);
  }
}

function* withParts(element: XmlElement, subject: boolean): Generator<Component> {
  yield componentOf(element, subject);
  yield* listed(element);
}

function componentOf(element: XmlElement, subject: boolean): Component {
  const properties = childOf(element, 'properties')?.children ?? [];
  return {
    type: element.attributes.get('type') ?? '',
    name: textOf(element, 'name') ?? '',
    group: textOf(element, 'group') ?? '',
    version: textOf(element, 'version') ?? '',
    purl: textOf(element, 'purl') ?? '',
    identified: textOf(element, 'cpe') !== undefined || childOf(element, 'swid') !== undefined,
    scope: textOf(element, 'scope') ?? '',
    properties: usedProperties(
      properties.map(({ attributes, text }) => [attributes.get('name'), text] as const),
    ),
    subject,
    at: `line ${element.line}`,
    line: element.line,
  };
}
