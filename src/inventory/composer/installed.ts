/** Installed PHP packages: `vendor/composer/installed.json` of Composer 1 (a list) and 2 (an object). */
import { unread } from '../damage.ts';
import { fieldsOf, itemsOf, ownField, textField } from '../fields.ts';
import { parseJson } from '../json.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';
import { composerFound } from './composer-package.ts';

const MAX_BYTES = 64 * 1024 * 1024;

export const composerInstalled: Extractor = {
  id: 'composer-installed',
  title: 'PHP packages',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'installed',
  wants: (path: TargetPath) => isNamed(path, 'installed.json'),
  extract: readInstalled,
};

async function* readInstalled(file: InputFile): AsyncGenerator<Extracted> {
  const root = parseJson(await file.bytes(MAX_BYTES), { what: 'installed.json' });
  const fields = fieldsOf(root);
  const packages = fields === undefined ? root : ownField(fields, 'packages');
  if (!isComposers(file.path, packages)) return;
  if (!Array.isArray(packages)) {
    yield unread('invalid', 'no list of packages');
    return;
  }
  const development = new Set(itemsOf(ownField(fields, 'dev-package-names')));
  for (const [index, item] of itemsOf(packages).entries()) {
    const entry = fieldsOf(item) ?? {};
    const isDevelopment = development.has(textField(entry, 'name'));
    const found = composerFound(entry, isDevelopment ? { scope: 'development' } : {});
    if (found === 'nameless') yield unread('invalid', `package ${index}: without a name`);
    else if (found !== undefined) yield { kind: 'package', found };
  }
}

/** Where it lies elsewhere than Composer puts it, a package with its vendor's name must be in it. */
function isComposers(path: TargetPath, packages: unknown): boolean {
  if (path.endsWith('composer/installed.json')) return true;
  return itemsOf(packages).some(
    (item) => textField(fieldsOf(item), 'name')?.includes('/') === true,
  );
}
