/** `bun.lock`, the text lock file of Bun 1.2 and later: JSON with trailing commas. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { type Fields, fieldsOf, itemsOf, ownField } from '../fields.ts';
import { jsonEntries } from '../json-entries.ts';
import { plainJson } from '../jsonc.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { scopesOf } from '../scope-graph.ts';
import { readText } from '../text.ts';
import { npmFound, splitAtVersion } from './npm-package.ts';

const MAX_BYTES = 256 * 1024 * 1024;

export const npmBunLock: Extractor = {
  id: 'npm-bun-lock',
  title: 'Bun lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'bun.lock'),
  extract: readBunLock,
};

interface Entry {
  readonly name: string;
  /** A version or an address. */
  readonly source: string;
  readonly line: number;
  /** Names of what it asks for. */
  readonly needed: readonly string[];
  readonly optional: readonly string[];
}

export async function* readBunLock(file: InputFile): AsyncGenerator<Extracted> {
  const text = plainJson(await readText(file, MAX_BYTES));
  const packages = new Map<string, Entry>();
  const workspaces: Fields[] = [];
  const entries = jsonEntries([Buffer.from(text)], {
    what: basename(file.path),
    opens: ([first, second]) =>
      second === undefined &&
      (first === undefined || first === 'packages' || first === 'workspaces') &&
      'object',
  });
  for await (const entry of entries) {
    if (entry.kind === 'fault') {
      yield unread(entry.reason, entry.detail);
    } else if (entry.parent[0] === 'workspaces') {
      workspaces.push(fieldsOf(entry.value) ?? {});
    } else if (entry.parent[0] === 'packages') {
      const read = entryOf(entry.value, entry.line);
      if (read !== undefined) packages.set(entry.key, read);
      else {
        const detail = `line ${entry.line}: an entry without a name and version`;
        yield unread('invalid', detail);
      }
    }
  }
  yield* founds(packages, bunScopes(packages, workspaces));
}

function* founds(
  packages: ReadonlyMap<string, Entry>,
  scope: (key: string) => Found['scope'],
): Generator<Extracted> {
  for (const [key, { name, source, line }] of packages) {
    const found = npmFound({ name, version: source, scope: scope(key), line });
    if (found !== undefined) yield { kind: 'package', found };
  }
}

/** `["name@1.0.0", registry, {dependencies…}, checksum]`, shorter for what comes from elsewhere. */
function entryOf(value: unknown, line: number): Entry | undefined {
  const items = itemsOf(value);
  const split = typeof items[0] === 'string' ? splitAtVersion(items[0]) : undefined;
  if (split === undefined) return undefined;
  const asks = fieldsOf(items.find((item) => fieldsOf(item) !== undefined));
  return {
    name: split.name,
    source: split.range.replace(/^npm:/, ''),
    line,
    needed: names(asks, 'dependencies').concat(names(asks, 'peerDependencies')),
    optional: names(asks, 'optionalDependencies'),
  };
}

function names(fields: Fields | undefined, kind: string): readonly string[] {
  return Object.keys(fieldsOf(ownField(fields, kind)) ?? {});
}

function bunScopes(
  packages: ReadonlyMap<string, Entry>,
  workspaces: readonly Fields[],
): (key: string) => Found['scope'] {
  const roots = (kind: string): string[] =>
    workspaces.flatMap((workspace) => {
      const name = workspace['name'];
      return names(workspace, kind).map((asked) => place(String(name), asked, packages));
    });
  return scopesOf(
    {
      needed: [...roots('dependencies'), ...roots('peerDependencies')],
      optional: roots('optionalDependencies'),
      development: roots('devDependencies'),
    },
    (key) => ({
      needed: (packages.get(key)?.needed ?? []).map((name) => place(key, name, packages)),
      optional: (packages.get(key)?.optional ?? []).map((name) => place(key, name, packages)),
    }),
  );
}

/** As Node looks for modules: `a/b/name`, then `a/name`, then `name`. */
function place(from: string, name: string, packages: ReadonlyMap<string, Entry>): string {
  const folders = from.match(/@[^/]+\/[^/]+|[^/]+/g) ?? [];
  for (let depth = folders.length; depth > 0; depth -= 1) {
    const key = `${folders.slice(0, depth).join('/')}/${name}`;
    if (packages.has(key)) return key;
  }
  return name;
}
