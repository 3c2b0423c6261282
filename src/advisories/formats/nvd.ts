/** The NVD's CVE records (JSON 2.0): answers of its programming interface, its yearly files, and single records. */
import type { Item, Notes } from '../item.ts';
import type { Intel } from '../model.ts';
import { isObject, objectOf, objectsOf, textOf, timeOf, type JsonObject } from '../read-json.ts';
import { configuredRows } from './nvd-products.ts';
import { statusOfText } from './osv-words.ts';

export function isNvd(document: JsonObject): boolean {
  if (document['format'] === 'NVD_CVE') return true;
  const record = recordOf(document);
  return typeof record['vulnStatus'] === 'string' && 'sourceIdentifier' in record;
}

/** The beginning of an answer or a yearly file: its list of records alone may have hundreds of megabytes. */
export function looksLikeNvd(head: string): boolean {
  return (
    /"format"\s*:\s*"NVD_CVE"/.test(head) &&
    /^\{(?:\s*"\w+"\s*:\s*(?:\d+|"[^"[\\]*")\s*,)*\s*"vulnerabilities"\s*:\s*\[/.test(head)
  );
}

export function parseNvd(document: unknown, notes: Notes): Item[] {
  const answer = objectOf(document);
  if (!Array.isArray(answer['vulnerabilities'])) return parseRecord(recordOf(answer), notes);
  notes.asOf(timeOf(answer['timestamp']));
  return objectsOf(answer['vulnerabilities']).flatMap((each) => parseRecord(recordOf(each), notes));
}

function recordOf(document: JsonObject): JsonObject {
  return isObject(document['cve']) ? document['cve'] : document;
}

function parseRecord(record: JsonObject, notes: Notes): Item[] {
  const cve = textOf(record['id']);
  if (!/^CVE-\d{4}-\d{4,}$/.test(cve)) {
    notes.dropped('no CVE');
    return [];
  }
  const modified = timeOf(record['lastModified']) || timeOf(record['published']);
  notes.asOf(modified);
  const intel = intelOf(record);
  const products =
    intel.status === 'rejected' ? [] : configuredRows(cve, record['configurations'], notes);
  if (Object.keys(intel).length === 0 && products.length === 0) {
    notes.dropped('nothing assessed yet');
    return [];
  }
  return [
    {
      kind: 'intel',
      source: 'nvd',
      cve,
      modified,
      intel,
      ...(products.length === 0 ? {} : { products }),
    },
  ];
}

function intelOf(record: JsonObject): Intel {
  const vectors = Object.values(objectOf(record['metrics']))
    .flatMap(objectsOf)
    .map(({ cvssData }) => textOf(objectOf(cvssData)['vectorString']))
    .filter((vector) => vector.includes('/'));
  const status = statusOf(record);
  return {
    ...(vectors.length === 0 ? {} : { cvss: [...new Set(vectors)] }),
    ...(status === undefined ? {} : { status }),
  };
}

function statusOf(record: JsonObject): Intel['status'] {
  if (record['vulnStatus'] === 'Rejected') return 'rejected';
  const tags = objectsOf(record['cveTags']).flatMap(({ tags: own }) => own);
  if (tags.includes('disputed')) return 'disputed';
  const english = objectsOf(record['descriptions']).find(({ lang }) => textOf(lang) === 'en');
  return statusOfText(textOf(english?.['value']));
}
