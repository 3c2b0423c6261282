/** Where a machine keeps package databases and the packages of languages, unless a person put them somewhere else. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { systemCode } from '../kernel/errors.ts';
import type { TargetPath } from './schema.ts';

/** Read whole, those that are there. */
const PLACES: readonly TargetPath[] = [
  'app',
  'lib/apk/db',
  'opt',
  'srv',
  'usr/lib/apk/db',
  'usr/lib/dotnet',
  'usr/lib/go',
  'usr/lib/jvm',
  'usr/lib/node_modules',
  'usr/lib/nodejs',
  'usr/lib/ruby',
  'usr/lib/sysimage/rpm',
  'usr/lib64/dotnet',
  'usr/lib64/ruby',
  'usr/local',
  'usr/share/dotnet',
  'usr/share/gems',
  'usr/share/java',
  'usr/share/nodejs',
  'usr/share/php',
  'usr/share/ruby',
  'usr/share/rubygems-integration',
  'usr/src/app',
  'var/lib/dpkg/status',
  'var/lib/dpkg/status.d',
  'var/lib/gems',
  'var/lib/rpm',
  'var/www',
];

/** Folders with a version in their name. */
const PATTERNS: readonly (readonly [TargetPath, RegExp])[] = [
  ['usr/lib', /^python\d/],
  ['usr/lib64', /^python\d/],
];

/** Below every person's home. */
const OF_PERSONS: readonly TargetPath[] = [
  '.cargo/bin',
  '.dotnet/tools',
  '.gem',
  '.local/bin',
  '.local/lib',
  '.local/share/gem',
  '.local/share/pipx',
  '.local/share/uv',
  '.npm-global',
  '.nvm/versions',
  '.pyenv/versions',
  '.rbenv/versions',
  'go/bin',
];

/** Sorted; a place inside another is not listed twice. */
export function hostPlaces(root: string): readonly TargetPath[] {
  const places = [...PLACES];
  for (const [folder, pattern] of PATTERNS) {
    const names = namesIn(path.join(root, folder)).filter((name) => pattern.test(name));
    places.push(...names.map((name) => `${folder}/${name}`));
  }
  const homes = ['root', ...namesIn(path.join(root, 'home')).map((name) => `home/${name}`)];
  for (const home of homes) places.push(...OF_PERSONS.map((place) => `${home}/${place}`));
  return places.sort();
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === '') throw error;
    return [];
  }
}

export const HOST_NOTE =
  'only the package databases and the usual places of language packages were looked at, and inside ' +
  'Go, Python and their packages and Node’s only what describes them, programs and what they carry along';

/** The sources of Go itself, whose modules are in none of the programs it builds. */
const GO_SOURCES = /^usr\/(local|lib)\/go(-\d[^/]*)?\/(api|doc|lib|misc|src|test)$/;

/** Tools that carry other packages along, each with its own description. */
const CARRIERS = new Set(['pip', 'pkg_resources', 'setuptools', 'wheel']);

/**
 * Whether a folder belongs to the inside of one installed package, or of Python itself, where ten thousands of files tell
 * nothing that its description does not.
 */
export function isInsidePackage(path: TargetPath): boolean {
  const parts = path.split('/');
  const name = parts.at(-1);
  const needless = name === 'include' || name === '__pycache__' || GO_SOURCES.test(path);
  return needless || isInsidePython(parts) || isInsideNode(parts);
}

function isInsidePython(parts: readonly string[]): boolean {
  const [name = '', parent = '', above = ''] = [parts.at(-1), parts.at(-2), parts.at(-3)];
  if (isSitePackages(parent)) {
    return !/\.(dist-info|egg-info|egg)$/.test(name) && !CARRIERS.has(name);
  }
  if (isSitePackages(above) && CARRIERS.has(parent)) return name !== '_vendor';
  return /^python\d/.test(parent) && !isSitePackages(name);
}

function isInsideNode(parts: readonly string[]): boolean {
  const at = parts.lastIndexOf('node_modules');
  if (at < 0) return false;
  const inside = parts.length - at - (parts[at + 1]?.startsWith('@') === true ? 2 : 1);
  const name = parts.at(-1) ?? '';
  return inside > 1 && name !== 'bin' && name !== 'node_modules' && parts.at(-2) !== 'bin';
}

function isSitePackages(name: string): boolean {
  return name === 'site-packages' || name === 'dist-packages';
}
