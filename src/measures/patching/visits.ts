/** Which assets make their deadlines in the windows that there are, which do not, and what to do first. */
import type { PeopleRanking } from '../../estate/reached.ts';
import type { MaintenanceWindow } from './calendar/windows.ts';
import type { CalendarEntry } from './calendar/deadlines.ts';
import type { PatchState, StandingItem } from './read.ts';
import { schedule, type Scheduled, type Visit } from './schedule.ts';
import type { PlannedVisit } from './schema.ts';
import { days, orderedItems, peopleFrom } from './show.ts';

export interface PlannedVisits {
  /** In the order of importance: most people first, then the longest overdue. */
  readonly visits: readonly PlannedVisit[];
  readonly windows: number;
  /** Assets that will be past a deadline whatever is done in these windows. */
  readonly late: number;
  readonly unplanned: number;
}

interface Wanted {
  readonly visit: Visit;
  readonly items: readonly StandingItem[];
}

export function planVisits(
  state: PatchState,
  windows: readonly MaintenanceWindow[],
  options: { readonly now: Date; readonly perWindow: number; readonly people: PeopleRanking },
): PlannedVisits {
  const wanted = wantedVisits(state, options.people);
  const planned = schedule(
    wanted.map(({ visit }) => visit),
    windows,
    options,
  );
  const visits = planned.map((each, at) =>
    shownVisit(each, wanted[at]?.items ?? [], state, options.people),
  );
  return {
    visits,
    windows: windows.length,
    late: visits.filter(({ inTime }) => !inTime).length,
    unplanned: visits.filter(({ window }) => window === null).length,
  };
}

/** One visit an asset, for everything with a date that can be done there. */
function wantedVisits(state: PatchState, people: PeopleRanking): Wanted[] {
  const open = orderedItems(state, {}, people).filter(
    ({ item, state: standing }) =>
      item.due !== null && item.phase !== 'no-fix' && standing !== 'fixed-proven',
  );
  return [...Map.groupBy(open, ({ item }) => item.asset)].map(([asset, items]) => ({
    items,
    visit: {
      asset,
      selectors: [`asset:${asset}`, ...state.groups.of(asset)],
      due: new Date(Math.min(...items.map(({ item }) => item.due?.getTime() ?? Infinity))),
    },
  }));
}

function shownVisit(
  { visit, window, inTime, slack }: Scheduled,
  items: readonly StandingItem[],
  state: PatchState,
  people: PeopleRanking,
): PlannedVisit {
  return {
    asset: visit.asset,
    assetName: state.groups.assets.get(visit.asset)?.name ?? visit.asset,
    fixes: items.length,
    overdue: items.filter(({ overdue }) => overdue).length,
    due: visit.due.toISOString(),
    window:
      window === undefined
        ? null
        : { name: window.name, start: window.start.toISOString(), end: window.end.toISOString() },
    inTime,
    slack: slack === undefined ? null : days(slack),
    people: peopleFrom(state.groups.assets.get(visit.asset)?.id ?? 0, people),
  };
}

const LISTED = 30;
const MINUTE = 60_000;

/** A deadline for each asset and moment, and a busy entry for each planned visit. */
export function calendarEntries(
  state: PatchState,
  visits: readonly PlannedVisit[],
): CalendarEntry[] {
  const open = state.items.filter(
    ({ item, state: standing }) => item.due !== null && standing !== 'fixed-proven',
  );
  const groups = Map.groupBy(open, ({ item }) => `${item.asset} ${item.due?.toISOString() ?? ''}`);
  const deadlines = [...groups].map(([id, items]) => deadlineEntry(id, items, state));
  return [...deadlines, ...visits.flatMap((visit) => visitEntry(visit) ?? [])];
}

function deadlineEntry(
  id: string,
  items: readonly StandingItem[],
  { groups }: PatchState,
): CalendarEntry {
  const [{ item }] = items as [StandingItem];
  const due = item.due ?? item.firstSeen;
  const what = items.length === 1 ? item.fix.subject.name : `${items.length} fixes`;
  const lines = items.slice(0, LISTED).map(({ item: each, exception }) => {
    const accepted = exception === null ? '' : `, accepted by ${exception.owner}`;
    const rule = each.binding === null ? '' : ` (${each.binding.set}${accepted})`;
    return `${each.fix.subject.name}${each.fix.to === null ? '' : ` to ${each.fix.to}`}: ${each.flaws.slice(0, 5).join(', ')}${rule}`;
  });
  const more = items.length > LISTED ? [`and ${items.length - LISTED} more`] : [];
  return {
    id: `deadline ${id}`,
    title: `Due: ${what} on ${groups.assets.get(item.asset)?.name ?? item.asset}`,
    lines: [...lines, ...more],
    start: new Date(due.getTime() - MINUTE),
    end: due,
    categories: [`asset:${item.asset}`],
    busy: false,
    remindBefore: 24 * 60,
  };
}

function visitEntry({
  asset,
  assetName,
  window,
  fixes,
  inTime,
}: PlannedVisit): CalendarEntry | undefined {
  if (window === null) return undefined;
  return {
    id: `visit ${asset} ${window.start}`,
    title: `Patch ${assetName}: ${fixes} ${fixes === 1 ? 'fix' : 'fixes'}${inTime ? '' : ' (late)'}`,
    lines: [window.name],
    start: new Date(window.start),
    end: new Date(window.end),
    categories: [`asset:${asset}`],
    busy: true,
  };
}
