/** CSAF 2.0 documents of the VEX and security advisory profiles (OASIS CSAF 2.0, sections 3.2.2 and 3.2.3). */
import { fieldsOf, itemsOf, type Fields } from '../../inventory/fields.ts';
import { subjectOf, textOf, textsOf } from './fields.ts';
import type { VexDocument, VexProblem, VexProduct, VexStatement, VexStatus } from './model.ts';

/** `product_status` groups → our word; `recommended` states nothing about a flaw. */
const GROUPS: readonly (readonly [string, VexStatus])[] = [
  ['known_not_affected', 'not_affected'],
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['known_affected', 'affected'],
  ['first_affected', 'affected'],
  ['last_affected', 'affected'],
  ['under_investigation', 'under_investigation'],
];

export function isCsaf(document: Fields): boolean {
  return textOf(fieldsOf(document['document'])?.['csaf_version']) !== undefined;
}

export function readCsaf(document: Fields, name: string): VexDocument {
  const problems: VexProblem[] = [];
  const products = productsById(fieldsOf(document['product_tree']) ?? {});
  const head = fieldsOf(document['document']) ?? {};
  const tracking = fieldsOf(head['tracking']) ?? {};
  const timestamp = textOf(tracking['current_release_date']) ?? '';
  const statements: VexStatement[] = [];
  for (const [at, value] of itemsOf(document['vulnerabilities']).entries()) {
    const fields = fieldsOf(value) ?? {};
    const vulnerabilities = namesOf(fields);
    const field = `vulnerabilities[${at}]`;
    if (vulnerabilities.length === 0) {
      problems.push({ document: name, field, problem: 'names no vulnerability' });
      continue;
    }
    for (const [group, status] of GROUPS) {
      const ids = textsOf(itemsOf(fieldsOf(fields['product_status'])?.[group]));
      const unknown = ids.filter((id) => !products.has(id));
      for (const id of unknown)
        problems.push({
          document: name,
          field: `${field}.product_status.${group}`,
          problem: `${id} is not in product_tree`,
        });
      const named = ids.flatMap((id) => products.get(id) ?? []);
      if (named.length === 0) continue;
      statements.push({
        document: name,
        number: at + 1,
        vulnerabilities,
        status,
        ...flagOf(fields, ids),
        products: named,
        timestamp,
      });
    }
  }
  return { format: 'csaf', statements, problems };
}

function namesOf(fields: Fields): string[] {
  const ids = itemsOf(fields['ids']).flatMap((each) => textsOf(fieldsOf(each)?.['text']));
  return [...textsOf(fields['cve']), ...ids];
}

/** `flags` carry the justification (section 3.2.3.5), for the products that they name. */
function flagOf(fields: Fields, ids: readonly string[]): Pick<VexStatement, 'justification'> {
  const label = itemsOf(fields['flags'])
    .map(fieldsOf)
    .find((flag) => textsOf(flag?.['product_ids']).some((id) => ids.includes(id)))?.['label'];
  const justification = textOf(label);
  return justification === undefined ? {} : { justification };
}

/** Every product of the tree by its id; a relationship makes a product with a subcomponent. */
function productsById(tree: Fields): Map<string, VexProduct> {
  const products = new Map<string, VexProduct>();
  const open: unknown[] = [...itemsOf(tree['branches'])];
  for (const product of itemsOf(tree['full_product_names'])) addProduct(product, products);
  while (open.length > 0) {
    const branch = fieldsOf(open.pop()) ?? {};
    open.push(...itemsOf(branch['branches']));
    addProduct(branch['product'], products);
  }
  for (const value of itemsOf(tree['relationships'])) {
    const fields = fieldsOf(value) ?? {};
    const whole = products.get(textOf(fields['relates_to_product_reference']) ?? '');
    const part = products.get(textOf(fields['product_reference']) ?? '');
    const id = textOf(fieldsOf(fields['full_product_name'])?.['product_id']);
    if (whole === undefined || part === undefined || id === undefined) continue;
    products.set(id, { ...whole, subcomponents: [part] });
  }
  return products;
}

function addProduct(value: unknown, products: Map<string, VexProduct>): void {
  const fields = fieldsOf(value);
  const id = textOf(fields?.['product_id']);
  if (fields === undefined || id === undefined) return;
  const helper = fieldsOf(fields['product_identification_helper']) ?? {};
  const hashes = itemsOf(helper['hashes']).flatMap((each) =>
    itemsOf(fieldsOf(each)?.['file_hashes']).flatMap((hash) => textsOf(fieldsOf(hash)?.['value'])),
  );
  const purl = textOf(helper['purl']);
  const name = textOf(fields['name']) ?? id;
  const cpe = textOf(helper['cpe']);
  products.set(id, {
    ...subjectOf(purl ?? name, [...hashes, ...(cpe === undefined ? [] : [cpe])]),
    subcomponents: [],
  });
}
