/** The embedded PostgreSQL as a child process: made once, started, found again after a crash, stopped cleanly. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError, messageOf, systemCode } from '../../errors.ts';
import { newId, newSecret } from '../../ids.ts';
import { findBinaries, type Binaries } from './binaries.ts';
import { lockHolder, openDirectory, releaseLock, takeLock } from './directory.ts';
import type { DataDirectory, Holder } from './directory.ts';
import { pidFile, stopOrphan } from './orphan.ts';

export const ADMIN = 'holdfast';
const POLL_MS = 15;
const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 60_000;

/** A running embedded PostgreSQL. */
export interface Cluster {
  readonly directory: DataDirectory;
  readonly password: string;
  /** Whether this process started it (and so stops it), or found it running under another Holdfast process. */
  readonly owned: boolean;
  /** Resolves with a sentence when an owned PostgreSQL ends without having been asked to. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
}

export interface ClusterOptions {
  readonly home: string;
  readonly postgresBin?: string | undefined;
  /** What this process is, for the message that another one gets: `holdfast up`. */
  readonly what: string;
  /** A server must own the directory alone; a command may join the server that owns it. */
  readonly role: 'server' | 'command';
  readonly say?: (line: string) => void;
}

/**
 * Starts (or, for a command, joins) the PostgreSQL of a data directory.
 *
 * @throws HoldfastError `locked` when a server is asked for and another Holdfast holds the directory, `newer_data`
 *   when the directory was made by a newer PostgreSQL, `disk_full`, `database_unavailable`, `bad_config`.
 */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const directory = openDirectory(options.home);
  for (;;) {
    const holder = takeLock(directory.home, options.what);
    if (holder === undefined) break;
    if (options.role === 'server') refuseSecond(directory, holder);
    if (await waitUntilReady(directory, holder)) return joined(directory);
  }
  try {
    return await started(directory, options);
  } catch (error) {
    releaseLock(directory.home);
    throw error;
  }
}

function refuseSecond(directory: DataDirectory, holder: Holder): never {
  throw new HoldfastError(
    'locked',
    `${directory.home} is in use by process ${holder.pid} (${holder.what})`,
    {
      remedy: 'Stop that process first, or give this one a directory of its own with --data.',
    },
  );
}

/** Waits for the holder's PostgreSQL to accept connections; false when the holder went away meanwhile. */
async function waitUntilReady(directory: DataDirectory, holder: Holder): Promise<boolean> {
  for (let waited = 0; waited < START_LIMIT_MS; waited += POLL_MS) {
    if (statusLine(directory) === 'ready') return true;
    if (lockHolder(directory.home)?.pid !== holder.pid) return false;
    await sleep(POLL_MS);
  }
  throw new HoldfastError(
    'database_unavailable',
    `Process ${holder.pid} (${holder.what}) has not started its database`,
    {
      remedy: 'Stop that process and run the command again.',
    },
  );
}

function joined(directory: DataDirectory): Cluster {
  return {
    directory,
    password: fs.readFileSync(directory.passwordFile, 'utf8'),
    owned: false,
    died: new Promise(() => undefined),
    stop: () => Promise.resolve(),
  };
}

async function started(directory: DataDirectory, options: ClusterOptions): Promise<Cluster> {
  const binaries = findBinaries(directory.home, directory.uid, options.postgresBin);
  await stopOrphan(directory, options.say);
  if (!fs.existsSync(path.join(directory.cluster, 'PG_VERSION'))) {
    options.say?.(`Making a PostgreSQL ${binaries.major} database in ${directory.cluster}`);
    makeCluster(directory, binaries);
  }
  refuseOtherVersion(directory, binaries);
  const child = launch(directory, binaries);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(`PostgreSQL ended (${signal ?? `code ${code}`})`));
  });
  await untilReady(directory, child);
  let asked = false;
  return {
    directory,
    password: fs.readFileSync(directory.passwordFile, 'utf8'),
    owned: true,
    died: ended.then((why) => (asked ? new Promise<string>(() => undefined) : why)),
    stop: async () => {
      if (asked) return;
      asked = true;
      // A command waits for the commands that joined it (smart shutdown); a server ends them (fast shutdown).
      await stopProcess(
        child,
        ended,
        options.role === 'command' ? ['SIGTERM', 'SIGINT'] : ['SIGINT'],
      );
      releaseLock(directory.home);
    },
  };
}

function statusLine(directory: DataDirectory): string {
  return pidFile(directory)[7]?.trim() ?? '';
}

/** Made beside its place and moved there when whole: initdb writes PG_VERSION first and may be killed any time after. */
function makeCluster(directory: DataDirectory, binaries: Binaries): void {
  refuseFilled(directory.cluster);
  // A folder of its own each time: the initdb of a Holdfast that was killed may still be writing into an older one.
  const making = `${directory.cluster}.making.${newId()}`;
  clearHalfMade(directory);
  fs.mkdirSync(making, { mode: 0o700 });
  const password = newSecret();
  fs.writeFileSync(directory.passwordFile, password, { mode: 0o600, flush: true });
  // initdb reads the password as the database's user, so it gets a copy that this user owns, gone right after.
  const handed = path.join(directory.sockets, 'initial-password');
  fs.writeFileSync(handed, password, { mode: 0o600 });
  if (directory.uid !== undefined)
    for (const given of [making, handed])
      fs.chownSync(given, directory.uid, directory.gid ?? directory.uid);
  const made = spawnSync(
    binaries.initdb,
    [
      '--pgdata',
      making,
      '--username',
      ADMIN,
      '--pwfile',
      handed,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--no-instructions',
    ],
    { ...identity(directory), cwd: making, encoding: 'utf8', env: plainEnvironment() },
  );
  fs.rmSync(handed, { force: true });
  if (made.status === 0) {
    fs.renameSync(making, directory.cluster);
    syncFolder(directory.home);
    clearHalfMade(directory);
    return;
  }
  clearHalfMade(directory);
  const why =
    made.error === undefined
      ? `${made.stdout}${made.stderr}`.trim().slice(-2000)
      : messageOf(made.error);
  if (/could not look up effective user ID/.test(why))
    throw new HoldfastError(
      'unsupported',
      'PostgreSQL cannot make a database as a user without a name',
      {
        remedy:
          'Run as a user that /etc/passwd knows, or use another PostgreSQL with DATABASE_URL.',
      },
    );
  throw new HoldfastError(
    /No space left/.test(why) ? 'disk_full' : 'database_unavailable',
    `initdb failed in ${directory.cluster}: ${why}`,
  );
}

/** Removes what killed runs of initdb left; what cannot be removed now is removed by the next start. */
function clearHalfMade(directory: DataDirectory): void {
  const begin = `${path.basename(directory.cluster)}.making`;
  for (const name of fs.readdirSync(directory.home)) {
    if (!name.startsWith(begin)) continue;
    try {
      fs.rmSync(path.join(directory.home, name), {
        recursive: true,
        force: true,
        maxRetries: 20,
        retryDelay: 50,
      });
    } catch {
      // Somebody is still writing there.
    }
  }
}

function refuseFilled(folder: string): void {
  if (fs.readdirSync(folder).length === 0) return;
  throw new HoldfastError('bad_config', `${folder} holds files that are not a database`, {
    remedy: 'Choose an empty or new data directory with --data.',
  });
}

function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}

function refuseOtherVersion(directory: DataDirectory, binaries: Binaries): void {
  const found = Number(fs.readFileSync(path.join(directory.cluster, 'PG_VERSION'), 'utf8'));
  if (found === binaries.major) return;
  const remedy =
    found > binaries.major
      ? `Use the Holdfast that made it, or give PostgreSQL ${found} with --postgres-bin.`
      : `Make a backup with the Holdfast that made it, then restore it into a new directory.`;
  throw new HoldfastError(
    found > binaries.major ? 'newer_data' : 'unsupported',
    `${directory.cluster} was made by PostgreSQL ${found}; this is PostgreSQL ${binaries.major}`,
    { remedy },
  );
}

/** Errors are logged without their rows or parameters: those may hold personal data. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '60',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
  ssl: 'off',
};

function launch(directory: DataDirectory, binaries: Binaries): ChildProcess {
  const log = fs.openSync(rotated(directory.logFile), 'a', 0o600);
  const settings = Object.entries({ ...SETTINGS, unix_socket_directories: directory.sockets });
  const child = spawn(
    binaries.postgres,
    ['-D', directory.cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // A session of its own: a terminal's Ctrl-C must reach us, who then stop it in order.
    {
      ...identity(directory),
      cwd: directory.cluster,
      env: plainEnvironment(),
      stdio: ['ignore', log, log],
      detached: true,
    },
  );
  fs.closeSync(log);
  child.once('error', () => undefined);
  return child;
}

function rotated(file: string): string {
  try {
    if (fs.statSync(file).size > 10_000_000) fs.renameSync(file, `${file}.1`);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  return file;
}

async function untilReady(directory: DataDirectory, child: ChildProcess): Promise<void> {
  for (let waited = 0; waited < START_LIMIT_MS; waited += POLL_MS) {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) break;
    if (statusLine(directory) === 'ready' && Number(pidFile(directory)[0]) === child.pid) return;
    await sleep(POLL_MS);
  }
  child.kill('SIGQUIT');
  const tail = fs
    .readFileSync(directory.logFile, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(-5)
    .join('\n');
  throw new HoldfastError(
    /No space left/.test(tail) ? 'disk_full' : 'database_unavailable',
    `PostgreSQL did not start:\n${tail}`,
    {
      remedy: `The whole log is in ${directory.logFile}.`,
    },
  );
}

async function stopProcess(
  child: ChildProcess,
  ended: Promise<string>,
  signals: readonly NodeJS.Signals[],
): Promise<void> {
  for (const signal of [...signals, 'SIGQUIT' as const]) {
    child.kill(signal);
    const done = await Promise.race([
      ended.then(() => true),
      sleep(STOP_LIMIT_MS, false, { ref: false }),
    ]);
    if (done) return;
  }
}

function identity(directory: DataDirectory): { uid?: number; gid?: number } {
  return directory.uid === undefined
    ? {}
    : { uid: directory.uid, gid: directory.gid ?? directory.uid };
}

/** PostgreSQL gets no environment of ours: it may hold secrets, and PG* variables would change what it does. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
