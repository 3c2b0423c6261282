/**
 * Backup and restore: rows and bytes a second, CPU seconds and memory of this process.
 * `node bench/backup.ts [HOSTS]` prints a table; nothing is asserted.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { packageRoot } from '../src/kernel/paths.ts';
import { backup } from '../src/kernel/sql/backup.ts';
import { openPool, type Connection } from '../src/kernel/sql/database.ts';
import { ADMIN, openCluster } from '../src/kernel/sql/embedded/cluster.ts';
import { migrate, readMigrations } from '../src/kernel/sql/migrate.ts';
import { restore } from '../src/kernel/sql/restore.ts';

const hosts = Number(process.argv[2] ?? 50_000);
const migrations = readMigrations(path.join(packageRoot(), 'migrations'));
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-bench-'));
fs.chmodSync(home, 0o755);
const cluster = await openCluster({ home, what: 'bench/backup.ts', role: 'server' });
const to = (database: string): Connection => ({
  socketFolder: cluster.directory.sockets,
  user: ADMIN,
  password: cluster.password,
  database,
});

async function timed<T extends { rows: number }>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const before = process.cpuUsage();
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  console.log(
    `${what.padEnd(8)} ${String(result.rows).padStart(9)} rows  ${seconds.toFixed(1).padStart(6)} s  ` +
      `${String(Math.round(result.rows / seconds)).padStart(8)} rows/s  ` +
      `${((user + system) / 1e6).toFixed(1).padStart(5)} CPU s  ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  return result;
}

try {
  const pool = openPool(to('postgres'), { connections: 1 });
  await migrate(pool, migrations);
  await pool.unsafe(`
    set holdfast.scope = 'everything';
    insert into estate.entity (kind, key, learned_at)
      select 'asset', 'host' || n, now() from generate_series(1, ${hosts}) n;
    insert into estate.observation (customer_id, entity_id, source_id, collection_id, key, true_at, learned_at, body)
      select n % 700, n, 1, 1, 'host' || n, now(), now(),
        jsonb_build_object('name', 'host' || n, 'type', 'host', 'kernel', md5(n::text), 'addresses', jsonb_build_array(md5(n::text)))
      from generate_series(1, ${hosts}) n, generate_series(1, 4);
    insert into estate.inventory (customer_id, asset_id, source_id, section, components, true_at, learned_at, seen_in)
      select n % 700, n, 1, 'dpkg', array(select (n * 31 + c * 7) % 100000 from generate_series(1, 500) c), now(), now(), 1
      from generate_series(1, ${hosts}) n`);
  await pool.unsafe('create database other');
  await pool.end();
  const file = path.join(home, 'bench.backup');
  const made = await timed('backup', () => backup(to('postgres'), file, { version: 'bench' }));
  console.log(`         ${(made.bytes / 1e6).toFixed(1)} MB in the file`);
  await timed('restore', () => restore(to('other'), file, { migrations }));
} finally {
  await cluster.stop();
  fs.rmSync(home, { recursive: true, force: true });
}
