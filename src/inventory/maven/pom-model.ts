/** A `pom.xml` with the parents that lie in the same target: Maven's inheritance and interpolation, as far as files tell. */
import { invalid } from '../damage.ts';
import type { InputFile, TargetPath } from '../schema.ts';
import { childOf, parseXml, textOf, type XmlElement } from '../xml.ts';

export const MAX_POM = 8 * 1024 * 1024;
const MAX_PARENTS = 16;
const MAX_STEPS = 16;
const MAX_LENGTH = 512;

export interface Pom {
  /** The project and its parents, the nearest first. */
  readonly chain: readonly XmlElement[];
  /** With `${…}` replaced; what names nothing known stays. */
  text(value: string | undefined): string;
}

/** @throws HoldfastError `bad_file` where it is no project. */
export async function readPom(file: InputFile): Promise<Pom> {
  const chain = await chainOf(file);
  const properties = propertiesOf(chain);
  return { chain, text: (value) => expanded(value ?? '', properties) };
}

async function chainOf(file: InputFile): Promise<XmlElement[]> {
  const chain = [await parsed(file)];
  const seen = new Set([file.path]);
  let at = file;
  while (chain.length < MAX_PARENTS) {
    const parent = await parentOf(at, chain.at(-1));
    if (parent === undefined || seen.has(parent.file.path)) return chain;
    seen.add(parent.file.path);
    chain.push(parent.project);
    at = parent.file;
  }
  return chain;
}

async function parsed(file: InputFile): Promise<XmlElement> {
  const project = await parseXml(await file.bytes(MAX_POM), { what: 'pom.xml' });
  if (project.name !== 'project') throw invalid('no Maven project');
  return project;
}

/** Maven looks at `relativePath`, `../pom.xml` where it is not said, nowhere where it is empty; names must agree. */
async function parentOf(
  file: InputFile,
  project: XmlElement | undefined,
): Promise<{ readonly file: InputFile; readonly project: XmlElement } | undefined> {
  const named = project === undefined ? undefined : childOf(project, 'parent');
  if (named === undefined) return undefined;
  const path = parentPath(file.path, childOf(named, 'relativePath')?.text ?? '../pom.xml');
  const found = path === undefined ? undefined : await file.other(path);
  if (found === undefined || found.size > MAX_POM) return undefined;
  const parent = await parsed(found);
  const same =
    textOf(parent, 'artifactId') === textOf(named, 'artifactId') &&
    inherited(parent, 'groupId') === textOf(named, 'groupId');
  return same ? { file: found, project: parent } : undefined;
}

function parentPath(path: TargetPath, relative: string): TargetPath | undefined {
  const joint = relative === '' ? undefined : joined(path, relative);
  if (joint === undefined || joint.endsWith('.xml')) return joint;
  return joint === '' ? 'pom.xml' : `${joint}/pom.xml`;
}

/** Group and version are the parent's where a project does not say its own. */
function inherited(project: XmlElement, name: string): string | undefined {
  return textOf(project, name) ?? parentText(project, name);
}

function parentText(project: XmlElement, name: string): string | undefined {
  const parent = childOf(project, 'parent');
  return parent === undefined ? undefined : textOf(parent, name);
}

/** Below the root of the target; undefined where it leads out. */
function joined(path: TargetPath, relative: string): TargetPath | undefined {
  const parts = path.split('/').slice(0, -1);
  for (const part of relative.split(/[/\\]/)) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/** Profiles that are active without being asked for. */
export function activeProfiles(project: XmlElement): readonly XmlElement[] {
  const profiles = childOf(project, 'profiles')?.children ?? [];
  return profiles.filter((profile) => {
    const activation = childOf(profile, 'activation');
    return activation !== undefined && textOf(activation, 'activeByDefault') === 'true';
  });
}

function propertiesOf(chain: readonly XmlElement[]): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined && !properties.has(name)) properties.set(name, value);
  };
  const [own] = chain;
  if (own !== undefined) {
    for (const name of ['groupId', 'artifactId', 'version']) {
      for (const prefix of ['project.', 'pom.', '']) add(prefix + name, inherited(own, name));
      for (const prefix of ['project.parent.', 'parent.'])
        add(prefix + name, parentText(own, name));
    }
  }
  for (const project of chain) {
    for (const holder of [...activeProfiles(project), project]) {
      for (const { name, text } of childOf(holder, 'properties')?.children ?? []) add(name, text);
    }
  }
  return properties;
}

function expanded(text: string, properties: ReadonlyMap<string, string>): string {
  let value = text;
  for (let step = 0; step < MAX_STEPS && value.includes('${'); step += 1) {
    const next = value.replace(
      /\$\{([^{}]{1,200})\}/g,
      (whole, name: string) => properties.get(name) ?? whole,
    );
    if (next === value || next.length > MAX_LENGTH) break;
    value = next;
  }
  return value.trim();
}
