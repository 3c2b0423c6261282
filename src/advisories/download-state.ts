/** What servers said of the copies that the feeds were made of, so that only what has changed is downloaded again. */
import fs from 'node:fs';
import path from 'node:path';
import type { Validators } from './download.ts';
import type { InputFile } from './gather.ts';
import { writeDurably } from './manifest.ts';
import type { Manifest } from './model.ts';
import { isObject, objectOf, textOf } from './read-json.ts';

const STATE_FILE = 'downloads.json';

/** Of one unit of a source, as it was when its feeds were put in place. */
export interface UnitState {
  /** Address → validators. */
  readonly parts: Readonly<Record<string, Validators>>;
  /** Feed → its segment: where another has taken its place since, the parts say nothing about it. */
  readonly segments: Readonly<Record<string, string>>;
  /** When the whole was last downloaded, not only what had changed. */
  readonly wholeAt: string;
  /** Newest change that is in it, where the source lists changes. */
  readonly newest?: string;
}

/** What was downloaded of a unit. */
export interface Fetched {
  /** Empty: nothing has changed. */
  readonly files: readonly InputFile[];
  /** When the servers proved it: the oldest of its parts. */
  readonly provenAt: string;
  /** Newest change that a server speaks of. */
  readonly changedAt?: string;
  readonly state: Pick<UnitState, 'parts' | 'wholeAt'> & Partial<Pick<UnitState, 'newest'>>;
  /** The feed in place, which the files only change. */
  readonly seed?: {
    readonly feed: string;
    readonly segment: string;
    readonly except: ReadonlySet<string>;
  };
}

export type DownloadState = Readonly<Record<string, UnitState>>;

/** A state that cannot be read costs a full download and nothing else. */
export function readState(directory: string): DownloadState {
  try {
    const value: unknown = JSON.parse(fs.readFileSync(path.join(directory, STATE_FILE), 'utf8'));
    return isObject(value) && value['schema'] === 1
      ? (objectOf(value['units']) as DownloadState)
      : {};
  } catch {
    return {};
  }
}

export function writeState(directory: string, units: DownloadState): void {
  writeDurably(path.join(directory, STATE_FILE), `${JSON.stringify({ schema: 1, units })}\n`);
}

/** The state of a unit while the feeds that came out of it are still the ones in place. */
export function stateOf(
  state: DownloadState,
  unit: string,
  manifest: Manifest,
): UnitState | undefined {
  const known = state[unit];
  if (known === undefined || !isObject(known.segments) || !isObject(known.parts)) return undefined;
  const ids = Object.keys(known.segments);
  const inPlace = new Map(manifest.feeds.map(({ id, segment }) => [id, segment]));
  const same = ids.length > 0 && ids.every((id) => inPlace.get(id) === textOf(known.segments[id]));
  return same ? known : undefined;
}
