/** `Package.resolved` of Swift, versions 1 to 3. Packages are named by where their repository is. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { type Fields, fieldsOf, itemsOf, ownField, textField } from '../fields.ts';
import { parseJson } from '../json.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { gitFound, repositoryOf } from '../source-url.ts';

const MAX_BYTES = 64 * 1024 * 1024;

export const swiftResolved: Extractor = {
  id: 'swift-resolved',
  title: 'Swift lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'Package.resolved'),
  extract: readResolved,
};

async function* readResolved(file: InputFile): AsyncGenerator<Extracted> {
  const root = fieldsOf(parseJson(await file.bytes(MAX_BYTES), { what: basename(file.path) }));
  const pins = ownField(root, 'pins') ?? ownField(fieldsOf(ownField(root, 'object')), 'pins');
  if (!Array.isArray(pins)) {
    yield unread('invalid', 'no list "pins"');
    return;
  }
  for (const [index, item] of itemsOf(pins).entries()) {
    const found = foundOf(fieldsOf(item) ?? {});
    if (found === undefined) yield unread('invalid', `pin ${index}: without a name`);
    else if (found !== 'own') yield { kind: 'package', found };
  }
}

function foundOf(pin: Fields): Found | 'own' | undefined {
  const identity = textField(pin, 'identity') ?? textField(pin, 'package');
  if (identity === undefined) return undefined;
  const kind = textField(pin, 'kind');
  if (kind === 'localSourceControl' || kind === 'fileSystem') return 'own';
  const location = textField(pin, 'location') ?? textField(pin, 'repositoryURL');
  const state = fieldsOf(ownField(pin, 'state'));
  const version = textField(state, 'version');
  if (location === undefined) return { type: 'generic', name: identity, version: version ?? '' };
  // A branch or a commit is no release.
  const release = version === undefined ? undefined : releaseOf(location, version);
  return release ?? gitFound({ name: identity }, location, textField(state, 'revision') ?? '');
}

function releaseOf(location: string, version: string): Found | undefined {
  const url = repositoryOf(location.includes('://') ? `git+${location}` : location)?.url ?? '';
  const [, namespace, name] = /^git\+https:\/\/(.+)\/([^/]+)$/.exec(url) ?? [];
  if (namespace === undefined || name === undefined) return undefined;
  return { type: 'swift', namespace, name, version };
}
