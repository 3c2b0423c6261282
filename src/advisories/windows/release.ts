/** Which update a build revision is, and what revision an update brings. */
import { HOTPATCHES } from './hotpatches.ts';
import { RELEASES } from './releases.ts';

export interface WindowsRelease {
  readonly kb: string;
  /** YYYY-MM-DD */
  readonly date: string;
  readonly revision: number;
  /** It works without a restart, on top of the baseline of its quarter. */
  readonly hotpatch: boolean;
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
  const base = baseOf(build);
  const known = read.get(base);
  if (known !== undefined) return known;
  const releases = [
    ...entriesOf(RELEASES[base] ?? '', false),
    ...entriesOf(HOTPATCHES[base] ?? '', true),
  ].sort((a, b) => a.revision - b.revision);
  read.set(base, releases);
  return releases;
}

function entriesOf(text: string, hotpatch: boolean): WindowsRelease[] {
  return text.split(/\s+/).flatMap((entry): WindowsRelease[] => {
    const [, year = '', month = '', day = '', revision = '', kb = ''] =
      /^(\d\d)(\d\d)(\d\d)\.(\d+)\.(\d+)$/.exec(entry) ?? [];
    if (kb === '') return [];
    const date = `20${year}-${month}-${day}`;
    return [{ kb, date, revision: Number(revision), hotpatch }];
  });
}

/** How a revision stands among the updates of its build. */
export interface Standing {
  /** The newest update that it holds, a hotpatch or a cumulative one; undefined: it is older than all of them. */
  readonly release: WindowsRelease | undefined;
  /** The cumulative one after it. */
  readonly next: WindowsRelease | undefined;
  /** Newer than every update that is known here: it may hold more than is known. */
  readonly isNewest: boolean;
}

/** Undefined where the updates of the build are not known by their revision. */
export function standingOf(build: number, revision: number): Standing | undefined {
  const line = releasesOf(build).filter((release) => isBeside(release.revision, revision));
  const last = line.at(-1);
  if (last === undefined) return undefined;
  return {
    // A hotpatch is what runs where the revision is its own; a later cumulative update builds on the one before it.
    release: line.findLast((each) =>
      each.hotpatch ? each.revision === revision : each.revision <= revision,
    ),
    next: line.find((each) => each.revision > revision && !each.hotpatch),
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

/**
 * The release that a fix is named by: the number of an update (`KB5120238`), or the first version that holds it
 * (`10.0.17763.1397`). Undefined where it is none of this build.
 */
export function releaseNamed(build: number, name: string): WindowsRelease | undefined {
  const [, , ofBuild, revision] = /^\d+\.\d+\.\d+\.\d+$/.test(name) ? name.split('.') : [];
  if (ofBuild === undefined) return releaseOf(build, name.replace(/^KB/i, ''));
  if (baseOf(Number(ofBuild)) !== baseOf(build)) return undefined;
  const least = Number(revision);
  return releasesOf(build).find(
    (each) => !each.hotpatch && each.revision >= least && isBeside(each.revision, least),
  );
}

function baseOf(build: number): number {
  return SAME_UPDATES[build] ?? build;
}

function isBeside(a: number, b: number): boolean {
  return a >= APART === b >= APART;
}

export function isKnownBuild(build: number): boolean {
  return releasesOf(build).length > 0;
}
