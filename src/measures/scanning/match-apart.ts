/** Matches components of which several may share a package URL: one binary version, built from different sources. */
import type { Finding } from '../../advisories/verdict.ts';
import type { Package } from '../../inventory/schema.ts';
import type { Matcher } from './model.ts';

type Verdict = ReturnType<Matcher['match']>['components'][number];
export interface Matched {
  readonly verdict: Verdict | undefined;
  readonly findings: readonly Finding[];
}

/**
 * Verdict and findings of each package, in their order. Findings name a package by its URL, so those that share one are
 * matched in different rounds: nobody gets what is another's.
 */
export function matchApart(match: Matcher['match'], packages: readonly Package[]): Matched[] {
  const matched: Matched[] = [];
  for (const round of rounds(packages)) {
    const { findings, components } = match(round.map((at) => packages[at] as Package));
    const byPurl = Map.groupBy(findings, ({ purl }) => purl);
    for (const [number, at] of round.entries()) {
      const own = byPurl.get(packages[at]?.purl ?? '') ?? [];
      const byKey = new Map(own.map((finding) => [finding.key, finding]));
      matched[at] = { verdict: components[number], findings: [...byKey.values()] };
    }
  }
  return matched;
}

/** Positions, so that no round holds one package URL twice. */
function rounds(packages: readonly Package[]): number[][] {
  const found: number[][] = [];
  const seen = new Map<string, number>();
  for (const [at, { purl }] of packages.entries()) {
    const round = seen.get(purl) ?? 0;
    seen.set(purl, round + 1);
    (found[round] ??= []).push(at);
  }
  return found;
}
