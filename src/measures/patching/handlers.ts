/** Answers the routes of patching. */
import type { Clock } from '../../kernel/clock.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/serve.ts';
import type { Database } from '../../kernel/sql/database.ts';
import { explainPatch } from './explain.ts';
import { readHostWords, readPatches, type PatchQuestion, type PatchState } from './read.ts';
import type { patchingRoutes } from './routes.ts';
import { orderedItems, shownCompliance, shownCounts, shownException, shownPatch } from './show.ts';
import { readExceptions } from './store-exceptions.ts';
import type { PatchingTools } from './tools.ts';

export interface PatchingHandlerTools {
  readonly database: Database;
  readonly clock: Clock;
  /** What the composition lends for one answer. */
  readonly lend: <T>(work: (tools: PatchingTools) => Promise<T>) => Promise<T>;
}

type Asked = Omit<PatchQuestion, 'asAt'> & { readonly asAt?: string | undefined };

export function patchingHandlers({
  database,
  clock,
  lend,
}: PatchingHandlerTools): Handlers<typeof patchingRoutes> {
  const momentOf = (asAt: string | undefined): Date | undefined => {
    if (asAt === undefined) return undefined;
    const moment = new Date(asAt);
    if (moment > clock.now())
      throw new HoldfastError('bad_input', 'asAt: this moment is still to come');
    return moment;
  };
  const read = ({ asAt, ...question }: Asked): Promise<PatchState> => {
    const moment = momentOf(asAt);
    return database.transaction('everything', (sql) =>
      readPatches(sql, clock.now(), { ...question, asAt: moment }),
    );
  };
  return {
    listPatches: ({ overdue, fixed, after, limit, ...question }) =>
      lend(async (tools) => {
        const state = await read(question);
        const people = await tools.people(momentOf(question.asAt));
        const items = orderedItems(state, { overdue, fixed }, people);
        const from = Number(after ?? 0);
        const shown = items.slice(from, from + limit);
        const words = await database.transaction('everything', (sql) => readHostWords(sql, shown));
        return {
          counts: shownCounts(state),
          patches: shown.map((each) => shownPatch(each, state, words, people)),
          next: items.length > from + limit ? String(from + limit) : null,
        };
      }),
    explainPatch: (asked) =>
      lend(async (tools) => {
        const people = await tools.people();
        const facts = await tools.facts();
        return database.transaction('everything', (sql) =>
          explainPatch(sql, clock.now(), asked, { ...facts, zone: tools.zone, people }),
        );
      }),
    readPatchCompliance: async (question) => ({ groups: shownCompliance(await read(question)) }),
    listPatchExceptions: async ({ asAt }) => {
      const moment = momentOf(asAt);
      const exceptions = await database.transaction('everything', (sql) =>
        readExceptions(sql, moment),
      );
      return { exceptions: exceptions.map(shownException) };
    },
  };
}
