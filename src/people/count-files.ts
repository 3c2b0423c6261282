/** Opens what the operator named as extracts: CSV, JSON lines or FHIR bundles. */
import { stat } from 'node:fs/promises';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import type { Extract } from './extract.ts';
import { csvExtract } from './read-csv.ts';
import { fhirExtract } from './read-fhir.ts';
import { jsonlExtract } from './read-jsonl.ts';

export const FORMATS = ['csv', 'jsonl', 'fhir'] as const;
export type Format = (typeof FORMATS)[number];

/** The extracts of these files one after the other, each opened when the one before is done. */
export async function* fileExtracts(
  files: readonly string[],
  format?: Format,
): AsyncGenerator<Extract> {
  for (const file of files) yield await openExtract(file, format ?? (await formatOf(file)));
}

function openExtract(file: string, format: Format): Promise<Extract> {
  if (format === 'fhir') return fhirExtract(file);
  return format === 'jsonl' ? jsonlExtract(file) : csvExtract(file);
}

async function formatOf(file: string): Promise<Format> {
  const info = await stat(file).catch((error: unknown) => {
    throw new HoldfastError('bad_file', `${file} cannot be read`, {
      detail: { code: systemCode(error) },
      remedy: 'Check the path and that you may read it.',
    });
  });
  if (info.isDirectory() || /\.json$/i.test(file)) return 'fhir';
  return /\.(jsonl|ndjson)$/i.test(file) ? 'jsonl' : 'csv';
}
