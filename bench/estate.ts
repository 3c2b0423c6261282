/**
 * Inventory load: hosts × components into the embedded PostgreSQL, through the same path as a collection.
 * `node bench/estate.ts [HOSTS] [COMPONENTS]` prints rows and CPU seconds; nothing is asserted.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openApp } from '../src/app/open.ts';
import { collect } from '../src/estate/collect.ts';
import type { Component, Outcome, Report } from '../src/estate/schema.ts';
import { readAssetsWith } from '../src/estate/store-read.ts';
import { aFindingOf } from '../test/support/a-finding.ts';
import { loadConfig } from '../src/kernel/config.ts';
import { evaluateFindings } from '../src/measures/scanning/evaluate.ts';
import type { Matcher } from '../src/measures/scanning/model.ts';
import { readFindings } from '../src/measures/scanning/store.ts';

const hosts = Number(process.argv[2] ?? 5000);
const perHost = Number(process.argv[3] ?? 700);
/** Distinct (name, version) pairs of the fleet: 61 installations to one, as measured on a synthetic fleet. */
const NAMES = 14_000;
const VERSIONS = 4;

/** mulberry32: small, seeded, the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function componentsOf(host: number, wave: number): Component[] {
  const random = seeded(host + 1);
  const chosen = new Set<number>();
  while (chosen.size < perHost) chosen.add(Math.floor(random() ** 2 * NAMES));
  return [...chosen].map((name) => {
    const version = (Math.floor(random() * VERSIONS) + (name % 50 === 0 ? wave : 0)) % VERSIONS;
    return {
      type: 'deb',
      release: 'debian-12',
      name: `lib${name}`,
      version: `1.${version}-1`,
      architecture: 'amd64',
      sourceName: `src${name}`,
      sourceVersion: `1.${version}-1`,
    };
  });
}

// eslint-disable-next-line @typescript-eslint/require-await -- a connector's shape
async function* fleet(wave: number): AsyncGenerator<Report, Outcome, void> {
  const trueAt = '2026-11-01T00:00:00Z';
  for (let host = 0; host < hosts; host += 1) {
    const key = `host-${host}`;
    yield { type: 'observation', kind: 'asset', key, trueAt, body: { name: key, type: 'host' } };
    yield {
      type: 'inventory',
      asset: key,
      section: 'deb',
      trueAt,
      components: componentsOf(host, wave),
    };
  }
  return 'complete';
}

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-'));
fs.chmodSync(home, 0o755);
const { config } = loadConfig({ HOLDFAST_DATA: home }, {});
const app = await openApp(config, { what: 'bench', role: 'server' });
const components = new Map<string, number>();
const WAVES = [
  ['first load', 0],
  ['changed wave (2 % of names)', 1],
  ['nothing changed', 1],
] as const;
for (const [label, wave] of WAVES) {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const source = { connector: 'bench', name: 'fleet', interval: 3600 };
  const record = await collect({ ...app, source, components }, fleet(wave));
  if (record.outcome !== 'complete')
    throw new Error(`the collection ended ${record.outcome ?? ''}`);
  const used = process.cpuUsage(cpu);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${label}: ${hosts} hosts × ${perHost} = ${hosts * perHost} installations, ${record.changed} changed, ` +
      `${((used.user + used.system) / 1e6).toFixed(1)} s CPU here, ${seconds} s with the database`,
  );
}
const size = await app.database.transaction(
  'everything',
  (sql) => sql<{ inventory: string; components: number }[]>`
  select pg_size_pretty(pg_total_relation_size('estate.inventory') + pg_total_relation_size('estate.inventory_change')) as inventory,
    (select count(*)::int from estate.component) as components`,
);
const began = performance.now();
const found = await app.database.transaction('everything', (sql) => readAssetsWith(sql, [1]));
console.log(
  `${size[0]?.components ?? 0} distinct components, inventory with index and log ${size[0]?.inventory ?? ''}; hosts with one component: ${found.length} in ${(performance.now() - began).toFixed(1)} ms; peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
// The reverse question in PostgreSQL: one flaw in twenty components, found once a component, asked by its name.
const matcher: Matcher = {
  feeds: [],
  match: (packages) => ({
    findings: packages.flatMap((each, at) =>
      at % 20 === 0 ? [aFindingOf(each.purl, `CVE-2026-${1000 + (at % 900)}`)] : [],
    ),
    components: packages.map(({ purl }) => ({ purl, state: 'assessed', limits: [] })),
  }),
};
const cpu = process.cpuUsage();
const evaluation = await evaluateFindings({
  ...app,
  matcher,
  signal: new AbortController().signal,
});
const { user, system } = process.cpuUsage(cpu);
console.log(
  `findings of ${evaluation.matched} distinct components from nothing: ${((user + system) / 1e6).toFixed(1)} s CPU in Holdfast, ${evaluation.changes} findings`,
);
for (const name of ['CVE-2026-1020', 'CVE-2026-1040', 'CVE-2026-9999']) {
  const began = performance.now();
  const rows = await app.database.transaction('everything', (sql) =>
    readFindings(sql, { name, limit: 1000 }),
  );
  const assets = await app.database.transaction('everything', (sql) =>
    readAssetsWith(
      sql,
      rows.map(({ component }) => component),
    ),
  );
  console.log(
    `${name}: ${rows.length} components on ${assets.length} assets in ${(performance.now() - began).toFixed(0)} ms`,
  );
}
await app.close();
fs.rmSync(home, { recursive: true });
