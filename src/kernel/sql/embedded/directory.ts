/** The data directory: its owner, its lock, and the socket folder whose path must stay short. */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import * as z from 'zod';
import { HoldfastError, systemCode } from '../../errors.ts';
import { isRoot } from '../../paths.ts';

/** sun_path holds 108 bytes with the final zero; PostgreSQL adds `/.s.PGSQL.5432`. */
const LONGEST_SOCKET_FOLDER = 107 - '/.s.PGSQL.5432.lock'.length;
const NOBODY = 65534;

export interface DataDirectory {
  readonly home: string;
  readonly cluster: string;
  readonly sockets: string;
  readonly logFile: string;
  readonly passwordFile: string;
  /** The user that PostgreSQL runs as when we are root (it refuses root itself); undefined: as ourselves. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
}

/** Makes the folders that are missing and refuses a place that the database's user cannot reach. */
export function openDirectory(home: string): DataDirectory {
  const owner = isRoot() ? (ownerOf(path.join(home, 'postgres')) ?? databaseUser()) : undefined;
  const directory: DataDirectory = {
    home,
    cluster: path.join(home, 'postgres'),
    sockets: socketFolder(home),
    logFile: path.join(home, 'postgres.log'),
    passwordFile: path.join(home, 'database-password'),
    uid: owner?.uid,
    gid: owner?.gid,
  };
  try {
    fs.mkdirSync(home, { recursive: true, mode: 0o755 });
    if (path.dirname(directory.sockets) !== home) refuseForeign(directory.sockets, owner?.uid);
    for (const folder of [directory.cluster, directory.sockets]) {
      fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (owner !== undefined) fs.chownSync(folder, owner.uid, owner.gid);
    }
    fs.accessSync(home, fs.constants.W_OK);
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError(
      'bad_config',
      `Cannot use the data directory ${home} (${systemCode(error)})`,
      {
        remedy: 'Choose a directory that you may write to with --data or HOLDFAST_DATA.',
        cause: error,
      },
    );
  }
  if (owner !== undefined) refuseUnreachable(directory.cluster);
  return directory;
}

/** A database that was made stays with the user it was made for: no other could read its files. */
function ownerOf(cluster: string): { uid: number; gid: number } | undefined {
  try {
    const { uid, gid } = fs.statSync(path.join(cluster, 'PG_VERSION'));
    return uid === 0 ? undefined : { uid, gid };
  } catch {
    return undefined;
  }
}

/** In a folder where everybody may write, somebody else may have been there first, with a folder or link of his own. */
function refuseForeign(folder: string, uid: number | undefined): void {
  const found = fs.lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return;
  const ours = found.uid === process.getuid?.() || found.uid === uid;
  if (found.isDirectory() && ours && (found.mode & 0o077) === 0) return;
  throw new HoldfastError('bad_config', `${folder} is not a private folder of ours`, {
    remedy: `Find out whose it is and remove it, or choose a data directory with a shorter path.`,
  });
}

/** `holdfast` where the administrator made such a user, else nobody. */
function databaseUser(): { uid: number; gid: number } {
  const line = /^holdfast:[^:]*:(\d+):(\d+):/m.exec(fs.readFileSync('/etc/passwd', 'utf8'));
  if (line !== null) return { uid: Number(line[1]), gid: Number(line[2]) };
  return { uid: NOBODY, gid: NOBODY };
}

function refuseUnreachable(cluster: string): void {
  for (let at = path.dirname(fs.realpathSync(cluster)); ; at = path.dirname(at)) {
    if ((fs.statSync(at).mode & 0o001) === 0) {
      throw new HoldfastError(
        'bad_config',
        `PostgreSQL does not run as root, and the user it runs as cannot enter ${at}`,
        {
          remedy: `Choose another data directory with --data (as root the default is /var/lib/holdfast), or run: chmod o+x ${at}`,
        },
      );
    }
    if (at === path.dirname(at)) return;
  }
}

function socketFolder(home: string): string {
  const near = path.join(home, 'sockets');
  if (Buffer.byteLength(near) <= LONGEST_SOCKET_FOLDER) return near;
  const name = `holdfast-${createHash('sha256').update(home).digest('hex').slice(0, 16)}`;
  const runtime = process.env['XDG_RUNTIME_DIR'];
  const base =
    !isRoot() && runtime !== undefined && path.isAbsolute(runtime) ? runtime : os.tmpdir();
  return path.join(base, name);
}

const Holder = z.object({ pid: z.int(), started: z.string(), what: z.string() });
export type Holder = z.infer<typeof Holder>;

/** Takes the directory's lock, or returns the living process that holds it. A dead holder's lock is taken over. */
export function takeLock(home: string, what: string): Holder | undefined {
  const file = path.join(home, 'holdfast.lock');
  const own: Holder = { pid: process.pid, started: startOf(process.pid), what };
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (;;) {
      try {
        fs.linkSync(draft, file);
        return undefined;
      } catch (error) {
        if (systemCode(error) !== 'EEXIST') throw error;
      }
      const holder = lockHolder(home);
      if (holder !== undefined) return holder;
      removeDeadLock(file);
    }
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Moves a dead lock aside; if another taker was faster, what was moved is its living lock and goes back. */
function removeDeadLock(file: string): void {
  const aside = `${file}.dead.${process.pid}`;
  try {
    fs.renameSync(file, aside);
    if (livingHolder(aside) !== undefined) fs.linkSync(aside, file);
    fs.rmSync(aside, { force: true });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT' && systemCode(error) !== 'EEXIST') throw error;
  }
}

export function releaseLock(home: string): void {
  if (lockHolder(home)?.pid === process.pid)
    fs.rmSync(path.join(home, 'holdfast.lock'), { force: true });
}

/** The living process that holds the directory. */
export function lockHolder(home: string): Holder | undefined {
  return livingHolder(path.join(home, 'holdfast.lock'));
}

function livingHolder(file: string): Holder | undefined {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  const holder = Holder.safeParse(parseJson(text));
  if (!holder.success || !isAlive(holder.data.pid)) return undefined;
  return startOf(holder.data.pid) === holder.data.started ? holder.data : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** When a process started, in clock ticks since boot, so that a reused process number is not taken for its old owner. */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
