/** `package-lock.json` and `npm-shrinkwrap.json` of lockfileVersion 1 (npm 5, 6), 2 (7, 8) and 3 (9 and later). */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { type Fields, fieldsOf, ownField, textField } from '../fields.ts';
import { jsonEntries } from '../json-entries.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { isAddress, npmFound, splitAtVersion } from './npm-package.ts';

const NAMES = ['package-lock.json', 'npm-shrinkwrap.json'];
const FOLDER = 'node_modules/';
/** Packages of lockfileVersion 1 lie within each other. */
const MAX_DEPTH = 200;

export const npmPackageLock: Extractor = {
  id: 'npm-package-lock',
  title: 'npm lock files',
  version: 1,
  maxBytes: 2 * 1024 ** 3,
  evidence: 'locked',
  wants: (path: TargetPath) => NAMES.some((name) => isNamed(path, name)),
  recognises: (head) =>
    head.includes('"lockfileVersion"') && /^\s*(?:\uFEFF)?\s*\{/.test(head.toString()),
  extract: readPackageLock,
};

export async function* readPackageLock(file: InputFile): AsyncGenerator<Extracted> {
  let lockVersion: unknown;
  let listed = false;
  const entries = jsonEntries(file.chunks(), {
    what: basename(file.path),
    opens: (path) => {
      if (path.length === 0 || (path.length === 1 && path[0] === 'packages')) return 'object';
      // Versions 2 and 3 say all in `packages`; version 2 repeats it in the old form for old programs.
      return path.length === 1 && path[0] === 'dependencies' && !listed && 'object';
    },
  });
  for await (const entry of entries) {
    if (entry.kind === 'fault') {
      yield unread(entry.reason, entry.detail);
    } else if (entry.parent.length === 0) {
      if (entry.key === 'lockfileVersion') lockVersion = entry.value;
    } else if (entry.parent[0] === 'packages') {
      listed = true;
      yield* fromPackages(entry.key, fieldsOf(entry.value), entry.line);
    } else {
      yield* fromDependencies(entry.key, fieldsOf(entry.value), entry.line, 0);
    }
  }
  if (typeof lockVersion === 'number' && lockVersion > 3) yield unknownVersion(lockVersion);
}

function unknownVersion(version: number): Extracted {
  const detail = `lockfileVersion ${version} is not known; read as version 3`;
  return unread('unsupported', detail);
}

function* fromPackages(
  key: string,
  fields: Fields | undefined,
  line: number,
): Generator<Extracted> {
  const at = key.lastIndexOf(FOLDER);
  if (at < 0) return; // the project itself and its workspaces
  if (fields === undefined) {
    yield unread('invalid', `line ${line}: an entry that is no object`);
    return;
  }
  if (ownField(fields, 'link') === true) return;
  const found = npmFound({
    name: textField(fields, 'name') ?? key.slice(at + FOLDER.length),
    version: textField(fields, 'version') ?? '',
    resolved: textField(fields, 'resolved'),
    scope: scopeOf(fields),
    line,
  });
  if (found !== undefined) yield { kind: 'package', found };
}

function* fromDependencies(
  key: string,
  fields: Fields | undefined,
  line: number,
  depth: number,
): Generator<Extracted> {
  if (fields === undefined) {
    yield unread('invalid', `line ${line}: an entry that is no object`);
    return;
  }
  if (depth > MAX_DEPTH) {
    yield unread('limit', `line ${line}: packages nested deeper than ${MAX_DEPTH} levels`);
    return;
  }
  const found = npmFound({
    ...aliased(key, textField(fields, 'version') ?? ''),
    resolved: textField(fields, 'resolved'),
    scope: scopeOf(fields),
    line,
  });
  if (found !== undefined) yield { kind: 'package', found };
  for (const [name, inner] of Object.entries(fieldsOf(ownField(fields, 'dependencies')) ?? {})) {
    yield* fromDependencies(name, fieldsOf(inner), line, depth + 1);
  }
}

/** `npm:real@1.0.0` names another package than the folder does. */
function aliased(
  key: string,
  version: string,
): { readonly name: string; readonly version: string } {
  if (!isAddress(version) || !version.startsWith('npm:')) return { name: key, version };
  const real = splitAtVersion(version.slice(4));
  return real === undefined
    ? { name: version.slice(4), version: '' }
    : { name: real.name, version: real.range };
}

/** `devOptional`: needed by development and by something optional. */
function scopeOf(fields: Fields): Found['scope'] {
  if (ownField(fields, 'dev') === true) return 'development';
  const optional =
    ownField(fields, 'optional') === true || ownField(fields, 'devOptional') === true;
  return optional ? 'optional' : undefined;
}
