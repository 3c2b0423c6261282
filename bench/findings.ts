/**
 * All findings of an estate from nothing, in the embedded PostgreSQL: `node bench/findings.ts [COMPONENTS] [FINDINGS_EACH] [BINARIES]`
 * (56,000 distinct components with five findings each, about what 50,000 Debian hosts of 500 packages have; each built from a
 * source of its own, or BINARIES of them from one). Prints the CPU seconds of Holdfast and of PostgreSQL apart: everything
 * from nothing, a feed that changed without changing a verdict, one that gave every flaw a new likelihood (as EPSS does every
 * day), one new inventory; and the most memory that both took. Every finding is compared with what the matcher says, and the
 * components of a flaw with plain SQL over all findings.
 */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openApp, type App } from '../src/app/open.ts';
import { loadConfig } from '../src/kernel/config.ts';
import type { Finding } from '../src/advisories/verdict.ts';
import { evaluateFindings } from '../src/measures/scanning/evaluate.ts';
import type { Matcher } from '../src/measures/scanning/model.ts';
import { readConcerned } from '../src/measures/scanning/store.ts';
import { aFindingOf } from '../test/support/a-finding.ts';

const [COMPONENTS = 56_000, EACH = 5, BINARIES = 1] = process.argv.slice(2).map(Number);
const FLAWS = 20_000;

/** As long as real ones are: two feeds explain themselves, three vectors, a sentence. */
function findingsOf(purl: string, binary: number, score: number): Finding[] {
  const number = Math.ceil(binary / BINARIES);
  return Array.from({ length: EACH }, (_, i) => {
    const id = `CVE-2026-${(number * 7 + i * 131) % FLAWS}`;
    const word = {
      feed: 'osv:Debian',
      record: `DEBIAN-${id}`,
      says: 'affected',
      because: '>= 0, < 1.2.3-4+deb12u5',
      fresh: true,
    } as const;
    const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
    return aFindingOf(purl, `DEBIAN-${id}`, {
      key: (binary * EACH + i).toString(16).padStart(32, '0'),
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
      epss: { score, percentile: 0.7, model: 'v2026', date: '2026-11-01' },
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

function matcherOf(version: string, score = 0.01): Matcher {
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
      findings: packages.flatMap(({ purl, name }) =>
        findingsOf(purl, Number(name.slice(3)), score),
      ),
      components: packages.map(({ purl }) => ({ purl, state: 'assessed', limits: [] })),
    }),
  };
}

/** Fields of /proc/PID/stat from the third on, of the processes of the PostgreSQL that this one started (Linux only). */
function postgresProcesses(): Map<string, string[]> {
  const all = new Map<string, string[]>();
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      all.set(pid, stat.slice(stat.lastIndexOf(')') + 2).split(' '));
    } catch {
      // It ended meanwhile.
    }
  }
  const isOurs = (pid: string): boolean => {
    const parent = all.get(pid)?.[1];
    return parent === String(process.pid) || (parent !== undefined && isOurs(parent));
  };
  return new Map([...all].filter(([pid]) => isOurs(pid)));
}

/** CPU seconds, ended backends included. */
function postgresSeconds(): number {
  const ticks = [...postgresProcesses().values()].flatMap((fields) =>
    [11, 12, 13, 14].map((at) => Number(fields[at])),
  );
  return ticks.reduce((sum, each) => sum + each, 0) / 100;
}

let mostMemory = 0;

/** Memory of all processes of PostgreSQL in MB, what they share counted once; keeps the most. */
function lookAtMemory(): void {
  let kilobytes = 0;
  for (const pid of postgresProcesses().keys()) {
    try {
      const rollup = fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    } catch {
      // It ended meanwhile, or is not ours to look into.
    }
  }
  mostMemory = Math.max(mostMemory, kilobytes / 1024);
}

async function measured(what: string, app: App, matcher: Matcher): Promise<void> {
  const database = postgresSeconds();
  const cpu = process.cpuUsage();
  const began = performance.now();
  const { matched, changes } = await evaluateFindings({
    ...app,
    matcher,
    signal: new AbortController().signal,
    progress: (done) => {
      if (done % 2500 === 0) lookAtMemory();
    },
  });
  const { user, system } = process.cpuUsage(cpu);
  const own = (user + system) / 1e6;
  const theirs = postgresSeconds() - database;
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `${what}: ${matched} components, ${changes} changes: ${own.toFixed(2)} s CPU in Holdfast + ${theirs.toFixed(1)} s in PostgreSQL = ${(own + theirs).toFixed(1)} s; ${seconds.toFixed(1)} s by the clock`,
  );
}

/** Every finding as it is read is the one that the matcher gives, and there is no other. */
async function compareAll({ database }: App, score: number): Promise<number> {
  const STEP = 2000;
  let compared = 0;
  for (let from = 1; from <= COMPONENTS; from += STEP) {
    const rows = await database.transaction(
      'everything',
      (sql) => sql<{ name: string; findings: Finding[] }[]>`
        select c.name, jsonb_agg(f.body order by f.key) as findings
        from scanning.finding f join estate.component c using (component_id)
        where component_id between ${from} and ${Math.min(from + STEP - 1, COMPONENTS)} group by c.name`,
    );
    assert.equal(rows.length, Math.min(STEP, COMPONENTS - from + 1));
    for (const { name, findings } of rows) {
      const expected = findingsOf(findings[0]?.purl ?? '', Number(name.slice(3)), score);
      assert.deepEqual(
        findings,
        expected.sort((a, b) => (a.key < b.key ? -1 : 1)),
      );
      compared += findings.length;
    }
  }
  return compared;
}

/** Flaws asked by the index over names, and by plain SQL in one pass over all findings. */
async function compareQuestions({ database }: App): Promise<number> {
  const asked = Array.from({ length: 25 }, (_, i) => `CVE-2026-${i * 797}`);
  await database.transaction('everything', async (sql) => {
    const oracle = await sql<{ name: string; ids: number[] }[]>`
      select name, array_agg(distinct component_id order by component_id) as ids
      from scanning.finding f cross join lateral jsonb_array_elements_text((f.said -> 'aliases') || (f.said -> 'upstream') || (f.said -> 'id')) as name
      where name = any(${asked}) group by name`;
    const ids = new Map(oracle.map((row) => [row.name, row.ids]));
    for (const name of asked)
      assert.deepEqual((await readConcerned(sql, name)).affected, ids.get(name) ?? []);
  });
  return asked.length;
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
    const peak = Math.round(process.resourceUsage().maxRSS / 1024);
    await insert(COMPONENTS + 1, COMPONENTS + 20);
    await measured('twenty new components', app, matcherOf('b'));
    await measured('nothing new', app, matcherOf('b'));
    const [size] = await app.database.transaction(
      'everything',
      (sql) => sql<{ size: string; wordings: number }[]>`
        select pg_size_pretty(pg_total_relation_size('scanning.component_flaw') + pg_total_relation_size('scanning.wording')) as size,
          (select count(*)::int from scanning.wording) as wordings`,
    );
    console.log(
      `findings with their indexes: ${size?.size ?? ''}, ${size?.wordings ?? 0} wordings; at most ${peak} MB in Holdfast, ${Math.round(mostMemory)} MB in PostgreSQL`,
    );
    await measured('every flaw as likely as never before', app, matcherOf('c', 0.02));
    const [compared, asked] = [await compareAll(app, 0.02), await compareQuestions(app)];
    console.log(
      `${compared} findings are as the matcher gives them; ${asked} flaws have the components that plain SQL finds`,
    );
  } finally {
    await app.close();
    fs.rmSync(home, { recursive: true });
  }
}

await main();
