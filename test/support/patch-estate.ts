/** An invented estate whose packages have the flaws that a test says, scanned and judged as the server does it. */
import type { TestContext } from 'node:test';
import type { Feed } from '../../src/advisories/model.ts';
import type { Finding } from '../../src/advisories/verdict.ts';
import { collect } from '../../src/estate/collect.ts';
import type { Component, ComponentNote, Observation, Report } from '../../src/estate/schema.ts';
import type * as z from 'zod';
import { fixedClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { evaluateFindings } from '../../src/measures/scanning/evaluate.ts';
import type { Matcher } from '../../src/measures/scanning/model.ts';
import { evaluatePatches, type PatchTools } from '../../src/measures/patching/evaluate.ts';
import { readItemRows } from '../../src/measures/patching/store-items.ts';
import { readFixes } from '../../src/measures/patching/store-needs.ts';
import { aFindingOf } from './a-finding.ts';
import { testDatabase } from './database.ts';

export function aPackage(name: string, version: string, source = name): Component {
  return {
    type: 'deb',
    release: 'debian-12',
    name,
    version,
    architecture: 'amd64',
    sourceName: source,
    sourceVersion: version,
  };
}

/** What is wrong with `name version`. */
export type Flaws = Record<string, readonly (Partial<Finding> & { readonly id: string })[]>;

export async function patchEstate(t: TestContext, start: string) {
  const database = await testDatabase(t);
  const clock = fixedClock(start);
  const log = createLog({ level: 'error', clock, write: () => undefined });
  const signal = new AbortController().signal;
  let generation = 0;
  const flaws: Flaws = {};
  const settings = {
    exposed: (): ReturnType<PatchTools['exposed']> => 'no',
    unsupported: (): ReturnType<PatchTools['unsupported']> => null,
    mitigated: () => Promise.resolve(true),
  };
  const trueAt = () => clock.now().toISOString();
  /** One machine with what is on it, as one source tells it. */
  const host = async (
    asset: string,
    components: readonly Component[],
    more: {
      readonly body?: Partial<Extract<Observation, { kind: 'asset' }>['body']>;
      readonly notes?: readonly z.infer<typeof ComponentNote>[];
      readonly others?: readonly Observation[];
      /** Who it says it is, where that is not its name. */
      readonly key?: string;
      readonly identifiers?: readonly string[];
    } = {},
  ) => {
    const key = more.key ?? asset;
    const body = {
      name: asset,
      type: 'host' as const,
      restartNeeded: [],
      packageListsAt: trueAt(),
      ...more.body,
    };
    await collect(
      { database, clock, log, source: { connector: 'linux-host', name: asset, interval: 864_000 } },
      yielding([
        {
          type: 'observation',
          kind: 'asset',
          key,
          trueAt: trueAt(),
          body,
          ...(more.identifiers === undefined ? {} : { identifiers: [...more.identifiers] }),
        },
        ...(more.others ?? []),
        {
          type: 'inventory',
          asset: key,
          section: 'deb',
          trueAt: trueAt(),
          components,
          ...(more.notes === undefined ? {} : { notes: more.notes }),
        },
      ]),
    );
  };
  /** The machine is gone. */
  const lost = (asset: string) =>
    collect(
      { database, clock, log, source: { connector: 'linux-host', name: asset, interval: 864_000 } },
      yielding([]),
    );
  const tools = (): PatchTools => ({ database, clock, zone: 'Europe/London', signal, ...settings });
  const judge = async () => {
    generation += 1;
    clock.advance(1000);
    await evaluateFindings({ database, clock, signal, matcher: matcherOf(flaws, generation) });
    return evaluatePatches(tools());
  };
  /** Items by `asset fix`. */
  const items = () =>
    database.transaction('everything', async (sql) => {
      const fixes = await readFixes(sql);
      const names = await sql<{ id: number; key: string }[]>`
        select entity_id as id, key from estate.entity where kind = 'asset'`;
      const nameOf = new Map(names.map(({ id, key }) => [id, key]));
      const rows = await readItemRows(sql, 'all');
      return new Map(
        rows.map((row) => [`${nameOf.get(row.asset)} ${fixes.get(row.fix)?.key}`, row] as const),
      );
    });
  return { database, clock, host, lost, judge, items, flaws, settings, tools };
}

function matcherOf(flaws: Flaws, generation: number): Matcher {
  const feed: Feed = {
    id: 'osv:Debian',
    source: 'osv',
    ecosystem: 'Debian',
    asOf: '2026-11-01T00:00:00Z',
    updatedAt: '2026-11-01T00:00:00Z',
    maxAgeSeconds: 1e9,
    records: 1,
    rows: 1,
    sha256: String(generation),
    seesUnfixed: true,
    segment: 'a.seg',
    from: 'a test',
  };
  return {
    feeds: [feed],
    match: (packages) => ({
      findings: packages.flatMap(({ purl, name, source, version }) =>
        (flaws[`${source?.name ?? name} ${version}`] ?? []).map(({ id, ...over }) =>
          aFindingOf(purl, id, over),
        ),
      ),
      components: packages.map(({ purl }) => ({ purl, state: 'assessed' as const, limits: [] })),
    }),
  };
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector is an async generator even when it has all at hand
async function* yielding(reports: readonly Report[]): AsyncGenerator<Report, 'complete', void> {
  for (const report of reports) yield report;
  return 'complete';
}
