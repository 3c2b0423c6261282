/** Who a Windows host is, and what it is to its domain. */
import { DOMAIN_ROLES, type Bodies } from '../../estate/schema.ts';
import type { SystemParts } from '../../inventory/windows/host.ts';
import type { MachineName } from '../../inventory/windows/systeminfo.ts';
import { keyFrom } from '../keys.ts';

export interface Identity {
  /** `windows:dc01.corp.example`, or the host name alone where the domain has no name of DNS. */
  readonly key: string;
  readonly hostname: string;
  readonly hostnames: readonly string[];
  readonly identifiers: readonly string[];
}

/** `name` of its folder where no systeminfo names the machine. */
export function identityOf(machine: MachineName | undefined, name: string): Identity {
  const host = clean(machine?.host) ?? clean(name) ?? 'unnamed';
  const [short = host] = host.split('.');
  const fqdns = fullNames(host, clean(machine?.domain) ?? '');
  const [hostname = host] = fqdns;
  return {
    key: keyFrom(`windows:${hostname}`),
    hostname,
    hostnames: [...new Set([host, ...fqdns])],
    identifiers: [...fqdns.map((name) => `fqdn:${name}`), `hostname:${short}`],
  };
}

/** A work group and a NetBIOS name have no dot, and are no part of a name in DNS. */
function fullNames(host: string, domain: string): string[] {
  if (host.includes('.')) return [host];
  return domain.includes('.') ? [`${host}.${domain}`] : [];
}

function clean(name: string | undefined): string | undefined {
  const lower = name?.trim().toLowerCase().replace(/\.+$/, '');
  return lower !== undefined && /^[a-z0-9_](?:[a-z0-9._-]{0,251}[a-z0-9_])?$/.test(lower)
    ? lower.slice(0, 100)
    : undefined;
}

export function roleOf(
  { qualifiers }: SystemParts,
  told: string | undefined,
): Bodies['asset']['domainRole'] {
  return DOMAIN_ROLES.find((role) => role === (qualifiers['role'] ?? told));
}

/** `windows-server-2012-r2`, standard → `Windows Server 2012 R2 Standard`. */
export function titleOf({ name, qualifiers }: SystemParts): string {
  const words = [...name.split('-'), qualifiers['edition'] ?? ''].filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
