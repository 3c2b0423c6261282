/** A distribution's notice and the CVEs that it is made of: told once. */
import type { Finding } from './verdict.ts';

/**
 * A notice stays one finding where the feeds know no more than the notice. Where each of its CVEs is a finding of its own,
 * those tell it, and the notice stands in their explanations.
 */
export function withoutCoveredNotices(findings: readonly Finding[]): readonly Finding[] {
  if (findings.every(({ upstream }) => upstream.length === 0)) return findings;
  const single = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.upstream.length > 0) continue;
    for (const name of [finding.id, ...finding.aliases]) {
      single.set(name, [...(single.get(name) ?? []), finding]);
    }
  }
  const covered = findings.filter((notice) => isCovered(notice, single));
  if (covered.length === 0) return findings;
  const told = new Map<Finding, Finding[]>();
  for (const notice of covered) {
    for (const finding of new Set(notice.upstream.flatMap((name) => single.get(name) ?? []))) {
      told.set(finding, [...(told.get(finding) ?? []), notice]);
    }
  }
  const gone = new Set(covered);
  return findings
    .filter((finding) => !gone.has(finding))
    .map((finding) => withNotices(finding, told.get(finding) ?? []));
}

function isCovered(notice: Finding, single: ReadonlyMap<string, readonly Finding[]>): boolean {
  if (notice.upstream.length === 0) return false;
  return notice.upstream.every((name) =>
    single.get(name)?.some(({ state }) => state === notice.state),
  );
}

function withNotices(finding: Finding, notices: readonly Finding[]): Finding {
  if (notices.length === 0) return finding;
  const words = notices.flatMap(({ explain }) =>
    explain.feeds.filter(({ record }) => record !== null),
  );
  return {
    ...finding,
    explain: { ...finding.explain, feeds: [...finding.explain.feeds, ...words] },
  };
}
