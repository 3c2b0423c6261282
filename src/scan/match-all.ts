/** Every package of a target against everything at hand: feeds of its ecosystem, Microsoft's updates, CVE records. */
import type { AdvisoryIndex } from '../advisories/index-open.ts';
import { matchPackages } from '../advisories/match.ts';
import { matchProducts } from '../advisories/products/match.ts';
import { compareFindings } from '../advisories/priority.ts';
import { matchWindows } from '../advisories/windows/match.ts';
import type { TargetInventory } from '../inventory/schema.ts';
import type { Matched } from './scan.ts';

export function matchAll(
  { packages, extractors }: TargetInventory,
  index: AdvisoryIndex,
  options: { readonly now: Date; readonly all: boolean },
): Matched {
  const { findings, components } = matchPackages(packages, index, options);
  const feeds = index.manifest.feeds;
  if (packages.every(({ type }) => type !== 'generic')) return { findings, components, feeds };
  const partial = new Set(extractors.flatMap(({ notes }) => notes.map(({ path }) => path)));
  const windows = matchWindows(packages, index, { ...options, partial });
  const products = matchProducts(
    packages.filter(({ purl }) => !windows.components.has(purl)),
    index,
    options,
  );
  return {
    findings: [...findings, ...windows.findings, ...products.findings].sort(compareFindings),
    components: components.map(
      (verdict) =>
        windows.components.get(verdict.purl) ?? products.components.get(verdict.purl) ?? verdict,
    ),
    feeds,
  };
}
