/** Answers the routes of MFA coverage. */
import type { Clock } from '../../kernel/clock.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/serve.ts';
import type { MfaReader, MfaState } from './read.ts';
import type { mfaRoutes } from './routes.ts';
import { shownCampaign, shownDoors, shownExplanation, shownPaths, shownSummary } from './show.ts';

export function mfaHandlers({
  reader,
  clock,
}: {
  readonly reader: MfaReader;
  readonly clock: Clock;
}): Handlers<typeof mfaRoutes> {
  const state = (asAt: string | undefined): Promise<MfaState> => {
    if (asAt === undefined) return reader.now();
    const moment = new Date(asAt);
    if (moment > clock.now()) {
      throw new HoldfastError('bad_input', 'asAt: this moment is still to come');
    }
    return reader.asAt(moment);
  };
  return {
    readMfaCoverage: async ({ asAt, ...filter }) => shownSummary(await state(asAt), filter),
    listLoginPaths: async ({ asAt, after, limit, ...filter }) => {
      const from = Number(after ?? 0);
      const found = shownPaths(await state(asAt), filter, { from, count: limit + 1 });
      return { paths: found.slice(0, limit), next: nextOf(found, from, limit) };
    },
    explainLoginPath: async ({ account, door, asAt }) =>
      shownExplanation(await state(asAt), account, door),
    listMfaDoors: async ({ asAt, after, limit }) => {
      const from = Number(after ?? 0);
      const found = shownDoors(await state(asAt)).slice(from, from + limit + 1);
      return { doors: found.slice(0, limit), next: nextOf(found, from, limit) };
    },
    listMfaCampaign: async ({ asAt, after, limit, ...filter }) => {
      const from = Number(after ?? 0);
      const found = shownCampaign(await state(asAt), filter).slice(from, from + limit + 1);
      return { accounts: found.slice(0, limit), next: nextOf(found, from, limit) };
    },
  };
}

function nextOf(found: readonly unknown[], from: number, limit: number): string | null {
  return found.length > limit ? String(from + limit) : null;
}
