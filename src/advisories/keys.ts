/** The keys of the index: what stands under which name. */
import { canonicalEcosystem, ecosystemBase } from './ecosystem.ts';

/** Rows of one package. */
export function rowKey(ecosystem: string, name: string): string {
  const canonical = canonicalEcosystem(ecosystem);
  return `p\0${canonical}\0${canonicalName(canonical, name)}`;
}

/** The record itself. */
export function recordKey(id: string): string {
  return `r\0${id.toUpperCase()}`;
}

/** Ids of the records that give this as an alias or as what they are made of. */
export function aliasKey(alias: string): string {
  return `a\0${alias.toUpperCase()}`;
}

export function intelKey(cve: string): string {
  return `i\0${cve.toUpperCase()}`;
}

/** The life of a product, by its name at the source, its package URL without a version, or its CPE. */
export function eolKey(identifier: string): string {
  return `o\0${identifier.toLowerCase()}`;
}

/** What CVE records say of a product; both parts as `productKey` spells them. */
export function productRowsKey(vendor: string, product: string): string {
  return `v\0${vendor}\0${product}`;
}

/** Microsoft's updates for one product, by the name that `productName` gives. */
export function windowsKey(product: string): string {
  return `w\0${product}`;
}

/** Stands where the feed has rows for this release: only there does its silence mean anything. */
export function releaseKey(ecosystem: string): string {
  return `e\0${canonicalEcosystem(ecosystem)}`;
}

/**
 * The name as the ecosystem compares names.
 *
 * @example canonicalName('PyPI', 'Foo.Bar_baz') === 'foo-bar-baz'
 */
export function canonicalName(ecosystem: string, name: string): string {
  const base = ecosystemBase(ecosystem);
  if (base === 'PyPI') return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
  if (base === 'SwiftURL') return swiftName(name);
  return CASELESS.has(base) ? name.toLowerCase() : name;
}

/** Their registries take names for the same whatever their case. */
const CASELESS = new Set(['Bitnami', 'GitHub Actions', 'Hex', 'NuGet', 'Packagist', 'VSCode']);

/** Repositories: with or without scheme and `.git`. */
function swiftName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\.git$/, '');
}
