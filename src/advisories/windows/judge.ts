/**
 * Which flaws a Windows host still has. Updates build on each other in two ways, and neither the list of superseded
 * updates nor the newest update alone tells it:
 *
 * - since Windows 10 and Server 2016 one cumulative update a month holds everything before it;
 * - Server 2012 R2 and older have, since October 2016, a cumulative monthly rollup beside security-only updates that hold
 *   nothing but their own month, and before that single updates that replace each other.
 */
import type { WindowsCatalogue, WindowsHost, WindowsUpdate, WindowsVerdict } from './model.ts';
import { isKnownBuild, releaseOf, standingOf, type Standing } from './release.ts';

/** The first build whose monthly update is cumulative (Windows 10, July 2015). */
const CUMULATIVE_SINCE_BUILD = 10_240;
/** The first month of rollups for Windows 7 to 8.1 and Server 2008 R2 to 2012 R2. */
const ROLLUPS_SINCE = '2016-10-01';
/** The cumulative updates of this day removed Flash. */
const FLASH_REMOVED = '2021-07-13';
/** Newer numbers than the catalogue's newest by this much are taken as later, unknown updates. */
const KB_MARGIN = 1000;

/**
 * The verdict for each CVE of the catalogue.
 *
 * @example judgeWindows(catalogue, { build: 17763, installed: ['4480116'], whole: true }).get('CVE-2020-1472')?.state === 'affected'
 */
export function judgeWindows(
  catalogue: WindowsCatalogue,
  host: WindowsHost,
): Map<string, WindowsVerdict> {
  const isCumulative = host.build >= CUMULATIVE_SINCE_BUILD;
  const updates = isCumulative ? dated(catalogue.updates, host.build) : catalogue.updates;
  const installed = new Set(host.installed);
  const standing = standingOfHost(host);
  const covers = isCumulative
    ? cumulativeCover(updates, installed, host.build, standing)
    : rollupCover(updates, installed);
  const doubt = doubtOf(hasNewer(updates, host.installed), host);
  const verdicts = new Map<string, WindowsVerdict>();
  for (const [cve, fixes] of fixesByCve(updates, host.build))
    verdicts.set(cve, verdictOf(fixes, covers, doubtAbout(fixes, doubt, standing)));
  return verdicts;
}

function standingOfHost({ build, revision }: WindowsHost): Standing | undefined {
  return revision === undefined ? undefined : standingOf(build, revision);
}

/** The catalogue dates some updates by their last revision, years later: the release history says when they came. */
function dated(updates: readonly WindowsUpdate[], build: number): readonly WindowsUpdate[] {
  return updates.map((update) => {
    const date = releaseOf(build, update.kb)?.date;
    return date === undefined || date === update.date ? update : { ...update, date };
  });
}

/** Those of which a newer one holds all that an older one brought: cumulative updates, and the rollups of older systems. */
export function buildingUpdates(
  updates: readonly WindowsUpdate[],
  build: number,
): readonly WindowsUpdate[] {
  return build >= CUMULATIVE_SINCE_BUILD
    ? dated(updates, build).filter((update) => isCumulative(update, build))
    : mainChain(updates);
}

/** Why the host has what the update brings, or that nobody can tell; undefined where it lacks it. */
type Cover = (update: WindowsUpdate) => Covered | 'unknown' | undefined;

interface Covered {
  readonly because: string;
}

function verdictOf(
  fixes: readonly WindowsUpdate[],
  covers: Cover,
  doubt: Doubt | undefined,
): WindowsVerdict {
  const answers = fixes.map(covers);
  const covered = answers.find((answer) => typeof answer === 'object');
  if (covered !== undefined) return { state: 'not_affected', because: covered.because };
  const names = fixes.map(({ kb }) => `KB${kb}`);
  if (doubt !== undefined) return { state: 'unknown', reason: doubt, fixes: names };
  return answers.includes('unknown')
    ? { state: 'unknown', reason: 'before-rollups', fixes: names }
    : { state: 'affected', fixes: names };
}

type Doubt = Extract<WindowsVerdict, { state: 'unknown' }>['reason'];

/** Why nothing that is missing can be called missing. */
function doubtOf(newer: string | undefined, { whole }: WindowsHost): Doubt | undefined {
  if (newer !== undefined) return 'newer-than-catalogue';
  return whole ? undefined : 'part-of-list';
}

/** The revision of the build decides for Windows itself, whatever is known of the list of updates. */
function doubtAbout(
  fixes: readonly WindowsUpdate[],
  doubt: Doubt | undefined,
  standing: Standing | undefined,
): Doubt | undefined {
  if (standing === undefined || fixes.every(({ part }) => part !== 'windows')) return doubt;
  return standing.isNewest ? 'newer-than-catalogue' : undefined;
}

function fixesByCve(
  updates: readonly WindowsUpdate[],
  build: number,
): Map<string, WindowsUpdate[]> {
  const fixes = new Map<string, WindowsUpdate[]>();
  for (const update of updates) {
    for (const cve of update.cves) {
      const known = fixes.get(cve);
      if (known === undefined) fixes.set(cve, [update]);
      else known.push(update);
    }
  }
  for (const list of fixes.values()) list.sort((a, b) => byUse(a, b, build));
  return fixes;
}

/** The first of them is the one that is named: of one day the update that every host can take, before a hotpatch. */
function byUse(a: WindowsUpdate, b: WindowsUpdate, build: number): number {
  const rank = ({ kb }: WindowsUpdate): number => {
    const release = releaseOf(build, kb);
    return release === undefined || release.hotpatch ? 1 : 0;
  };
  return a.date === b.date ? rank(a) - rank(b) || byDate(a, b) : byDate(a, b);
}

function byDate(a: WindowsUpdate, b: WindowsUpdate): number {
  return a.date === b.date ? Number(a.kb) - Number(b.kb) : a.date < b.date ? -1 : 1;
}

function newest(
  updates: readonly WindowsUpdate[],
  installed: ReadonlySet<string>,
): WindowsUpdate | undefined {
  return updates
    .filter(({ kb }) => installed.has(kb))
    .sort(byDate)
    .at(-1);
}

/**
 * Everything up to the newest cumulative update that is installed: the build's revision tells it, and where that is not
 * known, the list. An update that is in the list and not in the revision waits for a restart, and repairs nothing yet.
 * Flash went its own way until it was removed.
 */
function cumulativeCover(
  updates: readonly WindowsUpdate[],
  installed: ReadonlySet<string>,
  build: number,
  standing: Standing | undefined,
): Cover {
  const last = newestCumulative(updates, installed, build, standing);
  const flash = newest(
    updates.filter(({ part }) => part === 'flash'),
    installed,
  );
  // With the revision known, an update of the release history runs where the revision is at least as new.
  const runs = (kb: string): boolean =>
    installed.has(kb) && (standing === undefined || releaseOf(build, kb) === undefined);
  return (update) => {
    if (runs(update.kb)) return { because: `KB${update.kb} is installed` };
    if (update.part === 'flash') return flashCover(update, flash, last);
    if (last !== undefined && update.date <= last.date)
      return { because: `the cumulative update KB${last.kb} of ${last.date} holds it` };
    return undefined;
  };
}

type Dated = Pick<WindowsUpdate, 'kb' | 'date'>;

function newestCumulative(
  updates: readonly WindowsUpdate[],
  installed: ReadonlySet<string>,
  build: number,
  standing: Standing | undefined,
): Dated | undefined {
  const cumulative = updates.filter((update) => isCumulative(update, build));
  if (standing === undefined) return newest(cumulative, installed);
  // An update that the release history does not know stands between two revisions of it.
  const { release, next } = standing;
  const between = newest(
    cumulative.filter(
      ({ kb, date }) =>
        releaseOf(build, kb) === undefined &&
        date > (release?.date ?? '') &&
        (next === undefined || date < next.date),
    ),
    installed,
  );
  return between ?? release;
}

/** Updates of one thing besides the monthly ones: what they repair is theirs alone. Secure Boot's list comes again and again. */
const ALONE = new Set(['5012170']);
const FEW = 5;

function isCumulative({ kb, part, cves }: WindowsUpdate, build: number): boolean {
  if (part !== 'windows' || ALONE.has(kb)) return false;
  return !isKnownBuild(build) || releaseOf(build, kb) !== undefined || cves.length >= FEW;
}

function flashCover(
  update: WindowsUpdate,
  flash: WindowsUpdate | undefined,
  last: Dated | undefined,
): Covered | undefined {
  if (flash !== undefined && update.date <= flash.date)
    return { because: `KB${flash.kb} of ${flash.date} replaces it` };
  return last !== undefined && last.date >= FLASH_REMOVED
    ? { because: `the cumulative update KB${last.kb} of ${last.date} removed Flash` }
    : undefined;
}

/**
 * Installed by itself, replaced by something installed, or in a rollup at least as new. What is older than the first
 * rollup and was never seen installed cannot be told once rollups are there: Microsoft added old fixes to them over time
 * without saying which.
 */
function rollupCover(updates: readonly WindowsUpdate[], installed: ReadonlySet<string>): Cover {
  const replaced = replacedBy(updates, installed);
  const rollups = mainChain(updates);
  const last = newest(rollups, installed);
  const alone = securityOnly(updates, rollups);
  return (update) => {
    if (installed.has(update.kb)) return { because: `KB${update.kb} is installed` };
    const by = replaced.get(update.kb);
    if (by !== undefined) return { because: `KB${by} replaces it` };
    if (last === undefined || update.part !== 'windows') return undefined;
    if (update.date < ROLLUPS_SINCE) return 'unknown';
    // A security-only update has its rollup beside it; that one answers for the month.
    if (update.date > last.date || alone.has(update.kb)) return undefined;
    return { because: `the rollup KB${last.kb} of ${last.date} holds it` };
  };
}

/** Every update that an installed one replaces, directly or through others, with the installed one. */
function replacedBy(
  updates: readonly WindowsUpdate[],
  installed: ReadonlySet<string>,
): Map<string, string> {
  const supersedes = new Map(updates.map((update) => [update.kb, update.supersedes]));
  const replaced = new Map<string, string>();
  for (const kb of installed) {
    const open = [...(supersedes.get(kb) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (replaced.has(next)) continue;
      replaced.set(next, kb);
      open.push(...(supersedes.get(next) ?? []));
    }
  }
  return replaced;
}

/** The rollups: of the chains of updates since October 2016 that replace each other, the one that repairs most. */
function mainChain(updates: readonly WindowsUpdate[]): WindowsUpdate[] {
  const since = updates.filter(({ date, part }) => date >= ROLLUPS_SINCE && part === 'windows');
  const byKb = new Map(since.map((update) => [update.kb, update]));
  const chainOf = new Map<string, WindowsUpdate[]>();
  for (const update of since) {
    const linked = [update, ...update.supersedes.flatMap((kb) => byKb.get(kb) ?? [])];
    const joined = new Set(linked.flatMap((each) => chainOf.get(each.kb) ?? [each]));
    const chain = [...joined];
    for (const each of chain) chainOf.set(each.kb, chain);
  }
  let best: WindowsUpdate[] = [];
  let most = 0;
  for (const chain of new Set(chainOf.values())) {
    const weight = new Set(chain.flatMap(({ cves }) => cves)).size;
    if (chain.length > 1 && weight > most) [best, most] = [chain, weight];
  }
  return best;
}

/** Updates that repair the same flaws as a rollup of the same day, and are not part of the chain. */
function securityOnly(
  updates: readonly WindowsUpdate[],
  rollups: readonly WindowsUpdate[],
): Set<string> {
  const chain = new Set(rollups.map(({ kb }) => kb));
  const inRollups = new Set(rollups.flatMap(({ cves }) => cves));
  return new Set(
    updates
      .filter(({ kb, cves }) => !chain.has(kb) && cves.some((cve) => inRollups.has(cve)))
      .map(({ kb }) => kb),
  );
}

/** An installed update that came after the catalogue was made: what it repairs is not known here. */
function hasNewer(
  updates: readonly WindowsUpdate[],
  installed: readonly string[],
): string | undefined {
  const highest = Math.max(0, ...updates.map(({ kb }) => Number(kb)));
  return installed.find((kb) => Number(kb) > highest + KB_MARGIN);
}
