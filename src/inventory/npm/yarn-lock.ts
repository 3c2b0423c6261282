/** `yarn.lock` of Yarn 1 (its own format) and of Yarn 2 and later ("berry", YAML). */
import { basename } from 'node:path/posix';
import { unread } from '../damage.ts';
import { isNamed } from '../named.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { linesOf, readText } from '../text.ts';
import { isYamlMap, readYaml, textAt } from '../yaml.ts';
import { isLocal, npmFound, splitAtVersion } from './npm-package.ts';

const MAX_BYTES = 256 * 1024 * 1024;

export const npmYarnLock: Extractor = {
  id: 'npm-yarn-lock',
  title: 'Yarn lock files',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'locked',
  wants: (path: TargetPath) => isNamed(path, 'yarn.lock'),
  recognises: (head) => /^# yarn lockfile v1$|^__metadata:$/m.test(head.toString()),
  extract: readYarnLock,
};

export async function* readYarnLock(file: InputFile): AsyncGenerator<Extracted> {
  const text = await readText(file, MAX_BYTES);
  if (/^__metadata:/m.test(text)) yield* fromBerry(text, basename(file.path));
  else yield* fromClassic(text);
}

interface Block {
  readonly line: number;
  readonly patterns: readonly string[];
  version?: string;
  resolved?: string;
}

function* fromClassic(text: string): Generator<Extracted> {
  let block: Block | undefined;
  for (const { line, text: whole } of linesOf(text)) {
    if (whole === '' || /^\s*#/.test(whole)) continue;
    const field = /^ {2}"?(version|resolved)"?:? "?([^"\s]*)"?\s*$/.exec(whole);
    if (field !== null && block !== undefined) {
      block[field[1] === 'version' ? 'version' : 'resolved'] = field[2] ?? '';
    } else if (!/^\s/.test(whole)) {
      yield* finished(block);
      const patterns = whole.endsWith(':') ? patternsOf(whole.slice(0, -1)) : undefined;
      block = patterns === undefined ? undefined : { line, patterns };
      if (patterns === undefined) {
        yield unread('invalid', `line ${line}: not an entry`);
      }
    }
  }
  yield* finished(block);
}

/** Undefined where the line is no list of patterns, some of them in quotes. */
function patternsOf(text: string): readonly string[] | undefined {
  const patterns = [...text.matchAll(/"([^"]*)"|([^\s,"]+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? '',
  );
  const known = text.replace(/"([^"]*)"/g, '').replace(/[^\s,"]+/g, '');
  return patterns.length === 0 || /[^\s,]/.test(known) ? undefined : patterns;
}

function* finished(block: Block | undefined): Generator<Extracted> {
  if (block === undefined) return;
  const { line, patterns, version = '', resolved } = block;
  if (version === '') {
    yield unread('invalid', `line ${line}: an entry without a version`);
  }
  // Yarn 1 joins what resolves alike: an alias and its package name the same, so a set has one name.
  for (const name of new Set(patterns.map(realName))) {
    if (resolved === undefined && patterns.some(isLocalPattern)) continue;
    const found = npmFound({ name, version, resolved: fetched(resolved), line });
    if (found !== undefined) yield { kind: 'package', found };
  }
}

/** Yarn adds the archive's SHA-1 behind `#`, which is no revision. */
function fetched(resolved: string | undefined): string | undefined {
  return resolved?.replace(/(\.(?:tgz|tar\.gz))#[0-9a-f]{40}$/, '$1');
}

function realName(pattern: string): string {
  const { name, range } = splitAtVersion(pattern) ?? { name: pattern, range: '' };
  if (!range.startsWith('npm:')) return name;
  return splitAtVersion(range.slice(4))?.name ?? range.slice(4);
}

function isLocalPattern(pattern: string): boolean {
  return isLocal(splitAtVersion(pattern)?.range ?? '');
}

async function* fromBerry(text: string, what: string): AsyncGenerator<Extracted> {
  const { documents, faults } = await readYaml(text, what);
  for (const fault of faults) yield unread(fault.reason, fault.detail);
  for (const root of documents) {
    if (!isYamlMap(root)) continue;
    for (const [key, { value, line }] of root) {
      if (key === '__metadata') continue;
      const resolution = textAt(value, 'resolution');
      const split = splitAtVersion(resolution ?? '');
      if (split === undefined) {
        const detail = `line ${line}: an entry without a resolution`;
        yield unread('invalid', detail);
      } else if (textAt(value, 'linkType') !== 'soft') {
        const found = berryFound(split.name, split.range, textAt(value, 'version') ?? '', line);
        if (found !== undefined) yield { kind: 'package', found };
      }
    }
  }
}

function berryFound(name: string, range: string, version: string, line: number): Found | undefined {
  const source = range.replace(/::.*$/s, ''); // parameters such as an archive's address
  if (source.startsWith('npm:')) return npmFound({ name, version: source.slice(4), line });
  if (source.startsWith('patch:')) {
    // What is patched stands in brackets of percent signs: `patch:name@npm%3A1.0.0#…`.
    const inner = splitAtVersion(source.slice('patch:'.length));
    const from = decode(inner?.range.replace(/#.*$/s, '') ?? '');
    return isLocal(from) ? undefined : npmFound({ name, version, line });
  }
  return npmFound({ name, version, resolved: source.replace('#commit:', '#commit='), line });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
