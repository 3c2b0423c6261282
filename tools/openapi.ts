/** Writes docs/reference/openapi.json from the route table; `--check` fails instead when the file is not current. */
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { openapi } from '../src/kernel/http/openapi.ts';
import { apiRoutes } from '../src/server/table.ts';

const root = path.dirname(import.meta.dirname);
const file = path.join(root, 'docs', 'reference', 'openapi.json');
const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as {
  version: string;
};
const document = openapi(apiRoutes, {
  title: 'Holdfast',
  version,
  description:
    'Finds, closes and contains every way one missing control could reach the people whose records an organisation holds. Error codes: docs/reference/errors.md.',
});
const text = `${JSON.stringify(document, undefined, 2)}\n`;

if (!process.argv.includes('--check')) {
  fs.writeFileSync(file, text);
} else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
  console.error('docs/reference/openapi.json is not current: run node tools/openapi.ts');
  process.exitCode = 1;
}
