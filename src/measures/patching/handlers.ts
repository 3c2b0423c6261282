/** Answers the routes of patching. */
import type { Clock } from '../../kernel/clock.ts';
import { HoldfastError } from '../../kernel/errors.ts';
import { accountOf } from '../../kernel/http/permissions.ts';
import type { Handlers } from '../../kernel/http/serve.ts';
import type { Database } from '../../kernel/sql/database.ts';
import { acknowledgeAlert, standingAlerts } from './alerts.ts';
import { approveException, requestException, withdraw } from './exception-requests.ts';
import { explainPatch } from './explain.ts';
import { readHostWords, readPatches, type PatchQuestion, type PatchState } from './read.ts';
import type { patchingRoutes } from './routes.ts';
import { nextPage, readPage } from './page.ts';
import { shownCompliance, shownCounts, shownException, shownPatch } from './show.ts';
import { alertCounts, shownAlerts, shownRequest } from './show-alerts.ts';
import { readExceptions, readRequests } from './store-exceptions.ts';
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
  const read = ({ asAt, ...question }: Asked, now = clock.now()): Promise<PatchState> => {
    const moment = momentOf(asAt);
    return database.transaction('everything', (sql) =>
      readPatches(sql, now, { ...question, asAt: moment }),
    );
  };
  const alertsOf = async (state: PatchState, zone: string, asAt: string | undefined) => {
    const question = { at: state.at, zone, past: asAt !== undefined };
    const alerts = await database.transaction('everything', (sql) => standingAlerts(sql, question));
    return shownAlerts(alerts, state);
  };
  return {
    listPatches: ({ overdue, fixed, order, after, limit, ...question }) =>
      lend(async (tools) => {
        const cursor = readPage(after, order);
        const people = await (cursor === undefined
          ? tools.people(momentOf(question.asAt))
          : tools.peopleNamed(cursor.ranking));
        const state = await read(question, cursor?.at);
        const alerts = await alertsOf(state, tools.zone, question.asAt);
        const page = nextPage(state, people, { overdue, fixed, order, limit, cursor });
        const shown = page.items;
        const words = await database.transaction('everything', (sql) => readHostWords(sql, shown));
        return {
          alerts: alerts.filter(({ state: each }) => each === 'overdue' || each === 'due'),
          counts: shownCounts(state),
          patches: shown.map((each) => shownPatch(each, state, words, people)),
          next: page.next,
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
    readPatchCompliance: (question) =>
      lend(async ({ zone }) => {
        const state = await read(question);
        const alerts = await alertsOf(state, zone, question.asAt);
        return { alerts: alertCounts(alerts), groups: shownCompliance(state) };
      }),
    listPatchExceptions: ({ asAt }) => {
      const moment = momentOf(asAt);
      return database.transaction('everything', async (sql) => ({
        exceptions: (await readExceptions(sql, moment)).map(shownException),
        requests: (await readRequests(sql, moment)).map(shownRequest),
      }));
    },
    requestPatchException: (asked, { caller }) =>
      lend(async (tools) => {
        const owner = accountOf(caller);
        const made = await database.transaction('everything', (sql) =>
          requestException(sql, asked, owner, tools, clock.now()),
        );
        return shownRequest(made);
      }),
    approvePatchException: ({ id }, { caller }) =>
      lend(async (tools) => {
        const by = accountOf(caller);
        const made = await database.transaction('everything', (sql) =>
          approveException(sql, id, by, tools, clock.now()),
        );
        return shownException(made);
      }),
    withdrawPatchException: async ({ id }, { caller }) => {
      const by = accountOf(caller);
      await database.transaction('everything', (sql) => withdraw(sql, id, by, clock.now()));
      return { id };
    },
    listPatchAlerts: ({ asAt }) =>
      lend(async ({ zone }) => ({ alerts: await alertsOf(await read({ asAt }), zone, asAt) })),
    acknowledgePatchAlert: ({ alert }, { caller }) =>
      lend(async ({ zone }) => {
        const by = accountOf(caller);
        const found = await database.transaction('everything', (sql) =>
          acknowledgeAlert(sql, { alert, by }, zone, clock.now()),
        );
        return { alerts: shownAlerts(found, await read({})) };
      }),
  };
}
