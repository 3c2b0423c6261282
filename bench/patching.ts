/**
 * Deadlines of a fleet: everything judged from nothing, nothing changed, and one flaw listed as known to be exploited.
 * `node bench/patching.ts [HOSTS] [COMPONENTS] [ITEMS PER HOST]` prints CPU seconds of this process and of PostgreSQL,
 * and memory; nothing is asserted.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openApp } from '../src/app/open.ts';
import { loadConfig } from '../src/kernel/config.ts';
import { evaluatePatches } from '../src/measures/patching/evaluate.ts';
import { aFindingOf } from '../test/support/a-finding.ts';

const hosts = Number(process.argv[2] ?? 5000);
const perHost = Number(process.argv[3] ?? 700);
const perHostItems = Number(process.argv[4] ?? 10);
/** Versions of each package in the fleet; the oldest has the flaws. */
const VERSIONS = 20;

const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-'));
fs.chmodSync(home, 0o755);
const { config } = loadConfig({ HOLDFAST_DATA: home }, {});
const app = await openApp(config, { what: 'bench', role: 'server' });
const { database, clock } = app;

const body = aFindingOf('pkg:deb/debian/x@1', 'CVE-2026-1', {
  fixed: ['2.0'],
  fixState: 'fixed',
  fixReleased: { at: '2026-10-01', from: 'a bench' },
});
const at = new Date(clock.now().getTime() - 3_600_000);
await database.transaction('everything', async (sql) => {
  await sql`insert into estate.source (connector, name, interval_seconds, created_at) values ('bench', 'bench', 864000, ${at})`;
  await sql`insert into estate.component (type, release, name, version, architecture, source_name, source_version)
    select 'deb', 'debian-12', 'lib' || n, '1.' || v, 'amd64', 'src' || n, '1.' || v
    from generate_series(1, ${perHost}) n, generate_series(1, ${VERSIONS}) v order by n, v`;
  await sql`insert into estate.entity (kind, key, learned_at) select 'asset', 'host-' || h, ${at} from generate_series(1, ${hosts}) h`;
  await sql`insert into estate.state (customer_id, entity_id, kind, key, body, sources, true_at, learned_at)
    select 0, entity_id, 'asset', key, jsonb_build_object('name', key, 'type', 'host', 'restartNeeded', '[]'::jsonb), '{1}', ${at}, ${at} from estate.entity`;
  await sql`insert into estate.inventory (customer_id, asset_id, source_id, section, components, true_at, learned_at, seen_in)
    select 0, entity_id, 1, 'deb', (select array_agg((n - 1) * ${VERSIONS} + 1 + (entity_id * 7 + n) % ${VERSIONS} order by n)
      from generate_series(1, ${perHost}) n), ${at}, ${at}, 1 from estate.entity`;
  // Each flawed package is on all hosts that hold one of its versions: the share of flawed pairs gives the items per host.
  const share = Math.ceil((perHostItems / perHost) * 1000);
  await sql`insert into scanning.wording (digest, id, names, body)
    select c.component_id, 'CVE-2026-' || c.component_id, array['CVE-2026-' || c.component_id],
      ${JSON.stringify(body)}::text::jsonb || jsonb_build_object('id', 'CVE-2026-' || c.component_id)
    from estate.component c where (c.component_id * 7919) % 1000 < ${share}`;
  await sql`insert into scanning.component_flaw (component_id, key, wording_id, state, rank, known_exploited, severity, fixable, purl,
      matched_name, matched_version, sentence, first_seen)
    select digest::int, md5(digest), wording_id, 'affected', 1, false, 'high', true, '', '', '', '', ${at} from scanning.wording`;
  await sql`insert into scanning.matched (component_id, feeds, ecosystem, limits, matched_at)
    select component_id, 'a', 'Debian:12', '{}', ${at} from estate.component`;
});

let exposed: 'yes' | 'no' = 'no';
/** CPU seconds of the database's processes, from /proc where there is one. */
function databaseCpu(): number {
  if (!fs.existsSync('/proc/self/stat')) return 0;
  let ticks = 0;
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      if (!fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres')) continue;
      const parts = fs
        .readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      ticks += Number(parts[11]) + Number(parts[12]);
    } catch {
      // It ended meanwhile.
    }
  }
  return ticks / 100;
}

async function measured(what: string): Promise<void> {
  const before = process.cpuUsage();
  const theirs = databaseCpu();
  const { judged, changes } = await evaluatePatches({
    database,
    clock,
    zone: 'Europe/London',
    exposed: () => exposed,
    unsupported: () => null,
    mitigated: () => Promise.resolve(true),
    signal: new AbortController().signal,
  });
  const { user, system } = process.cpuUsage(before);
  const own = ((user + system) / 1e6).toFixed(2);
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${what}: ${judged} items judged, ${changes} changed; ${own} s CPU, PostgreSQL ${(databaseCpu() - theirs).toFixed(2)} s, ${peak} MB at most`,
  );
}

await measured('everything from nothing');
await measured('nothing changed');
await database.transaction('everything', async (sql) => {
  const kev = { added: '2026-10-02', due: '2026-10-05', ransomware: false, name: 'a bench' };
  const first = sql`(select min(component_id) from scanning.component_flaw)`;
  await sql`update scanning.component_flaw set known_exploited = true where component_id = ${first}`;
  await sql`update scanning.wording w set body = body || jsonb_build_object('kev', ${JSON.stringify(kev)}::text::jsonb)
    from scanning.component_flaw f where f.wording_id = w.wording_id and f.component_id = ${first}`;
  await sql`update scanning.matched set matched_at = ${clock.now()}`;
});
await measured('one flaw listed in KEV');
exposed = 'yes';
await measured('every host is exposed');
await app.close();
fs.rmSync(home, { recursive: true, force: true });
