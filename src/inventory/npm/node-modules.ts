/** Installed packages: `package.json` directly in a package's own folder below a `node_modules`. */
import { unread } from '../damage.ts';
import { type Fields, fieldsOf, textField } from '../fields.ts';
import { parseJson } from '../json.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';
import { npmFound } from './npm-package.ts';

const MAX_BYTES = 16 * 1024 * 1024;
/** Folders that begin with a dot (`.bin`, `.cache`, `.vite`) are no packages. */
const PLACE = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^./@][^/]*)\/package\.json$/;

export const npmInstalled: Extractor = {
  id: 'npm-installed',
  title: 'npm packages in node_modules',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'installed',
  wants: (path: TargetPath) => path.endsWith('/package.json') && PLACE.test(path),
  extract: readInstalled,
};

export async function* readInstalled(file: InputFile): AsyncGenerator<Extracted> {
  const fields = fieldsOf(parseJson(await file.bytes(MAX_BYTES), { what: 'package.json' }));
  if (fields === undefined) {
    yield unread('invalid', 'package.json is not an object');
    return;
  }
  const folder = PLACE.exec(file.path)?.[1];
  const name = textField(fields, 'name') ?? folder;
  if (name === undefined) return;
  const found = npmFound({
    name,
    version: (textField(fields, 'version') ?? '').trim().replace(/^[v=]+(?=\d)/, ''),
    resolved: repositoryHint(fields),
  });
  if (found !== undefined) yield { kind: 'package', found };
}

/** npm up to 6 notes where a package came from; registries' addresses are of no interest here. */
function repositoryHint(fields: Fields): string | undefined {
  const resolved = textField(fields, '_resolved');
  return resolved !== undefined && /^git|^ssh:|\.git#/.test(resolved) ? resolved : undefined;
}
