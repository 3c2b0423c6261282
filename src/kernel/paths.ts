/** Where the package stands and where its data go. */
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';

/** The folder of our package.json: the clone, or the installed package (the code may be a bundle in dist/). */
export function packageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'package.json');
    if (existsSync(file) && /"name":\s*"holdfast"/.test(readFileSync(file, 'utf8'))) return folder;
    if (folder === path.dirname(folder)) throw new Error('package.json of holdfast not found');
  }
}

/** The version in our package.json. */
export function productVersion(): string {
  const text = readFileSync(path.join(packageRoot(), 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The default data directory: `/var/lib/holdfast` for root, the XDG data home for everybody else. */
export function defaultDataDirectory(env: NodeJS.ProcessEnv): string {
  if (isRoot()) return '/var/lib/holdfast';
  const base = env['XDG_DATA_HOME'];
  if (base !== undefined && path.isAbsolute(base)) return path.join(base, 'holdfast');
  return path.join(os.homedir(), '.local', 'share', 'holdfast');
}

/** A file that ships beside the code, by its path under src/ (under dist/ in the packed product). */
export function shippedFile(relative: string): string {
  const root = packageRoot();
  const source = path.join(root, 'src', relative);
  return existsSync(source) ? source : path.join(root, 'dist', relative);
}
