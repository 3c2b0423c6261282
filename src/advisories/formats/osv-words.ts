/** What an OSV record says in words: severity, status, the page to read, and what narrows a package down. */
import type { AdvisoryRecord } from '../model.ts';
import {
  isObject,
  listOf,
  objectOf,
  objectsOf,
  textOf,
  textsOf,
  type JsonObject,
} from '../read-json.ts';

const REJECTED = /^\s*\**\s*(?:rejected?\b\s*\**\s*(?:reason\b|do not use)|\*\*\s*reject)/i;
const DISPUTED = /^\s*(?:\*\*\s*disputed|\[disputed\]|disputed:)/i;

export function statusOf(record: JsonObject): AdvisoryRecord['status'] {
  if (typeof record['withdrawn'] === 'string' && record['withdrawn'] !== '') return 'withdrawn';
  return (
    statusOfText(textOf(record['summary'])) ?? statusOfText(textOf(record['details'])) ?? 'active'
  );
}

/** CVE texts begin with `** REJECT **`, `Rejected reason:` or `** DISPUTED **`. */
export function statusOfText(text: string): 'rejected' | 'disputed' | undefined {
  if (REJECTED.test(text)) return 'rejected';
  return DISPUTED.test(text) ? 'disputed' : undefined;
}

/** Vectors of the record and of its packages, each once. */
export function cvssOf(record: JsonObject): string[] {
  const vectors = new Set<string>();
  const packages = objectsOf(record['affected']).map((affected) => affected['severity']);
  for (const list of [record['severity'], ...packages]) {
    for (const { type, score } of objectsOf(list)) {
      if (textOf(type).startsWith('CVSS') && textOf(score).includes('/'))
        vectors.add(textOf(score));
    }
  }
  return [...vectors];
}

const TITLE_WORD = /^(Critical|Important|Moderate|Low)\b:/;

export function severityOf(record: JsonObject): string {
  const specific = objectOf(record['database_specific']);
  for (const field of ['severity', 'priority']) {
    const word = textOf(specific[field]);
    if (word !== '') return word;
  }
  const graded = objectsOf(record['severity']).find(({ type }) => !textOf(type).startsWith('CVSS'));
  const word = textOf(graded?.['score']);
  return word === '' ? (TITLE_WORD.exec(textOf(record['summary']))?.[1] ?? '') : word;
}

export function cwesOf(record: JsonObject): string[] {
  const specific = objectOf(record['database_specific']);
  const objects = [...objectsOf(specific['cwes']), ...objectsOf(record['cwes'])].map(
    ({ cweId }) => cweId,
  );
  const cwes = [...textsOf(specific['cwe_ids']), ...textsOf(specific['cwes']), ...textsOf(objects)];
  return [...new Set(cwes)].filter((cwe) => /^CWE-\d+$/.test(cwe));
}

const ADVISORY_KINDS = ['ADVISORY', 'WEB', 'REPORT'];

/** The source's own page before any other. */
export function urlOf(record: JsonObject, id: string): string {
  const own = textOf(objectOf(record['database_specific'])['url']);
  if (isWeb(own)) return own;
  const references = objectsOf(record['references']);
  const pages = references.filter(({ url }) => isWeb(textOf(url)));
  const named = pages.find(({ url }) => textOf(url).includes(id));
  if (named !== undefined) return textOf(named['url']);
  for (const kind of ADVISORY_KINDS) {
    const page = pages.find(({ type }) => type === kind);
    if (page !== undefined) return textOf(page['url']);
  }
  return `https://osv.dev/vulnerability/${encodeURIComponent(id)}`;
}

function isWeb(url: string): boolean {
  return /^https?:\/\//.test(url);
}

/** The vendor's word for this package: Debian's urgency, Ubuntu's priority. */
export function urgencyOf(affected: JsonObject): string {
  const specific = objectOf(affected['ecosystem_specific']);
  const more = objectOf(affected['database_specific']);
  for (const value of [
    specific['urgency'],
    specific['ubuntu_priority'],
    specific['priority'],
    more['severity'],
  ]) {
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}

const QUALIFIER_LENGTH = 300;

/** Go: packages and symbols. RustSec: kind of notice, architectures, systems, functions. Debian: an entry that is in doubt. */
export function qualifierOf(affected: JsonObject): string {
  const specific = objectOf(affected['ecosystem_specific']);
  const parts = [
    ...objectsOf(specific['imports']).map(importText),
    ...informational(objectOf(affected['database_specific'])['informational']),
    ...rust(objectOf(specific['affects'])),
    ...labelled('suspect', specific['suspect']),
  ].filter((part) => part !== '');
  const text = parts.join(', ');
  return text.length <= QUALIFIER_LENGTH ? text : `${text.slice(0, QUALIFIER_LENGTH - 1)}…`;
}

function importText({ path, symbols, goos }: JsonObject): string {
  const names = textsOf(symbols);
  const systems = textsOf(goos);
  const place = names.length === 0 ? textOf(path) : `${textOf(path)}#${names.join(' ')}`;
  return systems.length === 0 ? place : `${place} (${systems.join(' ')})`;
}

function informational(value: unknown): string[] {
  return labelled('informational', isObject(value) ? value['kind'] : value);
}

function rust(affects: JsonObject): string[] {
  return [
    ...labelled('arch', textsOf(affects['arch']).join(' ')),
    ...labelled('os', textsOf(affects['os']).join(' ')),
    ...labelled('functions', listOf(affects['functions']).map(textOf).join(' ').trim()),
  ];
}

function labelled(label: string, value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? [`${label}: ${value}`] : [];
}
