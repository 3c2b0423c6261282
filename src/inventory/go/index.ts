/** Modules of Go: what `go.mod` requires, what `go.sum` tells where there is no `go.mod`, and what programs were built from. */
import { looksExecutable } from '../executable/index.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { readGoBuild, type GoModule } from './build-info.ts';
import { foundGo, foundModule } from './found.ts';
import { parseGoMod, type GoMod } from './go-mod.ts';
import { parseGoSum } from './go-sum.ts';

const MAX_TEXT = 8 * 1024 * 1024;

/**
 * Since Go 1.17 `go.mod` lists every module that the build needs. For an older `go` line the indirect ones are taken from the
 * `go.sum` beside it.
 */
export const goMod: Extractor = {
  id: 'go-mod',
  title: 'Go modules (go.mod)',
  version: 1,
  evidence: 'locked',
  maxBytes: MAX_TEXT,
  wants: (path) => isNamed(path, 'go.mod') && !inModuleCache(path),
  extract: extractMod,
};

/** Silent where a `go.mod` lies beside it: that one names what is built, `go.sum` also what was only looked at. */
export const goSum: Extractor = {
  id: 'go-sum',
  title: 'Go modules (go.sum without go.mod)',
  version: 1,
  evidence: 'locked',
  maxBytes: MAX_TEXT,
  wants: (path) => isNamed(path, 'go.sum') && !inModuleCache(path),
  extract: extractSum,
};

export const goBinary: Extractor = {
  id: 'go-binary',
  title: 'Go programs',
  version: 1,
  evidence: 'installed',
  maxBytes: 8 * 1024 ** 3,
  wants: mayBeProgram,
  peek: { bytes: 8, accepts: looksExecutable },
  extract: extractBinary,
};

function isNamed(path: TargetPath, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

/** The sources of dependencies: their own requirements are lower bounds for others, not what is built. */
function inModuleCache(path: TargetPath): boolean {
  const cache = path.lastIndexOf('pkg/mod/');
  return cache >= 0 && path.includes('@v', cache);
}

function sumBeside(path: TargetPath): TargetPath {
  return `${path.slice(0, -'go.mod'.length)}go.sum`;
}

async function* extractMod(file: InputFile): AsyncGenerator<Extracted> {
  const mod = parseGoMod(await textOf(file));
  for (const { path, version, line } of mod.requirements) {
    yield found(foundModule(path, version, line));
  }
  yield* goOf(mod).map(found);
  yield* mod.problems.notes();
  if (listsAll(mod)) return;
  const sum = await file.other(sumBeside(file.path));
  if (sum === undefined) return;
  const { modules, problems } = parseGoSum(await textOf(sum));
  const required = new Set(mod.requirements.map(({ path }) => path));
  for (const { path, version } of modules.values()) {
    if (!required.has(path)) yield found(foundModule(path, version));
  }
  yield* problems.notes();
}

async function textOf(file: InputFile): Promise<string> {
  return (await file.bytes(MAX_TEXT)).toString('utf8').replace(/^\ufeff/, '');
}

function found(one: Found): Extracted {
  return { kind: 'package', found: one };
}

/** The toolchain that is asked for; the sources of Go itself are told by their programs. */
function goOf({ module, go, toolchain }: GoMod): Found[] {
  const named = toolchain?.version === 'default' ? undefined : toolchain;
  const wanted = named ?? go;
  if (wanted === undefined || module === 'std' || module === 'cmd') return [];
  const { version, line } = wanted;
  return [foundGo('stdlib', version, line), foundGo('toolchain', version, line)];
}

/** Go modules reference, "go.mod file updates": from 1.17 on, indirect requirements are all listed. */
function listsAll({ go }: GoMod): boolean {
  const [, major = '1', minor = '16'] = /^(\d+)(?:\.(\d+))?/.exec(go?.version ?? '') ?? [];
  return Number(major) > 1 || Number(minor) >= 17;
}

async function* extractSum(file: InputFile): AsyncGenerator<Extracted> {
  const mod = await file.other(`${file.path.slice(0, -'go.sum'.length)}go.mod`);
  if (mod !== undefined) return;
  const { modules, problems } = parseGoSum(await textOf(file));
  for (const { path, version, line } of modules.values()) {
    yield found(foundModule(path, version, line));
  }
  yield* problems.notes();
}

/** Folders of documents, where files have no extension either. */
const DOCUMENTS =
  /(?:^|\/)(?:usr\/share\/(?:doc|zoneinfo|lintian|locale|man|bash-completion)|\.git)\//;
const EXTENSIONS = new Set(
  '.exe .dll .so .dylib .bin .elf .out .test .node .linux .amd64 .arm64 .x86_64'.split(' '),
);

/** Programs have no extension, one of a few, or end in a version (`tool-1.4`, `lib.so.2`). */
export function mayBeProgram(path: TargetPath): boolean {
  if (path === '' || path.endsWith('/')) return false;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const extension = dot <= 0 ? '' : name.slice(dot).toLowerCase();
  const likely = extension === '' || EXTENSIONS.has(extension) || /^\.\d+$/.test(extension);
  return likely && !DOCUMENTS.test(path);
}

async function* extractBinary(file: InputFile): AsyncGenerator<Extracted> {
  const build = await readGoBuild(file);
  if (build === undefined) return;
  const { goVersion, path, main, modules } = build;
  yield found(foundGo('stdlib', goVersion));
  // The go command and its compilers are the toolchain itself.
  if (main === undefined && path?.startsWith('cmd/') === true) {
    yield found({ ...toolchainOf(goVersion) });
  }
  const all: readonly GoModule[] = main === undefined ? modules : [main, ...modules];
  for (const module of all) yield found(foundModule(module.path, module.version));
}

function toolchainOf(goVersion: string): Found {
  const { type, name, version } = foundGo('toolchain', goVersion);
  return { type, name, version };
}
