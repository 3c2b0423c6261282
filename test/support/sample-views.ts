/** Invented estates for tests of the pages; every builder takes what the test cares about. */
import type { AssetView } from '../../src/server/pages/asset-page.ts';
import type { EstateView } from '../../src/server/pages/estate-page.ts';
import type { PathsView } from '../../src/server/pages/paths-page.ts';
import type { Views } from '../../src/server/console.ts';
import { sampleExposureViews } from './sample-exposure.ts';
import { aFindingsView } from './sample-findings.ts';
import { sampleMeasureViews } from './sample-measures.ts';

const AT = new Date('2026-03-01T10:00:00Z');
const HOUR = 3_600_000;
const ago = (ms: number) => new Date(AT.getTime() - ms);

export function anEstateView(over: Partial<EstateView> = {}): EstateView {
  return {
    at: AT,
    kinds: [
      { kind: 'customer', known: 700, fresh: 700, stale: 0, undescribed: 0 },
      { kind: 'service', known: 12, fresh: 12, stale: 0, undescribed: 0 },
      { kind: 'asset', known: 48, fresh: 41, stale: 5, undescribed: 2 },
      { kind: 'door', known: 131, fresh: 120, stale: 11, undescribed: 0 },
      { kind: 'account', known: 12_408, fresh: 12_408, stale: 0, undescribed: 0 },
      { kind: 'holding', known: 9, fresh: 0, stale: 9, undescribed: 0 },
    ],
    machine: {
      key: 'hawthorn',
      name: 'hawthorn',
      os: 'Debian GNU/Linux 12 (bookworm)',
      kernelRunning: '6.1.0-28-amd64',
      architecture: 'x86_64',
      bootedAt: ago(9 * 24 * HOUR),
      restart: ['a newer kernel is installed and not booted', 'libssl3 was replaced under nginx'],
      packages: 1284,
      doors: 6,
      accounts: 31,
    },
    sources: [
      {
        connector: 'declared',
        name: 'estate',
        intervalSeconds: 30 * 86_400,
        stale: false,
        lastSeenAt: ago(3 * 24 * HOUR),
        last: {
          startedAt: ago(3 * 24 * HOUR),
          endedAt: ago(3 * 24 * HOUR),
          outcome: 'complete',
          observed: 721,
          changed: 3,
          gone: 0,
          unseen: [],
        },
      },
      {
        connector: 'linux-host',
        name: 'hawthorn',
        intervalSeconds: 86_400,
        stale: false,
        lastSeenAt: ago(0.05 * HOUR),
        last: {
          startedAt: ago(0.06 * HOUR),
          endedAt: ago(0.05 * HOUR),
          outcome: 'partial',
          observed: 1322,
          changed: 14,
          gone: 2,
          unseen: [
            {
              what: 'password state of accounts',
              reason: 'not-permitted',
              detail: '/etc/shadow is for root',
            },
            { what: 'programs behind 2 of 6 listening sockets', reason: 'not-permitted' },
          ],
        },
      },
      {
        connector: 'linux-host',
        name: 'rowan',
        intervalSeconds: 86_400,
        stale: true,
        lastSeenAt: ago(80 * HOUR),
        last: {
          startedAt: ago(2 * HOUR),
          endedAt: ago(2 * HOUR),
          outcome: 'failed',
          observed: 0,
          changed: 0,
          gone: 0,
          unseen: [{ what: 'the whole host', reason: 'unreachable' }],
        },
      },
      {
        connector: 'linux-host',
        name: 'alder',
        intervalSeconds: 86_400,
        stale: true,
        lastSeenAt: undefined,
        last: undefined,
      },
    ],
    seenBy: {
      connectors: ['declared', 'linux-host'],
      rows: [
        { kind: 'customer', counts: [700, 0], onlyOne: 700, known: 700 },
        { kind: 'asset', counts: [40, 8], onlyOne: 46, known: 48 },
        { kind: 'door', counts: [12, 125], onlyOne: 125, known: 131 },
      ],
    },
    ...over,
  };
}

export function anAssetView(over: Partial<AssetView> = {}): AssetView {
  return {
    at: AT,
    key: 'hawthorn',
    name: 'hawthorn',
    type: 'host',
    facts: [
      { name: 'Operating system', value: 'Debian GNU/Linux 12 (bookworm)' },
      { name: 'Kernel running', value: '6.1.0-28-amd64' },
      { name: 'Addresses', value: '192.0.2.10, 2001:db8::10' },
      { name: 'Division', value: undefined },
    ],
    restart: ['a newer kernel is installed and not booted'],
    sources: ['declared: estate', 'linux-host: hawthorn'],
    stale: false,
    trueAt: ago(0.05 * HOUR),
    learnedAt: ago(0.05 * HOUR),
    conflicts: [
      {
        field: 'os.versionId',
        values: [
          { source: 'declared: estate', value: '11' },
          { source: 'linux-host: hawthorn', value: '12' },
        ],
      },
    ],
    packages: [
      { section: 'deb', count: 1284, held: 2, otherState: 1 },
      { section: 'npm', count: 87, held: 0, otherState: 0 },
    ],
    doors: [
      {
        name: 'ssh on hawthorn',
        type: 'ssh',
        place: '0.0.0.0:22/tcp',
        program: '/usr/sbin/sshd',
        package: 'openssh-server',
      },
      {
        name: 'port 8443',
        type: 'other',
        place: '[::]:8443/tcp',
        program: undefined,
        package: undefined,
      },
    ],
    accounts: {
      total: 31,
      privileged: 2,
      passwordSet: 3,
      passwordNone: 0,
      passwordLocked: 26,
      passwordUnknown: 2,
    },
    unseen: [{ what: 'programs behind 2 of 6 listening sockets', reason: 'not-permitted' }],
    ...over,
  };
}

export function aPathsView(over: Partial<PathsView> = {}): PathsView {
  const counts = {
    paths: 4,
    enforced: 1,
    registeredNotEnforced: 1,
    none: 1,
    unknown: 1,
    closed: 2,
  };
  const share = (name: string | null) => [{ name, counts }];
  const path = (login: string, verdict: 'none' | 'unknown' | 'enforced') => ({
    account: `corp/${login}`,
    login,
    identitySource: 'corp',
    population: 'customer' as const,
    customer: 'hollin-bank',
    division: null,
    enabled: verdict !== 'none',
    dormant: true,
    privileged: verdict === 'unknown',
    door: 'desk',
    verdict,
    strength: verdict === 'enforced' ? ('app' as const) : null,
    reasons: [],
    bypasses: [],
    contradicted: false,
    sentence: 'One factor opens it: the door asks this account for one factor.',
  });
  const door = {
    key: 'desk',
    name: 'Desk',
    type: 'remote-desktop',
    reachableFrom: ['internet'],
    accepts: ['corp'],
    declared: true,
    peopleBehind: { low: 11, best: 12, high: 14, unknownHoldings: 0 },
    counts,
  };
  return {
    at: AT,
    summary: {
      at: AT.toISOString(),
      total: counts,
      byDivision: share('health'),
      byCustomer: share('hollin-bank'),
      byPopulation: share('customer'),
      doors: 2,
      undeclaredDoors: 1,
      doorsWithoutAccounts: 1,
    },
    doors: [
      door,
      {
        ...door,
        key: 'hawthorn/tcp/8443',
        name: 'port 8443',
        type: null,
        reachableFrom: [],
        accepts: null,
        declared: false,
      },
    ],
    doorCount: 3,
    door: undefined,
    paths: [path('anna', 'none'), path('bert', 'unknown'), path('carla', 'enforced')],
    next: '100',
    ...over,
  };
}

export function sampleViews(over: Partial<Views> = {}): Views {
  return {
    ...sampleExposureViews(),
    ...sampleMeasureViews(),
    estate: () => Promise.resolve(anEstateView()),
    assets: (after) =>
      Promise.resolve({
        at: AT,
        assets:
          after === undefined
            ? [
                {
                  key: 'alder',
                  name: 'alder',
                  type: 'host',
                  os: undefined,
                  sources: 1,
                  stale: true,
                },
                {
                  key: 'hawthorn',
                  name: 'hawthorn',
                  type: 'host',
                  os: 'Debian GNU/Linux 12 (bookworm)',
                  sources: 2,
                  stale: false,
                },
              ]
            : [],
        next: after === undefined ? 'hawthorn' : undefined,
      }),
    asset: (key) => Promise.resolve(key === 'hawthorn' ? anAssetView() : undefined),
    findings: () => Promise.resolve(aFindingsView()),
    paths: () => Promise.resolve(aPathsView()),
    ...over,
  };
}
