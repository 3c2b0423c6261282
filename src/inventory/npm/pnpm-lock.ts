/** `pnpm-lock.yaml` of lockfileVersion 5.x (pnpm 3 to 7), 6.x (8) and 9.x (9 and later). */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { gitFound } from '../source-url.ts';
import { readText } from '../text.ts';
import { isYamlMap, mapAt, readYaml, textAt, type YamlMap, type YamlValue } from '../yaml.ts';
import { npmFound, splitAtVersion, splitName } from './npm-package.ts';
import { pnpmScopes } from './pnpm-scopes.ts';

const MAX_BYTES = 256 * 1024 * 1024;

export const npmPnpmLock: Extractor = {
  id: 'npm-pnpm-lock',
  title: 'pnpm lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'pnpm-lock.yaml'),
  recognises: (head) => /^lockfileVersion: /m.test(head.toString()),
  extract: readPnpmLock,
};

export async function* readPnpmLock(file: InputFile): AsyncGenerator<Extracted> {
  const what = basename(file.path);
  const { documents, faults } = await readYaml(await readText(file, MAX_BYTES), what);
  for (const fault of faults) yield unread(fault.reason, fault.detail);
  // pnpm 11 keeps the package manager itself in a document of its own, of the same form.
  for (const root of documents) yield* fromDocument(root);
}

function* fromDocument(root: YamlValue): Generator<Extracted> {
  if (!isYamlMap(root)) {
    if (root !== '') yield unread('invalid', 'not a mapping');
    return;
  }
  const packages = root.get('packages');
  if (packages === undefined || packages.value === '') return;
  if (!isYamlMap(packages.value)) {
    const detail = `line ${packages.line}: "packages" should be a mapping`;
    yield unread('invalid', detail);
    return;
  }
  const major = Number.parseInt(textAt(root, 'lockfileVersion') ?? '', 10);
  const scopes = major >= 9 ? pnpmScopes(root) : undefined;
  for (const [key, { value, line }] of packages.value) {
    const found = packageOf(key, isYamlMap(value) ? value : new Map(), line, major, scopes);
    if (found === 'odd') {
      yield unread('invalid', `line ${line}: a key without a version`);
    } else if (found !== undefined) yield { kind: 'package', found };
  }
}

function packageOf(
  key: string,
  entry: YamlMap,
  line: number,
  major: number,
  scopes: ((key: string) => Found['scope']) | undefined,
): Found | 'odd' | undefined {
  const resolution = mapAt(entry, 'resolution');
  if (textAt(resolution, 'type') === 'directory' || /^(?:file|link):/.test(key)) return undefined;
  const parts = major >= 6 ? splitNewKey(key) : splitOldKey(key);
  const name = textAt(entry, 'name') ?? parts?.name;
  if (name === undefined) return 'odd';
  const scope = scopes === undefined ? flagged(entry) : scopes(key);
  const version = textAt(entry, 'version') ?? parts?.version ?? '';
  return sourced(name, version, resolution, { line, ...(scope === undefined ? {} : { scope }) });
}

function sourced(
  name: string,
  version: string,
  resolution: YamlMap | undefined,
  rest: Pick<Found, 'line' | 'scope'>,
): Found | undefined {
  const commit = textAt(resolution, 'commit');
  const repo = textAt(resolution, 'repo');
  if (commit !== undefined && repo !== undefined) {
    return gitFound(splitName(name), repo, commit, rest);
  }
  if (version.startsWith('runtime:')) {
    return { type: 'generic', name, version: version.slice(8), ...rest };
  }
  return npmFound({ name, version, resolved: textAt(resolution, 'tarball'), ...rest });
}

/** Versions 5 and 6 say it of each package. */
function flagged(entry: YamlMap): Found['scope'] {
  if (textAt(entry, 'dev') === 'true') return 'development';
  return textAt(entry, 'optional') === 'true' ? 'optional' : undefined;
}

interface KeyParts {
  readonly name: string;
  readonly version: string;
}

/** `/@scope/name@1.0.0(peer@2.0.0)` (6), the same without the slash (9). */
function splitNewKey(key: string): KeyParts | undefined {
  const bare = key.replace(/^\//, '').replace(/\(.*$/s, '');
  const split = splitAtVersion(bare);
  return split === undefined ? undefined : { name: split.name, version: split.range };
}

/** `/@scope/name/1.0.0_peer@2.0.0`, `/name/1.0.0/peer@2.0.0`, or with the registry's host before the first slash. */
function splitOldKey(key: string): KeyParts | undefined {
  const parts = key.slice(key.indexOf('/') + 1).split('/');
  const scope = parts[0]?.startsWith('@') === true ? parts.shift() : undefined;
  const [name, version] = parts;
  if (!key.includes('/') || name === undefined || version === undefined) return undefined;
  const release = version.replace(/[_(].*$/s, '');
  if (!/^\d/.test(release)) return undefined;
  return { name: scope === undefined ? name : `${scope}/${name}`, version: release };
}
