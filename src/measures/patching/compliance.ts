/**
 * How many fixes that were due are proven to have been in time, for any grouping of assets, and how long fixes took.
 * Only what proof says counts as fixed; what is accepted by an exception stays in the total as overdue.
 */
import type { PatchState } from './model.ts';

/** What compliance needs of an item. */
export interface Measured {
  readonly asset: string;
  readonly state: PatchState;
  readonly start: Date;
  readonly due: Date | null;
  /** When proof passed. */
  readonly effectiveAt: Date | null;
}

export interface Compliance {
  /** `division`, `service`, `customer` with its key; empty for all. */
  readonly group: string;
  readonly assets: number;
  /** Fixes with a deadline that has passed, or that were proven before it. */
  readonly due: number;
  /** Of these, proven by their deadline. */
  readonly inTime: number;
  /** Proven, but after the deadline. */
  readonly late: number;
  /** Open past the deadline, accepted ones among them. */
  readonly overdue: number;
  /** Overdue and accepted by somebody: still in `overdue`. */
  readonly accepted: number;
  /** Past the deadline, said to be done, and not proven. */
  readonly unproven: number;
  /** Open, with the deadline ahead. */
  readonly ahead: number;
  /** inTime / due; null where nothing was due. */
  readonly share: number | null;
  readonly timeToFix: TimeToFix;
}

/** Days from the release of the fix to proof. */
export interface TimeToFix {
  readonly fixed: number;
  readonly median: number | null;
  readonly p90: number | null;
  readonly worst: number | null;
  /** Of what is still open: it will be worse than this. */
  readonly oldestOpen: number | null;
}

/** @param groupsOf groups that the asset belongs to; an asset may be in several, and in none. */
export function complianceOf(
  items: readonly Measured[],
  groupsOf: (asset: string) => readonly string[],
  now: Date,
): Compliance[] {
  const members = new Map<string, Measured[]>([['', [...items]]]);
  for (const item of items) {
    for (const group of groupsOf(item.asset)) {
      const known = members.get(group);
      if (known === undefined) members.set(group, [item]);
      else known.push(item);
    }
  }
  return [...members]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([group, of]) => measure(group, of, now));
}

const OPEN: readonly PatchState[] = ['within', 'due-soon', 'overdue', 'excepted'];

function measure(group: string, all: readonly Measured[], now: Date): Compliance {
  const items = all.filter(({ state }) => state !== 'void');
  const passed = ({ due }: Measured): boolean => due !== null && due <= now;
  const dated = items.filter(({ due }) => due !== null);
  const proven = dated.filter(({ state }) => state === 'fixed-proven');
  const open = dated.filter(({ state }) => OPEN.includes(state));
  const inTime = proven.filter(
    ({ due, effectiveAt }) => due !== null && effectiveAt !== null && effectiveAt <= due,
  ).length;
  const overdue = open.filter(passed);
  const unproven = dated.filter((item) => item.state === 'fixed-unproven' && passed(item)).length;
  const due = proven.length + overdue.length + unproven;
  return {
    group,
    assets: new Set(items.map(({ asset }) => asset)).size,
    due,
    inTime,
    late: proven.length - inTime,
    overdue: overdue.length,
    accepted: overdue.filter(({ state }) => state === 'excepted').length,
    unproven,
    ahead: open.length - overdue.length,
    share: due === 0 ? null : inTime / due,
    timeToFix: timeToFix(items, now),
  };
}

const DAY = 86_400_000;

function timeToFix(items: readonly Measured[], now: Date): TimeToFix {
  const days = (from: Date, to: Date): number => Math.max(0, (to.getTime() - from.getTime()) / DAY);
  const took = items
    .flatMap(({ state, start, effectiveAt }) =>
      state === 'fixed-proven' && effectiveAt !== null ? [days(start, effectiveAt)] : [],
    )
    .sort((a, b) => a - b);
  const ages = items
    .filter(({ state }) => OPEN.includes(state))
    .map(({ start }) => days(start, now));
  return {
    fixed: took.length,
    median: rank(took, 0.5),
    p90: rank(took, 0.9),
    worst: took.at(-1) ?? null,
    oldestOpen: ages.length === 0 ? null : ages.reduce((a, b) => Math.max(a, b)),
  };
}

/** Nearest rank: a time that really was, never one between two. */
function rank(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
