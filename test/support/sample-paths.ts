/** An invented way and an invented plan, as the API shows them. */
import type { ExposureExplanation, ExposurePlan, Figures } from '../../src/exposure/schema.ts';

export function sampleFigures(living: number, home: number, unknownHoldings = 0): Figures {
  return {
    living: { low: living, best: living, high: living },
    categories: {
      contact: living,
      health: Math.floor(living / 2),
      'home-entry': home,
      financial: 0,
      credentials: 0,
      'official-documents': 0,
      safeguarding: 12,
      criminal: 0,
      'special-other': 0,
    },
    children: 4123,
    special: Math.floor(living / 2),
    holdings: 22,
    unknownHoldings,
  };
}

const HEADING = {
  at: '2022-08-04T00:00:00.000Z',
  attacker: { id: 'outsider-one-password', title: 'an outsider with one stolen password' },
  exact: true,
} as const;

/** @param names what follows the start, as kind, name and whether it is assumed */
export function samplePath(
  names: readonly (readonly [string, string, boolean?])[],
): ExposureExplanation {
  const reached = { people: 79_404, unknownHoldings: 2 };
  return {
    ...HEADING,
    gap: {
      measure: 'mfa',
      key: 'door-citrix/customer/none',
      label: 'Sign in at the Citrix door as a customer (12 login paths, one factor)',
      count: 12,
      proven: reached,
      assumed: reached,
      savedProven: reached,
      savedAssumed: reached,
    },
    certainty: names.some(([, , assumed]) => assumed === true) ? 'assumed' : 'proven',
    likelihood: 0.3,
    people: sampleFigures(79_404, 890, 2),
    saved: sampleFigures(41_000, 300),
    customers: ['Ash Care', 'Birch Trust', 'Cedar Homes'],
    services: ['urgent care', 'rota'],
    steps: [['start', ''] as const, ...names].map(([kind, label, assumed]) => ({
      kind,
      key: `${kind}:${label}`,
      label,
      certainty: assumed === true ? 'assumed' : 'proven',
      likelihood: 1,
      evidence: [],
      furtherEvidence: 0,
    })),
  };
}

export const WHOLE_WAY = [
  ['network', 'the internet'],
  ['door', 'Citrix gateway rota.example.org'],
  ['enter', 'a customer’s account, one factor (12 login paths)'],
  ['asset', 'ctx-session-host-07.internal.example.org'],
  ['move', 'the same network segment'],
  ['network', 'server network 10.20.0.0/16'],
  ['exploit', 'ZeroLogon (CVE-2020-1472), exploited elsewhere, no update since 2020'],
  ['asset', 'domain controller dc-01'],
  ['move', 'member of the domain', true],
  [
    'asset',
    'database server with an exceptionally_long_name_that_has_no_space_at_all_db-cluster-primary-01',
  ],
  ['read', 'files of the database'],
  ['holding', 'urgent care: 111 calls of Birch Trust'],
] as const;

export function samplePlan(): ExposurePlan {
  const fix = (label: string) => ({ key: label, label, cost: 1 });
  const choice = { cost: 1, people: 1, unknownHoldings: 0, alternatives: [] };
  return {
    ...HEADING,
    belief: 'proven',
    whatIf: [],
    today: sampleFigures(79_404, 890, 2),
    before: sampleFigures(79_404, 890, 2),
    steps: [
      {
        ...choice,
        fixes: [fix('MFA at the Citrix door rota.example.org for every customer’s account')],
        left: sampleFigures(23_120, 120, 2),
      },
      {
        ...choice,
        fixes: ['dc-01', 'dc-02', 'dc-03', 'dc-04', 'dc-05'].map((name) => fix(`Patch ${name}`)),
        left: sampleFigures(1_200, 0),
      },
      { ...choice, fixes: [fix('Close RDP to <jump & host>')], left: sampleFigures(0, 0) },
    ],
    left: sampleFigures(0, 0),
    least: sampleFigures(0, 0),
  };
}
