/** Writes the JSON Schema and the field reference of declared estates; `--check` only says whether they are current. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { estateSchema } from '../src/estate/declared/json-schema.ts';
import { estateReference } from '../src/estate/declared/reference.ts';

const folder = path.join(path.dirname(import.meta.dirname), 'docs/reference');
const FILES: readonly (readonly [string, string])[] = [
  ['estate.schema.json', `${JSON.stringify(estateSchema(), null, 2)}\n`],
  ['estate-file.md', estateReference()],
];

for (const [name, text] of FILES) {
  const file = path.join(folder, name);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (read(file) !== text) {
    console.error(`docs/reference/${name} is not current: run node tools/estate-schema.ts`);
    process.exitCode = 1;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
