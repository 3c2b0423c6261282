/** Installed Python packages: `*.dist-info/METADATA` (PEP 376, 566) and what came before it, `*.egg-info`. */
import { dirname } from 'node:path/posix';
import { unread } from '../damage.ts';
import { fieldsOf, ownField, textField } from '../fields.ts';
import { parseJson } from '../json.ts';
import type { Extracted, Extractor, Found, InputFile, TargetPath } from '../schema.ts';
import { fromGit, NAME, pypiFound, pypiName } from './pypi-package.ts';

const MAX_BYTES = 64 * 1024 * 1024;
/** The fields that matter stand at the top. */
const HEAD_BYTES = 64 * 1024;
const MAX_DIRECT_URL = 1024 * 1024;
/** `left_right-1.2.3.dist-info`, `left-1.2.3-py3.11.egg-info`. */
const FOLDER =
  /(?:^|\/)([^/]+?)(?:-(\d[^-/]*))?(?:-py\d[^/]*)?\.(?:dist-info|egg-info|egg)(?:\/|$)/;

export const pypiInstalled: Extractor = {
  id: 'pypi-installed',
  title: 'Python packages',
  version: 1,
  maxBytes: MAX_BYTES,
  evidence: 'installed',
  wants,
  extract: readInstalled,
};

/** pip renames what it is about to remove to begin with `~`. */
function wants(path: TargetPath): boolean {
  const place =
    path.endsWith('.dist-info/METADATA') ||
    path.endsWith('.egg-info/PKG-INFO') ||
    path.endsWith('/EGG-INFO/PKG-INFO') ||
    path.endsWith('.egg-info');
  return place && !/(?:^|\/)~[^/]*(?:\/[^/]*)?$/.test(path);
}

async function* readInstalled(file: InputFile): AsyncGenerator<Extracted> {
  const fields = headOf(await file.read(0, Math.min(file.size, HEAD_BYTES)));
  const [, folderName, folderVersion] = FOLDER.exec(file.path.slice(-1024)) ?? [];
  const stated = fields.get('name') ?? '';
  const name = NAME.test(stated) ? stated : (folderName ?? '');
  const version = fields.get('version') ?? folderVersion ?? '';
  if (!NAME.test(name)) {
    yield unread('invalid', 'neither the file nor its folder names a package');
    return;
  }
  if (name !== stated) yield unread('invalid', 'no field "Name"; taken from the folder');
  yield { kind: 'package', found: await sourced(file, name, version) };
}

/** Fields up to the first empty line, the first of each name. */
function headOf(head: Buffer): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of head
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, 2000)) {
    if (line === '') break;
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (colon > 0 && (name === 'name' || name === 'version') && !fields.has(name)) {
      const value = line.slice(colon + 1).trim();
      if (value !== '') fields.set(name, value);
    }
  }
  return fields;
}

/** pip notes what it did not fetch from an index (PEP 610). */
async function sourced(file: InputFile, name: string, version: string): Promise<Found> {
  const release = pypiFound(name, version);
  if (!file.path.endsWith('.dist-info/METADATA')) return release;
  const direct = await file.other(`${dirname(file.path)}/direct_url.json`);
  if (direct === undefined) return release;
  const bytes = await direct.bytes(MAX_DIRECT_URL);
  const fields = fieldsOf(parseJson(bytes, { what: 'direct_url.json' }));
  const vcs = fieldsOf(ownField(fields, 'vcs_info'));
  const url = textField(fields, 'url') ?? '';
  if (vcs !== undefined) return fromGit(name, url, textField(vcs, 'commit_id') ?? '', {});
  if (ownField(fields, 'dir_info') === undefined) return release;
  // Built from a folder of that machine: no release of the index.
  return { type: 'generic', name: pypiName(name), version };
}
