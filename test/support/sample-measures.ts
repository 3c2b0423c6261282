/** Invented patching and coverage for tests of the pages, with names that try to be markup. */
import type { Patch } from '../../src/measures/patching/schema.ts';
import type { AssetJoined } from '../../src/server/pages/asset-joined.ts';
import type { AssetJoinedViews } from '../../src/server/asset-joined.ts';
import type { CoverageViews } from '../../src/server/coverage-view.ts';
import type { ComplianceView } from '../../src/server/pages/compliance-page.ts';
import type { CoverageView } from '../../src/server/pages/coverage-page.ts';
import type { PatchView } from '../../src/server/pages/patch-page.ts';
import type { PatchesView } from '../../src/server/pages/patches-page.ts';
import type { ServicesView } from '../../src/server/pages/services-page.ts';
import type { PatchViews } from '../../src/server/patches-view.ts';
import { aGap, HOSTILE } from './sample-exposure.ts';
import { aFindingsView } from './sample-findings.ts';

const AT = new Date('2022-08-04T03:00:00Z');
const PAGE = { count: 60, from: 0, size: 50 };

export function aPatch(over: Partial<Patch> = {}): Patch {
  return {
    asset: 'hawthorn',
    assetName: `hawthorn ${HOSTILE}`,
    fix: { key: 'netlogon', kind: 'upgrade', name: 'Windows Server 2016', to: '10.0.14393.3866' },
    flaws: ['CVE-2020-1472'],
    certain: true,
    state: 'overdue',
    overdue: true,
    due: '2020-08-25T00:00:00.000Z',
    late: 709.1,
    rule: { set: 'cyber-essentials-3.0', rule: 'within-14-days', version: '1-abcd' },
    start: { at: '2020-08-11T00:00:00.000Z', source: 'vendor', from: HOSTILE },
    bornOverdue: true,
    reopened: null,
    firstSeen: AT.toISOString(),
    effectiveAt: null,
    lacks: [],
    acceptedBy: null,
    reasons: ['no-fix-offered', 'lists-unknown'],
    rollback: 'unknown',
    people: { low: 79_404, best: 79_404, high: 79_404, unknownHoldings: 0 },
    ...over,
  };
}

export function aPatchesView(over: Partial<PatchesView> = {}): PatchesView {
  return {
    ...PAGE,
    at: AT,
    now: AT,
    zone: 'Europe/London',
    asked: {},
    counts: {
      open: 60,
      overdue: 58,
      accepted: 1,
      dueSoon: 1,
      within: 0,
      noDate: 0,
      noFix: 0,
      unproven: 1,
      proven: 7,
      assets: 2,
    },
    patches: [
      aPatch(),
      aPatch({ state: 'excepted', acceptedBy: HOSTILE, people: null }),
      aPatch({ state: 'due-soon', overdue: false, late: -3.5, certain: false, reasons: [] }),
      aPatch({ state: 'no-fix', overdue: false, late: null, due: null, rule: null }),
    ],
    ...over,
  };
}

export function aPatchView(over: Partial<PatchView> = {}): PatchView {
  const demand = {
    set: 'cyber-essentials-3.0',
    rule: 'within-14-days',
    version: '1-abcd',
    act: 'fix',
    due: '2020-08-25T00:00:00.000Z',
    start: '2020-08-11T00:00:00.000Z',
    startedBy: 'fix-released',
    because: `CVE-2020-1472: its CVSS base score 10.0 is at least 7 ${HOSTILE}`,
    assumed: ['exposed'],
    followUps: [],
  };
  return {
    at: AT,
    zone: 'Europe/London',
    told: {
      patch: aPatch({ lacks: ['booted', 'setting'], state: 'fixed-unproven' }),
      clock: [
        {
          at: '2020-08-11T00:00:00.000Z',
          source: 'vendor',
          from: 'msrc',
          observedAt: AT.toISOString(),
        },
      ],
      demands: [demand],
      duties: [{ ...demand, act: 'report', due: null }],
      exceptions: [
        {
          id: 'a',
          asset: null,
          fix: 'CVE-2020-1472',
          owner: HOSTILE,
          reason: 'the vendor certifies it in March',
          mitigation: 'mfa:door/lab',
          approvedBy: 'somebody else',
          openedAt: AT.toISOString(),
          expires: AT.toISOString(),
          closed: { at: AT.toISOString(), cause: 'mitigation-failed' },
        },
      ],
      history: [
        {
          at: AT.toISOString(),
          why: 'found',
          phase: 'open',
          due: null,
          rule: null,
          lacks: [],
        },
      ],
      components: [{ name: 'windows', version: '10.0.14393.1', available: null, from: null }],
    },
    ...over,
  };
}

export function aComplianceView(over: Partial<ComplianceView> = {}): ComplianceView {
  const timeToFix = { fixed: 7, median: 3.25, p90: 12, worst: 40, oldestOpen: null };
  const group = {
    group: '',
    assets: 2,
    due: 10_000,
    inTime: 9_999,
    late: 0,
    overdue: 1,
    accepted: 1,
    unproven: 0,
    ahead: 3,
    share: 0.9999,
    timeToFix,
  };
  const none = { fixed: 0, median: null, p90: null, worst: null, oldestOpen: 5 };
  return {
    ...PAGE,
    at: AT,
    now: AT,
    asked: {},
    groups: [
      group,
      { ...group, group: 'service:rota', share: 1, overdue: 0 },
      { ...group, group: `customer:${HOSTILE}`, share: null, due: 0, timeToFix: none },
    ],
    ...over,
  };
}

export function aCoverageView(over: Partial<CoverageView> = {}): CoverageView {
  const scan = { asset: 'hawthorn', unidentified: false } as const;
  return {
    ...PAGE,
    at: AT,
    asked: {},
    totals: [
      { kind: 'packages', covered: 1, uncovered: 1, unknown: 1 },
      { kind: 'advisories', covered: 999, uncovered: 0, unknown: 1 },
      { kind: 'services', covered: 0, uncovered: 0, unknown: 0 },
    ],
    assets: 60,
    unknownAssets: 1,
    rows: [
      {
        asset: HOSTILE,
        unidentified: true,
        people: undefined,
        scans: [
          {
            ...scan,
            kind: 'packages',
            state: 'uncovered',
            reason: 'never: nobody has listed its packages',
            at: null,
            unidentified: true,
          },
        ],
      },
      {
        asset: 'hawthorn',
        unidentified: false,
        people: { low: 12, best: 12, high: 12, unknownHoldings: 0 },
        scans: [
          { ...scan, kind: 'packages', state: 'covered', reason: '', at: AT },
          {
            ...scan,
            kind: 'advisories',
            state: 'unknown',
            reason: 'stale-feed: 3 components',
            at: new Date('2022-07-04T03:00:00Z'),
          },
        ],
      },
    ],
    ...over,
  };
}

export function aServicesView(over: Partial<ServicesView> = {}): ServicesView {
  const service = {
    asset: 'seen:ward/192.0.2.9',
    name: HOSTILE,
    unknown: true,
    why: 'nobody describes it',
    networks: ['ward'],
    door: 'd',
    transport: 'tcp',
    port: 8443,
    address: '192.0.2.9',
    loopbackOnly: false,
    program: null,
    package: null,
    reachableFrom: [],
    answers: [{ from: 'ward', address: '192.0.2.9', state: 'open' as const }],
    product: null,
    banner: null,
    certificate: {
      subject: 'CN=box',
      issuer: null,
      names: [],
      notAfter: '2021-01-01T00:00:00Z',
      expired: true,
    },
    sources: ['scan'],
    sightedAt: null,
    answeredAt: AT.toISOString(),
  };
  const known = {
    ...service,
    asset: 'hawthorn',
    name: 'hawthorn',
    unknown: false,
    why: '',
    program: '/usr/sbin/sshd',
    loopbackOnly: true,
    answers: [],
    certificate: null,
  };
  return {
    at: AT,
    asked: {},
    page: {
      totals: { services: 2, assets: 2, unknownAssets: 1 },
      services: [service, known],
      next: 'there',
    },
    ...over,
  };
}

export function anAssetJoined(over: Partial<AssetJoined> = {}): AssetJoined {
  const { counts, findings } = aFindingsView();
  const { counts: patchCounts, patches, zone } = aPatchesView();
  const [, known] = aCoverageView().rows;
  return {
    at: AT,
    key: 'hawthorn',
    people: { proven: 79_404, assumed: 79_500, unknownHoldings: 2 },
    gaps: [aGap({ label: HOSTILE })],
    gapCount: 1,
    coverage: known?.scans ?? [],
    counts,
    findings,
    patchCounts,
    patches,
    zone,
    ...over,
  };
}

export function sampleMeasureViews(): PatchViews & CoverageViews & AssetJoinedViews {
  return {
    assetJoined: () => Promise.resolve(anAssetJoined()),
    patches: () => Promise.resolve(aPatchesView()),
    patch: () => Promise.resolve(aPatchView()),
    compliance: () => Promise.resolve(aComplianceView()),
    calendar: () => Promise.resolve('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n'),
    coverage: () => Promise.resolve(aCoverageView()),
    services: () => Promise.resolve(aServicesView()),
  };
}
