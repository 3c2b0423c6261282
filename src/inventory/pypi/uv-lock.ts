/** `uv.lock`. Members of the workspace are no packages of an index; what they ask for tells the scopes. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { type Fields, fieldsOf, itemsOf, ownField, textField } from '../fields.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { scopesOf } from '../scope-graph.ts';
import { readText } from '../text.ts';
import { parseToml, tablesOf, type TomlTable, wrongList } from '../toml.ts';
import { fromAddress, fromGit, fromIndex, type Rest } from './pypi-package.ts';

const MAX_BYTES = 64 * 1024 * 1024;
/** Sources of what lies in the project itself. */
const OWN = ['virtual', 'editable', 'directory', 'path', 'workspace'];

export const pypiUvLock: Extractor = {
  id: 'pypi-uv-lock',
  title: 'uv lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'uv.lock'),
  extract: readUvLock,
};

async function* readUvLock(file: InputFile): AsyncGenerator<Extracted> {
  const text = await readText(file, MAX_BYTES);
  const root = await parseToml(text, basename(file.path));
  const tables = tablesOf(root, text, 'package');
  const wrong = wrongList(root, 'package');
  if (wrong !== undefined) yield unread('invalid', wrong);
  const scope = uvScopes(tables);
  for (const { fields, line } of tables) {
    const name = textField(fields, 'name');
    if (name === undefined) {
      yield unread(
        'invalid',
        `${line === undefined ? '' : `line ${line}: `}a package without a name`,
      );
      continue;
    }
    const known = scope(name);
    const rest = {
      ...(line === undefined ? {} : { line }),
      ...(known === undefined ? {} : { scope: known }),
    };
    const found = sourced(name, fields, rest);
    if (found !== undefined) yield { kind: 'package', found };
  }
}

function sourceOf(fields: Fields): Fields {
  return fieldsOf(ownField(fields, 'source')) ?? {};
}

function isOwn(fields: Fields): boolean {
  const source = sourceOf(fields);
  return OWN.some((kind) => ownField(source, kind) !== undefined);
}

function sourced(name: string, fields: Fields, rest: Rest): Found | undefined {
  if (isOwn(fields)) return undefined;
  const version = textField(fields, 'version') ?? '';
  const source = sourceOf(fields);
  const git = textField(source, 'git');
  if (git !== undefined) return fromGit(name, git, '', rest);
  const url = textField(source, 'url');
  if (url !== undefined) return fromAddress(name, version, url, rest);
  return fromIndex(name, version, textField(source, 'registry') ?? '', rest);
}

/** A package and each of its extras is a node: `httpx`, `httpx[http2]`. */
function uvScopes(tables: readonly TomlTable[]): (name: string) => Found['scope'] {
  const asks = new Map<string, string[]>();
  const add = (id: string, dependencies: unknown): void => {
    const known = asks.get(id) ?? [];
    asks.set(id, known.concat(wanted(dependencies)));
  };
  const members = tables.filter(({ fields }) => isOwn(fields));
  for (const { fields } of tables) {
    const name = textField(fields, 'name') ?? '';
    add(name, ownField(fields, 'dependencies'));
    for (const [extra, list] of groups(fields, 'optional-dependencies')) {
      add(`${name}[${extra}]`, list);
    }
  }
  const roots = (kind: string): string[] =>
    members.flatMap(({ fields }) => groups(fields, kind).flatMap(([, list]) => wanted(list)));
  return scopesOf(
    {
      needed: members.map(({ fields }) => textField(fields, 'name') ?? ''),
      optional: roots('optional-dependencies'),
      development: roots('dev-dependencies'),
    },
    (id) => ({ needed: asks.get(id) ?? [], optional: [] }),
  );
}

function groups(fields: Fields, kind: string): [string, unknown][] {
  return Object.entries(fieldsOf(ownField(fields, kind)) ?? {});
}

function wanted(dependencies: unknown): string[] {
  return itemsOf(dependencies).flatMap((item) => {
    const fields = fieldsOf(item);
    const name = textField(fields, 'name');
    if (name === undefined) return [];
    const extras = itemsOf(ownField(fields, 'extra')).concat(itemsOf(ownField(fields, 'extras')));
    return [name, ...extras.map((extra) => `${name}[${String(extra)}]`)];
  });
}
