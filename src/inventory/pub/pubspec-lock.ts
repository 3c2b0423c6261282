/** `pubspec.lock` of Dart and Flutter. */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { gitFound, plainUrl } from '../source-url.ts';
import { readText } from '../text.ts';
import { isYamlMap, mapAt, readYaml, textAt, type YamlMap } from '../yaml.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const PUB_DEV = new Set(['https://pub.dev', 'https://pub.dartlang.org']);

export const pubLock: Extractor = {
  id: 'pub-lock',
  title: 'Dart lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'pubspec.lock'),
  extract: readPubLock,
};

async function* readPubLock(file: InputFile): AsyncGenerator<Extracted> {
  const { documents, faults } = await readYaml(
    await readText(file, MAX_BYTES),
    basename(file.path),
  );
  for (const { reason, detail } of faults) yield unread(reason, detail);
  for (const root of documents) {
    if (!isYamlMap(root) || !root.has('packages')) yield unread('invalid', 'no mapping "packages"');
    for (const [name, { value, line }] of mapAt(root, 'packages') ?? []) {
      const found = isYamlMap(value) ? foundOf(name, value, line) : undefined;
      if (found === undefined) yield unread('invalid', `line ${line}: not a package`);
      else if (found !== 'own') yield { kind: 'package', found };
    }
  }
}

function foundOf(name: string, entry: YamlMap, line: number): Found | 'own' | undefined {
  const development = textAt(entry, 'dependency') === 'direct dev';
  const rest: Rest = { line, ...(development ? { scope: 'development' } : {}) };
  const description = mapAt(entry, 'description');
  switch (textAt(entry, 'source')) {
    case 'path':
    case 'sdk': // a part of Dart or Flutter itself
      return 'own';
    case 'git': {
      const revision = textAt(description, 'resolved-ref') ?? '';
      return gitFound({ name }, textAt(description, 'url') ?? '', revision, rest);
    }
    case 'hosted':
      return hosted(name, textAt(entry, 'version') ?? '', description, rest);
    default:
      return undefined;
  }
}

type Rest = Pick<Found, 'line' | 'scope'>;

function hosted(key: string, version: string, description: YamlMap | undefined, rest: Rest): Found {
  const found = { type: 'pub', name: textAt(description, 'name') ?? key, version, ...rest };
  const host = plainUrl(textAt(description, 'url') ?? '').replace(/\/$/, '');
  if (host === '' || PUB_DEV.has(host)) return found;
  return { ...found, qualifiers: { repository_url: host } };
}
