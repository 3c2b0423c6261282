/** `composer.lock` of Composer 1 and 2. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { fieldsOf } from '../fields.ts';
import { jsonEntries } from '../json-entries.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';
import { composerFound } from './composer-package.ts';

export const composerLock: Extractor = {
  id: 'composer-lock',
  title: 'Composer lock files',
  version: 1,
  maxBytes: 512 * 1024 * 1024,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'composer.lock'),
  extract: readComposerLock,
};

async function* readComposerLock(file: InputFile): AsyncGenerator<Extracted> {
  const entries = jsonEntries(file.chunks(), {
    what: basename(file.path),
    opens: (path) => {
      if (path.length === 0) return 'object';
      return path.length === 1 && (path[0] === 'packages' || path[0] === 'packages-dev') && 'array';
    },
  });
  for await (const entry of entries) {
    if (entry.kind === 'fault') yield unread(entry.reason, entry.detail);
    else if (entry.parent.length === 1) {
      const development = entry.parent[0] === 'packages-dev';
      const found = composerFound(fieldsOf(entry.value) ?? {}, {
        line: entry.line,
        ...(development ? { scope: 'development' } : {}),
      });
      if (found === 'nameless')
        yield unread('invalid', `line ${entry.line}: a package without a name`);
      else if (found !== undefined) yield { kind: 'package', found };
    }
  }
}
