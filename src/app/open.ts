/** Composition by hand: opens the database that the configuration names, brings it up to date, and hands it out. */
import path from 'node:path';
import process from 'node:process';
import { demonstrationClock } from './demonstration.ts';
import { systemClock, type Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import { createLog, type Log } from '../kernel/log.ts';
import { packageRoot } from '../kernel/paths.ts';
import {
  openDatabase,
  openPool,
  translated,
  type Connection,
  type Database,
} from '../kernel/sql/database.ts';
import { ADMIN, openCluster, type Cluster } from '../kernel/sql/embedded/cluster.ts';
import { migrate, readMigrations } from '../kernel/sql/migrate.ts';

/** What every command and handler works with. */
export interface App {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  /** The login that owns the tables; for migrations, backups and libraries with tables of their own. */
  readonly admin: Connection;
  readonly role: string | undefined;
  /** The embedded PostgreSQL, or undefined with `databaseUrl`. */
  readonly cluster: Cluster | undefined;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly what: string;
  readonly role: 'server' | 'command';
  readonly say?: (line: string) => void;
  readonly clock?: Clock;
}

/** A log to standard error at the configured level. */
function openLog(config: Config, clock: Clock = systemClock): Log {
  return createLog({ level: config.logLevel, clock, write: (line) => process.stderr.write(line) });
}

/**
 * Opens everything a command needs.
 *
 * @throws HoldfastError as `openCluster` and `migrate` do.
 */
export async function openApp(config: Config, options: OpenOptions): Promise<App> {
  const clock = options.clock ?? demonstrationClock(config) ?? systemClock;
  const log = openLog(config, clock);
  const cluster =
    config.databaseUrl === undefined ? await openEmbedded(config, options) : undefined;
  try {
    const admin = connectionOf(config, cluster);
    const role = await migrated(admin, options);
    const database = openDatabase(admin, { role });
    const close = async (): Promise<void> => {
      await database.close();
      await cluster?.stop();
    };
    return { config, clock, log, database, admin, role, cluster, close };
  } catch (error) {
    await cluster?.stop();
    throw error;
  }
}

function openEmbedded(config: Config, options: OpenOptions): Promise<Cluster> {
  return openCluster({
    home: config.data,
    postgresBin: config.postgresBin,
    what: options.what,
    role: options.role,
    ...(options.say === undefined ? {} : { say: options.say }),
  });
}

/** The embedded cluster holds one database, the one that initdb made. */
function connectionOf(config: Config, cluster: Cluster | undefined): Connection {
  if (cluster === undefined) return { url: config.databaseUrl };
  return {
    socketFolder: cluster.directory.sockets,
    user: ADMIN,
    password: cluster.password,
    database: 'postgres',
  };
}

async function migrated(admin: Connection, options: OpenOptions): Promise<string | undefined> {
  const pool = openPool(admin, { connections: 1 });
  try {
    return await migrate(pool, readMigrations(path.join(packageRoot(), 'migrations')), options.say);
  } catch (error) {
    throw translated(error);
  } finally {
    await pool.end();
  }
}
