/** What the pages of patching show, read from the measure of patching with what the composition lends it. */
import type { Clock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import type { Database, Sql } from '../kernel/sql/database.ts';
import { writeCalendar } from '../measures/patching/calendar/deadlines.ts';
import { explainPatch } from '../measures/patching/explain.ts';
import { readHostWords, readPatches, type PatchState } from '../measures/patching/read.ts';
import {
  orderedItems,
  shownCompliance,
  shownCounts,
  shownPatch,
} from '../measures/patching/show.ts';
import type { PatchingTools } from '../measures/patching/tools.ts';
import { calendarEntries, planVisits } from '../measures/patching/visits.ts';
import { pastMoment } from './moment.ts';
import type { ComplianceView } from './pages/compliance-page.ts';
import type { PatchView } from './pages/patch-page.ts';
import type { PatchesAsked, PatchesView } from './pages/patches-page.ts';

export interface PatchViews {
  patches(asked: PatchesAsked, after: number): Promise<PatchesView>;
  patch(asked: { readonly asset: string; readonly fix: string }): Promise<PatchView>;
  compliance(asked: PatchesAsked, after: number): Promise<ComplianceView>;
  /** Deadlines as an iCalendar file. */
  calendar(asked: PatchesAsked): Promise<string>;
}

interface Tools {
  readonly database: Database;
  readonly clock: Clock;
  /** What the composition lends for one answer. */
  readonly lend: <T>(work: (tools: PatchingTools) => Promise<T>) => Promise<T>;
}

const PAGE_SIZE = 50;
/** A calendar with more deadlines than this helps nobody. */
const MOST_ENTRIES = 5_000;
const PER_WINDOW = 10;

export function patchViews({ database, clock, lend }: Tools): PatchViews {
  const transact = <T>(work: (sql: Sql) => Promise<T>) => database.transaction('everything', work);
  const read = (asked: PatchesAsked, asAt: Date | undefined): Promise<PatchState> => {
    const { asset, fix, service, customer, division } = asked;
    const question = { asset, fix, service, customer, division, asAt };
    return transact((sql) => readPatches(sql, clock.now(), question));
  };
  const momentOf = ({ asAt }: PatchesAsked) =>
    asAt === undefined ? undefined : pastMoment(asAt, clock.now());
  return {
    patches: (asked, after) =>
      lend(async (tools) => {
        const asAt = momentOf(asked);
        const state = await read(asked, asAt);
        const people = await tools.people(asAt);
        const items = orderedItems(state, { fixed: true }, people).filter(wanted(asked.state));
        const page = items.slice(after, after + PAGE_SIZE);
        const words = await transact((sql) => readHostWords(sql, page));
        return {
          at: state.at,
          now: clock.now(),
          zone: tools.zone,
          asked,
          counts: shownCounts(state),
          patches: page.map((each) => shownPatch(each, state, words, people)),
          count: items.length,
          from: after,
          size: PAGE_SIZE,
        };
      }),
    patch: (asked) =>
      lend(async (tools) => {
        const people = await tools.people();
        const facts = { ...(await tools.facts()), zone: tools.zone, people };
        const told = await transact((sql) => explainPatch(sql, clock.now(), asked, facts));
        return { at: clock.now(), zone: tools.zone, told };
      }),
    compliance: async (asked, after) => {
      const state = await read(asked, momentOf(asked));
      const groups = shownCompliance(state);
      return {
        at: state.at,
        now: clock.now(),
        asked,
        groups: groups.slice(after, after + PAGE_SIZE),
        count: groups.length,
        from: after,
        size: PAGE_SIZE,
      };
    },
    calendar: (asked) =>
      lend(async (tools) => {
        const state = await read(asked, undefined);
        const people = await tools.people();
        const options = { now: state.at, perWindow: PER_WINDOW, people };
        const entries = calendarEntries(state, planVisits(state, [], options).visits);
        if (entries.length > MOST_ENTRIES)
          throw new HoldfastError(
            'bad_input',
            `These are ${entries.length} deadlines, more than a calendar shows.`,
            { remedy: 'Ask for those of one service, customer, division or asset.' },
          );
        return writeCalendar('Holdfast: patching', entries, clock.now());
      }),
  };
}

/** Overdue is whatever is past its deadline and not proven, accepted or done; without a state all that is open. */
function wanted(state: PatchesAsked['state']) {
  return (each: PatchState['items'][number]): boolean => {
    if (state === undefined) return each.state !== 'fixed-proven';
    if (state === 'overdue') return each.overdue;
    if (state === 'excepted') return each.overdue && each.exception !== null;
    return each.state === state;
  };
}
