/** A fresh, migrated database for each test that asks, cloned from a template on one PostgreSQL for the whole run. */
import { after, type TestContext } from 'node:test';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { openCluster, ADMIN } from '../../src/kernel/sql/embedded/cluster.ts';
import {
  openDatabase,
  openPool,
  type Connection,
  type Database,
} from '../../src/kernel/sql/database.ts';
import { migrate, readMigrations } from '../../src/kernel/sql/migrate.ts';
import { packageRoot } from '../../src/kernel/paths.ts';

interface Server {
  readonly to: (database: string) => Connection;
  readonly template: string;
  readonly role: string | undefined;
  stop(): Promise<void>;
}

let server: Promise<Server> | undefined;
let count = 0;

after(async () => {
  if (server !== undefined) await (await server).stop();
});

/** An empty migrated database, dropped when the test ends. */
export async function testDatabase(t: TestContext): Promise<Database> {
  const { connection, role } = await testConnection(t);
  const database = openDatabase(connection, { role, connections: 8 });
  t.after(() => database.close());
  return database;
}

/** The same, for tests that open their own connections. */
export async function testConnection(
  t: TestContext,
  options: { empty?: boolean } = {},
): Promise<{ connection: Connection; role: string | undefined }> {
  server ??= startServer();
  const { to, template, role } = await server;
  count += 1;
  const name = `holdfast_test_${process.pid}_${count}`;
  await administer(
    to('postgres'),
    `create database ${name}${options.empty === true ? '' : ` template ${template}`}`,
  );
  t.after(() => administer(to('postgres'), `drop database if exists ${name} with (force)`));
  return { connection: to(name), role };
}

async function administer(connection: Connection, statement: string): Promise<void> {
  const pool = openPool(connection, { connections: 1 });
  try {
    await pool.unsafe(statement);
  } finally {
    await pool.end();
  }
}

async function startServer(): Promise<Server> {
  // Before there is a server: a mistake in them must not leave one running that nobody stops.
  const migrations = readMigrations(path.join(packageRoot(), 'migrations'));
  const url = process.env['HOLDFAST_TEST_DATABASE_URL'];
  const { to, stop } = url === undefined ? await embedded() : external(url);
  const template = `holdfast_template_${process.pid}`;
  await administer(to('postgres'), `drop database if exists ${template} with (force)`);
  await administer(to('postgres'), `create database ${template}`);
  const pool = openPool(to(template), { connections: 1 });
  const role = await migrate(pool, migrations);
  await pool.end();
  return {
    to,
    template,
    role,
    stop: async () => {
      await administer(to('postgres'), `drop database if exists ${template} with (force)`);
      await stop();
    },
  };
}

async function embedded() {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-test-'));
  fs.chmodSync(home, 0o755);
  const cluster = await openCluster({ home, what: 'npm test', role: 'server' });
  const to = (database: string): Connection => ({
    socketFolder: cluster.directory.sockets,
    user: ADMIN,
    password: cluster.password,
    database,
  });
  // These databases live for seconds; the tests of durability start clusters of their own.
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    await administer(to('postgres'), `alter system set ${setting} = off`);
  }
  await administer(to('postgres'), 'select pg_reload_conf()');
  const stop = async () => {
    await cluster.stop();
    fs.rmSync(home, { recursive: true, force: true });
  };
  return { to, stop };
}

function external(url: string) {
  const to = (database: string): Connection => {
    const named = new URL(url);
    named.pathname = `/${database}`;
    return { url: named.href };
  };
  return { to, stop: () => Promise.resolve() };
}
