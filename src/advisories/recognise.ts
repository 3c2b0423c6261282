/** Which format a file has, by what stands in it; names of files decide nothing. */
import { isCsaf, parseCsaf } from './formats/csaf.ts';
import { isCve, parseCve } from './formats/cve.ts';
import { looksLikeTracker, parseTrackerPackage } from './formats/debian-tracker.ts';
import { isEndOfLife, parseEndOfLife } from './formats/endoflife.ts';
import { isKevCatalogue, isKevEntry, parseKev } from './formats/kev.ts';
import { isNvd, looksLikeNvd, parseNvd } from './formats/nvd.ts';
import { isOsv, parseOsv } from './formats/osv.ts';
import { isSecdb, parseSecdb } from './formats/secdb.ts';
import type { ParseDocument } from './item.ts';
import { isObject, type JsonObject } from './read-json.ts';

export const FORMATS = [
  'osv',
  'kev',
  'epss',
  'cve',
  'nvd',
  'debian-tracker',
  'secdb',
  'csaf',
  'endoflife',
  'windows-updates',
] as const;
export type Format = (typeof FORMATS)[number];

interface DocumentFormat {
  readonly format: Format;
  readonly is: (document: JsonObject) => boolean;
  readonly parse: ParseDocument;
}

/** Asked in this order; the first that knows the document has it. */
const DOCUMENTS: readonly DocumentFormat[] = [
  { format: 'csaf', is: isCsaf, parse: parseCsaf },
  { format: 'cve', is: isCve, parse: parseCve },
  { format: 'nvd', is: isNvd, parse: parseNvd },
  { format: 'kev', is: isKevCatalogue, parse: parseKev },
  { format: 'kev', is: isKevEntry, parse: parseKev },
  { format: 'secdb', is: isSecdb, parse: parseSecdb },
  { format: 'endoflife', is: isEndOfLife, parse: parseEndOfLife },
  { format: 'osv', is: isOsv, parse: parseOsv },
];

/** Undefined for what is none of ours. */
export function recogniseDocument(document: unknown): DocumentFormat | undefined {
  return isObject(document) ? DOCUMENTS.find(({ is }) => is(document)) : undefined;
}

/** How a JSON text is cut into documents. */
export interface JsonShape {
  /** `lines`: one document a line; `members`: one huge object or list; `list`: the first list in it; `documents`: anything else. */
  readonly cut: 'lines' | 'members' | 'list' | 'documents';
  /** Known before the first member was read: a member alone does not tell. */
  readonly parse?: ParseDocument;
  readonly format?: Format;
}

/** By the first bytes of the text. */
export function shapeOfJson(head: string): JsonShape | undefined {
  const start = head.trimStart();
  if (start.startsWith('[')) return { cut: 'members' };
  if (!start.startsWith('{')) return undefined;
  if (looksLikeTracker(start))
    return { cut: 'members', parse: parseTrackerPackage, format: 'debian-tracker' };
  if (looksLikeNvd(start)) return { cut: 'list', parse: parseNvd, format: 'nvd' };
  const end = start.indexOf('\n');
  return end > 0 && isDocument(start.slice(0, end)) && start.slice(end).trim() !== ''
    ? { cut: 'lines' }
    : { cut: 'documents' };
}

function isDocument(line: string): boolean {
  try {
    return isObject(JSON.parse(line));
  } catch {
    return false;
  }
}

/** A table, by the names of its columns. */
export interface TableShape {
  readonly format: 'kev' | 'epss' | 'windows-updates';
  readonly separator: ',' | '\t';
  /** The comment above the header, or empty. */
  readonly comment: string;
  readonly columns: readonly string[];
}

export function shapeOfTable(head: string): TableShape | undefined {
  if (/^\s*[[{]/.test(head)) return undefined;
  const lines = head.replace(/^\ufeff/, '').split(/\r?\n/, 3);
  const comment = lines[0]?.startsWith('#') === true ? lines[0] : '';
  const header = (comment === '' ? lines[0] : lines[1]) ?? '';
  const separator = header.includes('\t') ? '\t' : ',';
  const columns = header
    .split(separator)
    .map((name) => name.trim().replaceAll('"', '').toLowerCase());
  const has = (...names: string[]) => names.every((name) => columns.includes(name));
  if (has('dateposted', 'cve', 'bulletinkb', 'affectedproduct'))
    return { format: 'windows-updates', separator, comment, columns };
  if (has('cveid', 'dateadded')) return { format: 'kev', separator, comment, columns };
  const scores = has('cve', 'epss') && (has('percentile') || has('epss percentile'));
  return scores ? { format: 'epss', separator, comment, columns } : undefined;
}
