import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError, type ErrorCode } from '../../errors.ts';
import { isRoot, packageRoot } from '../../paths.ts';
import { openPool } from '../database.ts';
import { findBinaries } from './binaries.ts';
import { ADMIN, openCluster, type Cluster, type ClusterOptions } from './cluster.ts';
import { isAlive } from './directory.ts';

/** A data directory that the database's user can reach, gone after the test. */
function newHome(t: TestContext, name = 'data'): string {
  const base = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-cluster-'));
  fs.chmodSync(base, 0o755);
  t.after(() => fs.rmSync(base, { recursive: true, force: true }));
  return path.join(base, name);
}

async function opened(
  t: TestContext,
  home: string,
  more: Partial<ClusterOptions> = {},
): Promise<Cluster> {
  const cluster = await openCluster({ home, what: 'a test', role: 'server', ...more });
  t.after(() => cluster.stop());
  return cluster;
}

async function ask(cluster: Cluster, statement: string): Promise<unknown[]> {
  const pool = openPool(
    {
      socketFolder: cluster.directory.sockets,
      user: ADMIN,
      password: cluster.password,
      database: 'postgres',
    },
    { connections: 1 },
  );
  try {
    return [...(await pool.unsafe(statement))];
  } finally {
    await pool.end();
  }
}

function fails(work: Promise<unknown>, code: ErrorCode, message: RegExp, remedy?: RegExp) {
  return assert.rejects(work, (error) => {
    assert.ok(error instanceof HoldfastError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    if (remedy !== undefined) assert.match(error.remedy ?? '', remedy);
    return true;
  });
}

/** A Holdfast of its own: opens the directory, says READY, then writes rows and says each number once it is acknowledged. */
const OWNER = `
  import process from 'node:process';
  import { openCluster, ADMIN } from './src/kernel/sql/embedded/cluster.ts';
  import { openPool } from './src/kernel/sql/database.ts';
  const [home, role, writes] = process.argv.slice(1);
  const cluster = await openCluster({ home, what: 'the owner', role }).catch((error) => {
    console.log('FAILED ' + error.code + ' ' + error.message);
    process.exit(1);
  });
  console.log('READY ' + cluster.owned);
  let stopping = false;
  process.once('SIGTERM', () => {
    stopping = true;
    void cluster.stop().then(() => process.exit(0));
  });
  const sql = openPool({ socketFolder: cluster.directory.sockets, user: ADMIN, password: cluster.password, database: 'postgres' }, { connections: 1 });
  if (writes === 'yes') {
    await sql.unsafe('create table if not exists acknowledged (n int primary key)');
    for (let n = 1; ; n += 1) {
      await sql\`insert into acknowledged values (\${n})\`.catch((error) => {
        if (!stopping) throw error;
        return new Promise(() => undefined);
      });
      console.log('WROTE ' + n);
    }
  }`;

function owner(
  t: TestContext,
  home: string,
  options: {
    role?: string;
    writes?: boolean;
    uid?: number;
    env?: NodeJS.ProcessEnv;
    script?: string;
  } = {},
): { child: ChildProcess; said: string[] } {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module-typescript',
      '-e',
      options.script ?? OWNER,
      home,
      options.role ?? 'server',
      options.writes === true ? 'yes' : 'no',
    ],
    {
      cwd: packageRoot(),
      stdio: ['ignore', 'pipe', 'pipe'],
      env: options.env ?? process.env,
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    },
  );
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => said.push(...data.toString().trimEnd().split('\n')));
  // Node itself may stand where another user cannot reach it (a home of mode 700): that is an answer too.
  child.once('error', (error) => said.push(error.message));
  t.after(() => child.kill('SIGKILL'));
  return { child, said };
}

async function until(what: string, look: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (look()) return;
    await sleep(25);
  }
  assert.fail(`waited 30 s in vain for: ${what}`);
}

function postmaster(home: string): number {
  return Number(
    fs.readFileSync(path.join(home, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0],
  );
}

test('a second server on one directory is refused and told who holds it; a command joins', async (t) => {
  const home = newHome(t);
  const first = await opened(t, home, { what: 'holdfast up' });
  assert.equal(first.owned, true);
  await fails(
    openCluster({ home, what: 'x', role: 'server' }),
    'locked',
    new RegExp(`in use by process ${process.pid} \\(holdfast up\\)`),
    /--data/,
  );
  const joined = await openCluster({ home, what: 'holdfast estate', role: 'command' });
  assert.equal(joined.owned, false);
  assert.deepEqual(await ask(joined, 'select 1 as one'), [{ one: 1 }]);
  await joined.stop();
  assert.deepEqual(await ask(first, 'select 2 as two'), [{ two: 2 }]);
  await first.stop();
  assert.equal(fs.existsSync(path.join(home, 'holdfast.lock')), false);
  const again = await opened(t, home);
  assert.equal(again.owned, true);
});

test('kill -9 of the owner: the next start stops what it left and has every acknowledged row', async (t) => {
  const home = newHome(t);
  const { child, said } = owner(t, home, { writes: true });
  await until('fifty rows', () => said.some((line) => line === 'WROTE 50'));
  child.kill('SIGKILL');
  await once(child, 'exit');
  const orphan = postmaster(home);
  assert.equal(isAlive(orphan), true, 'the database outlives its owner');
  const told: string[] = [];
  const cluster = await opened(t, home, { say: (line) => told.push(line) });
  assert.match(told.join('\n'), new RegExp(`process ${orphan}`));
  assert.notEqual(postmaster(home), orphan);
  const last = Number(said.findLast((line) => line.startsWith('WROTE'))?.split(' ')[1]);
  const [row] = (await ask(cluster, 'select count(*)::int as n from acknowledged')) as [
    { n: number },
  ];
  assert.ok(row.n >= last, `${last} rows were acknowledged, ${row.n} are there`);
});

test('kill -9 of the database and its owner together: repaired from the log, no acknowledged row lost', async (t) => {
  const home = newHome(t);
  const { child, said } = owner(t, home, { writes: true });
  await until('fifty rows', () => said.some((line) => line === 'WROTE 50'));
  process.kill(postmaster(home), 'SIGKILL');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const last = Number(said.findLast((line) => line.startsWith('WROTE'))?.split(' ')[1]);
  const cluster = await opened(t, home);
  const rows = await ask(cluster, 'select n from acknowledged');
  assert.ok(rows.length >= last);
});

test('the death of the database is told to its owner, an asked-for stop is not', async (t) => {
  const home = newHome(t);
  const cluster = await opened(t, home);
  process.kill(postmaster(home), 'SIGQUIT');
  assert.match(await cluster.died, /PostgreSQL ended/);
  await cluster.stop();
  const next = await opened(t, home);
  await next.stop();
  const told = await Promise.race([next.died, sleep(100, 'nothing')]);
  assert.equal(told, 'nothing');
});

test('two owners that start at once on a new directory: one gets it, one is refused', async (t) => {
  const home = newHome(t);
  const both = [owner(t, home), owner(t, home)];
  await until('both to answer', () => both.every(({ said }) => said.length > 0));
  const answers = both.map(({ said }) => said[0] ?? '').sort();
  assert.match(answers[0] ?? '', /^FAILED locked/);
  assert.equal(answers[1], 'READY true');
  for (const { child } of both) child.kill('SIGTERM');
});

test('a directory of a newer PostgreSQL is refused, of an older one too, and left alone', async (t) => {
  const home = newHome(t);
  await (await opened(t, home)).stop();
  const file = path.join(home, 'postgres', 'PG_VERSION');
  const own = Number(fs.readFileSync(file, 'utf8'));
  fs.writeFileSync(file, `${own + 1}\n`);
  const open = () => openCluster({ home, what: 'x', role: 'server' });
  await fails(open(), 'newer_data', new RegExp(`PostgreSQL ${own + 1}`), /--postgres-bin/);
  fs.writeFileSync(file, `${own - 1}\n`);
  await fails(open(), 'unsupported', new RegExp(`PostgreSQL ${own - 1}`), /backup/);
  fs.writeFileSync(file, `${own}\n`);
  await opened(t, home);
});

test('an initdb that was killed at any moment is made again', async (t) => {
  const home = newHome(t);
  for (const wait of [20, 150, 400]) {
    const { child } = owner(t, home);
    const begun = () =>
      fs.existsSync(home) && fs.globSync('postgres.making*/PG_VERSION', { cwd: home }).length > 0;
    await until('initdb to begin', () => begun() || child.exitCode !== null);
    await sleep(wait);
    // Its initdb goes on without it, and meets the next one's.
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const cluster = await opened(t, home);
  assert.deepEqual(await ask(cluster, 'select 1 as one'), [{ one: 1 }]);
  assert.deepEqual(
    fs.readdirSync(home).filter((name) => name.startsWith('postgres.making')),
    [],
  );
});

test('files that are not a database are refused and kept', async (t) => {
  const home = newHome(t);
  const strange = path.join(home, 'postgres', 'base-plan.txt');
  fs.mkdirSync(path.dirname(strange), { recursive: true });
  fs.writeFileSync(strange, 'keep me');
  await fails(
    openCluster({ home, what: 'x', role: 'server' }),
    'bad_config',
    /holds files that are not a database/,
    /--data/,
  );
  assert.equal(fs.readFileSync(strange, 'utf8'), 'keep me');
  assert.equal(fs.existsSync(path.join(home, 'holdfast.lock')), false, 'the lock is let go');
});

test('a long path gets its sockets elsewhere, below the limit of a socket’s path', async (t) => {
  const home = newHome(t, path.join('a'.repeat(100), 'b'.repeat(100)));
  const cluster = await opened(t, home);
  const { sockets } = cluster.directory;
  t.after(() => fs.rmSync(sockets, { recursive: true, force: true }));
  assert.ok(Buffer.byteLength(path.join(sockets, '.s.PGSQL.5432.lock')) <= 107);
  assert.equal(fs.statSync(sockets).mode & 0o077, 0, 'nobody else may connect');
  assert.deepEqual(await ask(cluster, 'select 1 as one'), [{ one: 1 }]);
});

test('a file in the place of the directory is refused by name', async (t) => {
  const home = newHome(t);
  fs.writeFileSync(home, '');
  await fails(openCluster({ home, what: 'x', role: 'server' }), 'bad_config', /Cannot use/);
});

test('as root, a directory below one that nobody else may enter is refused with the remedy', async (t) => {
  if (!isRoot()) {
    t.skip('needs root');
    return;
  }
  const outer = newHome(t, 'closed');
  fs.mkdirSync(outer, { mode: 0o700 });
  await fails(
    openCluster({ home: path.join(outer, 'data'), what: 'x', role: 'server' }),
    'bad_config',
    new RegExp(`cannot enter ${outer}`),
    new RegExp(`--data .*chmod o\\+x ${outer}`),
  );
});

test('as root, binaries below a closed directory are copied to where the database’s user reaches them', async (t) => {
  if (!isRoot()) {
    t.skip('needs root');
    return;
  }
  const home = newHome(t);
  fs.mkdirSync(home);
  const clone = path.join(path.dirname(home), 'clone');
  const real = path.dirname(path.dirname(findBinaries(home, undefined, undefined).postgres));
  const native = path.join(clone, 'package', 'native');
  fs.mkdirSync(path.dirname(native), { recursive: true });
  fs.cpSync(real, native, { recursive: true, verbatimSymlinks: true });
  fs.copyFileSync(
    path.join(path.dirname(real), 'package.json'),
    path.join(clone, 'package', 'package.json'),
  );
  fs.chmodSync(clone, 0o700);
  const binaries = findBinaries(home, 65534, undefined, native);
  assert.ok(binaries.postgres.startsWith(home), binaries.postgres);
  const cluster = await opened(t, home, { postgresBin: path.dirname(binaries.postgres) });
  assert.deepEqual(await ask(cluster, 'select 1 as one'), [{ one: 1 }]);
  const again = findBinaries(home, 65534, undefined, native);
  assert.equal(again.postgres, binaries.postgres);
});

test('works as an ordinary user', async (t) => {
  if (!isRoot()) {
    t.skip('the other tests show it: they do not run as root');
    return;
  }
  const home = newHome(t);
  const uid = 65534;
  fs.mkdirSync(home);
  fs.chownSync(home, uid, uid);
  const { child, said } = owner(t, home, {
    uid,
    writes: true,
    env: { PATH: process.env['PATH'], HOME: home },
  });
  await until('an answer', () => said.length > 0);
  if (/EACCES|Cannot find module|ERR_MODULE_NOT_FOUND|permission/i.test(said[0] ?? '')) {
    t.skip('an ordinary user cannot reach this clone or its Node');
    return;
  }
  assert.equal(said[0], 'READY true');
  await until('rows', () => said.includes('WROTE 5'));
  assert.equal(fs.statSync(path.join(home, 'postgres')).uid, uid);
  child.kill('SIGTERM');
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 0);
});

test('a user without a name is told so', async (t) => {
  if (!isRoot()) {
    t.skip('needs root');
    return;
  }
  const home = newHome(t);
  const uid = 4_000_000;
  fs.mkdirSync(home);
  fs.chownSync(home, uid, uid);
  const { said } = owner(t, home, { uid, env: { PATH: process.env['PATH'], HOME: home } });
  await until('an answer', () => said.length > 0);
  if (!said[0]?.startsWith('FAILED')) {
    t.skip('an ordinary user cannot reach this clone or its Node');
    return;
  }
  assert.match(said[0], /unsupported .* user without a name/);
});
