/** The vulnerabilities of a CycloneDX document of 1.4 to 1.7 (https://cyclonedx.org/docs/1.6/json/#vulnerabilities). */
import { fieldsOf, itemsOf, type Fields } from '../../inventory/fields.ts';
import { subjectOf, textOf, textsOf } from './fields.ts';
import type {
  VexDocument,
  VexProblem,
  VexProduct,
  VexStatement,
  VexStatus,
  VexSubject,
} from './model.ts';

/** `analysis.state` → our word. `false_positive` says that the product does not hold the flaw. */
const STATES: Readonly<Record<string, VexStatus>> = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
};

export function isCycloneDxVex(document: Fields): boolean {
  return document['bomFormat'] === 'CycloneDX' && Array.isArray(document['vulnerabilities']);
}

export function readCycloneDxVex(document: Fields, name: string): VexDocument {
  const subjects = new Map<string, VexSubject>();
  const metadata = fieldsOf(document['metadata']) ?? {};
  collectSubjects([metadata['component'], ...itemsOf(document['components'])], subjects);
  const problems: VexProblem[] = [];
  const statements = itemsOf(document['vulnerabilities']).flatMap((value, at) => {
    const place = { document: name, number: at + 1 };
    const read = statementOf(fieldsOf(value) ?? {}, textOf(metadata['timestamp']), subjects, place);
    if (typeof read === 'object') return [read];
    // Without an analysis it is a finding of somebody's scanner and states nothing.
    if (read !== undefined)
      problems.push({ ...place, field: `vulnerabilities[${at}]`, problem: read });
    return [];
  });
  return { format: 'cyclonedx', statements, problems };
}

/** By bom-ref, at any depth. */
function collectSubjects(values: readonly unknown[], subjects: Map<string, VexSubject>): void {
  const open = [...values];
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    const fields = fieldsOf(value);
    if (fields === undefined) continue;
    open.push(...itemsOf(fields['components']));
    const reference = textOf(fields['bom-ref']) ?? textOf(fields['purl']);
    if (reference !== undefined) subjects.set(reference, subjectOfComponent(fields, reference));
  }
}

function subjectOfComponent(fields: Fields, reference: string): VexSubject {
  const purl = textOf(fields['purl']);
  const hashes = itemsOf(fields['hashes']).flatMap((hash) => textsOf(fieldsOf(hash)?.['content']));
  return subjectOf(purl ?? textOf(fields['name']) ?? reference, hashes);
}

function statementOf(
  fields: Fields,
  timestamp: string | undefined,
  subjects: ReadonlyMap<string, VexSubject>,
  place: Pick<VexStatement, 'document' | 'number'>,
): VexStatement | string | undefined {
  const analysis = fieldsOf(fields['analysis']);
  if (analysis === undefined) return undefined;
  const id = textOf(fields['id']);
  if (id === undefined) return 'names no vulnerability';
  const status = STATES[textOf(analysis['state']) ?? ''];
  if (status === undefined) return 'analysis.state is none that CycloneDX defines';
  const products = itemsOf(fields['affects']).flatMap((each) =>
    productsOf(fieldsOf(each) ?? {}, subjects),
  );
  if (products.length === 0) return 'affects names no product';
  const references = itemsOf(fields['references']).flatMap((each) =>
    textsOf(fieldsOf(each)?.['id']),
  );
  const justification = textOf(analysis['justification']);
  const note = textOf(analysis['detail']);
  return {
    ...place,
    vulnerabilities: [id, ...references],
    status,
    ...(justification === undefined ? {} : { justification }),
    ...(note === undefined ? {} : { note }),
    products,
    timestamp: textOf(analysis['lastUpdated']) ?? textOf(fields['updated']) ?? timestamp ?? '',
  };
}

/** `ref` is a bom-ref of this document, a BOM-Link into another (`urn:cdx:…#ref`), or a package URL. */
function productsOf(affects: Fields, subjects: ReadonlyMap<string, VexSubject>): VexProduct[] {
  const reference = textOf(affects['ref']);
  if (reference === undefined) return [];
  const inner = decodeLink(reference.split('#').slice(1).join('#'));
  const known = subjects.get(reference) ?? subjects.get(inner);
  const named = reference.startsWith('urn:cdx:') && inner !== '' ? inner : reference;
  return [{ ...(known ?? subjectOf(named, [reference])), subcomponents: [] }];
}

function decodeLink(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
