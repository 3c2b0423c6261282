/** Answers the routes of exposure. */
import type { Clock } from '../kernel/clock.ts';
import { HoldfastError } from '../kernel/errors.ts';
import type { RequestContext } from '../kernel/http/endpoint.ts';
import type { Handlers } from '../kernel/http/serve.ts';
import { changesBetween, WEEK } from './changes.ts';
import type { Exposure } from './exposure.ts';
import type { ExposureReader } from './read.ts';
import type { exposureRoutes } from './routes.ts';
import type { ExposurePlan } from './schema.ts';
import { planOf } from './show-plan.ts';
import { explainGap, shownChanges, shownGaps, shownSubjects, shownSummary } from './show.ts';
import { pathSvg, planSvg } from './svg.ts';

interface Question {
  readonly attacker?: string | undefined;
  readonly asAt?: string | undefined;
}

interface PlanAsked extends Question {
  readonly assumed: boolean;
  readonly done?: string | undefined;
  readonly steps: number;
}

export function exposureHandlers({
  reader,
  clock,
}: {
  readonly reader: ExposureReader;
  readonly clock: Clock;
}): Handlers<typeof exposureRoutes> {
  const read = ({ attacker, asAt }: Question): Promise<Exposure> =>
    asAt === undefined
      ? reader.read({ attacker })
      : reader.read({ attacker, asAt: past(asAt, 'asAt', clock.now()) });
  const plan = async (
    { assumed, done, steps, ...question }: PlanAsked,
    { signal }: Pick<RequestContext, 'signal'>,
  ): Promise<ExposurePlan> => {
    const whatIf = (done ?? '').split(';').map((each) => each.trim());
    return planOf(await read(question), {
      belief: assumed ? 'all' : 'proven',
      steps,
      whatIf: whatIf.filter((each) => each !== ''),
      signal,
    }).shown;
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
    listExposureChanges: async ({ since, after, limit, ...question }) => {
      const now = await read(question);
      const from =
        since === undefined ? new Date(now.at.getTime() - WEEK) : past(since, 'since', now.at);
      const before = await reader.read({ attacker: question.attacker, asAt: from });
      const changes = shownChanges(changesBetween(before, now));
      const [causes, next] = paged(changes.causes, after, limit);
      return { ...changes, causes, next };
    },
    explainExposure: async ({ gap, ...question }) => explainGap(await read(question), gap).shown,
    drawExposure: async ({ gap, ...question }) =>
      pathSvg(explainGap(await read(question), gap).shown),
    readExposurePlan: plan,
    drawExposurePlan: async (question, context) => planSvg(await plan(question, context)),
  };
}

function past(moment: string, field: string, until: Date): Date {
  const asked = new Date(moment);
  if (asked <= until) return asked;
  throw new HoldfastError(
    'bad_input',
    field === 'asAt'
      ? 'asAt: this moment is still to come'
      : `${field}: this moment is after the one that it is compared with`,
  );
}

function paged<T>(
  all: readonly T[],
  after: string | undefined,
  limit: number,
): [T[], string | null] {
  const from = Number(after ?? 0);
  return [all.slice(from, from + limit), all.length > from + limit ? String(from + limit) : null];
}
