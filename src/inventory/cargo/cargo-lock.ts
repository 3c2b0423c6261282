/** `Cargo.lock` of versions 1 to 4. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { type Fields, ownField, textField } from '../fields.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { plainUrl, repositoryFound, repositoryOf } from '../source-url.ts';
import { readText } from '../text.ts';
import { parseToml, tablesOf, wrongList } from '../toml.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const CRATES_IO = new Set([
  'registry+https://github.com/rust-lang/crates.io-index',
  'registry+https://index.crates.io',
  'sparse+https://index.crates.io',
]);

export const cargoLock: Extractor = {
  id: 'cargo-lock',
  title: 'Cargo lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'Cargo.lock'),
  extract: readCargoLock,
};

export async function* readCargoLock(file: InputFile): AsyncGenerator<Extracted> {
  const text = await readText(file, MAX_BYTES);
  const root = await parseToml(text, basename(file.path));
  const version = ownField(root, 'version');
  if (typeof version === 'number' && version > 4) {
    yield unread('unsupported', `version ${version} is not known; read as version 4`);
  }
  const wrong = wrongList(root, 'package');
  if (wrong !== undefined) yield unread('invalid', wrong);
  for (const { fields, line } of tablesOf(root, text, 'package')) {
    const found = crateOf(fields, line);
    if (found === undefined)
      yield unread('invalid', `line ${line ?? '?'}: a package without a name`);
    else if (found !== 'own') yield { kind: 'package', found };
  }
}

/** Without a source it lies in the workspace or in a folder beside it. */
function crateOf(fields: Fields, line: number | undefined): Found | 'own' | undefined {
  const name = textField(fields, 'name');
  if (name === undefined) return undefined;
  const source = textField(fields, 'source');
  if (source === undefined) return 'own';
  const rest = line === undefined ? {} : { line };
  const repository = source.startsWith('git+') ? repositoryOf(source) : undefined;
  if (repository !== undefined) return repositoryFound({ name }, repository, rest);
  const version = textField(fields, 'version') ?? '';
  const found = { type: 'cargo', name, version, ...rest };
  if (CRATES_IO.has(source.replace(/\/$/, ''))) return found;
  const registry = plainUrl(source.replace(/^(?:registry|sparse)\+/, ''));
  return { ...found, qualifiers: { repository_url: registry } };
}
