/** `poetry.lock` (1 and 2), `pdm.lock` and `pylock.toml` (PEP 751): TOML lists of packages. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { type Fields, fieldsOf, itemsOf, ownField, textField } from '../fields.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { readText } from '../text.ts';
import { parseToml, tablesOf, wrongList } from '../toml.ts';
import { fromAddress, fromGit, fromIndex, pypiFound, type Rest } from './pypi-package.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/** Undefined for what lies in the project itself. */
type Reader = (name: string, fields: Fields, rest: Rest) => Found | undefined;

export const pypiPoetryLock: Extractor = {
  id: 'pypi-poetry-lock',
  title: 'Poetry lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'poetry.lock'),
  extract: (file) => readTables(file, 'package', poetry),
};

export const pypiPdmLock: Extractor = {
  id: 'pypi-pdm-lock',
  title: 'PDM lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'pdm.lock'),
  extract: (file) => readTables(file, 'package', pdm),
};

export const pypiPylock: Extractor = {
  id: 'pypi-pylock',
  title: 'Python lock files (PEP 751)',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) =>
    path.endsWith('.toml') && /^pylock(?:\.[^./]+)?\.toml$/.test(basename(path)),
  extract: (file) => readTables(file, 'packages', pylock),
};

async function* readTables(file: InputFile, list: string, read: Reader): AsyncGenerator<Extracted> {
  const text = await readText(file, MAX_BYTES);
  const root = await parseToml(text, basename(file.path));
  const wrong = wrongList(root, list);
  if (wrong !== undefined) yield unread('invalid', wrong);
  for (const { fields, line } of tablesOf(root, text, list)) {
    const name = textField(fields, 'name');
    if (name === undefined) {
      yield unread(
        'invalid',
        `${line === undefined ? '' : `line ${line}: `}a package without a name`,
      );
      continue;
    }
    const found = read(name, fields, line === undefined ? {} : { line });
    if (found !== undefined) yield { kind: 'package', found };
  }
}

function poetry(name: string, fields: Fields, base: Rest): Found | undefined {
  const rest = withScope(base, poetryScope(fields));
  const version = textField(fields, 'version') ?? '';
  const source = fieldsOf(ownField(fields, 'source'));
  const url = textField(source, 'url') ?? '';
  switch (textField(source, 'type')) {
    case 'directory':
    case 'file':
      return undefined;
    case 'git': {
      const commit = textField(source, 'resolved_reference') ?? textField(source, 'reference');
      return fromGit(name, url, commit ?? '', rest);
    }
    case 'url':
      return fromAddress(name, version, url, rest);
    default:
      return fromIndex(name, version, url, rest);
  }
}

/** `category` until 1.4, `groups` since 2.0; in between the lock file does not say. */
function poetryScope(fields: Fields): Found['scope'] {
  const groups = itemsOf(ownField(fields, 'groups'));
  const grouped = groups.length > 0 && !groups.includes('main');
  if (grouped || textField(fields, 'category') === 'dev') return 'development';
  return ownField(fields, 'optional') === true ? 'optional' : undefined;
}

function pdm(name: string, fields: Fields, base: Rest): Found | undefined {
  const groups = itemsOf(ownField(fields, 'groups'));
  const grouped = groups.length > 0 && !groups.includes('default');
  const scope = grouped ? (groups.includes('dev') ? 'development' : 'optional') : undefined;
  const rest = withScope(base, scope);
  const version = textField(fields, 'version') ?? '';
  if (ownField(fields, 'path') !== undefined) return undefined;
  const git = textField(fields, 'git');
  if (git !== undefined) {
    const commit = textField(fields, 'revision') ?? textField(fields, 'ref') ?? '';
    return fromGit(name, git, commit, rest);
  }
  const url = textField(fields, 'url');
  return url === undefined ? pypiFound(name, version, rest) : fromAddress(name, version, url, rest);
}

function pylock(name: string, fields: Fields, rest: Rest): Found | undefined {
  const version = textField(fields, 'version') ?? '';
  const vcs = fieldsOf(ownField(fields, 'vcs'));
  if (vcs !== undefined) {
    const commit = textField(vcs, 'commit-id') ?? '';
    const url = textField(vcs, 'url');
    return url === undefined ? undefined : fromGit(name, url, commit, rest);
  }
  if (ownField(fields, 'directory') !== undefined) return undefined;
  const archive = fieldsOf(ownField(fields, 'archive'));
  const url = textField(archive, 'url');
  if (archive !== undefined)
    return url === undefined ? undefined : fromAddress(name, version, url, rest);
  return fromIndex(name, version, textField(fields, 'index') ?? '', rest);
}

function withScope(rest: Rest, scope: Found['scope']): Rest {
  return scope === undefined ? rest : { ...rest, scope };
}
