/** What to install: one version a component that repairs everything which can be repaired in it. */
import type { Finding } from '../../advisories/verdict.ts';
import { compareVersions } from '../../versions/index.ts';
import type { ReportComponent, ScanReport } from '../report.ts';
import { componentsByPurl } from '../words.ts';

export interface Update {
  /** Components that are built from one source are installed together. */
  readonly components: readonly ReportComponent[];
  /** The smallest version that repairs all that has a repair; undefined where there is none or versions cannot be ordered. */
  readonly to: string | undefined;
  /** Vulnerabilities, each once. */
  readonly repairs: number;
  readonly exploited: number;
  readonly withoutFix: number;
}

interface Part {
  readonly component: ReportComponent;
  readonly findings: readonly Finding[];
  readonly to: string | undefined;
}

/** In the order of the findings: what to look at first comes first. */
export function updatesOf(report: ScanReport): Update[] {
  const components = componentsByPurl(report);
  const groups = new Map<string, Part[]>();
  for (const [purl, findings] of findingsByPurl(report)) {
    const component = components.get(purl);
    if (component === undefined) continue;
    const fixes = findings.flatMap(({ fixed }) => fixed[0] ?? []);
    const to = greatest(component.ecosystem, fixes);
    const of = component.source?.name ?? purl;
    const key = JSON.stringify([component.type, of, component.version, to ?? purl]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ component, findings, to }]);
    else group.push({ component, findings, to });
  }
  return [...groups.values()].map(updateOf);
}

function findingsByPurl({ findings }: ScanReport): ReadonlyMap<string, Finding[]> {
  const byPurl = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.state !== 'affected') continue;
    const known = byPurl.get(finding.purl);
    if (known === undefined) byPurl.set(finding.purl, [finding]);
    else known.push(finding);
  }
  return byPurl;
}

function updateOf(parts: readonly Part[]): Update {
  const findings = parts.flatMap((part) => part.findings);
  const count = (holds: (finding: Finding) => boolean): number =>
    new Set(findings.filter(holds).map(({ id }) => id)).size;
  return {
    components: parts.map(({ component }) => component),
    to: parts[0]?.to,
    repairs: count(({ fixed }) => fixed.length > 0),
    exploited: count(({ kev }) => kev !== null),
    withoutFix: count(({ fixed }) => fixed.length === 0),
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
