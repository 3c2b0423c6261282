/** The frame of everything that changes the index. */
import fs from 'node:fs';
import path from 'node:path';
import { lockUpdates } from './lock.ts';
import { keepPrevious, sweep, WORK } from './manifest.ts';

/** Holds the lock, and cleans up after this run and any that was killed. @throws HoldfastError `locked`. */
export async function withLock<Result>(
  directory: string,
  work: () => Promise<Result>,
): Promise<Result> {
  fs.mkdirSync(directory, { recursive: true });
  const free = lockUpdates(directory);
  try {
    fs.mkdirSync(path.join(directory, WORK), { recursive: true });
    keepPrevious(directory);
    return await work();
  } finally {
    sweep(directory);
    free();
  }
}
