/** Whether a statement's package URL means a component, and if not, in which fields they differ. */
import { compareVersions } from '../../versions/index.ts';
import { osvPackage } from '../../versions/purl-package.ts';
import type { Purl } from '../../versions/purl-model.ts';

/**
 * Empty where `stated` means `component`: what it leaves out (version, qualifiers) it leaves open. A distribution is
 * compared by its release, so that `debian-12` means `debian-12.13`.
 *
 * @returns texts like `version: 1.2 ≠ 1.3`, the statement's side first
 */
export function differences(stated: Purl, component: Purl): string[] {
  const found: string[] = [];
  const check = (field: string, left: string | null, right: string | null): void => {
    if ((left ?? '') !== (right ?? ''))
      found.push(`${field}: ${left ?? 'none'} ≠ ${right ?? 'none'}`);
  };
  check('type', stated.type, component.type);
  check('namespace', stated.namespace, component.namespace);
  check('name', stated.name, component.name);
  if (stated.version !== null && !sameVersion(stated, component))
    found.push(`version: ${stated.version} ≠ ${component.version ?? 'none'}`);
  for (const [key, value] of Object.entries(stated.qualifiers ?? {})) {
    const other = component.qualifiers?.[key] ?? null;
    if (value === other || isOpen(key, stated, component)) continue;
    found.push(`${key}: ${value} ≠ ${other ?? 'none'}`);
  }
  if (stated.subpath !== null) check('subpath', stated.subpath, component.subpath);
  return found;
}

function sameVersion(stated: Purl, component: Purl): boolean {
  const left = osvPackage(stated);
  const right = osvPackage(component);
  if (stated.version === component.version) return true;
  if (left?.version === undefined || right?.version === undefined) return false;
  return compareVersions(left.ecosystem, left.version, right.version) === 0;
}

/** Where a package was fetched from does not say what it is; a distribution's point releases are one release. */
function isOpen(key: string, stated: Purl, component: Purl): boolean {
  if (key === 'repository_url' || key === 'download_url' || key === 'checksum') return true;
  if (key === 'epoch') return true;
  if (key !== 'distro') return false;
  const release = osvPackage(stated)?.release;
  return release !== undefined && release === osvPackage(component)?.release;
}
