/** Bills of materials in CycloneDX 1.2 to 1.7 (ECMA-424), JSON and XML. */
import { basename } from 'node:path/posix';
import { concluded } from '../sbom/conclude.ts';
import { headText } from '../sbom/head.ts';
import type { Extracted, Extractor, InputFile } from '../schema.ts';
import { itemOf, type Component } from './component.ts';
import { readJson } from './json.ts';
import { readXml } from './xml.ts';

const MAX_BYTES = 256 * 1024 * 1024;
const KNOWN_VERSIONS = new Set(['1.2', '1.3', '1.4', '1.5', '1.6', '1.7']);
/** Names that promise this format; of the others the head decides. */
const PROMISED = /\.cdx\.(json|xml)$/;
const LIKELY = /(^|[._/-])(bom|sbom|cyclonedx)\.(json|xml)$/;

export const cyclonedx: Extractor = {
  id: 'cyclonedx',
  title: 'CycloneDX bills of materials',
  version: 1,
  wants: (path) => isPromised(path) || isLikely(path),
  peek: { bytes: 4096, accepts: (head, path) => isPromised(path) || recognises(head) },
  recognises,
  maxBytes: MAX_BYTES,
  evidence: 'document',
  extract,
};

function isPromised(path: string): boolean {
  return PROMISED.test(path.slice(-10).toLowerCase());
}

function isLikely(path: string): boolean {
  return LIKELY.test(path.slice(-20).toLowerCase());
}

function recognises(head: Buffer): boolean {
  const text = headText(head);
  if (text.startsWith('{')) {
    return /"bomFormat"\s*:\s*"CycloneDX"|"https?:\/\/cyclonedx\.org\/schema\/bom/.test(text);
  }
  return text.startsWith('<') && /["']https?:\/\/cyclonedx\.org\/schema\/bom\/\d/.test(text);
}

async function* extract(file: InputFile): AsyncGenerator<Extracted> {
  const what = basename(file.path);
  const bytes = await file.bytes(MAX_BYTES);
  const isXml = headText(bytes.subarray(0, 4096)).startsWith('<');
  const { specVersion, components } = isXml ? await readXml(bytes, what) : readJson(bytes, what);
  if (!KNOWN_VERSIONS.has(specVersion)) {
    yield {
      kind: 'unread',
      reason: 'unsupported',
      detail: 'a version of CycloneDX that is not known; read like 1.7',
    };
  }
  yield* concluded(items(components));
}

function* items(components: Iterable<Component>): Generator<ReturnType<typeof itemOf>> {
  for (const component of components) yield itemOf(component);
}
