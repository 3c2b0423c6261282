/** Answers the routes of MFA coverage. */
import type { PeopleRankings } from '../../estate/reached.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Position } from '../../kernel/cursor.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/serve.ts';
import { orderedMfa, type OrderedMfa, type OrderedQuestion } from './ordered.ts';
import { LOGIN_PATHS } from './paths.ts';
import { DOOR_SHAPE, pagedDoors } from './rank.ts';
import type { MfaReader, MfaState } from './read.ts';
import type { mfaRoutes } from './routes.ts';
import { pagedPaths, shownCampaign, shownDoor, shownExplanation, shownSummary } from './show.ts';

const DOORS = { name: 'doors', shape: DOOR_SHAPE };

export function mfaHandlers({
  reader,
  rankings,
  clock,
}: {
  readonly reader: MfaReader;
  readonly rankings: PeopleRankings;
  readonly clock: Clock;
}): Handlers<typeof mfaRoutes> {
  const momentOf = (asAt: string | undefined): Date | undefined => {
    if (asAt === undefined) return undefined;
    const moment = new Date(asAt);
    if (moment <= clock.now()) return moment;
    throw new HoldfastError('bad_input', 'asAt: this moment is still to come');
  };
  const unordered = async (asAt: string | undefined): Promise<MfaState> => {
    const moment = momentOf(asAt);
    return moment === undefined ? reader.now() : reader.asAt(moment);
  };
  const ordered = (
    { asAt, ...question }: Omit<OrderedQuestion, 'asAt'> & { readonly asAt?: string | undefined },
    list?: { readonly name: string; readonly shape: Position },
  ): Promise<OrderedMfa> =>
    orderedMfa(reader, rankings, { ...question, asAt: momentOf(asAt) }, list);
  return {
    readMfaCoverage: async ({ asAt, ...filter }) => shownSummary(await unordered(asAt), filter),
    listLoginPaths: async ({ asAt, order, after, limit, ...filter }) => {
      const state = await ordered({ order, after, asAt }, LOGIN_PATHS);
      const page = pagedPaths(state, filter, { order, after: state.after, count: limit });
      return { paths: page.paths, next: state.next(page.end) };
    },
    explainLoginPath: async ({ account, door, asAt }) =>
      shownExplanation(await unordered(asAt), account, door),
    listMfaDoors: async ({ asAt, order, after, limit }) => {
      const state = await ordered({ order, after, asAt }, DOORS);
      const { doors, end } = pagedDoors(state, { order, after: state.after, count: limit });
      return { doors: doors.map(shownDoor), next: state.next(end) };
    },
    listMfaCampaign: async ({ asAt, after, limit, ...filter }) => {
      const from = Number(after ?? 0);
      const state = await ordered({ asAt });
      const found = shownCampaign(state, filter).slice(from, from + limit + 1);
      return {
        accounts: found.slice(0, limit),
        next: found.length > limit ? String(from + limit) : null,
      };
    },
  };
}
