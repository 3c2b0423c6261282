/** Why a fix is not on an asset, in the words of docs/reference/patch-reasons.md. */
import type * as z from 'zod';
import type { HostPatching, PatchReason } from '../../estate/patching.ts';
import type { ComponentNote } from '../../estate/schema.ts';

type Note = Partial<z.infer<typeof ComponentNote>>;

export interface ReasonFacts {
  /** The version that repairs; null where nobody has one. */
  readonly to: string | null;
  /** Negative where the first version is older; undefined where they cannot be compared. */
  readonly compare: (a: string, b: string) => number | undefined;
  /** What the host says of the installed component, if anything. */
  readonly note: Note | undefined;
  /** What the host says of its updates as a whole; undefined: it did not. */
  readonly host: Pick<HostPatching, 'blockers'> | undefined;
  /** When its lists were last refreshed. */
  readonly listsAt: Date | undefined;
  /** The release is past its support, and nothing extends that here. */
  readonly releaseEnded: boolean;
  readonly now: Date;
}

const STALE_MS = 7 * 86_400_000;

/**
 * Reasons of the component first, then of its host. Never empty: a fix that is on offer and that nothing stops is
 * `not-installed-yet`.
 */
export function reasonsNotPatched(facts: ReasonFacts): PatchReason[] {
  return [...new Set([...ownReasons(facts), ...hostReasons(facts)])];
}

function ownReasons(facts: ReasonFacts): PatchReason[] {
  const { to, compare, note = {}, releaseEnded, host, listsAt } = facts;
  // Nobody who could know what is on offer has said anything.
  const silent = facts.note === undefined && host === undefined && listsAt === undefined;
  if (silent && to !== null && !releaseEnded) return [];
  const reasons = note.reasons ?? [];
  const reaches = (version: string | undefined): boolean =>
    to !== null && version !== undefined && (compare(version, to) ?? -1) >= 0;
  if (reaches(note.available)) {
    // What is withheld is newer still, and not needed.
    const inTheWay = reasons.filter((code) => code !== 'pinned' && code !== 'origin-not-allowed');
    return inTheWay.length === 0 ? ['not-installed-yet'] : inTheWay;
  }
  if (reaches(note.withheld)) return [...reasons];
  const rest = reasons.filter((code) => OWN_STATE.has(code));
  return [...(releaseEnded ? (['release-ended'] as const) : []), 'no-fix-offered', ...rest];
}

/** True of the package whatever is on offer. */
const OWN_STATE: ReadonlySet<PatchReason> = new Set([
  'half-installed',
  'broken-dependencies',
  'not-offered',
  'held',
]);

function hostReasons({ host, listsAt, now }: ReasonFacts): PatchReason[] {
  return [...(host?.blockers.map(({ code }) => code) ?? []), ...listReasons(listsAt, now)];
}

/** What the age of the lists says. */
export function listReasons(listsAt: Date | undefined, now: Date): PatchReason[] {
  if (listsAt === undefined) return ['lists-unknown'];
  return now.getTime() - listsAt.getTime() > STALE_MS ? ['lists-stale'] : [];
}
