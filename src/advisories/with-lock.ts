/** The frame of everything that changes the index. */
import fs from 'node:fs';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { lockUpdates } from './lock.ts';
import { keepPrevious, sweep, WORK } from './manifest.ts';

/** Holds the lock, and cleans up after this run and any that was killed. @throws HoldfastError `locked`. */
export async function withLock<Result>(
  directory: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const free = entered(directory);
  try {
    fs.mkdirSync(path.join(directory, WORK), { recursive: true });
    keepPrevious(directory);
    return await work();
  } finally {
    sweep(directory);
    free();
  }
}

function entered(directory: string): () => void {
  try {
    fs.mkdirSync(directory, { recursive: true });
    return lockUpdates(directory);
  } catch (cause) {
    if (cause instanceof HoldfastError || systemCode(cause) === '') throw cause;
    throw new HoldfastError('bad_config', `Cannot write to ${directory} (${systemCode(cause)})`, {
      remedy: 'Choose a directory that you may write to with --data or HOLDFAST_DATA.',
      cause,
    });
  }
}
