/**
 * Which assets are patched in which maintenance window. Assets come in the order of importance; each keeps its deadline
 * if that is possible without an asset before it losing its own, and what is overdue already takes the earliest window.
 * For windows that each hold so many assets that is exact, not a heuristic: sets of assets that can all be in time form a
 * transversal matroid, in which taking the most important that still fits is optimal.
 */
import type { MaintenanceWindow } from './calendar/windows.ts';

/** One asset that needs fixes: they go on together. */
export interface Visit {
  readonly asset: string;
  /** `asset:KEY`, `service:KEY`… by which windows name it. */
  readonly selectors: readonly string[];
  /** Its earliest deadline; in the past where it is overdue. */
  readonly due: Date;
}

export interface ScheduleOptions {
  readonly now: Date;
  /** Assets that can be patched in one window. */
  readonly perWindow: number;
}

export interface Scheduled {
  readonly visit: Visit;
  /** Undefined: no window is left for it. */
  readonly window: MaintenanceWindow | undefined;
  readonly inTime: boolean;
  /** Milliseconds from the end of the window to the deadline; negative where it comes too late. */
  readonly slack: number | undefined;
}

interface Slot {
  readonly window: MaintenanceWindow;
  readonly taken: Placed[];
}

interface Placed {
  readonly visit: Visit;
  /** Positions of the windows that serve it, ascending. */
  slots: readonly number[];
  at: number;
}

/**
 * A window for each visit, in the order of `visits`: the most important first.
 *
 * @example schedule([dc, web], windows, { now, perWindow: 10 })[0]?.inTime
 */
export function schedule(
  visits: readonly Visit[],
  windows: readonly MaintenanceWindow[],
  { now, perWindow }: ScheduleOptions,
): Scheduled[] {
  const slots = windows
    .filter(({ end }) => end > now)
    .sort((a, b) => a.end.getTime() - b.end.getTime())
    .map((window): Slot => ({ window, taken: [] }));
  const placed = new Map<Visit, Placed>();
  const served = new Map<string, readonly number[]>();
  const hopeless = new Set<string>();
  for (const visit of visits) {
    const open = openTo(visit, slots, served);
    const overdue = visit.due <= now;
    const slotsInTime = overdue
      ? open
      : open.filter((at) => endOf(slots, at) <= visit.due.getTime());
    // What had no room for one has none for the next of its kind: taken room is never given back.
    const kind = `${overdue ? '' : String(slotsInTime.length)} ${[...visit.selectors].sort().join(' ')}`;
    if (hopeless.has(kind)) continue;
    const found = overdue
      ? pinned(visit, slotsInTime, slots, perWindow)
      : inserted(visit, slotsInTime, slots, perWindow);
    if (found === undefined) hopeless.add(kind);
    else placed.set(visit, found);
  }
  for (const visit of visits) {
    if (placed.has(visit)) continue;
    const at = openTo(visit, slots, served).find((each) => roomIn(slots, each, perWindow));
    if (at !== undefined) placed.set(visit, put({ visit, slots: [at], at }, slots));
  }
  return visits.map((visit) => told(visit, placed.get(visit), slots));
}

function openTo(
  visit: Visit,
  slots: readonly Slot[],
  known: Map<string, readonly number[]>,
): readonly number[] {
  const key = [...visit.selectors].sort().join(' ');
  const found =
    known.get(key) ?? slots.flatMap(({ window }, at) => (serves(window, visit) ? [at] : []));
  known.set(key, found);
  return found;
}

function serves(window: MaintenanceWindow, { selectors }: Visit): boolean {
  return window.for.length === 0 || window.for.some((each) => selectors.includes(each));
}

/** The earliest window that can be had without taking anybody's deadline; it is not put off again for a later visit. */
function pinned(
  visit: Visit,
  open: readonly number[],
  slots: readonly Slot[],
  room: number,
): Placed | undefined {
  for (const [i, at] of open.entries()) {
    if (!makeRoom(at, slots, room)) continue;
    return put({ visit, slots: open.slice(0, i + 1), at }, slots);
  }
  return undefined;
}

function inserted(
  visit: Visit,
  open: readonly number[],
  slots: readonly Slot[],
  room: number,
): Placed | undefined {
  const free = open.find((at) => roomIn(slots, at, room));
  const at = free ?? open.find((each) => makeRoom(each, slots, room));
  return at === undefined ? undefined : put({ visit, slots: open, at }, slots);
}

function put(placed: Placed, slots: readonly Slot[]): Placed {
  slots[placed.at]?.taken.push(placed);
  return placed;
}

function roomIn(slots: readonly Slot[], at: number, room: number): boolean {
  return (slots[at]?.taken.length ?? room) < room;
}

/** Moves visits along to other windows of their own until this one has room: an augmenting path, breadth first. */
function makeRoom(wanted: number, slots: readonly Slot[], room: number): boolean {
  if (roomIn(slots, wanted, room)) return true;
  const cameBy = new Map<number, Placed | undefined>([[wanted, undefined]]);
  const open = [wanted];
  for (const at of open) {
    for (const placed of slots[at]?.taken ?? []) {
      for (const next of placed.slots) {
        if (cameBy.has(next)) continue;
        cameBy.set(next, placed);
        if (roomIn(slots, next, room)) {
          shift(next, cameBy, slots);
          return true;
        }
        open.push(next);
      }
    }
  }
  return false;
}

function shift(
  free: number,
  cameBy: ReadonlyMap<number, Placed | undefined>,
  slots: readonly Slot[],
): void {
  let to = free;
  for (let placed = cameBy.get(to); placed !== undefined; placed = cameBy.get(to)) {
    const from = placed.at;
    const taken = slots[from]?.taken ?? [];
    taken.splice(taken.indexOf(placed), 1);
    placed.at = to;
    slots[to]?.taken.push(placed);
    to = from;
  }
}

function told(visit: Visit, placed: Placed | undefined, slots: readonly Slot[]): Scheduled {
  const window = placed === undefined ? undefined : slots[placed.at]?.window;
  if (window === undefined) return { visit, window, inTime: false, slack: undefined };
  const slack = visit.due.getTime() - window.end.getTime();
  return { visit, window, inTime: slack >= 0, slack };
}

function endOf(slots: readonly Slot[], at: number): number {
  return slots[at]?.window.end.getTime() ?? Infinity;
}
