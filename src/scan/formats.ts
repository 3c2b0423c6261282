/** Every way to show a report; each is loaded only when it is asked for. */
import type { TableOptions } from './format-table.ts';
import type { ScanReport } from './report.ts';

export const FORMATS = ['table', 'json', 'sarif', 'cyclonedx', 'openvex', 'html'] as const;
export type Format = (typeof FORMATS)[number];

/** Formats but `table` and `json` describe one target: of several reports they take the first. */
export async function formatOf(
  format: Format,
  reports: readonly ScanReport[],
  options: TableOptions = {},
): Promise<string> {
  const [report] = reports;
  if (report === undefined) return '';
  switch (format) {
    case 'table': {
      const { formatTable } = await import('./format-table.ts');
      return reports.map((each) => formatTable(each, options)).join('\n\n\n');
    }
    case 'json':
      return jsonText(reports.length === 1 ? report : reports);
    case 'sarif':
      return jsonText((await import('./format-sarif.ts')).formatSarif(report));
    case 'cyclonedx':
      return jsonText((await import('./format-cyclonedx.ts')).formatCycloneDx(report));
    case 'openvex':
      return jsonText((await import('./format-openvex.ts')).formatOpenVex(report));
    case 'html':
      return (await import('./format-html.ts')).formatHtml(report);
  }
}

/** JSON lets through what some terminals obey and what turns the direction of text; escaped, it means the same. */
function jsonText(document: object): string {
  return JSON.stringify(document, null, 2).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
