/** An invented page of findings for tests of the console. */
import type { Finding } from '../../src/advisories/verdict.ts';
import { aFindingOf } from './a-finding.ts';
import type { ListedFinding } from '../../src/measures/scanning/model.ts';
import type { FindingsView } from '../../src/server/pages/findings-page.ts';

const AT = new Date('2026-03-01T10:00:00Z');
const DAY = 86_400_000;

export function aListedFinding(id: string, over: Partial<Finding> = {}): ListedFinding {
  return {
    component: 1,
    rank: 1,
    assets: 3,
    firstSeen: new Date(AT.getTime() - 9 * DAY),
    finding: aFindingOf('pkg:deb/debian/openssl@3.0.15-1?distro=debian-12', id, {
      fixed: ['3.0.16-1'],
      fixState: 'fixed',
      ...over,
    }),
  };
}

export function aFindingsView(over: Partial<FindingsView> = {}): FindingsView {
  const kev = { added: '2026-02-03', due: '2026-02-24', ransomware: true, name: 'An invented one' };
  const epss = { score: 0.91, percentile: 0.99, model: 'v2026', date: '2026-02-28' };
  return {
    at: AT,
    counts: { affected: 41, undecided: 1, knownExploited: 1, fixable: 38, critical: 2, high: 17 },
    totals: [
      { kind: 'packages', covered: 44, uncovered: 3, unknown: 1 },
      { kind: 'advisories', covered: 40, uncovered: 3, unknown: 5 },
      { kind: 'services', covered: 41, uncovered: 7, unknown: 0 },
    ],
    gaps: [
      {
        asset: 'alder',
        kind: 'packages',
        unidentified: false,
        state: 'uncovered',
        reason: 'never: nobody has listed its packages',
        at: null,
      },
      {
        asset: 'hawthorn',
        kind: 'advisories',
        unidentified: false,
        state: 'unknown',
        reason: 'stale-feed: 812 components',
        at: new Date(AT.getTime() - DAY),
      },
    ],
    gapCount: 12,
    feeds: [
      { id: 'kev', asOf: '2026-02-28T00:00:00Z', problem: undefined },
      { id: 'osv:Debian', asOf: '2026-02-01T00:00:00Z', problem: 'stale' },
    ],
    order: 'people',
    peopleAt: AT,
    findings: [
      {
        ...aListedFinding('CVE-2026-1001', { kev, epss }),
        people: { low: 79_000, best: 79_404, high: 80_100, unknownHoldings: 1 },
      },
      aListedFinding('CVE-2026-1002', { state: 'unknown', reason: 'git-only', fixed: [] }),
    ],
    next: 'W10',
    ...over,
  };
}
