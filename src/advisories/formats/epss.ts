/** EPSS scores as FIRST publishes them (`#model_version:…,score_date:…`, then `cve,epss,percentile`), and tables like it. */
import type { IntelItem, Notes } from '../item.ts';
import { numberOf, timeOf } from '../read-json.ts';

interface Score {
  readonly cve: string;
  readonly score: number;
  readonly percentile: number;
  readonly model: string;
  /** YYYY-MM-DD, or empty where the table does not say. */
  readonly date: string;
}

export function epssItem({ cve, score, percentile, model, date }: Score): IntelItem | undefined {
  if (!/^CVE-\d{4}-\d{4,}$/.test(cve) || !isShare(score) || !isShare(percentile)) return undefined;
  const modified = timeOf(date);
  return {
    kind: 'intel',
    source: 'epss',
    cve,
    modified,
    intel: { epss: { score, percentile, model, date: modified.slice(0, 10) } },
  };
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

/** Of the comment in the first line: the model and the day of its scores. */
export function epssComment(line: string): { readonly model: string; readonly date: string } {
  return {
    model: /model_version:([^,\s]+)/.exec(line)?.[1] ?? '',
    date: /score_date:([^,\s]+)/.exec(line)?.[1] ?? '',
  };
}

/** Reads one row of the table by the names of its columns. */
export function epssRow(
  row: Readonly<Record<string, string>>,
  comment: { readonly model: string; readonly date: string },
  notes: Notes,
): IntelItem | undefined {
  const score = numberOf(row['epss']);
  const percentile = numberOf(row['percentile'] ?? row['epss percentile']);
  if (score === undefined || percentile === undefined) {
    notes.dropped('no score or percentile');
    return undefined;
  }
  const date = row['date'] ?? comment.date;
  const item = epssItem({ cve: row['cve'] ?? '', score, percentile, model: comment.model, date });
  if (item === undefined) notes.dropped('no CVE, or a score that is none');
  else notes.asOf(item.modified);
  return item;
}
