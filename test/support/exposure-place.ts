/** A database with an estate in it, for asking who is exposed. */
import type { TestContext } from 'node:test';
import type { Finding } from '../../src/advisories/verdict.ts';
import { collect } from '../../src/estate/collect.ts';
import type { Component, Observation, Report } from '../../src/estate/schema.ts';
import { fixedClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { evaluateFindings } from '../../src/measures/scanning/evaluate.ts';
import { storeSet } from '../../src/app/holdings.ts';
import { countDemo } from '../../src/people/demo.ts';
import { holdingFact } from '../../src/people/holding-fact.ts';
import { personKey } from '../../src/people/person-key.ts';
import type { DemoEstate } from '../../src/people/synth/estate.ts';
import { aFindingOf } from './a-finding.ts';
import { testDatabase } from './database.ts';

export const KEY = personKey([Buffer.alloc(32, 7)]);
const INTERVAL = 365 * 24 * 3600;

export async function exposurePlace(t: TestContext, at: string) {
  const database = await testDatabase(t);
  const clock = fixedClock(at);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const tools = { database, clock, key: KEY };

  /** Takes facts as one complete collection of a source of this name: what it told before and not now is gone. */
  async function take(reports: Iterable<Report>, name = 'estate', connector = 'test') {
    async function* stream(): AsyncGenerator<Report, 'complete', void> {
      for (const report of reports) yield await Promise.resolve(report);
      return 'complete';
    }
    return collect(
      { database, clock, log, source: { connector, name, interval: INTERVAL } },
      stream(),
    );
  }

  /** Every component of the name has the flaw; others have none that the feed knows. */
  function match(flaws: Readonly<Record<string, Partial<Finding> & { readonly id: string }>>) {
    return evaluateFindings({
      database,
      clock,
      signal: new AbortController().signal,
      matcher: {
        feeds: [],
        match: (packages) => ({
          findings: packages.flatMap(({ name, purl }) => {
            const flaw = flaws[name];
            return flaw === undefined ? [] : [aFindingOf(purl, flaw.id, flaw)];
          }),
          components: packages.map(({ purl }) => ({
            purl,
            state: 'assessed' as const,
            limits: [],
          })),
        }),
      },
    });
  }

  /** Counts the people of the demonstration's holdings and stores them as `holdfast demo` does. */
  async function countPeople(estate: DemoEstate, countedAt: Date) {
    const counted = await countDemo(estate, { key: KEY, asOf: countedAt });
    await take(
      counted.holdings.map(({ holding, count }) => holdingFact(holding, count, countedAt)),
      'holdings',
    );
    for (const { holding, count, set } of counted.holdings) {
      await storeSet(
        { database },
        { place: holding, count, set: { people: set, key: KEY } },
        countedAt,
      );
    }
    return counted;
  }
  return { database, clock, tools, take, match, countPeople };
}

/** What stands on an asset, by the names of its components. */
export function inventoryOf(asset: string, trueAt: string, names: readonly string[]): Report {
  return {
    type: 'inventory',
    asset,
    section: 'test',
    trueAt,
    components: names.map((name): Component => ({
      type: 'generic',
      release: '',
      name,
      version: '1',
      architecture: '',
      sourceName: '',
      sourceVersion: '',
    })),
  };
}

/** Facts of the demonstration with the holdings that nobody has counted. */
export function* demoFacts(estate: DemoEstate, trueAt: string): Generator<Observation> {
  yield* estate.facts(trueAt);
  for (const { key, extract, asset, customer, service, name } of estate.holdings) {
    if (extract !== undefined) continue;
    const body = { asset, customer, service, name, howCounted: 'declared' as const };
    yield { type: 'observation', kind: 'holding', key, trueAt, body };
  }
}

/** ZeroLogon as a feed tells it. */
export const ZERO_LOGON: Partial<Finding> & { readonly id: string } = {
  id: 'CVE-2020-1472',
  severity: {
    word: 'critical',
    score: 10,
    vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    all: [],
    vendor: null,
  },
  kev: { added: '2021-11-03', due: '2020-09-21', ransomware: true, name: 'Netlogon' },
  fixed: ['10.0.14393.3866'],
  fixState: 'fixed',
};
