/** The text of a `go.mod` file (Go modules reference, "go.mod files"). */
import { invalid, Problems } from '../damage.ts';
import { isFolder } from './build-info.ts';

interface Line {
  readonly words: readonly string[];
  readonly line: number;
}

export interface Requirement {
  readonly path: string;
  /** After replacements; empty where a folder of the target takes the module's place. */
  readonly version: string;
  readonly line: number;
}

export interface GoMod {
  readonly module: string | undefined;
  /** The `go` line: the least version that may build it. */
  readonly go: { readonly version: string; readonly line: number } | undefined;
  readonly toolchain: { readonly version: string; readonly line: number } | undefined;
  readonly requirements: readonly Requirement[];
  /** Lines that could not be understood. */
  readonly problems: Problems;
}

const BLOCKS = new Set(['require', 'replace', 'exclude', 'retract', 'godebug', 'tool', 'ignore']);
const SINGLE = new Set(['module', 'go', 'toolchain', ...BLOCKS]);

interface Replacement {
  readonly path: string;
  /** Empty: every version. */
  readonly version: string;
  readonly by: string;
  readonly byVersion: string;
}

/** @throws HoldfastError `bad_file` where no line is one of a `go.mod`. */
export function parseGoMod(text: string): GoMod {
  const statements = new Map<string, Line[]>();
  const problems = new Problems();
  let block: string | undefined;
  text.split('\n').forEach((raw, i) => {
    const words = wordsOf(raw);
    const [verb] = words;
    if (verb === undefined) return;
    if (block !== undefined) {
      if (verb === ')') block = undefined;
      else add(statements, block, words, i + 1);
    } else if (words.length === 2 && words[1] === '(' && (BLOCKS.has(verb) || /^\w+$/.test(verb))) {
      block = verb;
      if (!BLOCKS.has(verb)) problems.add(`line ${i + 1}: a directive that is not known`);
    } else if (SINGLE.has(verb)) add(statements, verb, words.slice(1), i + 1);
    else problems.add(`line ${i + 1}: a directive that is not known`);
  });
  if (block !== undefined) problems.add('the last block has no end: cut off');
  if (![...SINGLE].some((verb) => statements.has(verb))) throw invalid('no line of a go.mod file');
  return {
    module: statements.get('module')?.[0]?.words[0],
    go: single(statements, 'go'),
    toolchain: single(statements, 'toolchain'),
    requirements: requirements(statements, problems),
    problems,
  };
}

function add(statements: Map<string, Line[]>, verb: string, words: string[], line: number): void {
  const list = statements.get(verb);
  if (list === undefined) statements.set(verb, [{ words, line }]);
  else list.push({ words, line });
}

function single(statements: ReadonlyMap<string, readonly Line[]>, verb: string): GoMod['go'] {
  const statement = statements.get(verb)?.[0];
  const version = statement?.words[0];
  if (statement === undefined || version === undefined) return undefined;
  return { version, line: statement.line };
}

/** Words apart by blanks; a comment ends the line; quoted ones in double quotes or backquotes. */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (let at = 0; at < line.length;) {
    const char = line.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
    } else if (line.startsWith('//', at)) {
      break;
    } else if (char === '"' || char === '`') {
      const close = line.indexOf(char, at + 1);
      const end = close < 0 ? line.length : close;
      words.push(line.slice(at + 1, end));
      at = end + 1;
    } else {
      const end = wordEnd(line, at);
      words.push(line.slice(at, end));
      at = end;
    }
  }
  return words;
}

function wordEnd(line: string, from: number): number {
  if ('()[],'.includes(line.charAt(from))) return from + 1;
  let at = from + 1;
  while (at < line.length && !/[\s()[\],]/.test(line.charAt(at)) && !line.startsWith('//', at)) {
    at += 1;
  }
  return at;
}

function requirements(
  statements: ReadonlyMap<string, readonly Line[]>,
  problems: Problems,
): Requirement[] {
  const replacements = replacementsOf(statements.get('replace') ?? [], problems);
  const list: Requirement[] = [];
  for (const { words, line } of statements.get('require') ?? []) {
    const [path, version] = words;
    if (path === undefined || version === undefined) {
      problems.add(`line ${line}: a requirement without a version`);
      continue;
    }
    const by = replacements.get(`${path} ${version}`) ?? replacements.get(`${path} `);
    const replaced = by === undefined ? { path, version } : replacedBy(path, by);
    // Branches and queries stand there until `go mod tidy` puts a version in their place.
    if (replaced.version === '' || /^v\d/.test(replaced.version)) list.push({ ...replaced, line });
    else {
      list.push({ path: replaced.path, version: '', line });
      problems.add(`line ${line}: a requirement whose version is no version`);
    }
  }
  return list;
}

function replacedBy(
  path: string,
  { by, byVersion }: Replacement,
): { path: string; version: string } {
  return isFolder(by) ? { path, version: '' } : { path: by, version: byVersion };
}

/** By `path version`, with an empty version for every version. */
function replacementsOf(
  lines: readonly Line[],
  problems: Problems,
): ReadonlyMap<string, Replacement> {
  const map = new Map<string, Replacement>();
  for (const { words, line } of lines) {
    const arrow = words.indexOf('=>');
    const [path, version = ''] = words.slice(0, Math.max(arrow, 0));
    const [by, byVersion = ''] = words.slice(arrow + 1);
    if (arrow < 1 || path === undefined || by === undefined) {
      problems.add(`line ${line}: a replacement that replaces nothing`);
      continue;
    }
    map.set(`${path} ${version}`, { path, version, by, byVersion });
  }
  return map;
}
