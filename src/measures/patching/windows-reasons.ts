/** Why a fix of Windows is not on a host, out of what Windows Update said there. */
import { releaseNamed } from '../../advisories/windows/release.ts';
import type { HostPatching, PatchReason, UpdateOffer } from '../../estate/patching.ts';
import { listReasons } from './reasons.ts';

export interface WindowsReasonFacts {
  /** `KB5120238`, or a version `10.0.17763.1397`; null: nobody has a repair. */
  readonly to: string | null;
  /** `10.0.17763.9121` */
  readonly version: string | undefined;
  /** Undefined: the host did not say what it is offered. */
  readonly host: HostPatching | undefined;
  readonly listsAt: Date | undefined;
  /** When the fix came out. */
  readonly released: Date;
  /** It is there, and only proof lacks. */
  readonly fixed: boolean;
  readonly releaseEnded: boolean;
  readonly now: Date;
}

const DAY_MS = 86_400_000;

/** Reasons of the update first, then of its host. */
export function windowsReasons(facts: WindowsReasonFacts): PatchReason[] {
  const { host, listsAt, now } = facts;
  const blockers = host?.blockers.map(({ code }) => code) ?? [];
  return [...new Set([...ownReasons(facts), ...blockers, ...listReasons(listsAt, now)])];
}

function ownReasons(facts: WindowsReasonFacts): PatchReason[] {
  const { to, host, fixed, releaseEnded } = facts;
  if (fixed) return [];
  if (to === null) return releaseEnded ? ['release-ended', 'no-fix-offered'] : ['no-fix-offered'];
  if (isWaiting(facts, to)) return ['restart-pending'];
  const offers = host?.offers;
  // Nobody who could know what is on offer has said anything.
  if (offers === undefined) return releaseEnded ? ['release-ended'] : [];
  const [offer, ...others] = offers.filter((each) => brings(each, to, facts.version));
  if (offer === undefined) return notOffered(facts);
  // One that nothing stops is enough.
  const free = [offer, ...others].some(({ reasons = [] }) => reasons.length === 0);
  return free ? ['not-installed-yet'] : [...(offer.reasons ?? [])];
}

/** The same update, or a later cumulative one of the same build: it holds everything before it. */
function brings({ update }: UpdateOffer, to: string, version: string | undefined): boolean {
  return update === to || isAtLeast(update, to, version);
}

function isAtLeast(update: string, to: string, version: string | undefined): boolean {
  const build = Number((version ?? '').split('.')[2] ?? 0);
  const [own, wanted] = [update, to].map((name) => releaseNamed(build, name));
  return own !== undefined && wanted !== undefined && own.date >= wanted.date;
}

function isWaiting({ host, version }: WindowsReasonFacts, to: string): boolean {
  const installed = host?.events?.filter(({ result }) => result === 'restart-needed') ?? [];
  const names = [...(host?.waiting ?? []), ...installed.map(({ update }) => update)];
  return names.some((name) => name === to || isAtLeast(name, to, version));
}

function notOffered({ host, released, releaseEnded, now }: WindowsReasonFacts): PatchReason[] {
  if (releaseEnded) return ['release-ended', 'no-fix-offered'];
  const held = (host?.deferredDays ?? 0) * DAY_MS;
  if (now.getTime() - released.getTime() < held) return ['deferred'];
  // Paused updates are not offered either, and the host says that of itself.
  if (host?.blockers.some(({ code }) => code === 'paused') === true) return [];
  return [host?.approved === true ? 'not-approved' : 'no-fix-offered'];
}
