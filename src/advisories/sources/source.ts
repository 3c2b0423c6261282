/** What every source of advisories is: data about it, and how to find what to download. Adding one is one folder. */
import type { Format } from '../recognise.ts';

export interface Source {
  /** Also the folder's name and the first part of its feeds' ids. */
  readonly id: string;
  readonly title: string;
  readonly licence: Licence;
  readonly homepage: string;
  /** Its feeds prove nothing any more when they are older, in seconds. */
  readonly maxAgeSeconds: number;
  /**
   * It changes at least so often, in seconds: where nothing has changed for longer, it is only as new as its last change,
   * whatever its server serves today. Left out where silence is usual.
   */
  readonly quietSeconds?: number;
  /** Whether it tells of flaws without a fix, by the ecosystem without release (empty for intelligence). */
  readonly seesUnfixed: (ecosystem: string) => boolean;
  /** What its silence does not mean, in one sentence for people. */
  readonly blind: string;
  /** Updated when nothing was chosen; otherwise why not. */
  readonly byDefault: true | string;
  readonly format: Format;
  /** A flaw that a whole feed must name, by ecosystem without release (empty for intelligence). */
  readonly canaries: Readonly<Record<string, string>>;
  /** Whether package names of its feeds are those of sources, of packages, or both, where not the distribution's habit. */
  readonly names?: 'source' | 'binary' | 'both';
  /** Ends in a slash; a mirror takes its place with the same paths below. */
  readonly base: string;
  /** What to download for a whole update. */
  readonly plan: (plan: Plan) => Promise<readonly Unit[]> | readonly Unit[];
}

export interface Licence {
  readonly name: string;
  readonly url: string;
  /** Why it is off until the operator chooses it. */
  readonly restricted?: string;
}

/** What is replaced together: all feeds that come out of these parts. */
export interface Unit {
  /** The ecosystem without release that alone is taken from the parts, where they bring more. */
  readonly ecosystem?: string;
  readonly parts: readonly Part[];
  /** A list of changed records, for an update by difference. */
  readonly changes?: Changes;
}

export interface Part {
  /** Below the base. */
  readonly path: string;
  /** Not every place has it; 404 is no failure. */
  readonly mayBeMissing?: boolean;
  /** A file below the base that begins with the SHA-256 of this one, in hex. */
  readonly sha256From?: string;
}

/** `TIME,ID` a line, newest first; each record lies at `record(id)` below the base. */
export interface Changes {
  readonly path: string;
  readonly record: (id: string) => string;
}

export interface Plan {
  /** Reads a small text below the base; throws where it cannot be had. */
  readonly text: (path: string) => Promise<string>;
  readonly now: Date;
}

export const DAY = 24 * 3600;
