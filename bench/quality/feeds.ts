/** The index of everything in ../shared/data/advisories, made by the product's own update in a temporary directory. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openIndex, type AdvisoryIndex } from '../../src/advisories/index-open.ts';
import { updateFromFiles } from '../../src/advisories/update.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { sharedPath } from '../../test/support/shared-data.ts';

export interface BuiltIndex {
  readonly directory: string;
  readonly index: AdvisoryIndex;
  readonly bytes: number;
  readonly seconds: number;
  remove(): void;
}

/** @param folders below ../shared/data */
export async function buildIndex(folders: readonly string[] = ['advisories']): Promise<BuiltIndex> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'holdfast-quality-'));
  const began = process.cpuUsage();
  for (const folder of folders) {
    await updateFromFiles(sharedPath(folder) ?? '', {
      directory,
      clock: systemClock,
      signal: new AbortController().signal,
      acceptShrink: true,
    });
  }
  const used = process.cpuUsage(began);
  const files = fs.readdirSync(directory).filter((file) => file.endsWith('.seg'));
  const bytes = files.reduce((sum, file) => sum + fs.statSync(path.join(directory, file)).size, 0);
  const index = openIndex(directory);
  return {
    directory,
    index,
    bytes,
    seconds: (used.user + used.system) / 1e6,
    remove() {
      index.close();
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The data at hand end then; later, every feed would be stale, which changes no match. */
export const NOW = new Date('2026-11-21T00:00:00Z');
