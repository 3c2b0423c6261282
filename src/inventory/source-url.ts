/** Packages that come from a repository or a plain address instead of a registry: identified as what they are. */
import type { Found } from './schema.ts';

interface Repository {
  /** `git+https://host/path`, without the name or password of anyone. */
  readonly url: string;
  /** Commit, tag or branch; empty where the address does not say. */
  readonly revision: string;
}

/** Longer ones are no addresses. */
const MAX_ADDRESS = 8192;
const SHORT_HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
  ['gist', 'gist.github.com'],
]);
const VCS_SCHEME = /^(?:(git|hg|svn|bzr)\+)?(https?|ssh|git|file):\/\//i;
/** `git@host:owner/name`. */
const SCP = /^(?:[\w.-]+@)([\w.-]+):(?!\/\/)([^#?]+)/;
/** `github:owner/name`, or npm's bare `owner/name`. */
const SHORT = /^(?:(github|gitlab|bitbucket|gist):)?([\w.-]+(?:\/[\w.-]+)+|(?<=gist:)[\w-]+)$/i;

/** Addresses under which the big hosts pack a revision of a repository into an archive. */
const ARCHIVES: readonly RegExp[] = [
  /^https?:\/\/(?:codeload\.)(github\.com)\/([^/]+\/[^/]+)\/(?:legacy\.)?(?:tar\.gz|zip)\/(?:refs\/(?:heads|tags)\/)?([^?#]+)/i,
  /^https?:\/\/(github\.com)\/([^/]+\/[^/]+)\/(?:archive|tarball|zipball)\/(?:refs\/(?:heads|tags)\/)?([^?#]+?)(?:\.tar\.gz|\.zip|\.tgz)?(?:[?#].*)?$/i,
  /^https?:\/\/(?:api\.)(github\.com)\/repos\/([^/]+\/[^/]+)\/(?:tarball|zipball)\/([^?#]+)/i,
  /^https?:\/\/(gitlab\.[\w.-]+)\/(.+?)\/-\/archive\/([^/?#]+)/i,
  /^https?:\/\/(gitlab\.[\w.-]+)\/([^/]+\/[^/]+)\/repository\/archive\.tar\.gz\?ref=([^&#]+)/i,
  /^https?:\/\/(bitbucket\.org)\/([^/]+\/[^/]+)\/get\/([^?#]+?)(?:\.tar\.gz|\.zip|\.tgz)?(?:[?#].*)?$/i,
];

/**
 * Undefined where the address is not one of a repository: a plain file, a registry, a folder.
 *
 * @example repositoryOf('git+ssh://git@example.org/a/b.git#1f2e') → { url: 'git+https://example.org/a/b', revision: '1f2e' }
 */
export function repositoryOf(address: string): Repository | undefined {
  if (address === '' || address.startsWith('.') || address.length > MAX_ADDRESS) return undefined;
  const archived = fromArchive(address);
  if (archived !== undefined) return archived;
  const [plain, fragment] = halves(address, '#');
  return fromShort(plain, revisionOf(fragment)) ?? fromUrl(plain, revisionOf(fragment));
}

function fromShort(plain: string, revision: string): Repository | undefined {
  const [, host, path] = SCP.exec(plain) ?? [];
  if (host !== undefined && path !== undefined) return repository(host, path, revision);
  const [, short = 'github', name] = SHORT.exec(plain) ?? [];
  if (name === undefined) return undefined;
  return repository(SHORT_HOSTS.get(short.toLowerCase()) ?? '', name, revision);
}

function fromArchive(address: string): Repository | undefined {
  for (const pattern of ARCHIVES) {
    const [whole, host = '', path = '', revision = ''] = pattern.exec(address) ?? [];
    if (whole !== undefined) return repository(host, path, revision);
  }
  return undefined;
}

/** A plain web address that is none of an archive. */
const REPOSITORY_PATH =
  /\.git\/?$|^(?:[^@/]*@)?(?:github\.com|gitlab\.com|bitbucket\.org)\/[^/]+\/[^/]+\/?$/;

function fromUrl(plain: string, revision: string): Repository | undefined {
  const [whole, tool, scheme = ''] = VCS_SCHEME.exec(plain) ?? [];
  if (whole === undefined) return undefined;
  const [path, query] = halves(plain.slice(whole.length), '?');
  const [place, at] = tool === undefined ? [path, ''] : revisionInPath(path);
  const speaksGit = tool !== undefined || scheme === 'git' || scheme === 'ssh';
  if (!speaksGit && !REPOSITORY_PATH.test(place)) return undefined;
  const [host, name] = hostAndName(place);
  if (host === '') return undefined;
  return repository(host, name, revision || at || revisionOf(query), tool);
}

/** Also of `git@host:owner/name` behind `ssh://`, and of a host's short name. */
function hostAndName(place: string): [string, string] {
  const [authority, name] = halves(place, '/');
  const host = authority.replace(/^[^@]*@/, '');
  const [named, owner] = halves(host, ':');
  if (owner === '' || /^\d/.test(owner)) return [host, name];
  return [SHORT_HOSTS.get(named) ?? named, `${owner}/${name}`];
}

/** pip writes the revision behind an at sign: `git+https://host/a/b.git@v1`. */
function revisionInPath(path: string): [string, string] {
  const at = path.lastIndexOf('@');
  return at > path.indexOf('/') ? [path.slice(0, at), path.slice(at + 1)] : [path, ''];
}

function repository(host: string, path: string, revision: string, tool = 'git'): Repository {
  const name = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  return { url: `${tool}+https://${host.toLowerCase()}/${name}`, revision };
}

/** Of `commit=…`, `rev=…&subdirectory=…`, `semver:…`, a bare commit, or pip's `egg=…` (no revision). */
function revisionOf(fragment: string): string {
  for (const part of fragment.split('&')) {
    const [key, value] = halves(part, '=');
    if (value === '' && !part.includes('=') && !part.includes(':')) return key;
    if (['commit', 'rev', 'tag', 'branch', 'head', 'ref'].includes(key)) return value;
  }
  return '';
}

function halves(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * A package of a repository: `pkg:generic/name@commit?vcs_url=…`, which no matcher takes for a release of a registry.
 */
export function repositoryFound(
  name: { readonly namespace?: string; readonly name: string },
  { url, revision }: Repository,
  rest: Pick<Found, 'line' | 'scope'> = {},
): Found {
  const vcs = revision === '' ? url : `${url}@${revision}`;
  return { ...rest, ...name, type: 'generic', version: revision, qualifiers: { vcs_url: vcs } };
}

/** For files that say themselves that an address is one of a repository, whatever it looks like. */
export function gitFound(
  name: Parameters<typeof repositoryFound>[0],
  address: string,
  revision: string,
  rest: Pick<Found, 'line' | 'scope'> = {},
): Found {
  const known = repositoryOf(/^[a-z]+:\/\//i.test(address) ? `git+${address}` : address);
  const url = known?.url ?? `git+${plainUrl(address)}`;
  return repositoryFound(name, { url, revision: revision || (known?.revision ?? '') }, rest);
}

/** Without a name, a password, a query or a fragment: fit to be shown. */
export function plainUrl(address: string): string {
  const [bare = ''] = address.split(/[?#]/, 1);
  return bare.replace(/^([a-z][a-z+]*:\/\/)[^/]*@/i, '$1');
}
