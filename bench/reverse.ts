/**
 * The reverse question at scale, in the embedded PostgreSQL: `node bench/reverse.ts [ASSETS] [COMPONENTS] [HOLDINGS] [HASHES]`
 * (50,000 × 500, 10,000 holdings of 40 million hashes). Prints CPU seconds and memory of loading the index, milliseconds of
 * questions about flaws that are found and about advisories that are new, what the database takes for the same, and what
 * one changed inventory costs. Answers of index and database are compared; nothing else is asserted.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { finished } from 'node:stream/promises';
import { openApp, type App } from '../src/app/open.ts';
import { collect } from '../src/estate/collect.ts';
import type { Component, Outcome, Report } from '../src/estate/schema.ts';
import { ask, askDatabase, type ReverseQuestion } from '../src/exposure/reverse/ask.ts';
import { loadEstateIndex, type EstateIndex } from '../src/exposure/reverse/load.ts';
import { loadConfig } from '../src/kernel/config.ts';
import { openPool } from '../src/kernel/sql/database.ts';
import { newSecret } from '../src/kernel/ids.ts';
import { evaluateFindings } from '../src/measures/scanning/evaluate.ts';
import type { Matcher } from '../src/measures/scanning/model.ts';
import type { PersonSet } from '../src/people/hash-set.ts';
import { personKey } from '../src/people/person-key.ts';
import { sealSet } from '../src/people/seal-set.ts';
import { storeCount } from '../src/people/store.ts';
import { seeded } from '../src/people/synth/random.ts';
import { holdingMembers } from '../src/people/synth/scale.ts';
import { LARGEST, scaledFacts } from '../src/people/synth/scaled-estate.ts';
import { CATEGORY_BIT } from '../src/people/categories.ts';
import { aFindingOf } from '../test/support/a-finding.ts';

const [ASSETS = 50_000, PER_ASSET = 500, HOLDINGS = 10_000, HASHES = 40_000_000] = process.argv
  .slice(2)
  .map(Number);
const TRUE_AT = '2026-11-01T00:00:00Z';
/** A fleet of 14,000 names in four versions each, the common ones on most machines. */
const NAMES = 14_000;
const VERSIONS = 4;
const KEY = personKey([Buffer.from(newSecret(32), 'base64url')]);

function componentOf(id: number): Component {
  const name = Math.floor(id / VERSIONS);
  const version = `1.${id % VERSIONS}-1`;
  return {
    type: 'deb',
    release: 'debian-12',
    name: `lib${name}`,
    version,
    architecture: 'amd64',
    sourceName: `src${name - (name % 3)}`,
    sourceVersion: version,
  };
}

function chosenFor(asset: number): number[] {
  const random = seeded(`reverse/${asset}`);
  const chosen = new Set<number>();
  while (chosen.size < PER_ASSET)
    chosen.add(Math.floor((random.below(1_000_000) / 1_000_000) ** 2 * NAMES));
  return [...chosen].map((name) => name * VERSIONS + random.below(VERSIONS));
}

function cpu(since: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(since);
  return `${((user + system) / 1e6).toFixed(2)} s CPU`;
}

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const began = performance.now();
  const value = await work();
  return { value, ms: performance.now() - began };
}

function median(all: readonly number[]): number {
  return [...all].sort((a, b) => a - b)[all.length >> 1] ?? 0;
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector's shape
async function* told(reports: Iterable<Report>): AsyncGenerator<Report, Outcome, void> {
  yield* reports;
  return 'complete';
}

/** Facts as a collection would bring them; inventories by COPY, since loading them is what bench/estate.ts measures. */
async function fill({ database, clock, log, admin, ...rest }: App): Promise<void> {
  const began = performance.now();
  const size = { ...LARGEST, assets: ASSETS, accounts: 0, holdings: HOLDINGS };
  const source = { connector: 'bench', name: 'estate', interval: 86_400 };
  await collect({ ...rest, database, clock, log, source }, told(scaledFacts(size, TRUE_AT)));
  await database.transaction('everything', async (sql) => {
    const all = Array.from({ length: NAMES * VERSIONS }, (_, id) => componentOf(id));
    await sql`
      insert into estate.component (type, release, name, version, architecture, source_name, source_version)
      select * from jsonb_to_recordset(${JSON.stringify(
        all.map(({ sourceName, sourceVersion, ...each }) => ({
          ...each,
          source_name: sourceName,
          source_version: sourceVersion,
        })),
      )}::text::jsonb) as r(type text, release text, name text, version text, architecture text, source_name text, source_version text)`;
  });
  const { numbers, assets } = await database.transaction('everything', async (sql) => {
    const found = await sql<{ id: number; name: string; version: string }[]>`
      select component_id as id, name, version from estate.component`;
    const known = await sql<{ id: number; key: string }[]>`
      select entity_id as id, key from estate.entity where kind = 'asset'`;
    const at = (name: string, version: string): number =>
      Number(name.slice(3)) * VERSIONS + Number(version.slice(2, 3));
    const byNumber = new Uint32Array(NAMES * VERSIONS);
    for (const { id, name, version } of found) byNumber[at(name, version)] = id;
    return { numbers: byNumber, assets: new Map(known.map(({ id, key }) => [key, id])) };
  });
  // The owner of the tables, since row-level security knows no COPY.
  const owner = openPool(admin, { connections: 1 });
  const into = await owner`
    copy estate.inventory (customer_id, asset_id, source_id, section, components, true_at, learned_at, seen_in) from stdin`.writable();
  for (let asset = 0; asset < ASSETS; asset += 1) {
    const ids = chosenFor(asset)
      .map((each) => numbers[each] as number)
      .sort((a, b) => a - b);
    const row = [0, assets.get(`asset-${asset}`), 1, 'deb', `{${ids.join()}}`, TRUE_AT, TRUE_AT, 1];
    if (!into.write(`${row.join('\t')}\n`)) await once(into, 'drain');
  }
  into.end();
  await finished(into);
  await owner`vacuum analyze estate.inventory`;
  await owner.end();
  await fillPeople(database);
  const findings = await evaluateFindings({
    database,
    clock,
    matcher: oneInTwenty,
    signal: new AbortController().signal,
  });
  console.log(
    `${ASSETS} assets × ${PER_ASSET} components, ${findings.matched} distinct, ${findings.changes} findings, ${HOLDINGS} holdings of ${HASHES} hashes: filled in ${((performance.now() - began) / 1000).toFixed(0)} s`,
  );
}

/** One flaw in twenty components, found once a component, asked by its name. */
const oneInTwenty: Matcher = {
  feeds: [],
  match: (packages) => ({
    findings: packages.flatMap(({ purl, name, version }) => {
      const number = Number(name.slice(3));
      return number % 20 === 0
        ? [aFindingOf(purl, `CVE-2026-${number % 900}`, { key: `${purl} ${version}` })]
        : [];
    }),
    components: packages.map(({ purl }) => ({ purl, state: 'assessed', limits: [] })),
  }),
};

async function fillPeople(database: App['database']): Promise<void> {
  const none = new Uint32Array();
  for (let holding = 0; holding < HOLDINGS; holding += 1) {
    // One holding in ten is never counted: its people stay unknown.
    if (holding % 10 === 9) continue;
    const { hi, lo } = holdingMembers({
      seed: 'bench',
      holding,
      holdings: HOLDINGS,
      hashes: HASHES,
      shape: 'customers',
    });
    const flags = lo.map((each) => (each % 5 === 0 ? CATEGORY_BIT.health : CATEGORY_BIT.contact));
    const set: PersonSet = {
      keyId: KEY.id,
      keyLayers: KEY.layers,
      hi,
      lo,
      flags,
      aliases: { hi: none, lo: none, of: none },
    };
    const key = `holding-${holding}`;
    const size = hi.length;
    await database.transaction('everything', (sql) =>
      storeCount(sql, {
        customer: 0,
        holding: key,
        countedAt: new Date(TRUE_AT),
        living: { low: size, best: size, high: size },
        deceased: 0,
        partial: false,
        sealed: { keyId: KEY.id, bytes: sealSet(set, key, KEY) },
      }),
    );
  }
}

async function load(app: App): Promise<EstateIndex> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const began = process.cpuUsage();
  const without = await timed(() => loadEstateIndex(app));
  globalThis.gc?.();
  const bare = process.memoryUsage();
  const { holders, names } = without.value.current;
  console.log(
    `index of ${holders.pairs} pairs and ${names.size} components: ${cpu(began)} here, ${(without.ms / 1000).toFixed(1)} s with the database; postings ${megabytes(holders.bytes)}, all of it ${megabytes(bare.arrayBuffers + bare.heapUsed - before.arrayBuffers - before.heapUsed)}, peak of the process ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  );
  const withPeople = process.cpuUsage();
  const whole = await timed(() => loadEstateIndex({ ...app, personKey: KEY }));
  console.log(
    `the same with the sealed sets of people opened: ${cpu(withPeople)} here, ${(whole.ms / 1000).toFixed(1)} s; peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
  );
  return whole.value;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

/** An advisory that nobody has evaluated: two packages that are everywhere, all versions before the last. */
function advisory(name: number): unknown {
  const affected = [name, name + 1].map((each) => ({
    package: { ecosystem: 'Debian:12', name: `src${each - (each % 3)}` },
    ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.3-1' }] }],
  }));
  return {
    schema_version: '1.7.0',
    id: `DSA-9${name}-1`,
    modified: TRUE_AT,
    published: TRUE_AT,
    affected,
  };
}

const PAGE = { list: 'assets', limit: 100 } as const;

async function compare({ database, clock }: App, index: EstateIndex): Promise<void> {
  const questions: [string, ReverseQuestion][] = [
    ['a flaw found in one package', { name: 'CVE-2026-20' }],
    ['a flaw found in rare packages', { name: 'CVE-2026-880' }],
    ['a new advisory about common packages', { advisory: advisory(3) }],
    ['a new advisory about rare packages', { advisory: advisory(12_000) }],
    ['a range of versions', { purl: 'pkg:deb/debian/lib90', range: 'vers:deb/<1.2-1' }],
  ];
  for (const [what, question] of questions) {
    const times: number[] = [];
    const costs: number[] = [];
    let warm;
    for (let i = 0; i < 20; i += 1) {
      const began = process.cpuUsage();
      const { value, ms } = await timed(() =>
        ask(database, index.current, question, {}, PAGE, clock.now()),
      );
      times.push(ms);
      costs.push(milliseconds(began));
      warm = value;
    }
    const cold = await timed(() =>
      askDatabase({ database, clock, personKey: undefined }, question, {}, PAGE),
    );
    assert.deepEqual(cold.value.rows, warm?.rows);
    for (const list of ['assets', 'customers', 'services', 'holdings'] as const)
      assert.equal(cold.value.possible[list], warm?.possible[list]);
    const { assets, customers, services, people } = warm?.possible ?? cold.value.possible;
    console.log(
      `${what}: ${warm?.affectedComponents ?? 0} components → ${assets} assets, ${customers} customers, ${services} services, ${people.living.best} people (${people.unknownHoldings} holdings unknown): first ${(times[0] ?? 0).toFixed(1)} ms, then ${median(times).toFixed(1)} ms; CPU ${spread(costs)}; from the database alone, without sets of people, ${cold.ms.toFixed(0)} ms`,
    );
  }
}

/** From a file on the disk to the first page of its assets: read, parsed, matched, and counted with customers and people. */
async function dropIn({ database, clock }: App, { current }: EstateIndex): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-advisory-'));
  const file = path.join(folder, 'advisory.json');
  const times: number[] = [];
  const costs: number[] = [];
  let assets = 0;
  for (let i = 0; i < 20; i += 1) {
    // Another one each time: nothing of the one before helps.
    fs.writeFileSync(file, JSON.stringify(advisory(3 + 30 * i)));
    const began = process.cpuUsage();
    const { value, ms } = await timed(async () => {
      const given: unknown = JSON.parse(await fs.promises.readFile(file, 'utf8'));
      return ask(database, current, { advisory: given }, {}, PAGE, clock.now());
    });
    times.push(ms);
    costs.push(milliseconds(began));
    assets = Math.max(assets, value.possible.assets);
  }
  fs.rmSync(folder, { recursive: true });
  console.log(
    `a new advisory file dropped in → its assets (up to ${assets}), customers and people: ${median(times).toFixed(1)} ms, worst ${Math.max(...times).toFixed(1)} ms; CPU ${spread(costs)}`,
  );
}

function milliseconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function spread(all: readonly number[]): string {
  return `${median(all).toFixed(1)} ms, worst ${Math.max(...all).toFixed(1)} ms`;
}

async function change({ database, clock, log }: App, index: EstateIndex): Promise<void> {
  const numbers = new Map<string, number>();
  const costs: number[] = [];
  for (let i = 0; i < 10; i += 1) {
    const asset = `asset-${i * 10}`;
    const components = chosenFor(i * 10 + 1_000_000).map(componentOf);
    const source = { connector: 'bench', name: 'estate', interval: 86_400 };
    const report: Report = {
      type: 'inventory',
      asset,
      section: 'deb',
      trueAt: TRUE_AT,
      components,
    };
    const ended: Report = { type: 'unseen', what: 'the rest', reason: 'timeout' };
    await collect({ database, clock, log, source, components: numbers }, told([report, ended]));
    const { value, ms } = await timed(() => index.refresh());
    assert.ok(value);
    costs.push(ms);
  }
  console.log(
    `one inventory that is wholly other than before: taken into the index in ${median(costs).toFixed(1)} ms (${costs.map((each) => each.toFixed(0)).join(', ')})`,
  );
}

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-'));
fs.chmodSync(home, 0o755);
const { config } = loadConfig({ HOLDFAST_DATA: home }, {});
const app = await openApp(config, { what: 'bench', role: 'server' });
try {
  await fill(app);
  const index = await load(app);
  await compare(app, index);
  await dropIn(app, index);
  await change(app, index);
} finally {
  await app.close();
  fs.rmSync(home, { recursive: true });
}
