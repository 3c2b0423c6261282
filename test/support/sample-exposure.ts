/** Invented exposure for tests of the pages: a door, a flaw and what nobody looked at, with names that try to be markup. */
import type { ExposureGap } from '../../src/exposure/schema.ts';
import type { ChangesView } from '../../src/server/pages/changes-page.ts';
import type { ExposureView } from '../../src/server/pages/exposure-page.ts';
import type { ExposureViews } from '../../src/server/exposure-view.ts';
import type { GapView } from '../../src/server/pages/gap-page.ts';
import type { PlanView } from '../../src/server/pages/plan-page.ts';
import type { ReachedView } from '../../src/server/pages/reached-page.ts';
import type { RecordsView } from '../../src/server/pages/records-page.ts';
import { sampleFigures, samplePath, samplePlan, WHOLE_WAY } from './sample-paths.ts';

export const HOSTILE = '<script>alert(1)</script>"\'&';
const AT = new Date('2022-08-04T03:00:00Z');
const PARTS = {
  at: AT,
  asked: {},
  choices: {
    attackers: [
      { id: 'outsider-one-password', title: 'an outsider with one stolen password' },
      { id: 'outsider-none', title: 'an outsider without any password' },
    ],
    customers: ['ash-care', HOSTILE],
    services: ['rota'],
    now: AT,
  },
};

export function aGap(over: Partial<ExposureGap> = {}): ExposureGap {
  const nobody = { people: 0, unknownHoldings: 0 };
  const all = { people: 79_404, unknownHoldings: 2 };
  return {
    measure: 'mfa',
    key: 'door-citrix/customer/none',
    label: 'sign in at the Citrix door as a customer account (12 accounts, one factor)',
    count: 12,
    proven: all,
    assumed: all,
    savedProven: { people: 41_000, unknownHoldings: 0 },
    savedAssumed: nobody,
    ...over,
  };
}

export function anExposureView(over: Partial<ExposureView> = {}): ExposureView {
  const nobody = { people: 0, unknownHoldings: 0 };
  return {
    ...PARTS,
    summary: {
      at: AT.toISOString(),
      attacker: { id: 'outsider-one-password', title: 'an outsider with one stolen password' },
      exact: true,
      proven: sampleFigures(79_404, 890, 2),
      assumed: sampleFigures(80_000, 900, 3),
      gaps: 3,
      unknownHoldings: ['letters'],
    },
    recordsKnown: true,
    gaps: [
      aGap(),
      aGap({ measure: 'patching', key: 'dc-01', label: HOSTILE, savedProven: nobody }),
      aGap({ measure: 'scanning', key: 'app-01', label: '', proven: nobody, savedProven: nobody }),
    ],
    gapCount: 60,
    from: 0,
    size: 25,
    name: undefined,
    measure: undefined,
    measures: [
      { measure: 'mfa', gaps: 1, proven: 79_404, assumed: 79_404 },
      { measure: 'scanning', gaps: 1, proven: 0, assumed: 79_404 },
    ],
    first: samplePlan().steps[0],
    ...over,
  };
}

export function aGapView(over: Partial<GapView> = {}): GapView {
  const explained = samplePath([...WHOLE_WAY, ['asset', HOSTILE]]);
  return {
    ...PARTS,
    explained: { ...explained, customers: ['ash-care', HOSTILE] },
    steps: explained.steps.map((step) => ({
      step: {
        ...step,
        evidence: [
          {
            text: `policy of the door: one factor ${HOSTILE}`,
            kind: 'door',
            key: 'door-citrix',
            sources: ['declared/estate'],
            trueAt: '2022-08-01T00:00:00.000Z',
            learnedAt: '2022-08-02T00:00:00.000Z',
            fresh: false,
            declared: true,
          },
        ],
        furtherEvidence: 3,
      },
      asset: step.kind === 'asset' ? 'hawthorn' : undefined,
      gap: step.kind === 'enter' ? 'mfa:door-citrix/customer/none' : undefined,
    })),
    fixes: [
      {
        key: 'mfa:door-citrix',
        label: 'demand a second factor',
        cost: 1,
        people: 41_000,
        unknownHoldings: 0,
        step: 3,
      },
      {
        key: 'patch:dc-01',
        label: `patch ${HOSTILE}`,
        cost: 1,
        people: 0,
        unknownHoldings: 0,
        step: 7,
      },
    ],
    measured: { path: '/login-paths?door=door-citrix', words: 'The login paths of this door' },
    ...over,
  };
}

export function aPlanView(over: Partial<PlanView> = {}): PlanView {
  const plan = samplePlan();
  const [first, ...others] = plan.steps;
  if (first === undefined) throw new TypeError('the plan has no step');
  const fixes = [{ key: 'patch:x', label: `patch ${HOSTILE}`, cost: 2 }];
  const alternatives = [{ fixes, cost: 2, people: 70_000, unknownHoldings: 0 }];
  return {
    ...PARTS,
    plan: {
      ...plan,
      steps: [{ ...first, alternatives }, ...others],
      whatIf: [{ key: 'mfa:vpn', label: 'demand a second factor at the VPN', cost: 1 }],
    },
    done: ['mfa:vpn', 'patch:gone'],
    needless: ['patch:gone'],
    assumed: false,
    ...over,
  };
}

export function aChangesView(over: Partial<ChangesView> = {}): ChangesView {
  const both = { before: sampleFigures(100, 3), after: sampleFigures(79_404, 890, 2) };
  const cause = { label: HOSTILE, before: 0, after: 12, proven: 79_404, assumed: 79_404 };
  return {
    ...PARTS,
    changes: {
      from: '2022-07-28T03:00:00.000Z',
      to: AT.toISOString(),
      proven: both,
      assumed: both,
      causes: [
        { ...cause, what: 'gap-opened', key: 'mfa door-citrix/customer/none' },
        { ...cause, what: 'gap-closed', key: 'patching dc-02' },
        { ...cause, what: 'holding-came', key: 'letters', before: null, after: null },
      ],
    },
    since: '2022-07-28T03:00',
    from: 0,
    size: 25,
    ...over,
  };
}

export function aRecordsView(over: Partial<RecordsView> = {}): RecordsView {
  const record = {
    key: 'letters',
    name: HOSTILE,
    asset: 'hawthorn',
    customer: 'ash-care',
    service: null,
    living: null,
    categories: {},
    counted: 'nobody' as const,
    proven: false,
    trueAt: AT,
  };
  return {
    ...PARTS,
    category: undefined,
    records: [
      record,
      {
        ...record,
        key: 'visits',
        name: 'Visits',
        living: { low: 90, best: 100, high: 120 },
        categories: { 'home-entry': 7 },
        counted: 'number',
        proven: true,
      },
    ],
    count: 2,
    from: 0,
    size: 25,
    ...over,
  };
}

export function aReachedView(over: Partial<ReachedView> = {}): ReachedView {
  const reached = { people: 79_404, unknownHoldings: 2 };
  return {
    ...PARTS,
    by: 'customer',
    subjects: [
      { key: 'ash-care', proven: reached, assumed: reached },
      { key: HOSTILE, proven: { people: 0, unknownHoldings: 0 }, assumed: reached },
    ],
    count: 2,
    from: 0,
    size: 25,
    ...over,
  };
}

export function sampleExposureViews(): ExposureViews {
  return {
    knowsRecords: () => Promise.resolve(true),
    exposure: () => Promise.resolve(anExposureView()),
    gap: () => Promise.resolve(aGapView()),
    plan: () => Promise.resolve(aPlanView()),
    changes: () => Promise.resolve(aChangesView()),
    records: () => Promise.resolve(aRecordsView()),
    reached: () => Promise.resolve(aReachedView()),
  };
}
