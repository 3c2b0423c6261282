/** `packages.config`, project files and `Directory.Packages.props`. */
import { invalid } from '../damage.ts';
import type { Extracted, Extractor, InputFile, TargetPath } from '../schema.ts';
import { parseXml, type XmlElement } from '../xml.ts';
import {
  collectProperties,
  expanded,
  items,
  MAX_PROJECT,
  metadata,
  nearest,
  readProject,
  type Properties,
} from './msbuild.ts';
import { NugetPackages, pinnedVersion } from './package.ts';

const CENTRAL = 'Directory.Packages.props';

export const nugetConfig: Extractor = {
  id: 'nuget-config',
  title: 'NuGet packages of older projects (packages.config)',
  version: 1,
  evidence: 'locked',
  maxBytes: MAX_PROJECT,
  wants: (path) => /(?:^|\/)packages\.config$/i.test(path.slice(-20)),
  extract: extractConfig,
};

/** Silent where a lock file or the result of a restore lies with the project: they tell the same and more. */
export const nugetProject: Extractor = {
  id: 'nuget-project',
  title: '.NET projects (*.csproj, *.fsproj, *.vbproj)',
  version: 1,
  evidence: 'declared',
  maxBytes: MAX_PROJECT,
  wants: (path) => /\.(?:cs|fs|vb)proj$/i.test(path.slice(-8)),
  extract: extractProject,
};

export const nugetCentral: Extractor = {
  id: 'nuget-central',
  title: 'NuGet versions of a solution (Directory.Packages.props)',
  version: 1,
  evidence: 'declared',
  maxBytes: MAX_PROJECT,
  wants: (path) => isNamed(path, CENTRAL),
  extract: extractCentral,
};

function isNamed(path: TargetPath, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}

async function* extractConfig(file: InputFile): AsyncGenerator<Extracted> {
  const root = await parseXml(await file.bytes(MAX_PROJECT), { what: 'packages.config' });
  if (root.name !== 'packages') throw invalid('no list of packages');
  const packages = new NugetPackages();
  for (const { name: element, attributes, line } of root.children) {
    if (element !== 'package') continue;
    const name = attributes.get('id')?.trim() ?? '';
    const version = attributes.get('version')?.trim() ?? '';
    const scope = attributes.get('developmentDependency') === 'true' ? 'development' : undefined;
    if (name === '') packages.problems.add(`line ${line}: a package without a name`);
    else add(packages, { name, range: version, scope, line });
  }
  yield* packages.all();
}

async function* extractProject(file: InputFile): AsyncGenerator<Extracted> {
  const project = await readProject(file);
  if (project.name !== 'Project') throw invalid('no MSBuild project');
  if (await isResolved(file)) return;
  const packages = new NugetPackages();
  const references = items(project, new Set(['PackageReference', 'GlobalPackageReference']));
  const properties: Properties = new Map();
  collectProperties(project, properties);
  const central = new Map<string, string>();
  if (references.length > 0) await readAbove(file, properties, central);
  for (const reference of references) {
    for (const name of namesOf(reference, properties)) {
      const own = metadata(reference, 'VersionOverride') ?? metadata(reference, 'Version');
      const range = own ?? central.get(name.toLowerCase()) ?? '';
      const scope = metadata(reference, 'PrivateAssets')?.toLowerCase() === 'all';
      const { line } = reference;
      add(packages, {
        name,
        range: expanded(range, properties),
        scope: scope ? 'development' : undefined,
        line,
      });
    }
  }
  yield* packages.all();
}

async function isResolved(file: InputFile): Promise<boolean> {
  const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  for (const name of ['packages.lock.json', 'obj/project.assets.json']) {
    if ((await file.other(folder + name)) !== undefined) return true;
  }
  return false;
}

/** Properties and versions that files above the project set for it. */
async function readAbove(
  file: InputFile,
  properties: Properties,
  central: Map<string, string>,
): Promise<void> {
  for (const name of ['Directory.Build.props', CENTRAL]) {
    const above = await nearest(file, name);
    if (above === undefined) continue;
    const project = await readProject(above);
    collectProperties(project, properties);
    for (const item of items(project, new Set(['PackageVersion']))) {
      const version = metadata(item, 'Version');
      if (version === undefined) continue;
      for (const each of namesOf(item, properties)) central.set(each.toLowerCase(), version);
    }
  }
}

const IN_CENTRAL = new Set(['PackageVersion', 'GlobalPackageReference', 'PackageReference']);

async function* extractCentral(file: InputFile): AsyncGenerator<Extracted> {
  const project = await readProject(file);
  if (project.name !== 'Project') throw invalid('no MSBuild project');
  const properties: Properties = new Map();
  collectProperties(project, properties);
  const packages = new NugetPackages();
  for (const item of items(project, IN_CENTRAL)) {
    const range = expanded(metadata(item, 'Version') ?? '', properties);
    const scope = item.name === 'GlobalPackageReference' ? 'development' : undefined;
    for (const name of namesOf(item, properties))
      add(packages, { name, range, scope, line: item.line });
  }
  yield* packages.all();
}

/** `Include` takes several, apart by semicolons; `Update` changes what another file includes. */
function namesOf(item: XmlElement, properties: Properties): string[] {
  const text = item.attributes.get('Include') ?? item.attributes.get('Update') ?? '';
  return expanded(text, properties)
    .split(';')
    .map((name) => name.trim())
    .filter((name) => /^[\p{L}\p{N}_.-]+$/u.test(name));
}

interface Reference {
  readonly name: string;
  readonly range: string;
  readonly scope: 'development' | undefined;
  readonly line: number;
}

function add(packages: NugetPackages, { name, range, scope, line }: Reference): void {
  const version = pinnedVersion(range);
  if (version === undefined) {
    const what = range === '' ? 'no version' : 'a version that only a restore chooses';
    packages.problems.add(`line ${line}: ${what}`, 'unsupported');
  }
  packages.add({ name, version: version ?? '', scope, line });
}
