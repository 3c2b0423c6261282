/**
 * All findings of an estate from nothing, in the embedded PostgreSQL: `node bench/findings.ts [COMPONENTS] [FINDINGS_EACH]`
 * (56,000 distinct components with five findings each, about what Debian hosts have). Prints the CPU seconds of Holdfast and
 * of PostgreSQL apart: everything from nothing, a feed that changed without changing a verdict, and one new inventory.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openApp, type App } from '../src/app/open.ts';
import { loadConfig } from '../src/kernel/config.ts';
import { evaluateFindings } from '../src/measures/scanning/evaluate.ts';
import type { Matcher } from '../src/measures/scanning/model.ts';
import { aFindingOf } from '../test/support/a-finding.ts';

const [COMPONENTS = 56_000, EACH = 5] = process.argv.slice(2).map(Number);

/** As long as real ones are: two feeds explain themselves, three vectors, a sentence. */
function findingsOf(purl: string, number: number) {
  return Array.from({ length: EACH }, (_, i) => {
    const id = `CVE-2026-${(number * 7 + i * 131) % 20_000}`;
    const word = {
      feed: 'osv:Debian',
      record: `DEBIAN-${id}`,
      says: 'affected',
      because: '>= 0, < 1.2.3-4+deb12u5',
      fresh: true,
    } as const;
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    return aFindingOf(purl, `DEBIAN-${id}`, {
      key: (number * EACH + i).toString(16).padStart(32, '0'),
      aliases: [id],
      upstream: [id, `DSA-${number % 5000}-1`],
      summary:
        'An invented flaw of an invented kind that lets an attacker who sends a long enough text do what is not meant',
      severity: {
        word: 'high',
        score: 9.8,
        vector,
        all: [
          { vector, score: 9.8, from: 'osv:Debian' },
          { vector, score: 9.8, from: 'vulnrichment' },
        ],
        vendor: 'important',
      },
      epss: { score: 0.01, percentile: 0.7, model: 'v2026', date: '2026-11-01' },
      ssvc: { exploitation: 'none', automatable: 'no', impact: 'partial' },
      explain: {
        matched: { ecosystem: 'Debian:12', name: `src${number}`, version: '1.2.3-4', by: 'source' },
        comparator: 'deb',
        feeds: [word, { ...word, feed: 'debian:Debian', record: id }],
        sentence: `src${number} 1.2.3-4 is older than 1.2.3-4+deb12u5, in which ${id} is repaired (osv:Debian)`,
      },
    });
  });
}

function matcherOf(version: string): Matcher {
  return {
    feeds: [
      {
        id: 'osv:Debian',
        source: 'osv',
        ecosystem: 'Debian',
        asOf: '2026-11-01T00:00:00Z',
        updatedAt: '2026-11-01T00:00:00Z',
        maxAgeSeconds: 1e9,
        records: 1,
        rows: 1,
        sha256: version,
        seesUnfixed: true,
        segment: version,
        from: 'bench',
      },
    ],
    match: (packages) => ({
      findings: packages.flatMap(({ purl, name }) => findingsOf(purl, Number(name.slice(3)))),
      components: packages.map(({ purl }) => ({ purl, state: 'assessed', limits: [] })),
    }),
  };
}

/** CPU seconds of the PostgreSQL that this process started, ended backends included (Linux only). */
function postgresSeconds(): number {
  const processes = new Map<string, { parent: string; ticks: number }>();
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
      processes.set(pid, { parent: fields[1] ?? '', ticks });
    } catch {
      // It ended meanwhile.
    }
  }
  const isOurs = (pid: string): boolean => {
    const parent = processes.get(pid)?.parent;
    return parent === String(process.pid) || (parent !== undefined && isOurs(parent));
  };
  let ticks = 0;
  for (const [pid, each] of processes) if (isOurs(pid)) ticks += each.ticks;
  return ticks / 100;
}

async function measured(what: string, app: App, matcher: Matcher): Promise<void> {
  const database = postgresSeconds();
  const cpu = process.cpuUsage();
  const began = performance.now();
  const { matched, changes } = await evaluateFindings({
    ...app,
    matcher,
    signal: new AbortController().signal,
  });
  const { user, system } = process.cpuUsage(cpu);
  console.log(
    `${what}: ${matched} components, ${changes} changes: ${((user + system) / 1e6).toFixed(2)} s CPU in Holdfast, ${(postgresSeconds() - database).toFixed(1)} s in PostgreSQL, ${((performance.now() - began) / 1000).toFixed(1)} s`,
  );
}

async function main(): Promise<void> {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-'));
  fs.chmodSync(home, 0o755);
  const { config } = loadConfig({ HOLDFAST_DATA: home }, {});
  const app = await openApp(config, { what: 'bench', role: 'server' });
  try {
    const insert = (from: number, to: number): Promise<unknown> =>
      app.database.transaction(
        'everything',
        (sql) => sql`
          insert into estate.component (type, release, name, version, architecture, source_name, source_version)
          select 'deb', 'debian-12', 'lib' || i, '1.2.3-4', 'amd64', 'src' || i, '1.2.3-4' from generate_series(${from}::int, ${to}::int) as i`,
      );
    await insert(1, COMPONENTS);
    await measured('all findings from nothing', app, matcherOf('a'));
    await measured('a feed that changed nothing', app, matcherOf('b'));
    await insert(COMPONENTS + 1, COMPONENTS + 20);
    await measured('twenty new components', app, matcherOf('b'));
    await measured('nothing new', app, matcherOf('b'));
    const [size] = await app.database.transaction(
      'everything',
      (sql) => sql<{ size: string; body: number }[]>`
        select pg_size_pretty(pg_total_relation_size('scanning.component_flaw') + pg_total_relation_size('scanning.wording')) as size,
          (select avg(length(body::text))::int from (select body from scanning.finding limit 1000) s) as body`,
    );
    console.log(
      `findings with their indexes: ${size?.size ?? ''}, a body ${size?.body ?? 0} characters; peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
    );
  } finally {
    await app.close();
    fs.rmSync(home, { recursive: true });
  }
}

await main();
