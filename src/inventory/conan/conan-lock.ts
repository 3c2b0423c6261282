/** `conan.lock` of Conan 1 (a graph) and 2 (lists). */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { fieldsOf, itemsOf, ownField, textField } from '../fields.ts';
import { parseJson } from '../json.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';

const MAX_BYTES = 64 * 1024 * 1024;

export const conanLock: Extractor = {
  id: 'conan-lock',
  title: 'Conan lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'conan.lock'),
  extract: readConanLock,
};

async function* readConanLock(file: InputFile): AsyncGenerator<Extracted> {
  const what = basename(file.path);
  const root = fieldsOf(parseJson(await file.bytes(MAX_BYTES), { what }));
  const nodes = fieldsOf(ownField(fieldsOf(ownField(root, 'graph_lock')), 'nodes'));
  for (const [id, value] of Object.entries(nodes ?? {})) {
    const node = fieldsOf(value);
    // The project itself has the path of its recipe.
    if (node === undefined || textField(node, 'path') !== undefined) continue;
    const reference = textField(node, 'ref') ?? textField(node, 'pref');
    const scope = textField(node, 'context') === 'build' ? 'development' : undefined;
    if (reference !== undefined) yield told(reference, scope, `node ${id}`);
  }
  for (const kind of ['requires', 'build_requires', 'python_requires', 'config_requires']) {
    for (const [index, item] of itemsOf(ownField(root, kind)).entries()) {
      const reference = typeof item === 'string' ? item : '';
      yield told(reference, kind === 'requires' ? undefined : 'development', `${kind} ${index}`);
    }
  }
}

/** `name/version@user/channel#revision%time:package`. */
const REFERENCE = /^([^/@#%:\s]+)\/([^/@#%:\s]+)(?:@([^/#%:\s]+)(?:\/([^#%:\s]+))?)?(?:[#%:].*)?$/s;

function told(reference: string, scope: Found['scope'], place: string): Extracted {
  const [, name, version, user = '_', channel = '_'] =
    REFERENCE.exec(reference.slice(0, 4096)) ?? [];
  if (name === undefined || version === undefined) {
    return unread('invalid', `${place}: not a reference to a package`);
  }
  const own = user === '_' ? {} : { user, ...(channel === '_' ? {} : { channel }) };
  const found = {
    type: 'conan',
    name,
    version,
    ...(scope === undefined ? {} : { scope }),
    ...(user === '_' ? {} : { qualifiers: own }),
  };
  return { kind: 'package', found };
}
