/** `deno.lock` of versions 2 to 5: its npm and JSR packages. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { jsonEntries } from '../json-entries.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';
import { npmFound, splitAtVersion, splitName } from './npm-package.ts';

export const npmDenoLock: Extractor = {
  id: 'npm-deno-lock',
  title: 'Deno lock files',
  version: 1,
  maxBytes: 256 * 1024 * 1024,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'deno.lock'),
  extract: readDenoLock,
};

/** Where the lists are: at the root (4 and 5), in `packages` (3), or in `npm.packages` (2). */
const LISTS = new Set(['npm', 'jsr', 'packages/npm', 'packages/jsr', 'npm/packages']);
/** The root and what may hold such a list. */
const HOLDERS = new Set(['', 'packages', 'npm']);

async function* readDenoLock(file: InputFile): AsyncGenerator<Extracted> {
  const entries = jsonEntries(file.chunks(), {
    what: basename(file.path),
    opens: (path) => (HOLDERS.has(path.join('/')) || LISTS.has(path.join('/'))) && 'object',
  });
  for await (const entry of entries) {
    const list = entry.kind === 'fault' ? '' : entry.parent.join('/');
    if (entry.kind === 'fault') yield unread(entry.reason, entry.detail);
    // Version 2: `npm` holds `specifiers` and `packages`, which are no packages themselves.
    else if (LISTS.has(list) && entry.key !== 'specifiers') {
      // `name@1.0.0_peer@2.0.0`
      const split = splitAtVersion(entry.key);
      const version = split?.range.replace(/_.*$/s, '') ?? '';
      if (split === undefined) {
        yield unread('invalid', `line ${entry.line}: a key without a version`);
      } else if (list.endsWith('jsr')) {
        const found = { type: 'jsr', ...splitName(split.name), version, line: entry.line };
        yield { kind: 'package', found };
      } else {
        const found = npmFound({ name: split.name, version, line: entry.line });
        if (found !== undefined) yield { kind: 'package', found };
      }
    }
  }
}
