/** The little of MSBuild that tells versions: properties with plain values, and files that hold for the folders below them. */
import type { InputFile, TargetPath } from '../schema.ts';
import { childOf, parseXml, type XmlElement } from '../xml.ts';

export const MAX_PROJECT = 8 * 1024 * 1024;
/** Properties that name each other. */
const MAX_STEPS = 16;
const MAX_LENGTH = 256;

export type Properties = Map<string, string>;

export async function readProject(file: InputFile): Promise<XmlElement> {
  return parseXml(await file.bytes(MAX_PROJECT), { what: nameOf(file.path) });
}

function nameOf(path: TargetPath): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** What the properties of a project say, conditions left aside; the first plain value of a name counts. */
export function collectProperties(project: XmlElement, into: Properties): void {
  for (const group of project.children) {
    if (group.name !== 'PropertyGroup') continue;
    for (const { name, text } of group.children) {
      const key = name.toLowerCase();
      if (!into.has(key)) into.set(key, text);
    }
  }
}

/** With `$(Name)` replaced; what names no known property stays as it is. */
export function expanded(text: string, properties: Properties): string {
  let value = text;
  for (let step = 0; step < MAX_STEPS && value.includes('$('); step += 1) {
    const next = value.replace(/\$\(([\w.]{1,100})\)/g, (whole, name: string) => {
      return properties.get(name.toLowerCase()) ?? whole;
    });
    if (next === value || next.length > MAX_LENGTH) break;
    value = next;
  }
  return value.trim();
}

/** An attribute, or the text of a child of that name, in any case of letters. */
export function metadata(element: XmlElement, name: string): string | undefined {
  const attribute = element.attributes.get(name);
  return attribute ?? childOf(element, name)?.text;
}

/** The nearest file of that name in the folder of `path` or one above it. */
export async function nearest(file: InputFile, name: string): Promise<InputFile | undefined> {
  let folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  for (;;) {
    const found = await file.other(folder + name);
    if (found !== undefined || folder === '') return found;
    folder = folder.slice(0, folder.slice(0, -1).lastIndexOf('/') + 1);
  }
}

const GROUPS = new Set(['ItemGroup', 'Choose', 'When', 'Otherwise']);

/** Elements of that name in the item groups of a project, also inside `Choose`. */
export function items(project: XmlElement, names: ReadonlySet<string>): XmlElement[] {
  return project.children.flatMap((element) => {
    if (names.has(element.name)) return [element];
    return GROUPS.has(element.name) ? items(element, names) : [];
  });
}
