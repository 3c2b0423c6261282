/** SPDX 3.0 as JSON-LD: a graph of elements in any order, with short or whole names of types. */
import { fieldsOf, itemsOf, ownField, textField, type Fields } from '../fields.ts';
import { relate, type SpdxDocument, type SpdxPackage } from './document.ts';
import { purposeOf, stated } from './json.ts';

/** Undefined where its context is not that of SPDX 3. */
export function readVersion3(root: Fields): SpdxDocument | undefined {
  const contexts = [ownField(root, '@context')].flat();
  const version = contexts
    .map(
      (context) => /^https?:\/\/spdx\.(?:org|github\.io)\/.*?(3\.\d+)/.exec(String(context))?.[1],
    )
    .find((found) => found !== undefined);
  if (version === undefined) return undefined;
  const graph = { described: new Set<string>(), wholes: new Set<string>() };
  const packages: SpdxPackage[] = [];
  const roots: Fields[] = [];
  const all = Object.hasOwn(root, '@graph') ? itemsOf(ownField(root, '@graph')) : [root];
  for (const [index, value] of all.entries()) {
    const element = fieldsOf(value);
    const type = typeOf(element);
    if (element === undefined) continue;
    if (type === 'Package') packages.push(packageOf(element, index));
    if (type === 'Relationship' || type === 'LifecycleScopedRelationship') related(graph, element);
    if (ROOTED.has(type)) roots.push(element);
  }
  for (const id of roots.flatMap((element) => ids(field(element, 'rootElement')))) {
    graph.described.add(id);
  }
  return { version, packages, ...graph };
}

const ROOTED = new Set(['SpdxDocument', 'Sbom', 'Bom', 'Bundle']);

/** `software_Package`, `software:Package`, `https://spdx.org/rdf/3.0.1/terms/Software/Package` → `Package`. */
function typeOf(element: Fields | undefined): string {
  const type = textField(element, 'type') ?? textField(element, '@type') ?? '';
  return lastName(type);
}

function lastName(text: string): string {
  return text.slice(Math.max(...['/', ':', '_', '#'].map((mark) => text.lastIndexOf(mark))) + 1);
}

/** By its last name: `software_packageVersion`, `software:packageVersion`, `packageVersion`. */
function field(element: Fields | undefined, name: string): unknown {
  for (const [key, value] of Object.entries(element ?? {})) {
    if (key === name || (key.endsWith(name) && lastName(key) === name)) return value;
  }
  return undefined;
}

function text(element: Fields | undefined, name: string): string {
  const value = field(element, name);
  return typeof value === 'string' ? value : '';
}

function packageOf(element: Fields, index: number): SpdxPackage {
  const identifiers = itemsOf(field(element, 'externalIdentifier')).map(fieldsOf);
  const ofType = (type: RegExp): string[] =>
    identifiers
      .filter((one) => type.test(lastName(text(one, 'externalIdentifierType'))))
      .map((one) => text(one, 'identifier'));
  const purl = text(element, 'packageUrl');
  return {
    id: idOf(element),
    name: text(element, 'name').trim(),
    version: stated(text(element, 'packageVersion')),
    purls: [...(purl === '' ? [] : [purl]), ...ofType(/^(packageUrl|purl)$/i)],
    identified: ofType(/^cpe2[23]$/i).length > 0,
    // operatingSystem and OPERATING-SYSTEM are one.
    purpose: purposeOf(lastName(text(element, 'primaryPurpose')).replace(/(?=[A-Z])/g, '_')),
    sourceInfo: text(element, 'sourceInfo'),
    at: `@graph[${index}]`,
  };
}

function idOf(element: Fields): string {
  return textField(element, 'spdxId') ?? textField(element, '@id') ?? '';
}

/** An identifier, a list of them, or elements written in place. */
function ids(value: unknown): string[] {
  return [value].flat().flatMap((one) => {
    if (typeof one === 'string') return [one];
    const fields = fieldsOf(one);
    return fields === undefined ? [] : [idOf(fields)];
  });
}

function related(graph: { described: Set<string>; wholes: Set<string> }, element: Fields): void {
  const type = lastName(text(element, 'relationshipType')).replace(/(?=[A-Z])/g, '_');
  for (const from of ids(field(element, 'from'))) {
    for (const to of ids(field(element, 'to'))) relate(graph, from, type, to);
  }
}
