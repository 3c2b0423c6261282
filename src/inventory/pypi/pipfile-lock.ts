/** `Pipfile.lock` of Pipenv. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { type Fields, fieldsOf, ownField, textField } from '../fields.ts';
import { jsonEntries } from '../json-entries.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { fromAddress, fromGit, pypiFound, type Rest } from './pypi-package.ts';

export const pypiPipfileLock: Extractor = {
  id: 'pypi-pipfile-lock',
  title: 'Pipenv lock files',
  version: 1,
  maxBytes: 256 * 1024 * 1024,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'Pipfile.lock'),
  extract: readPipfileLock,
};

/** `default`, `develop` and any further categories. */
async function* readPipfileLock(file: InputFile): AsyncGenerator<Extracted> {
  const entries = jsonEntries(file.chunks(), {
    what: basename(file.path),
    opens: (path) => path.length < 2 && path[0] !== '_meta' && 'object',
  });
  for await (const entry of entries) {
    if (entry.kind === 'fault') yield unread(entry.reason, entry.detail);
    else if (entry.parent.length === 1) {
      const fields = fieldsOf(entry.value);
      const develop = entry.parent[0] === 'develop';
      const rest: Rest = { line: entry.line, ...(develop ? { scope: 'development' } : {}) };
      if (fields === undefined) {
        yield unread('invalid', `line ${entry.line}: an entry that is no object`);
      } else {
        const found = sourced(entry.key, fields, rest);
        if (found !== undefined) yield { kind: 'package', found };
      }
    }
  }
}

function sourced(name: string, fields: Fields, rest: Rest): Found | undefined {
  const git = textField(fields, 'git');
  if (git !== undefined) return fromGit(name, git, textField(fields, 'ref') ?? '', rest);
  const file = textField(fields, 'file');
  if (file !== undefined && /^https?:/i.test(file)) return fromAddress(name, '', file, rest);
  if (file !== undefined || ownField(fields, 'path') !== undefined) return undefined;
  const version = textField(fields, 'version') ?? '';
  return pypiFound(name, /^={2,3}\s*([^\s*]+)$/.exec(version)?.[1] ?? '', rest);
}
