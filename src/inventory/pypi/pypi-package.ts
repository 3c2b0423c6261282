/** Names, addresses and file names of Python packages. */
import type { Found } from '../schema.ts';
import { gitFound, plainUrl, repositoryFound, repositoryOf } from '../source-url.ts';

export type Rest = Pick<Found, 'line' | 'scope'>;

/** PEP 503, as advisories spell it. */
export function pypiName(name: string): string {
  return name
    .trim()
    .replace(/[-_.]+/g, '-')
    .toLowerCase();
}

/** PEP 508. */
export const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

export function pypiFound(name: string, version: string, rest: Rest = {}): Found {
  return { type: 'pypi', name: pypiName(name), version, ...rest };
}

/** With the index it came from, where that is not PyPI itself. */
export function fromIndex(name: string, version: string, index: string, rest: Rest): Found {
  const found = pypiFound(name, version, rest);
  const url = plainUrl(index).replace(/\/+$/, '');
  if (!/^https?:/.test(url) || url === 'https://pypi.org/simple') return found;
  return { ...found, qualifiers: { repository_url: url } };
}

/** What an address gives: a repository, or a file of a release; `version` where the address itself does not tell. */
export function fromAddress(name: string, version: string, address: string, rest: Rest): Found {
  const repository = repositoryOf(address);
  if (repository !== undefined) return repositoryFound({ name: pypiName(name) }, repository, rest);
  const known = version === '' ? (fileParts(address)?.version ?? '') : version;
  return { ...pypiFound(name, known, rest), qualifiers: { download_url: plainUrl(address) } };
}

export function fromGit(name: string, url: string, revision: string, rest: Rest): Found {
  return gitFound({ name: pypiName(name) }, url, revision, rest);
}

/**
 * Name and version as a wheel (PEP 427) or source archive (PEP 625) carries them in its name.
 *
 * @example fileParts('https://x.example/left_right-1.2.3-py3-none-any.whl') → { name: 'left_right', version: '1.2.3' }
 */
export function fileParts(
  address: string,
): { readonly name: string; readonly version: string } | undefined {
  const file = decoded(plainUrl(address).split('/').at(-1) ?? '');
  const wheel = /^([A-Za-z0-9._]+)-(\d[^-]*)(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl$/.exec(file);
  const archive = /^([A-Za-z0-9._-]+?)-(\d[^-]*)\.(?:tar\.gz|zip|tar\.bz2)$/.exec(file);
  const [, name, version] = wheel ?? archive ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
