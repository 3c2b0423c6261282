/** `packages.lock.json`, `project.assets.json` and `*.deps.json`. */
import { invalid } from '../damage.ts';
import { fieldsOf, ownField, textField, type Fields } from '../fields.ts';
import { parseJson } from '../json.ts';
import type { Extracted, Extractor, InputFile } from '../schema.ts';
import { isVersion, NugetPackages } from './package.ts';

const MAX_BYTES = 128 * 1024 * 1024;

export const nugetLock: Extractor = {
  id: 'nuget-lock',
  title: 'NuGet lock files (packages.lock.json)',
  version: 1,
  evidence: 'locked',
  maxBytes: MAX_BYTES,
  // A project's own is `packages.NAME.lock.json` where several share a folder.
  wants: (path) => /(?:^|\/)packages\.(?:[^/]{1,200}\.)?lock\.json$/.test(path.slice(-240)),
  extract: (file) => extractJson(file, readLock),
};

export const nugetAssets: Extractor = {
  id: 'nuget-assets',
  title: 'NuGet restore results (project.assets.json)',
  version: 1,
  evidence: 'locked',
  maxBytes: MAX_BYTES,
  wants: (path) => path === 'project.assets.json' || path.endsWith('/project.assets.json'),
  extract: (file) => extractJson(file, readLibraries),
};

export const nugetDeps: Extractor = {
  id: 'nuget-deps',
  title: '.NET programs (*.deps.json)',
  version: 1,
  evidence: 'installed',
  maxBytes: MAX_BYTES,
  wants: (path) => path.endsWith('.deps.json'),
  extract: (file) => extractJson(file, readLibraries),
};

async function* extractJson(
  file: InputFile,
  read: (root: Fields, packages: NugetPackages) => void,
): AsyncGenerator<Extracted> {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  const root = fieldsOf(parseJson(await file.bytes(MAX_BYTES), { what: name }));
  if (root === undefined) throw invalid(`${name}: not an object`);
  const packages = new NugetPackages();
  read(root, packages);
  yield* packages.all();
}

/** Framework → package → what was chosen for it. */
function readLock(root: Fields, packages: NugetPackages): void {
  const frameworks = fieldsOf(ownField(root, 'dependencies'));
  if (frameworks === undefined) throw invalid('no dependencies: not a NuGet lock file');
  for (const chosen of Object.values(frameworks)) {
    for (const [name, value] of Object.entries(fieldsOf(chosen) ?? {})) {
      const fields = fieldsOf(value);
      // Other projects of the solution are its own code.
      if (name === '' || textField(fields, 'type') === 'Project') continue;
      const version = textField(fields, 'resolved') ?? '';
      if (!isVersion(version)) packages.problems.add('a package without the version chosen');
      packages.add({ name, version: isVersion(version) ? version : '' });
    }
  }
}

const RUNTIME = 'runtimepack.';

/** `NAME/VERSION` → its kind; `project` is the program's own code, `runtimepack` the .NET that it brings along. */
function readLibraries(root: Fields, packages: NugetPackages): void {
  const libraries = fieldsOf(ownField(root, 'libraries'));
  if (libraries === undefined) throw invalid('no libraries: neither restore result nor deps.json');
  for (const [key, value] of Object.entries(libraries)) {
    const slash = key.indexOf('/');
    const [name, version] = [key.slice(0, slash), key.slice(slash + 1)];
    const kind = textField(fieldsOf(value), 'type')?.toLowerCase();
    if (kind !== undefined && kind !== 'package' && kind !== 'runtimepack') continue;
    if (slash < 1 || !isVersion(version)) {
      packages.problems.add('a library that is not named by name and version');
      continue;
    }
    const isRuntime = name.startsWith(RUNTIME) && name.length > RUNTIME.length;
    packages.add({ name: isRuntime ? name.slice(RUNTIME.length) : name, version });
  }
}
