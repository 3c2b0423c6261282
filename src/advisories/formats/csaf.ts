/** CSAF 2.0 in the VEX profile, as Red Hat publishes it: one document a CVE, with products that are repaired, affected, not affected or left. */
import { canonicalEcosystem } from '../ecosystem.ts';
import type { Item, ItemRow, Notes } from '../item.ts';
import type { AdvisoryRecord, AdvisoryRow, RowState } from '../model.ts';
import {
  listOf,
  objectOf,
  objectsOf,
  textOf,
  textsOf,
  timeOf,
  type JsonObject,
} from '../read-json.ts';
import { productsOf, type Product } from './csaf-products.ts';
import { statusOfText } from './osv-words.ts';

export function isCsaf(document: JsonObject): boolean {
  return (
    textOf(objectOf(document['document'])['csaf_version']) !== '' &&
    Array.isArray(document['vulnerabilities'])
  );
}

export function parseCsaf(document: unknown, notes: Notes): Item[] {
  const root = objectOf(document);
  const tracking = objectOf(objectOf(root['document'])['tracking']);
  const modified = timeOf(tracking['current_release_date']);
  notes.asOf(modified);
  const products = productsOf(objectOf(root['product_tree']));
  return objectsOf(root['vulnerabilities']).flatMap((flaw) => {
    const id = textOf(flaw['cve']) || textOf(objectsOf(flaw['ids'])[0]?.['text']);
    if (id === '') {
      notes.dropped('no identifier');
      return [];
    }
    const rows = rowsOf(id, flaw, products, notes);
    if (rows.length === 0) {
      notes.dropped('names no package');
      return [];
    }
    const record = recordOf(id, root, flaw, modified);
    return [{ kind: 'record', identity: `${id} ${textOf(tracking['id'])}`, record, rows } as const];
  });
}

function recordOf(
  id: string,
  root: JsonObject,
  flaw: JsonObject,
  modified: string,
): AdvisoryRecord {
  const head = objectOf(root['document']);
  const notes = objectsOf(flaw['notes']);
  const described = notes.find(
    ({ category }) => category === 'description' || category === 'summary',
  );
  const summary = textOf(flaw['title']) || textOf(head['title']);
  const severity = textOf(objectOf(head['aggregate_severity'])['text']);
  const scores = objectsOf(flaw['scores']).flatMap((score) => [
    score['cvss_v4'],
    score['cvss_v3'],
    score['cvss_v2'],
  ]);
  const cwe = textOf(objectOf(flaw['cwe'])['id']);
  const own = objectsOf(flaw['references']).find(({ category }) => category === 'self');
  return {
    id,
    status: statusOfText(textOf(described?.['text'])) ?? 'active',
    aliases: [],
    upstream: [],
    summary: summary.slice(0, 200),
    published:
      timeOf(flaw['release_date']) || timeOf(objectOf(head['tracking'])['initial_release_date']),
    modified,
    cvss: [...new Set(scores.map((score) => textOf(objectOf(score)['vectorString'])))].filter(
      (text) => text !== '',
    ),
    ...(severity === '' ? {} : { severity }),
    cwes: cwe === '' ? [] : [cwe],
    url: textOf(own?.['url']) || `https://access.redhat.com/security/cve/${encodeURIComponent(id)}`,
  };
}

const STATES = [
  ['fixed', 'affected'],
  ['known_affected', 'affected'],
  ['known_not_affected', 'not_affected'],
  ['under_investigation', 'under_investigation'],
] as const;

function rowsOf(
  id: string,
  flaw: JsonObject,
  products: ReadonlyMap<string, Product>,
  notes: Notes,
): ItemRow[] {
  const status = objectOf(flaw['product_status']);
  const remedies = remediesOf(flaw);
  const severities = severitiesOf(flaw);
  const rows = new Map<string, ItemRow>();
  for (const [field, state] of STATES) {
    for (const productId of listOf(status[field])) {
      const product = products.get(textOf(productId));
      if (product === undefined) {
        notes.dropped('product without a package or a release');
        continue;
      }
      const row = rowOf(
        id,
        field === 'fixed' ? product.version : undefined,
        state,
        product,
        remedies.get(textOf(productId)),
      );
      const urgency = severities.get(textOf(productId));
      const placed: ItemRow = {
        ecosystem: canonicalEcosystem(product.ecosystem),
        name: product.name,
        row: urgency === undefined ? row : { ...row, urgency },
      };
      // Architectures of one build repeat the same statement.
      rows.set(JSON.stringify(placed), placed);
    }
  }
  return [...rows.values()];
}

const ALL = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }];

function rowOf(
  id: string,
  fixed: string | undefined,
  state: RowState,
  { module, source }: Product,
  remedy: string | undefined,
): AdvisoryRow {
  const ranges =
    fixed === undefined ? ALL : [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }];
  const left =
    state === 'affected' && fixed === undefined && remedy !== undefined && WONT_FIX.test(remedy);
  return {
    id,
    state: left ? 'wont_fix' : state,
    ...(state === 'not_affected' ? {} : { ranges }),
    ...(module === undefined ? {} : { module }),
    ...(source ? { arch: ['src'] } : {}),
    ...(fixed === undefined && remedy !== undefined ? { qualifier: remedy.slice(0, 200) } : {}),
  };
}

const WONT_FIX = /^(no fix planned|will not fix|out of support scope)/i;

/** What the vendor says of a product that it has not repaired: `Will not fix`, `Out of support scope`, `Fix deferred`. */
function remediesOf(flaw: JsonObject): Map<string, string> {
  const said = new Map<string, string>();
  for (const remedy of objectsOf(flaw['remediations'])) {
    const category = textOf(remedy['category']);
    if (category !== 'no_fix_planned' && category !== 'none_available') continue;
    const text =
      textOf(remedy['details']) || (category === 'no_fix_planned' ? 'No fix planned' : '');
    for (const id of textsOf(remedy['product_ids'])) said.set(id, text);
  }
  return said;
}

function severitiesOf(flaw: JsonObject): Map<string, string> {
  const words = new Map<string, string>();
  for (const threat of objectsOf(flaw['threats'])) {
    if (threat['category'] !== 'impact') continue;
    for (const id of textsOf(threat['product_ids'])) words.set(id, textOf(threat['details']));
  }
  return words;
}
