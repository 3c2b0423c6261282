/**
 * Reads FHIR JSON: a bundle, or a folder of bundles, resources and NDJSON files. Each patient is a row, and so is every other
 * resource about a patient, tied by the patient's id: what is recorded of somebody counts where it stands.
 */
import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import type { Batch, Extract, Problem } from './extract.ts';
import { FHIR_HEADER, fhirRow } from './fhir-row.ts';
import { lineTexts } from './read-jsonl.ts';

/** A JSON document is held whole; larger exports are NDJSON. */
const LARGEST_DOCUMENT = 256 * 1024 * 1024;
const BATCH = 1000;

/** An extract from a file or a folder (not deeper) of `.json` and `.ndjson`. */
export async function fhirExtract(place: string, name = place): Promise<Extract> {
  const files = await filesOf(place, name);
  return { name, header: FHIR_HEADER, batches: batches(files) };
}

async function filesOf(place: string, name: string): Promise<string[]> {
  try {
    if (!(await stat(place)).isDirectory()) return [place];
    const inside = await readdir(place);
    const files = inside.filter((file) => /\.(json|ndjson|jsonl)$/i.test(file)).sort();
    if (files.length > 0) return files.map((file) => path.join(place, file));
  } catch (error) {
    throw new HoldfastError('bad_file', `${name} cannot be read`, {
      detail: { code: systemCode(error) },
    });
  }
  throw new HoldfastError('bad_file', `${name} holds no .json, .ndjson or .jsonl file`);
}

async function* batches(files: readonly string[]): AsyncGenerator<Batch> {
  for (const file of files) {
    let batch = emptyBatch();
    let number = 0;
    for await (const item of itemsOf(file)) {
      number++;
      const row = 'problem' in item ? undefined : fhirRow(item.resource, item.id);
      if ('problem' in item) batch.problems.push(item.problem);
      if (row !== undefined) {
        batch.rows.push(row);
        batch.numbers.push(number);
      }
      if (batch.rows.length >= BATCH) {
        yield batch;
        batch = emptyBatch();
      }
    }
    yield batch;
  }
}

type Item = { readonly resource: unknown; readonly id: string } | { readonly problem: Problem };

function emptyBatch(): { rows: (readonly string[])[]; numbers: number[]; problems: Problem[] } {
  return { rows: [], numbers: [], problems: [] };
}

async function* itemsOf(file: string): AsyncGenerator<Item> {
  if (!/\.json$/i.test(file)) {
    yield* linesOf(file);
    return;
  }
  const document = await documentOf(file);
  if ('problem' in document) yield document;
  else yield* resourcesIn(document.value, '', 0);
}

async function* linesOf(file: string): AsyncGenerator<Item> {
  for await (const { number, text } of lineTexts(createReadStream(file), file)) {
    if (text === undefined) yield { problem: { file, row: number, reason: 'row-too-long' } };
    else if (text.trim() !== '') {
      const value = parsed(text);
      if (value === undefined) yield { problem: { file, row: number, reason: 'invalid-json' } };
      else yield* resourcesIn(value, '', 0);
    }
  }
}

async function documentOf(file: string): Promise<{ value: unknown } | { problem: Problem }> {
  if ((await stat(file)).size > LARGEST_DOCUMENT) {
    return { problem: { file, reason: 'row-too-long' } };
  }
  const value = parsed((await readFile(file, 'utf8')).replace(/^\ufeff/, ''));
  return value === undefined ? { problem: { file, reason: 'invalid-json' } } : { value };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A bundle's resources (bundles in bundles too, to a bound); an entry's `fullUrl` is what others may refer to it by. */
function* resourcesIn(value: unknown, id: string, depth: number): Generator<Item> {
  if (typeof value !== 'object' || value === null || depth > 4) return;
  const bundle = Bundle.safeParse(value);
  if (!bundle.success) {
    yield { resource: value, id };
    return;
  }
  for (const { resource, fullUrl } of bundle.data.entry) {
    yield* resourcesIn(resource, fullUrl.startsWith('urn:') ? fullUrl : '', depth + 1);
  }
}

const Entry = z.object({ resource: z.unknown(), fullUrl: z.string().catch('') });
const Bundle = z.object({
  resourceType: z.literal('Bundle'),
  entry: z.array(Entry.catch({ resource: undefined, fullUrl: '' })).catch([]),
});
