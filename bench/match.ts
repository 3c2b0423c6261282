/**
 * `node bench/match.ts`: size and speed of the advisory index over everything in ../shared/data, as CPU time and as a
 * multiple of starting Node; then a portfolio of 400,000 packages, and the largest package of the index.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { buildSync } from 'esbuild';
import { openIndex } from '../src/advisories/index-open.ts';
import { isAffected } from '../src/advisories/match-row.ts';
import type { MatchPackage } from '../src/advisories/match-model.ts';
import { matcher } from '../src/advisories/match.ts';
import { takeInventory } from '../src/inventory/take-inventory.ts';
import { coarseVersion } from '../src/versions/index.ts';
import { absent, sharedArchive } from '../test/support/shared-data.ts';
import { buildIndex, NOW } from './quality/feeds.ts';

const RUNS = 7;
const PORTFOLIO = 400_000;
const PRINT_COST =
  'const {user,system}=process.cpuUsage();console.log(JSON.stringify({ms:(user+system)/1000,megabytes:process.resourceUsage().maxRSS/1024,findings:0}))';

const missing = absent('advisories', 'intel', 'hosts', 'lockfiles');
if (missing === false) await bench();
else console.log(`Skipped: ${missing}.`);

interface Cost {
  readonly ms: number;
  readonly megabytes: number;
}

function cost(): Cost {
  const { user, system } = process.cpuUsage();
  return { ms: (user + system) / 1000, megabytes: process.resourceUsage().maxRSS / 1024 };
}

async function bench(): Promise<void> {
  const built = await buildIndex(['advisories', 'intel']);
  const { feeds } = built.index.manifest;
  const rows = feeds.reduce((sum, feed) => sum + feed.rows, 0);
  const records = feeds.reduce((sum, feed) => sum + feed.records, 0);
  console.log(
    `index: ${feeds.length} feeds, ${records} records, ${rows} rows, ${megabytes(built.bytes)}, made in ${built.seconds.toFixed(1)} s CPU`,
  );
  const pool = await realPackages();
  for (const [what, list] of [
    ['1,000 npm packages', pool.filter(({ type }) => type === 'npm')],
    ['1,000 packages, half of them of Debian hosts years behind', pool],
  ] as const) {
    const items = path.join(built.directory, 'items.json');
    const step = list.length / 1000;
    const sample = Array.from({ length: 1000 }, (_, at) => list[Math.floor(at * step)]);
    fs.writeFileSync(items, JSON.stringify(sample));
    coldProcess(what, built.directory, items);
  }
  portfolio(pool, built.directory);
  largest(built.directory);
  built.remove();
}

function coldProcess(what: string, index: string, items: string): void {
  const bare = median(() => run(['-e', PRINT_COST]));
  const bundle = path.join(index, 'child.mjs');
  buildSync({
    entryPoints: [path.join(import.meta.dirname, 'match-child.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: bundle,
  });
  const cold = median(() => run([bundle, index, items, NOW.toISOString()]));
  console.log(
    `${what}, cold process: ${cold.ms.toFixed(0)} ms CPU, ${(cold.ms - bare.ms).toFixed(0)} ms above bare Node (${bare.ms.toFixed(0)} ms), ${(cold.ms / bare.ms).toFixed(1)} times it; ${cold.megabytes.toFixed(0)} MB; ${cold.findings} findings`,
  );
}

interface Run extends Cost {
  readonly findings: number;
}

function run(args: readonly string[]): Run {
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Run;
}

function median(once: () => Run): Run {
  const runs = Array.from({ length: RUNS }, once).sort((a, b) => a.ms - b.ms);
  return runs[RUNS >> 1] ?? once();
}

/** Packages of real hosts and lock files, npm and Debian by turns. */
async function realPackages(): Promise<MatchPackage[]> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-match-'));
  const debian: MatchPackage[] = [];
  const npm: MatchPackage[] = [];
  for (const [name, bytes] of sharedArchive('hosts/dpkg-hosts.tar.zst')) {
    if (!name.includes('bookworm')) continue;
    const status = path.join(scratch, 'host.dpkg-status');
    fs.writeFileSync(status, bytes);
    const distribution = { id: 'debian', version: '12' };
    debian.push(...(await takeInventory(status, { distribution })).packages);
  }
  for (const [name, bytes] of sharedArchive('lockfiles/lockfiles.tar.zst')) {
    if (!name.endsWith('package-lock.json')) continue;
    fs.writeFileSync(path.join(scratch, 'package-lock.json'), bytes);
    npm.push(...(await takeInventory(path.join(scratch, 'package-lock.json'))).packages);
  }
  fs.rmSync(scratch, { recursive: true });
  const length = Math.min(debian.length, npm.length);
  return Array.from(
    { length: 2 * length },
    (_, at) => (at % 2 === 0 ? npm : debian)[at >> 1],
  ).filter((item) => item !== undefined);
}

function portfolio(pool: readonly MatchPackage[], directory: string): void {
  const index = openIndex(directory);
  const match = matcher(index, { now: NOW });
  const began = process.cpuUsage();
  let findings = 0;
  for (let at = 0; at < PORTFOLIO; at += 1) {
    const item = pool[(at * 7919) % pool.length];
    if (item !== undefined) findings += match(item).findings.length;
  }
  console.log(
    `${PORTFOLIO} packages (${pool.length} different lines): ${seconds(began)} s CPU, ${findings} findings, ${cost().megabytes.toFixed(0)} MB at most`,
  );
  index.close();
}

/** What a coarse comparison before the exact one would save. */
function largest(directory: string): void {
  const index = openIndex(directory);
  const [feed] = index.feedsFor('Debian:12');
  if (feed === undefined) return;
  const ecosystem = 'Debian:12';
  const version = '120.0.6099.224-1~deb12u1';
  let began = process.cpuUsage();
  const rows = index.rows(feed, ecosystem, 'chromium');
  const reading = seconds(began);
  began = process.cpuUsage();
  const exact = rows.filter((row) => isAffected(ecosystem, version, row)).length;
  const judging = seconds(began);
  const ends = rows.map(
    ({ ranges }) => coarseVersion(ecosystem, ranges?.[0]?.events.at(-1)?.fixed ?? '') ?? '~',
  );
  const own = coarseVersion(ecosystem, version) ?? '';
  began = process.cpuUsage();
  const left = rows.filter(
    (row, at) => own <= (ends[at] ?? '~') && isAffected(ecosystem, version, row),
  );
  console.log(
    `chromium in Debian 12: ${rows.length} rows read in ${reading} s, judged in ${judging} s (${exact} hit); with a coarse bound beside each row ${seconds(began)} s (${left.length})`,
  );
  index.close();
}

function seconds(began: NodeJS.CpuUsage): string {
  const { user, system } = process.cpuUsage(began);
  return ((user + system) / 1e6).toFixed(3);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
