/** Lock files read the simplest way that could work: a second opinion, for well-formed files only. */
import path from 'node:path';

/** `name version` of every release of a registry, each once; undefined where there is no naive reading of that kind. */
export function naively(file: string, text: string): ReadonlySet<string> | undefined {
  const read = READERS[path.basename(file)];
  return read === undefined ? undefined : new Set(read(text));
}

const READERS: Readonly<Record<string, (text: string) => string[]>> = {
  'package-lock.json': packageLock,
  'pnpm-lock.yaml': (text) =>
    pairs(section(text, /^packages:$/m, /^\w+:$/m), /^ {2}'?(@?[^@'\n]+)@([^:'\n]+?)'?:$/gm).filter(
      (one) => !/ (https?|git|file|runtime):/.test(one),
    ),
  'yarn.lock': (text) => pairs(text, /^"?(@?[^@"\n]+)@[^\n]*:\n {2}version "([^"]+)"/gm),
  'bun.lock': (text) =>
    pairs(text, /^ {4}"[^"]+": \["(@?[^@"]+)@([^"]+)"/gm).filter(
      (one) => !/ (workspace|github|git\+.*|file|link):/.test(one),
    ),
  'poetry.lock': (text) =>
    text
      .split('[[package]]')
      .filter((block) => !/^type = "(directory|file|git)"$/m.test(block))
      .flatMap((block) => pairs(block, /^\nname = "([^"]+)"\nversion = "([^"]+)"/g)),
  'uv.lock': (text) =>
    pairs(text, /\[\[package\]\]\nname = "([^"]+)"\nversion = "([^"]+)"\nsource = \{ registry/g),
  'requirements.txt': (text) =>
    pairs(text, /^([\w.-]+)(?:\[[^\]\n]*\])?==([^\s;\\]+)/gm).map((one) =>
      one.toLowerCase().replace(/[-_.]+(?=.* )/g, '-'),
    ),
  'Pipfile.lock': pipfileLock,
  'Gemfile.lock': (text) =>
    pairs(section(text, /^GEM$/m, /^\n?[A-Z]+$/m), /^ {4}(\S+) \(([^-)]+)(?:-[^)]*)?\)$/gm),
  'Cargo.lock': (text) =>
    pairs(text, /\[\[package\]\]\nname = "([^"]+)"\nversion = "([^"]+)"\nsource = "registry/g),
};

function pairs(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name, version]) => `${name} ${version}`);
}

/** From after the line of `start` to the next line of `end`. */
function section(text: string, start: RegExp, end: RegExp): string {
  const from = start.exec(text);
  if (from === null) return '';
  const rest = text.slice(from.index + from[0].length + 1);
  return rest.slice(0, end.exec(rest)?.index ?? rest.length);
}

interface Entry {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly link?: boolean;
}

function packageLock(text: string): string[] {
  const { packages = {} } = JSON.parse(text) as { packages?: Record<string, Entry> };
  return Object.entries(packages).flatMap(([key, { name, version, resolved, link }]) => {
    const inFolder = key.split('node_modules/').at(-1);
    if (!key.includes('node_modules/') || link === true) return [];
    if (/^(git|file:)/.test(resolved ?? '')) return [];
    return [`${name ?? inFolder} ${version}`];
  });
}

function pipfileLock(text: string): string[] {
  const root = JSON.parse(text) as Record<string, Record<string, Entry>>;
  return ['default', 'develop'].flatMap((list) =>
    Object.entries(root[list] ?? {}).map(([name, entry]) => `${name} ${entry.version?.slice(2)}`),
  );
}
