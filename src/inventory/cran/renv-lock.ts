/** `renv.lock` of R. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { type Fields, fieldsOf, textField } from '../fields.ts';
import { jsonEntries } from '../json-entries.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { gitFound } from '../source-url.ts';

export const cranRenvLock: Extractor = {
  id: 'cran-renv-lock',
  title: 'renv lock files',
  version: 1,
  maxBytes: 64 * 1024 * 1024,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'renv.lock'),
  extract: readRenvLock,
};

async function* readRenvLock(file: InputFile): AsyncGenerator<Extracted> {
  const entries = jsonEntries(file.chunks(), {
    what: basename(file.path),
    opens: (path) =>
      (path.length === 0 || (path.length === 1 && path[0] === 'Packages')) && 'object',
  });
  for await (const entry of entries) {
    if (entry.kind === 'fault') yield unread(entry.reason, entry.detail);
    else if (entry.parent.length === 1) {
      const fields = fieldsOf(entry.value);
      if (fields === undefined) yield unread('invalid', `line ${entry.line}: not a package`);
      else {
        const found = foundOf(textField(fields, 'Package') ?? entry.key, fields, entry.line);
        if (found !== undefined) yield { kind: 'package', found };
      }
    }
  }
}

/** Hosts of `RemoteType`. */
const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

function foundOf(name: string, fields: Fields, line: number): Found | undefined {
  const version = textField(fields, 'Version') ?? '';
  const source = (textField(fields, 'Source') ?? 'repository').toLowerCase();
  switch (source) {
    case 'local':
    case 'cellar':
      return undefined;
    case 'bioconductor':
      return { type: 'bioconductor', name, version, line };
    default: {
      const url = addressOf(name, source, fields);
      if (url === undefined) return { type: 'cran', name, version, line };
      return gitFound({ name }, url, textField(fields, 'RemoteSha') ?? '', { line });
    }
  }
}

/** Undefined for what a repository of R packages offers. */
function addressOf(name: string, source: string, fields: Fields): string | undefined {
  if (source === 'git' || source === 'git2r' || source === 'xgit') {
    return textField(fields, 'RemoteUrl') ?? '';
  }
  const host = HOSTS.get(source);
  if (host === undefined) return undefined;
  const owner = textField(fields, 'RemoteUsername') ?? '';
  return `https://${host}/${owner}/${textField(fields, 'RemoteRepo') ?? name}`;
}
