/** Which cumulative update a build revision is, and what revision an update brings. */
import { RELEASES } from './releases.ts';

export interface WindowsRelease {
  readonly kb: string;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly revision: number;
}

/** Builds that are another one with features switched on take its updates, under the same revisions. */
const SAME_UPDATES: Readonly<Record<number, number>> = {
  18363: 18362,
  19042: 19041,
  19043: 19041,
  19044: 19041,
  19045: 19041,
  22631: 22621,
  26200: 26100,
};

/** Since January 2026 Server 2025 counts its revisions apart from Windows 11 of the same build. */
const APART = 30_000;

const read = new Map<number, readonly WindowsRelease[]>();
const byKb = new Map<number, ReadonlyMap<string, WindowsRelease>>();

function releasesOf(build: number): readonly WindowsRelease[] {
  const base = SAME_UPDATES[build] ?? build;
  const known = read.get(base);
  if (known !== undefined) return known;
  const releases = (RELEASES[base] ?? '').split(/\s+/).flatMap((entry): WindowsRelease[] => {
    const [, year = '', month = '', day = '', revision = '', kb = ''] =
      /^(\d\d)(\d\d)(\d\d)\.(\d+)\.(\d+)$/.exec(entry) ?? [];
    return kb === '' ? [] : [{ kb, date: `20${year}-${month}-${day}`, revision: Number(revision) }];
  });
  read.set(base, releases);
  return releases;
}

/** How a revision stands among the updates of its build. */
export interface Standing {
  /** The newest update that it holds; undefined: it is older than all of them. */
  readonly release: WindowsRelease | undefined;
  /** The one after it. */
  readonly next: WindowsRelease | undefined;
  /** Newer than every update that is known here: it may hold more than is known. */
  readonly isNewest: boolean;
}

/** Undefined where the updates of the build are not known by their revision. */
export function standingOf(build: number, revision: number): Standing | undefined {
  const line = releasesOf(build).filter(
    (release) => release.revision >= APART === revision >= APART,
  );
  const last = line.at(-1);
  if (last === undefined) return undefined;
  return {
    release: line.findLast((release) => release.revision <= revision),
    next: line.find((release) => release.revision > revision),
    isNewest: revision > last.revision,
  };
}

/** The release that an update is for a build; undefined for one that is not cumulative, or not known. */
export function releaseOf(build: number, kb: string): WindowsRelease | undefined {
  const known = byKb.get(build);
  if (known !== undefined) return known.get(kb);
  const releases = new Map(releasesOf(build).map((release) => [release.kb, release]));
  byKb.set(build, releases);
  return releases.get(kb);
}

export function isKnownBuild(build: number): boolean {
  return releasesOf(build).length > 0;
}
