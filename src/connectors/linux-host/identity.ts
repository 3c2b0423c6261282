/** Who a host is: its key and the names by which other sources know it. */
import type { HostFacts } from './parse.ts';

export interface Identity {
  /** `linux:<first 16 hex digits of the hashed machine-id>:<hostname>` */
  readonly assetKey: string;
  readonly hostname: string;
  readonly identifiers: readonly string[];
  readonly hostnames: readonly string[];
}

/**
 * The hostname is part of the key because cloned machines share a machine-id: two rows for one host are better than
 * one row for two. A host without any identity of its own is known by its hostname only.
 */
export function identityOf(os: HostFacts['os']): Identity {
  const hostname = clean(os?.hostname[0]?.name) ?? 'unnamed';
  const hash = os?.['host-id'][0]?.hash;
  const fqdns = [...new Set(os?.fqdn.map((row) => clean(row.name)))].filter(
    (name) => name !== undefined,
  );
  return {
    assetKey: `linux:${hash === undefined ? 'unidentified' : hash.slice(0, 16)}:${hostname}`,
    hostname,
    identifiers: [
      ...(hash === undefined ? [] : [`linux:${hash.slice(0, 32)}/${hostname}`]),
      ...fqdns.map((name) => `fqdn:${name}`),
      `hostname:${hostname.split('.')[0] ?? hostname}`,
    ],
    hostnames: [...new Set([hostname, ...fqdns])],
  };
}

/** Linux allows 64 characters (HOST_NAME_MAX); more than letters, digits, dots and dashes is a broken host's fantasy. */
function clean(name: string | undefined): string | undefined {
  const lower = name?.trim().toLowerCase().replace(/\.+$/, '');
  return lower !== undefined && /^[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?$/.test(lower)
    ? lower.slice(0, 100)
    : undefined;
}
