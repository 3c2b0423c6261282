/** A data directory that holds the demonstration says so, and so does every command that works on it. */
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../kernel/config.ts';
import { movedClock, systemClock, type Clock } from '../kernel/clock.ts';

export const DEMONSTRATION =
  'DEMONSTRATION: every person, organisation and number in here is invented.';
/** A file of this name in the data directory. */
export const MARKER = 'DEMONSTRATION';

export function isDemonstration(data: string): boolean {
  return existsSync(path.join(data, MARKER));
}

/** Its person key lies beside the directory, not in it: a copy of the data is no copy of the key. */
export function demoKeyFile(data: string): string {
  return `${data}.person-key`;
}

/** When a demonstration is loaded it is this moment in it, the night of the attack; from then on its clock goes on. */
const BEGINS = '2022-08-04T03:00:00.000Z';
const CLOCK = /^clock: loaded at (\S+)$/m;

export interface Beginning {
  readonly clock: Clock;
  /** Says so in the directory, once it is there. */
  mark(): Promise<void>;
}

/** A demonstration that is loaded now; one that already is keeps its clock. */
export function beginDemonstration(config: Pick<Config, 'data' | 'databaseUrl'>): Beginning {
  const kept = demonstrationClock(config);
  if (kept !== undefined) return { clock: kept, mark: () => Promise.resolve() };
  const loaded = systemClock.now();
  const text = `${DEMONSTRATION}\nclock: loaded at ${loaded.toISOString()}\n`;
  return { clock: clockOf(loaded), mark: () => writeFile(path.join(config.data, MARKER), text) };
}

/** The clock of a demonstration; undefined where the directory is none, or the database is not the one in it. */
export function demonstrationClock({
  data,
  databaseUrl,
}: Pick<Config, 'data' | 'databaseUrl'>): Clock | undefined {
  if (databaseUrl !== undefined || !isDemonstration(data)) return undefined;
  const [, loaded] = CLOCK.exec(readFileSync(path.join(data, MARKER), 'utf8')) ?? [];
  const at = new Date(loaded ?? '');
  return Number.isNaN(at.getTime()) ? undefined : clockOf(at);
}

function clockOf(loaded: Date): Clock {
  return movedClock(systemClock, Date.parse(BEGINS) - loaded.getTime());
}
