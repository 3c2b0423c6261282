/** CVE records (CVE JSON 5.x) with CISA's ADP container, and one-line extracts of them: SSVC, vectors, status. */
import type { Item, Notes } from '../item.ts';
import type { Intel } from '../model.ts';
import { objectOf, objectsOf, textOf, timeOf, type JsonObject } from '../read-json.ts';
import type { ProductRow } from '../products/model.ts';
import { extractedProductRows, productRows } from './cve-products.ts';
import { statusOfText } from './osv-words.ts';

export function isCve(document: JsonObject): boolean {
  return document['dataType'] === 'CVE_RECORD' || 'cveMetadata' in document || isExtract(document);
}

/** `{id, state, assigner, ssvc, metrics}` on one line. */
function isExtract(document: JsonObject): boolean {
  return typeof document['state'] === 'string' && typeof document['assigner'] === 'string';
}

export function parseCve(document: unknown, notes: Notes): Item[] {
  const record = objectOf(document);
  return isExtract(record) ? parseExtract(record, notes) : parseFull(record, notes);
}

function parseExtract(record: JsonObject, notes: Notes): Item[] {
  const vectors = objectsOf(record['metrics']).map(({ vector }) => textOf(vector));
  return item(
    {
      cve: textOf(record['id']),
      modified: timeOf(record['updated']) || timeOf(record['published']),
      state: textOf(record['state']),
      text: textOf(record['desc']),
      disputed: false,
      ssvc: objectOf(record['ssvc']),
      vectors,
      products: extractedProductRows(textOf(record['id']), record),
    },
    notes,
  );
}

function parseFull(record: JsonObject, notes: Notes): Item[] {
  const meta = objectOf(record['cveMetadata']);
  const containers = objectOf(record['containers']);
  const cna = objectOf(containers['cna']);
  const adp = objectsOf(containers['adp']);
  const metrics = [cna, ...adp].flatMap((container) => objectsOf(container['metrics']));
  const options = metrics
    .map((metric) => objectOf(metric['other']))
    .filter(({ type }) => type === 'ssvc')
    .flatMap(({ content }) => objectsOf(objectOf(content)['options']));
  const english = objectsOf(cna['descriptions']).find(({ lang }) => textOf(lang).startsWith('en'));
  return item(
    {
      cve: textOf(meta['cveId']),
      modified: newest([timeOf(meta['dateUpdated']), ...adp.map(adpTime)]),
      state: textOf(meta['state']),
      text: textOf(english?.['value']),
      disputed: Array.isArray(cna['tags']) && cna['tags'].includes('disputed'),
      ssvc: Object.assign({}, ...options) as JsonObject,
      vectors: metrics.flatMap(vectorsOf),
      products: productRows(textOf(meta['cveId']), record),
    },
    notes,
  );
}

function adpTime(container: JsonObject): string {
  return timeOf(objectOf(container['providerMetadata'])['dateUpdated']);
}

function newest(times: readonly string[]): string {
  return [...times].sort().at(-1) ?? '';
}

const VECTOR_FIELDS = ['cvssV4_0', 'cvssV3_1', 'cvssV3_0', 'cvssV2_0'];

function vectorsOf(metric: JsonObject): string[] {
  return VECTOR_FIELDS.map((field) => textOf(objectOf(metric[field])['vectorString']));
}

interface Read {
  readonly cve: string;
  readonly modified: string;
  readonly state: string;
  readonly text: string;
  readonly disputed: boolean;
  readonly ssvc: JsonObject;
  readonly vectors: readonly string[];
  readonly products: readonly ProductRow[];
}

function item(read: Read, notes: Notes): Item[] {
  if (!/^CVE-\d{4}-\d{4,}$/.test(read.cve)) {
    notes.dropped('no CVE');
    return [];
  }
  notes.asOf(read.modified);
  const intel = intelOf(read);
  const products = read.state === 'REJECTED' ? [] : read.products;
  if (Object.keys(intel).length === 0 && products.length === 0) {
    notes.dropped('nothing assessed yet');
    return [];
  }
  return [
    {
      kind: 'intel',
      source: 'vulnrichment',
      cve: read.cve,
      modified: read.modified,
      intel,
      ...(products.length === 0 ? {} : { products }),
    },
  ];
}

function intelOf({ state, text, disputed, ssvc, vectors }: Read): Intel {
  const cvss = [...new Set(vectors.filter((vector) => vector.includes('/')))];
  const word = state === 'REJECTED' ? 'rejected' : disputed ? 'disputed' : statusOfText(text);
  const exploitation = textOf(ssvc['Exploitation']).toLowerCase();
  return {
    ...(exploitation === ''
      ? {}
      : {
          ssvc: {
            exploitation,
            automatable: textOf(ssvc['Automatable']).toLowerCase(),
            impact: textOf(ssvc['Technical Impact']).toLowerCase(),
          },
        }),
    ...(cvss.length === 0 ? {} : { cvss }),
    ...(word === undefined ? {} : { status: word }),
  };
}
