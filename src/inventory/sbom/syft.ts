/** Syft's own JSON, which many pipelines keep instead of a standard format: a list of artifacts and a distribution. */
import { basename } from 'node:path/posix';
import { HoldfastError } from '../../kernel/errors.ts';
import { fieldsOf, itemsOf, ownField, textField, type Fields } from '../fields.ts';
import { parseJson } from '../json.ts';
import type { Extracted, Extractor, InputFile } from '../schema.ts';
import { concluded } from './conclude.ts';
import { headText } from './head.ts';
import type { SbomItem } from './item.ts';

const MAX_BYTES = 256 * 1024 * 1024;
const HEAD = 4096;

export const syftJson: Extractor = {
  id: 'syft-json',
  title: "Syft's own JSON",
  version: 1,
  wants: (path) => isPromised(path) || /(^|[._/-])sbom\.json$/.test(path.slice(-16).toLowerCase()),
  peek: { bytes: HEAD, accepts: (head, path) => isPromised(path) || recognises(head) },
  recognises,
  maxBytes: MAX_BYTES,
  evidence: 'document',
  extract,
};

function isPromised(path: string): boolean {
  return path.slice(-10).toLowerCase() === '.syft.json';
}

function recognises(head: Buffer): boolean {
  const text = headText(head);
  return /^\{\s*"artifacts"\s*:\s*\[/.test(text) && /"foundBy"\s*:/.test(text);
}

async function* extract(file: InputFile): AsyncGenerator<Extracted> {
  const what = basename(file.path);
  const root = fieldsOf(parseJson(await file.bytes(MAX_BYTES), { what }));
  if (root === undefined || !Array.isArray(ownField(root, 'artifacts'))) {
    throw new HoldfastError('bad_file', `${what}: no document of Syft: "artifacts" is missing`);
  }
  yield* concluded(itemsIn(root));
}

function* itemsIn(root: Fields): Generator<SbomItem> {
  const distro = fieldsOf(ownField(root, 'distro'));
  // Older writers call the identifier the name.
  const name = textField(distro, 'id') ?? textField(distro, 'name');
  if (name !== undefined) {
    const version = textField(distro, 'versionID') ?? textField(distro, 'version') ?? '';
    yield { kind: 'system', name, version, purls: [], at: 'distro' };
  }
  for (const [index, value] of itemsOf(ownField(root, 'artifacts')).entries()) {
    const artifact = fieldsOf(value) ?? {};
    const purl = textField(artifact, 'purl');
    yield {
      kind: 'part',
      name: textField(artifact, 'name') ?? '',
      version: textField(artifact, 'version') ?? '',
      purls: purl === undefined ? [] : [purl],
      at: `artifacts[${index}]`,
    };
  }
}
