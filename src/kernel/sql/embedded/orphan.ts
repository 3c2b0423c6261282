/** What an earlier Holdfast that was killed left behind: its running PostgreSQL and PostgreSQL's lock files. */
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
import type { DataDirectory } from './directory.ts';

const POLL_MS = 15;
const STOP_LIMIT_MS = 60_000;

/**
 * A PostgreSQL whose Holdfast was killed is stopped first, so that what starts is ours to watch. We hold the directory's
 * lock; so once no postgres works in it, its lock files are stale, even if the number in them lives on as a zombie or
 * was given to another process, which PostgreSQL cannot tell and would refuse.
 */
export async function stopOrphan(
  directory: DataDirectory,
  say?: (line: string) => void,
): Promise<void> {
  const lockFile = path.join(directory.cluster, 'postmaster.pid');
  const socketLock = path.join(directory.sockets, '.s.PGSQL.5432.lock');
  if (!fs.existsSync('/proc/self/cwd')) return;
  const pid = Number(pidFile(directory)[0]);
  for (let waited = 0; ; waited += POLL_MS) {
    const left = postgresIn(directory.cluster);
    if (left.length === 0) break;
    if (waited === 0 && left.includes(pid)) {
      say?.(`Stopping the database that an earlier Holdfast left running (process ${pid})`);
      process.kill(pid, 'SIGINT');
    }
    if (waited > STOP_LIMIT_MS) {
      throw new HoldfastError(
        'locked',
        `The database process ${left[0]} of ${directory.home} does not stop`,
        { remedy: `End it by hand (kill -QUIT ${left[0]}) and start again.` },
      );
    }
    await sleep(POLL_MS);
  }
  fs.rmSync(lockFile, { force: true });
  fs.rmSync(socketLock, { force: true });
}

/** The living postgres processes that work in this directory; a dead one that nobody reaped has no place any more. */
function postgresIn(cluster: string): number[] {
  const place = fs.realpathSync(cluster);
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres' &&
          fs.readlinkSync(`/proc/${pid}/cwd`) === place
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** The lines of postmaster.pid; line 8 is the status (PostgreSQL, miscadmin.h LOCK_FILE_LINE_PM_STATUS). */
export function pidFile(directory: DataDirectory): string[] {
  try {
    return fs.readFileSync(path.join(directory.cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}
