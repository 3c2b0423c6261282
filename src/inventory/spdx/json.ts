/** SPDX 2.2 and 2.3 as JSON (specification, clauses 7 and 11); YAML has the same members. */
import { fieldsOf, itemsOf, ownField, textField, type Fields } from '../fields.ts';
import { relate, type SpdxDocument, type SpdxPackage } from './document.ts';

/** Undefined where it does not say that it is SPDX 2. */
export function readVersion2(root: Fields): SpdxDocument | undefined {
  const version = textField(root, 'spdxVersion');
  if (version === undefined || !version.startsWith('SPDX-')) return undefined;
  const graph = { described: new Set<string>(), wholes: new Set<string>() };
  for (const id of itemsOf(ownField(root, 'documentDescribes'))) {
    if (typeof id === 'string') graph.described.add(id);
  }
  for (const value of itemsOf(ownField(root, 'relationships'))) {
    const relation = fieldsOf(value);
    const from = textField(relation, 'spdxElementId');
    const type = textField(relation, 'relationshipType');
    const to = textField(relation, 'relatedSpdxElement');
    if (from !== undefined && type !== undefined && to !== undefined) relate(graph, from, type, to);
  }
  const packages = itemsOf(ownField(root, 'packages')).map(packageOf);
  return { version: version.slice('SPDX-'.length), packages, ...graph };
}

function packageOf(value: unknown, index: number): SpdxPackage {
  const fields = fieldsOf(value) ?? {};
  const references = itemsOf(ownField(fields, 'externalRefs')).map(fieldsOf);
  const locators = (type: RegExp): string[] =>
    references
      .filter((reference) => type.test(textField(reference, 'referenceType') ?? ''))
      .flatMap((reference) => textField(reference, 'referenceLocator') ?? []);
  return {
    id: textField(fields, 'SPDXID') ?? '',
    name: textField(fields, 'name')?.trim() ?? '',
    version: stated(textField(fields, 'versionInfo')),
    purls: locators(PURL_TYPE),
    identified: locators(CPE_TYPE).length > 0,
    purpose: purposeOf(textField(fields, 'primaryPackagePurpose') ?? ''),
    sourceInfo: textField(fields, 'sourceInfo') ?? '',
    at: `packages[${index}]`,
  };
}

/** The short name, or the address that RDF has for it. */
export const PURL_TYPE = /(^|\/)(purl|packageUrl)$/i;
export const CPE_TYPE = /(^|\/)cpe2[23]Type$|^cpe2[23]$/i;

export function purposeOf(text: string): string {
  return text.trim().toUpperCase().replaceAll('_', '-');
}

/** The specification's words for "nothing is said". */
export function stated(text: string | undefined): string {
  const trimmed = text?.trim() ?? '';
  return trimmed === 'NOASSERTION' || trimmed === 'NONE' ? '' : trimmed;
}
