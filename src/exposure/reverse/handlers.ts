/** Answers the routes of the reverse question; who answers the question itself is handed in. */
import { HoldfastError } from '../../kernel/errors.ts';
import type { Handlers } from '../../kernel/http/serve.ts';
import type { AskedAnswer, ReverseQuestion } from './ask.ts';
import type { ReverseFilter, ReversePage } from './model.ts';
import type { reverseRoutes } from './routes.ts';
import { shownAnswer } from './show.ts';

export type Asker = (
  question: ReverseQuestion,
  filter: ReverseFilter,
  page: ReversePage,
) => Promise<AskedAnswer>;

export function reverseHandlers(asker: Asker): Handlers<typeof reverseRoutes> {
  return {
    readAffected: async ({ name, package: purl, range, list, after, limit, ...filter }) =>
      shownAnswer(await asker(questionOf(name, purl, range), filter, { list, after, limit })),
    judgeAdvisory: async ({ advisory, list, after, limit, ...filter }) =>
      shownAnswer(await asker({ advisory: documentOf(advisory) }, filter, { list, after, limit })),
  };
}

function documentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new HoldfastError('bad_input', 'advisory: this text is not JSON', { cause: error });
  }
}

/** @throws HoldfastError `bad_input` where it is not one question. */
export function questionOf(
  name: string | undefined,
  purl: string | undefined,
  range: string | undefined,
): ReverseQuestion {
  if (name !== undefined && purl === undefined && range === undefined) return { name };
  if (name === undefined && purl !== undefined && range !== undefined) return { purl, range };
  throw new HoldfastError('bad_input', 'Ask by `name`, or by `package` and `range`', {
    remedy: 'name=CVE-2021-44228, or package=pkg:npm/lodash and range=vers:npm/<4.17.21.',
  });
}
