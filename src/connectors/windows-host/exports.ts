/** Which files of a folder belong to which host. */
import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

export interface FileSet {
  /** Of the folder, or what the names of its files begin with. */
  readonly name: string;
  /** Absolute paths, sorted. */
  readonly files: readonly string[];
}

export interface FoundExports {
  readonly sets: readonly FileSet[];
  /** Files that belong to no host. */
  readonly strays: readonly string[];
  /** Folders or files beyond what is read. */
  readonly beyond: number;
}

export const MOST_HOSTS = 20_000;
const MOST_FILES = 200;
const DEEPEST = 3;

/** @throws the error of the file system where the folder itself cannot be listed. */
export async function findExports(folder: string): Promise<FoundExports> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = (keep: (entry: Dirent) => boolean): string[] =>
    entries
      .filter(keep)
      .map(({ name }) => name)
      .sort();
  const folders = names((entry) => entry.isDirectory());
  const sets: FileSet[] = [];
  let beyond = Math.max(0, folders.length - MOST_HOSTS);
  for (const name of folders.slice(0, MOST_HOSTS)) {
    const files = await filesBelow(path.join(folder, name), 1);
    beyond += Math.max(0, files.length - MOST_FILES);
    if (files.length > 0) sets.push({ name, files: files.slice(0, MOST_FILES) });
  }
  const loose = groupLoose(
    names((entry) => entry.isFile()),
    path.basename(folder),
  );
  const inFolder = (name: string): string => path.join(folder, name);
  for (const { name, files } of loose.sets) sets.push({ name, files: files.map(inFolder) });
  return { sets, strays: loose.strays, beyond };
}

/** Links are not followed: what they lead to is another's. */
async function filesBelow(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const place = path.join(folder, entry.name);
    if (entry.isFile()) found.push(place);
    else if (entry.isDirectory() && depth < DEEPEST)
      found.push(...(await filesBelow(place, depth + 1)));
  }
  return found;
}

/** Every host has one of these, and its name says what the names of the host's files begin with. */
const LEADS = /^(.*?)[-_. ]*(?:systeminfo|winver|ver)\.(?:txt|csv|log)$/i;

function groupLoose(
  names: readonly string[],
  whole: string,
): { readonly sets: FileSet[]; readonly strays: string[] } {
  const leads = [...new Set(names.flatMap((name) => LEADS.exec(name)?.[1] ?? []))];
  const byLength = leads.toSorted((a, b) => b.length - a.length);
  const groups = new Map<string, string[]>(leads.map((lead) => [lead, []]));
  const strays: string[] = [];
  for (const name of names) {
    const lead = byLength.find((each) => name === each || begins(name, each));
    const group = lead === undefined ? undefined : groups.get(lead);
    if (group === undefined) strays.push(name);
    else group.push(name);
  }
  const sets = [...groups].map(([lead, files]) => ({ name: lead === '' ? whole : lead, files }));
  return { sets, strays };
}

/** `dc1_qfe.txt` begins with `dc1`; `dc10_qfe.txt` does not. */
function begins(name: string, lead: string): boolean {
  if (lead === '') return true;
  return (
    name.toLowerCase().startsWith(lead.toLowerCase()) && /^[-_. ]/.test(name.slice(lead.length))
  );
}
