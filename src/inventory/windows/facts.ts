/** What exports of Windows say besides packages, by name. */
import type { Extracted } from '../schema.ts';

/** `whole`: the file lists every update that is installed; without it what is not named may be installed all the same. */
export const UPDATES = 'windows.updates';
/** `domain-controller`, `server`, `workstation`. */
export const ROLE = 'windows.role';
/**
 * The registry's `FullSecureChannelProtection` of Netlogon as a number, or `absent`: whether a domain controller refuses
 * insecure channels (CVE-2020-1472, KB4557222).
 */
export const SECURE_CHANNEL = 'windows.full-secure-channel-protection';
/** How many entries exempt accounts from it (`VulnerableChannelAllowList`); whose they are is not taken. */
export const ALLOW_LIST = 'windows.vulnerable-channel-allow-list';

export function fact(name: string, value: string): Extracted {
  return { kind: 'fact', fact: { name, value } };
}
