/** Bills of materials in SPDX 2.2 and 2.3 (JSON, YAML, tag-value, RDF/XML) and 3.0 (JSON-LD). */
import { basename } from 'node:path/posix';
import { HoldfastError } from '../../kernel/errors.ts';
import { fieldsOf } from '../fields.ts';
import { parseJson } from '../json.ts';
import { concluded } from '../sbom/conclude.ts';
import { headText } from '../sbom/head.ts';
import type { Extracted, Extractor, InputFile } from '../schema.ts';
import { itemsOf, type SpdxDocument } from './document.ts';
import { readVersion2 } from './json.ts';
import { readTagValue } from './tag-value.ts';
import { readVersion3 } from './version3.ts';

const MAX_BYTES = 256 * 1024 * 1024;
const HEAD = 4096;
const KNOWN_VERSIONS = new Set(['2.1', '2.2', '2.3', '3.0']);
const PROMISED = /\.(spdx|spdx3?\.(json|ya?ml|rdf|xml|jsonld)|spdx\.rdf\.xml)$/;
const LIKELY = /(^|[._/-])(bom|sbom|spdx)\.(json|jsonld|ya?ml)$/;

export const spdx: Extractor = {
  id: 'spdx',
  title: 'SPDX bills of materials',
  version: 1,
  wants: (path) => isPromised(path) || isLikely(path),
  peek: { bytes: HEAD, accepts: (head, path) => isPromised(path) || recognises(head) },
  recognises,
  maxBytes: MAX_BYTES,
  evidence: 'document',
  extract,
};

function isPromised(path: string): boolean {
  return PROMISED.test(path.slice(-16).toLowerCase());
}

function isLikely(path: string): boolean {
  return LIKELY.test(path.slice(-16).toLowerCase());
}

const FORMS = {
  json: /"spdxVersion"\s*:\s*"SPDX-|"SPDXID"\s*:|"@context"\s*:\s*\[?\s*"https?:\/\/spdx\.(org|github\.io)\//,
  rdf: /["']https?:\/\/spdx\.org\/rdf\/terms#?["']/,
  tags: /(^|\n)SPDXVersion:\s*SPDX-/,
  yaml: /(^|\n)["']?spdxVersion["']?\s*:\s*["']?SPDX-/,
};

function formOf(head: Buffer): keyof typeof FORMS | undefined {
  const text = headText(head);
  if (text.startsWith('{')) return FORMS.json.test(text) ? 'json' : undefined;
  if (text.startsWith('<')) return FORMS.rdf.test(text) ? 'rdf' : undefined;
  if (FORMS.tags.test(text)) return 'tags';
  return FORMS.yaml.test(text) ? 'yaml' : undefined;
}

function recognises(head: Buffer): boolean {
  return formOf(head) !== undefined;
}

async function* extract(file: InputFile): AsyncGenerator<Extracted> {
  const what = basename(file.path);
  const document = await documentOf(file, what);
  if (!KNOWN_VERSIONS.has(document.version.slice(0, 3))) {
    yield {
      kind: 'unread',
      reason: 'unsupported',
      detail: 'a version of SPDX that is not known; read like the newest that is',
    };
  }
  yield* concluded(itemsOf(document));
}

async function documentOf(file: InputFile, what: string): Promise<SpdxDocument> {
  const head = await file.read(0, HEAD);
  const text = headText(head);
  if (text.startsWith('{') || text.startsWith('[')) return jsonDocument(file, what);
  const form = formOf(head);
  if (form === 'rdf') return (await import('./rdf.ts')).readRdf(await file.bytes(MAX_BYTES), what);
  if (form === 'yaml' || /\.ya?ml$/i.test(what)) {
    return (await import('./yaml.ts')).readYaml(await file.bytes(MAX_BYTES), what);
  }
  return readTagValue(file, what);
}

async function jsonDocument(file: InputFile, what: string): Promise<SpdxDocument> {
  const root = fieldsOf(parseJson(await file.bytes(MAX_BYTES), { what }));
  const document = root && (readVersion2(root) ?? readVersion3(root));
  if (document === undefined) {
    throw new HoldfastError('bad_file', `${what}: no SPDX document: "spdxVersion" is missing`);
  }
  return document;
}
