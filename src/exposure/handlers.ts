/** Answers the routes of exposure. */
import type { Clock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import type { Handlers } from '../kernel/http/serve.ts';
import type { Exposure } from './exposure.ts';
import type { ExposureReader } from './read.ts';
import type { exposureRoutes } from './routes.ts';
import { planOf } from './show-plan.ts';
import { explainGap, shownGaps, shownSubjects, shownSummary } from './show.ts';

interface Question {
  readonly attacker?: string | undefined;
  readonly asAt?: string | undefined;
}

export function exposureHandlers({
  reader,
  clock,
}: {
  readonly reader: ExposureReader;
  readonly clock: Clock;
}): Handlers<typeof exposureRoutes> {
  const read = ({ attacker, asAt }: Question): Promise<Exposure> => {
    if (asAt === undefined) return reader.read({ attacker });
    const moment = new Date(asAt);
    if (moment > clock.now())
      throw new HoldfastError('bad_input', 'asAt: this moment is still to come');
    return reader.read({ attacker, asAt: moment });
  };
  return {
    readExposure: async (question) => shownSummary(await read(question)),
    listExposureGaps: async ({ name, after, limit, ...question }) => {
      const [gaps, next] = paged(shownGaps(await read(question), name), after, limit);
      return { gaps, next };
    },
    listExposureSubjects: async ({ by, after, limit, ...question }) => {
      const [subjects, next] = paged(shownSubjects(await read(question), by), after, limit);
      return { subjects, next };
    },
    explainExposure: async ({ gap, ...question }) => explainGap(await read(question), gap).shown,
    readExposurePlan: async ({ assumed, done, steps, ...question }) => {
      const whatIf = (done ?? '').split(';').map((each) => each.trim());
      return planOf(await read(question), {
        belief: assumed ? 'all' : 'proven',
        steps,
        whatIf: whatIf.filter((each) => each !== ''),
      }).shown;
    },
  };
}

function paged<T>(
  all: readonly T[],
  after: string | undefined,
  limit: number,
): [T[], string | null] {
  const from = Number(after ?? 0);
  return [all.slice(from, from + limit), all.length > from + limit ? String(from + limit) : null];
}
