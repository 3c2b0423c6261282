/** npm's names, aliases and addresses: what of a lock file is a release of a registry, and of which package. */
import type { Found } from '../schema.ts';
import { plainUrl, repositoryFound, repositoryOf } from '../source-url.ts';

export interface NpmEntry {
  /** With its scope: `@babel/core`. */
  readonly name: string;
  readonly version: string;
  /** Where it was fetched from, as the lock file says. */
  readonly resolved?: string | undefined;
  readonly scope?: Found['scope'] | undefined;
  readonly line?: number | undefined;
}

/** Undefined for what lies in the target itself: folders, links, workspaces. */
export function npmFound({
  name,
  version,
  resolved = '',
  scope,
  line,
}: NpmEntry): Found | undefined {
  if (isLocal(resolved) || isLocal(version)) return undefined;
  const rest = {
    ...(scope === undefined ? {} : { scope }),
    ...(line === undefined ? {} : { line }),
  };
  const parts = splitName(name);
  const address = isAddress(version) ? version : resolved;
  const repository =
    repositoryOf(resolved) ?? (isAddress(version) ? repositoryOf(version) : undefined);
  if (repository !== undefined) return repositoryFound(parts, repository, rest);
  return {
    type: 'npm',
    ...parts,
    version: isAddress(version) ? versionInUrl(address, parts.name) : version,
    ...(isRegistryUrl(address, parts.name)
      ? {}
      : { qualifiers: { download_url: plainUrl(address) } }),
    ...rest,
  };
}

/** `@babel/core` → its scope with the at sign, and the name. */
export function splitName(name: string): { readonly namespace?: string; readonly name: string } {
  const slash = name.startsWith('@') ? name.indexOf('/') : -1;
  return slash < 0 ? { name } : { namespace: name.slice(0, slash), name: name.slice(slash + 1) };
}

/** `@babel/core@npm:^7.0.0` → name and what stands behind the at sign; undefined where there is none. */
export function splitAtVersion(
  text: string,
): { readonly name: string; readonly range: string } | undefined {
  const at = text.indexOf('@', 1);
  return at < 0 ? undefined : { name: text.slice(0, at), range: text.slice(at + 1) };
}

export function isLocal(address: string): boolean {
  return /^(?:file|link|portal|workspace|exec|root):|^\.{0,2}\//.test(address);
}

/** Not a version or range: an address, or a short name of a repository. */
export function isAddress(text: string): boolean {
  return /^[a-z][a-z+.-]*:|^git@/i.test(text) || /^[\w.-]+\/[\w.-]+(?:#|$)/.test(text);
}

/** Registries keep the archives of a package under its name: `…/name/-/name-1.0.0.tgz`, `…/download/@scope/name/1.0.0/…`. */
function isRegistryUrl(address: string, name: string): boolean {
  if (!/^https?:/i.test(address)) return true;
  const path = plainUrl(address).toLowerCase();
  const base = encodeURIComponent(name).toLowerCase();
  return (
    /\/-\/|\/download\//.test(path) && (path.includes(`/${base}/`) || path.includes(`%2f${base}/`))
  );
}

/** The release that a file `name-1.2.3.tgz` tells of itself; empty where it does not. */
function versionInUrl(address: string, name: string): string {
  const file = plainUrl(address).split('/').at(-1) ?? '';
  if (!file.startsWith(`${name}-`)) return '';
  return (
    /^v?(\d+\.\d+\.\d+[\w.+-]*?)\.(?:tgz|tar\.gz)$/.exec(file.slice(name.length + 1))?.[1] ?? ''
  );
}
