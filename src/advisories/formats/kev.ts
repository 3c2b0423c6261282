/** Known exploited vulnerabilities: CISA's catalogue (JSON and CSV), and lists of single entries. */
import type { Item, Notes } from '../item.ts';
import { numberOf, objectOf, objectsOf, textOf, timeOf, type JsonObject } from '../read-json.ts';
import { epssItem } from './epss.ts';

export function isKevCatalogue(document: JsonObject): boolean {
  return objectsOf(document['vulnerabilities']).some(isKevEntry) || 'catalogVersion' in document;
}

/** CISA writes `cveID`; merged lists write `cve` and may know the day of first sight instead of CISA's. */
export function isKevEntry(entry: JsonObject): boolean {
  if (typeof entry['cveID'] === 'string') return 'dateAdded' in entry || 'dueDate' in entry;
  return typeof entry['cve'] === 'string' && ('dateAdded' in entry || 'firstSeen' in entry);
}

export function parseKev(document: unknown, notes: Notes): Item[] {
  const catalogue = objectOf(document);
  if (!('vulnerabilities' in catalogue)) return parseKevEntry(document, notes);
  const released = timeOf(catalogue['dateReleased']);
  notes.asOf(released);
  return objectsOf(catalogue['vulnerabilities']).flatMap((entry) =>
    entryItems(entry, released, notes),
  );
}

export function parseKevEntry(document: unknown, notes: Notes): Item[] {
  return entryItems(objectOf(document), '', notes);
}

function entryItems(entry: JsonObject, released: string, notes: Notes): Item[] {
  const cve = textOf(entry['cveID']) || textOf(entry['cve']);
  const added = textOf(entry['dateAdded']) || textOf(entry['firstSeen']);
  if (!/^CVE-\d{4}-\d{4,}$/.test(cve)) {
    notes.dropped('no CVE');
    return [];
  }
  const modified = released === '' ? timeOf(added) : released;
  notes.asOf(timeOf(added));
  const name =
    textOf(entry['vulnerabilityName']) ||
    [textOf(entry['vendorProject']), textOf(entry['product'])].join(' ').trim();
  const kev = {
    added,
    due: textOf(entry['dueDate']),
    ransomware: textOf(entry['knownRansomwareCampaignUse']).toLowerCase() === 'known',
    name,
  };
  const items: Item[] = [{ kind: 'intel', source: 'kev', cve, modified, intel: { kev } }];
  const score = numberOf(entry['epss']);
  const percentile = numberOf(entry['epssPercentile']);
  if (score !== undefined && percentile !== undefined) {
    const item = epssItem({ cve, score, percentile, model: '', date: '' });
    if (item !== undefined) items.push(item);
  }
  return items;
}
