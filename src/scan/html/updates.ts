/** What to install: one version a component that repairs everything which can be repaired in it. */
import type { Finding } from '../../advisories/verdict.ts';
import { compareVersions } from '../../versions/index.ts';
import type { ReportComponent, ScanReport } from '../report.ts';
import { componentsByPurl } from '../words.ts';

export interface Update {
  readonly component: ReportComponent;
  /** The smallest version that repairs all that has a repair; undefined where there is none or versions cannot be ordered. */
  readonly to: string | undefined;
  readonly repairs: number;
  readonly exploited: number;
  readonly withoutFix: number;
}

/** In the order of the findings: what to look at first comes first. */
export function updatesOf(report: ScanReport): Update[] {
  const components = componentsByPurl(report);
  const byPurl = new Map<string, Finding[]>();
  for (const finding of report.findings) {
    if (finding.state !== 'affected') continue;
    const known = byPurl.get(finding.purl);
    if (known === undefined) byPurl.set(finding.purl, [finding]);
    else known.push(finding);
  }
  return [...byPurl].flatMap(([purl, findings]) => {
    const component = components.get(purl);
    return component === undefined ? [] : [updateOf(component, findings)];
  });
}

function updateOf(component: ReportComponent, findings: readonly Finding[]): Update {
  const repairs = findings.filter(({ fixed }) => fixed.length > 0);
  return {
    component,
    to: greatest(
      component.ecosystem,
      repairs.flatMap(({ fixed }) => fixed[0] ?? []),
    ),
    repairs: repairs.length,
    exploited: findings.filter(({ kev }) => kev !== null).length,
    withoutFix: findings.length - repairs.length,
  };
}

function greatest(ecosystem: string, versions: readonly string[]): string | undefined {
  let [best] = versions;
  for (const version of versions.slice(1)) {
    const order = best === undefined ? undefined : compareVersions(ecosystem, best, version);
    if (order === undefined) return undefined;
    if (order < 0) best = version;
  }
  return best;
}
