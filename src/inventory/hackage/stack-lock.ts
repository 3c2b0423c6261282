/** `stack.yaml.lock` of Haskell's Stack: what is asked for besides a snapshot. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { gitFound } from '../source-url.ts';
import { readText } from '../text.ts';
import { isYamlMap, mapAt, readYaml, textAt, type YamlMap, type YamlValue } from '../yaml.ts';

const MAX_BYTES = 64 * 1024 * 1024;

export const hackageStackLock: Extractor = {
  id: 'hackage-stack-lock',
  title: 'Stack lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'stack.yaml.lock'),
  extract: readStackLock,
};

async function* readStackLock(file: InputFile): AsyncGenerator<Extracted> {
  const { documents, faults } = await readYaml(
    await readText(file, MAX_BYTES),
    basename(file.path),
  );
  for (const { reason, detail } of faults) yield unread(reason, detail);
  for (const root of documents) {
    if (!isYamlMap(root) || !root.has('packages')) yield unread('invalid', 'no list "packages"');
    const { items, line } = listAt(root, 'packages');
    for (const item of items) yield* fromPackage(item, line);
    const { items: snapshots, line: at } = listAt(root, 'snapshots');
    if (snapshots.length > 0) {
      yield unread('unsupported', `line ${at}: the packages of the snapshot are not listed`);
    }
  }
}

function listAt(
  root: YamlValue,
  key: string,
): { readonly items: readonly YamlValue[]; readonly line: number } {
  const { value = '', line = 1 } = (isYamlMap(root) ? root.get(key) : undefined) ?? {};
  return { items: typeof value === 'string' || isYamlMap(value) ? [] : value, line };
}

function* fromPackage(item: YamlValue, after: number): Generator<Extracted> {
  const completed = mapAt(item, 'completed');
  const line = completed?.values().next().value?.line ?? after;
  const found = releaseOf(completed, line) ?? fromGit(completed, line);
  if (found !== undefined) yield { kind: 'package', found };
  else if (textAt(completed, 'name') === undefined) {
    yield unread('invalid', `line ${line}: not a package`);
  }
}

/** `name-1.0.0@sha256:…,size`; names may hold hyphens, versions not. */
const RELEASE = /^(.+)-(\d+(?:\.\d+)*)(?:@.*)?$/;

function releaseOf(completed: YamlMap | undefined, line: number): Found | undefined {
  const [, name, version] = RELEASE.exec(textAt(completed, 'hackage') ?? '') ?? [];
  if (name === undefined || version === undefined) return undefined;
  return { type: 'hackage', name, version, line };
}

function fromGit(completed: YamlMap | undefined, line: number): Found | undefined {
  const git = textAt(completed, 'git');
  const name = textAt(completed, 'name');
  if (git === undefined || name === undefined) return undefined;
  return gitFound({ name }, git, textAt(completed, 'commit') ?? '', { line });
}
