/** OpenVEX 0.0.x and 0.2.x (https://github.com/openvex/spec). */
import { fieldsOf, itemsOf, type Fields } from '../../inventory/fields.ts';
import { subjectOf, textOf, textsOf } from './fields.ts';
import {
  VEX_STATUSES,
  type VexDocument,
  type VexProblem,
  type VexProduct,
  type VexStatement,
  type VexStatus,
  type VexSubject,
} from './model.ts';

export function isOpenVex(document: Fields): boolean {
  return textsOf(document['@context']).some((context) => context.includes('openvex'));
}

export function readOpenVex(document: Fields, name: string): VexDocument {
  const problems: VexProblem[] = [];
  const statements = itemsOf(document['statements']).flatMap((value, at) => {
    const read = statementOf(fieldsOf(value) ?? {}, document, { document: name, number: at + 1 });
    if (typeof read === 'object') return [read];
    problems.push({ document: name, field: `statements[${at}]`, problem: read });
    return [];
  });
  return { format: 'openvex', statements, problems };
}

function statementOf(
  fields: Fields,
  document: Fields,
  place: Pick<VexStatement, 'document' | 'number'>,
): VexStatement | string {
  const vulnerabilities = vulnerabilitiesOf(fields['vulnerability']);
  if (vulnerabilities.length === 0) return 'names no vulnerability';
  const status = VEX_STATUSES.find((each) => each === fields['status']);
  if (status === undefined) return `status is none of ${VEX_STATUSES.join(', ')}`;
  const products = itemsOf(fields['products'] ?? document['products']).flatMap(productOf);
  if (products.length === 0) return 'names no product';
  return {
    ...place,
    vulnerabilities,
    status,
    ...reasons(fields, status),
    products,
    timestamp:
      textOf(fields['last_updated']) ??
      textOf(fields['timestamp']) ??
      textOf(document['last_updated']) ??
      textOf(document['timestamp']) ??
      '',
  };
}

/** Before 0.2 the vulnerability was a text. */
function vulnerabilitiesOf(value: unknown): string[] {
  if (typeof value === 'string') return textsOf(value);
  const fields = fieldsOf(value) ?? {};
  const name = textOf(fields['name']) ?? textOf(fields['@id']);
  return [...(name === undefined ? [] : [name]), ...textsOf(fields['aliases'])];
}

function reasons(fields: Fields, status: VexStatus): Pick<VexStatement, 'justification' | 'note'> {
  const justification = textOf(fields['justification']);
  const note =
    status === 'not_affected'
      ? textOf(fields['impact_statement'])
      : textOf(fields['action_statement']);
  return {
    ...(justification === undefined ? {} : { justification }),
    ...(note === undefined ? {} : { note }),
  };
}

function productOf(value: unknown): VexProduct[] {
  const subject = component(value);
  if (subject === undefined) return [];
  const parts = fieldsOf(value)?.['subcomponents'];
  return [{ ...subject, subcomponents: itemsOf(parts).flatMap((part) => component(part) ?? []) }];
}

function component(value: unknown): VexSubject | undefined {
  if (typeof value === 'string') return subjectOf(value, []);
  const fields = fieldsOf(value) ?? {};
  const identifiers = Object.values(fieldsOf(fields['identifiers']) ?? {}).flatMap(textsOf);
  const hashes = Object.values(fieldsOf(fields['hashes']) ?? {}).flatMap(textsOf);
  const named = textOf(fields['@id']) ?? identifiers[0] ?? hashes[0];
  return named === undefined ? undefined : subjectOf(named, [...identifiers, ...hashes]);
}
