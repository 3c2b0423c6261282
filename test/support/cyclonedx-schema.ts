/** CycloneDX's own schema, out of the package that carries it, as a check. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

const FOLDER = path.resolve(
  import.meta.dirname,
  '../../node_modules/@cyclonedx/cyclonedx-library/res/schema',
);

function schema(name: string): object {
  return JSON.parse(
    readFileSync(path.join(FOLDER, `${name}.SNAPSHOT.schema.json`), 'utf8'),
  ) as object;
}

/** What is wrong with the document, one line each; empty where it is valid. */
export function cycloneDxProblems(document: unknown, version: '1.6'): string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Two that the formats package leaves out.
  ajv.addFormat('idn-email', /^[^@\s]+@[^@\s]+$/);
  ajv.addFormat('iri-reference', /^[^\s<>"{}|\\^`\u0000-\u001f]*$/);
  for (const name of ['spdx', 'jsf-0.82']) {
    ajv.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  const validate = ajv.compile(schema(`bom-${version}`));
  if (validate(document)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = '' }) => `${instancePath} ${message}`,
  );
}
