/** What kind of software something is, where that can be told from its name. */
import type { SoftwareKind, Subject } from './model.ts';

const SYSTEM_TYPES: ReadonlySet<string> = new Set(['deb', 'rpm', 'apk', 'alpm']);
const KERNEL = /^(?:linux(?:-(?:image|signed|base|meta|lts|virt)\b.*)?|kernel(?:-.*)?)$/;
const SYSTEM = /^(?:[a-z_]+\/)?(?:windows|macos)\b/i;
const FIRMWARE =
  /(?:firmware|fortios|pan[-_]?os|ios[-_]x[er]|junos|netscaler|big[-_]?ip|connect[-_]secure|sonicos|routeros|esxi)/i;

/** Null: a distribution's package may be either, and a product that we do not know may be anything. */
export function softwareOf({ type, name }: Subject): SoftwareKind | null {
  if (type === 'os' || isKernel({ type, name }) || (type === 'generic' && SYSTEM.test(name)))
    return 'os';
  if (SYSTEM_TYPES.has(type)) return null;
  if (type === 'generic') return FIRMWARE.test(name) ? 'firmware' : null;
  return 'application';
}

/** In use only after a restart. */
export function isKernel({ type, name }: Pick<Subject, 'type' | 'name'>): boolean {
  return SYSTEM_TYPES.has(type) && KERNEL.test(name);
}
