/**
 * Exports of the registry, `reg export` (.reg files, versions 4 and 5) and what `reg query /s` prints: installed programs, the
 * build of Windows, and the packages of its servicing.
 */
import { endOfQuoted } from '../quoted.ts';
import { invalid, Problems } from '../damage.ts';
import type { Fact, Found } from '../schema.ts';
import { ROLE, UPDATES } from './facts.ts';
import { foundKb, foundWindows, type WindowsFacts } from './product.ts';
import type { Key } from './registry-key.ts';
import { roleIn, settingsIn, type Role } from './registry-settings.ts';
import { servicingOf, type ServicedPackage } from './servicing.ts';

export interface RegistryExport {
  readonly found: readonly Found[];
  readonly facts: readonly Fact[];
  readonly problems: Problems;
}

/** @throws HoldfastError `bad_file` where there is no key of a registry. */
export function parseRegistry(text: string): RegistryExport {
  const problems = new Problems();
  const keys = keysOf(text, problems);
  if (keys.length === 0) throw invalid('no key of a registry');
  const found = new Map<string, Found>();
  const add = (one: Found): void => {
    const identity = JSON.stringify([one.namespace, one.name, one.version, one.arch]);
    if (!found.has(identity)) found.set(identity, one);
  };
  const role = roleIn(keys);
  const servicing = servicingOf(servicedIn(keys));
  for (const key of keys) for (const one of foundIn(key, role)) add(one);
  for (const one of servicing.found) add(one);
  const facts = [...settingsIn(keys), ...(role === undefined ? [] : [{ name: ROLE, value: role }])];
  if (servicing.isWhole && problems.count === 0) facts.push({ name: UPDATES, value: 'whole' });
  return { found: [...found.values()], facts, problems };
}

const KEY = /^\[?((?:HKEY_LOCAL_MACHINE|HKEY_CURRENT_USER|HKEY_USERS|HKLM|HKCU)\\[^\]]*)\]?$/i;
/** `"DisplayName"="7-Zip"` of a .reg file; `    DisplayName    REG_SZ    7-Zip` of a query. */
const EXPORTED = /^"((?:[^"\\]|\\.)*)"=(.*)$/;
const QUERIED = /^ {4}(\S.*?) {4}(REG_[A-Z_]+)(?: {4}(.*))?$/;

function keysOf(text: string, problems: Problems): Key[] {
  const keys: Key[] = [];
  const lines = text.split(/\r\n|\n/);
  lines.forEach((line, i) => {
    if (line.length > LONGEST) {
      problems.add('a line is too long to be a value');
      return;
    }
    const path = KEY.exec(line.trimEnd())?.[1];
    if (path !== undefined) keys.push({ path, line: i + 1, values: new Map() });
    else keys.at(-1)?.values.set(...(valueOf(line) ?? NO_VALUE));
  });
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  if (isCutOff(last)) problems.add('the last value is cut off', 'truncated');
  return keys;
}

/** Names of programs and updates are short; long values are binary and broken over lines. */
const LONGEST = 65_536;

/** Lines that go on with a long value, and blank ones. */
const NO_VALUE: readonly [string, string] = ['', ''];

function valueOf(line: string): [string, string] | undefined {
  const exported = EXPORTED.exec(line);
  if (exported !== null) return [nameOf(exported[1]), exportedValue(exported[2] ?? '')];
  const queried = QUERIED.exec(line);
  if (queried === null) return undefined;
  return [nameOf(queried[1]), queriedValue(queried[2] ?? '', queried[3] ?? '')];
}

function isCutOff(line: string): boolean {
  if (line.endsWith(',\\')) return true;
  if (!line.startsWith('"')) return false;
  const name = endOfQuoted(line, 0, 'backslash');
  if (name < 0 || line[name] !== '=') return true;
  if (line[name + 1] === '"') return endOfQuoted(line, name + 1, 'backslash') !== line.length;
  return (
    !/^[a-z]/.test(line.slice(name + 1, name + 2)) || /[,\\]$/.test(line) || line.length < name + 3
  );
}

function nameOf(name: string | undefined): string {
  return (name ?? '').toLowerCase();
}

function exportedValue(raw: string): string {
  const text = /^"((?:[^"\\]|\\.)*)"/.exec(raw)?.[1];
  if (text !== undefined) return text.replace(/\\(.)/g, '$1');
  const number = /^dword:([0-9a-f]{1,8})$/i.exec(raw)?.[1];
  return number === undefined ? '' : String(Number.parseInt(number, 16));
}

function queriedValue(type: string, raw: string): string {
  return type === 'REG_DWORD' ? String(Number.parseInt(raw, 16)) : raw.trim();
}

function foundIn(key: Key, role: Role | undefined): readonly Found[] {
  const path = key.path.toLowerCase();
  if (path.endsWith('\\microsoft\\windows nt\\currentversion')) return operatingSystem(key, role);
  if (/\\currentversion\\uninstall\\[^\\]+$/.test(path)) return program(key, path);
  const old = /\\windows nt\\currentversion\\hotfix\\(?:kb|q)(\d{5,8})/.exec(path);
  return old === null ? [] : kb(old[1], key);
}

/** Component-Based Servicing: 0x70. */
const INSTALLED = '112';
const SERVICED = /\\component based servicing\\packages\\([^\\]+)$/i;

function servicedIn(keys: readonly Key[]): ServicedPackage[] {
  return keys.flatMap(({ path, line, values }) => {
    const identity = SERVICED.exec(path)?.[1];
    if (identity === undefined) return [];
    return [{ identity, line, isInstalled: values.get('currentstate') === INSTALLED }];
  });
}

function kb(number: string | undefined, key: Key): readonly Found[] {
  return number === undefined ? [] : [foundKb(number, key.line)];
}

function operatingSystem({ values, line }: Key, role: Role | undefined): readonly Found[] {
  const version = versionOf(values);
  if (version === undefined) return [];
  const productName = values.get('productname');
  const servicePack = /Service Pack (\d)/.exec(values.get('csdversion') ?? '')?.[1];
  const installation = values.get('installationtype')?.toLowerCase().replaceAll(' ', '-');
  const facts: WindowsFacts = {
    version,
    line,
    ...(productName === undefined ? {} : { productName }),
    ...(role === undefined ? {} : { role }),
    ...(servicePack === undefined ? {} : { servicePack }),
    ...(installation === undefined ? {} : { installation }),
  };
  return [foundWindows(facts)];
}

/** Since Windows 10 `CurrentVersion` stays at 6.3, and the numbers stand in values of their own. */
function versionOf(values: ReadonlyMap<string, string>): string | undefined {
  const build = values.get('currentbuildnumber') ?? values.get('currentbuild') ?? '';
  const major = values.get('currentmajorversionnumber');
  const minor = values.get('currentminorversionnumber') ?? '0';
  const numbers = major === undefined ? values.get('currentversion') : `${major}.${minor}`;
  if (!/^\d{4,6}$/.test(build) || numbers === undefined || !/^\d+\.\d+$/.test(numbers)) {
    return undefined;
  }
  const revision = values.get('ubr');
  return `${numbers}.${build}${revision === undefined ? '' : `.${revision}`}`;
}

/** Uninstall entries; an update of a program names its KB number in brackets. */
function program({ values, line }: Key, path: string): readonly Found[] {
  const name = values.get('displayname')?.trim();
  if (name === undefined || name === '') return [];
  const update = /\(KB(\d{5,8})\)/i.exec(name)?.[1];
  if (update !== undefined && isUpdate(values)) return [foundKb(update, line)];
  const publisher = slug(values.get('publisher') ?? '');
  return [
    {
      type: 'generic',
      ...(publisher === '' ? {} : { namespace: publisher }),
      name,
      version: values.get('displayversion')?.trim() ?? '',
      ...(path.includes('\\wow6432node\\') ? { arch: 'x86' } : {}),
      line,
    },
  ];
}

function isUpdate(values: ReadonlyMap<string, string>): boolean {
  return values.has('parentkeyname') || /update|hotfix/i.test(values.get('releasetype') ?? '');
}

/** `Igor Pavlov` → `igor-pavlov`. */
function slug(publisher: string): string {
  return publisher
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}
