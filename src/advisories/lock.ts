/** One update at a time: a file that names the process that holds it. */
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';

const LOCK_FILE = 'update.lock';

/**
 * Takes the lock and gives the function that frees it. The lock of a process that is gone is taken over.
 *
 * @throws HoldfastError `locked` while another update runs.
 */
export function lockUpdates(directory: string): () => void {
  const file = path.join(directory, LOCK_FILE);
  const mine = `${process.pid} ${startOf(process.pid)} ${newId()}\n`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (created(file, mine)) {
      return () => {
        if (contentOf(file) === mine) fs.rmSync(file, { force: true });
      };
    }
    const holder = contentOf(file);
    if (holder !== undefined && isAlive(holder)) {
      throw new HoldfastError(
        'locked',
        `Another update of the advisories is running (process ${holder.split(' ')[0] ?? ''}).`,
        {
          remedy: 'Wait for its end. The index can be read meanwhile.',
        },
      );
    }
    takeAway(file, holder);
  }
  throw new HoldfastError('locked', 'Another update of the advisories has just begun.');
}

/** Linked into place whole, so that nobody ever reads a half-written holder. */
function created(file: string, content: string): boolean {
  const aside = `${file}.${newId()}.new`;
  fs.writeFileSync(aside, content, { flag: 'wx' });
  try {
    fs.linkSync(aside, file);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

/** Moved aside first: of two that find the same dead holder only one moves it, and a new holder's file is put back. */
function takeAway(file: string, dead: string | undefined): void {
  const aside = `${file}.${newId()}.new`;
  try {
    fs.renameSync(file, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if (contentOf(aside) !== dead) {
    try {
      fs.linkSync(aside, file);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }
  fs.rmSync(aside, { force: true });
}

function contentOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(holder: string): boolean {
  const [pid = '', start = ''] = holder.trim().split(' ');
  const id = Number(pid);
  if (!Number.isInteger(id) || id <= 0) return false;
  try {
    process.kill(id, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  // The number may have passed to another process since.
  const now = startOf(id);
  return start === '' || start === '-' || now === '-' || now === start;
}

/** When the process began, in ticks since boot (proc(5), field 22), or `-` where the system does not say. */
function startOf(pid: number): string {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
  } catch {
    return '-';
  }
}
