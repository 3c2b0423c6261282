/** An estate for tests of scanning: hosts that hold components, and a matcher that says what a test wants. */
import type { TestContext } from 'node:test';
import type { Feed } from '../../src/advisories/model.ts';
import { collect } from '../../src/estate/collect.ts';
import type { Component, Report } from '../../src/estate/schema.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { evaluateFindings } from '../../src/measures/scanning/evaluate.ts';
import type { Matcher } from '../../src/measures/scanning/model.ts';
import { readFindings } from '../../src/measures/scanning/store.ts';
import { aFindingOf } from './a-finding.ts';
import { testDatabase } from './database.ts';

export const NOW = '2026-11-01T08:00:00Z';

export function aComponent(
  name: string,
  version = '1.0',
  rest: Partial<Component> = {},
): Component {
  return {
    type: 'deb',
    release: 'debian-12',
    name,
    version,
    architecture: 'amd64',
    sourceName: name,
    sourceVersion: version,
    ...rest,
  };
}

export function aFeed(rest: Partial<Feed> = {}): Feed {
  return {
    id: 'osv:Debian',
    source: 'osv',
    ecosystem: 'Debian',
    asOf: NOW,
    updatedAt: NOW,
    maxAgeSeconds: 86_400,
    records: 1,
    rows: 1,
    sha256: 'a',
    seesUnfixed: true,
    segment: 'a.seg',
    from: 'a test',
    ...rest,
  };
}

const REPAIRED = { fixed: ['1.1'], fixState: 'fixed' } as const;

/** Everything called `weak` has one flaw, everything called `worst` an exploited one; counts what it was asked. */
export function aMatcher(feeds: readonly Feed[], flaws: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const matcher: Matcher = {
    feeds,
    match: (packages) => {
      asked.push(...packages.map(({ name }) => name));
      return {
        findings: packages.flatMap((each) => {
          const id = flaws[each.name];
          const kev = { added: '2026-01-01', due: '2026-01-15', ransomware: true, name: '' };
          return id === undefined
            ? []
            : [aFindingOf(each.purl, id, each.name === 'worst' ? { kev, ...REPAIRED } : REPAIRED)];
        }),
        components: packages.map(({ purl, ecosystem }) =>
          ecosystem === ''
            ? { purl, state: 'unknown' as const, reason: 'no-ecosystem' as const, limits: [] }
            : { purl, state: 'assessed' as const, limits: [] },
        ),
      };
    },
  };
  return { matcher, asked };
}

export async function scannedEstate(t: TestContext) {
  const database = await testDatabase(t);
  const clock = fixedClock(NOW);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const hold = (asset: string, components: readonly Component[]) =>
    collect(
      { database, clock, log, source: { connector: 'linux-host', name: asset, interval: 3600 } },
      yielding([
        {
          type: 'observation',
          kind: 'asset',
          key: asset,
          trueAt: NOW,
          body: { name: asset, type: 'host' },
        },
        { type: 'inventory', asset, section: 'deb', trueAt: NOW, components },
      ]),
    );
  const evaluate = (matcher: Matcher, signal = new AbortController().signal) =>
    evaluateFindings({ database, clock, matcher, signal });
  const list = (filter = {}) =>
    database.transaction('everything', (sql) => readFindings(sql, { limit: 100, ...filter }));
  return { database, clock, hold, evaluate, list };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
export async function* yielding(
  reports: readonly Report[],
): AsyncGenerator<Report, 'complete', void> {
  for (const report of reports) yield report;
  return 'complete';
}
