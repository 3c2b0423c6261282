/** Files that are whole or absent, whenever the power goes: write aside, fsync, rename, fsync the directory. */
import { mkdirSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import path from 'node:path';
import { HoldfastError, systemCode } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';

/** What is written together; the next stage begins when this one is durable. */
export const STAGES = ['entries', 'tiles', 'checkpoint'] as const;
export type Stage = (typeof STAGES)[number];
const STEPS = ['begun', 'written', 'synced', 'renamed', 'durable'] as const;

/** Where a test may stop the process: `entries:written` and so on, in the order in which they are passed. */
export type FaultPoint = `${Stage}:${(typeof STEPS)[number]}`;
export const FAULT_POINTS: readonly FaultPoint[] = STAGES.flatMap((stage) =>
  STEPS.map((step): FaultPoint => `${stage}:${step}`),
);
export type Fault = (point: FaultPoint) => void;

/** Unfinished files, below the root so that a rename stays within one file system. */
export const ASIDE = '.unfinished';

/**
 * Writes `files` (path below `root` → bytes) and returns when all of them would survive a power cut. A reader sees each
 * file whole or not at all. Throws `disk_full`; nothing that was there before is lost.
 */
export async function writeDurably(
  root: string,
  stage: Stage,
  files: ReadonlyMap<string, Uint8Array>,
  fault: Fault = () => undefined,
): Promise<void> {
  if (files.size === 0) return;
  fault(`${stage}:begun`);
  const touched = new Set<string>();
  for (const file of files.keys()) await makeDirectories(root, path.dirname(file), touched);
  const written = await Promise.all(
    Array.from(files, ([file, bytes]) => writeAside(root, stage, file, bytes, fault)),
  ).catch((cause: unknown) => {
    if (systemCode(cause) !== 'ENOSPC' && systemCode(cause) !== 'EDQUOT') throw cause;
    throw new HoldfastError('disk_full', 'The ledger cannot be written: the disk is full.', {
      remedy: 'Free space on the disk of the ledger; nothing recorded so far is lost.',
      cause,
    });
  });
  for (const { aside, file } of written) await rename(aside, path.join(root, file));
  fault(`${stage}:renamed`);
  await Promise.all(Array.from(touched, (directory) => syncDirectory(directory)));
  fault(`${stage}:durable`);
}

async function writeAside(
  root: string,
  stage: Stage,
  file: string,
  bytes: Uint8Array,
  fault: Fault,
): Promise<{ aside: string; file: string }> {
  const aside = path.join(root, ASIDE, newId());
  const handle = await open(aside, 'wx', 0o644);
  try {
    await handle.writeFile(bytes);
    fault(`${stage}:written`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  fault(`${stage}:synced`);
  return { aside, file };
}

/** Makes each missing directory on the way, and notes every directory whose own entries change. */
async function makeDirectories(root: string, below: string, touched: Set<string>): Promise<void> {
  const directory = path.join(root, below);
  if (touched.has(directory)) return;
  touched.add(directory);
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let parent = path.dirname(directory); ; parent = path.dirname(parent)) {
    touched.add(parent);
    if (parent === path.dirname(first)) return;
  }
}

export function makeRoot(root: string): void {
  mkdirSync(path.join(root, ASIDE), { recursive: true });
}

export async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a directory, and makes renames durable by itself.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
