/** Coverage with its doors in the order of the people behind them; all pages of a list are of one such order. */
import type { PeopleRanking, PeopleRankings } from '../../estate/reached.ts';
import { readCursor, writeCursor, type Position } from '../../kernel/cursor.ts';
import type { PathOrder } from './paths.ts';
import { rankByPeople } from './rank.ts';
import type { MfaReader, MfaState } from './read.ts';

export interface OrderedMfa extends MfaState {
  readonly after: Position | undefined;
  /** What a page that ended there tells to ask the next one with. */
  next(end: Position | undefined): string | null;
}

export interface OrderedQuestion {
  readonly order?: PathOrder | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly asAt?: Date | undefined;
}

/**
 * @param list what is listed, with the shape of its positions
 * @throws HoldfastError `bad_input` for a cursor that no page in this order gave, `stale` for one of an order that is not
 *   kept any more.
 */
export async function orderedMfa(
  reader: MfaReader,
  rankings: PeopleRankings,
  { order = 'people', after, asAt }: OrderedQuestion,
  list: { readonly name: string; readonly shape: Position } = { name: 'all', shape: [] },
): Promise<OrderedMfa> {
  const name = `${list.name} by ${order}`;
  const cursor = after === undefined ? undefined : readCursor(after, name, ['', ...list.shape]);
  const people = await rankingOf(rankings, cursor, asAt);
  const state = asAt === undefined ? await reader.now() : await reader.asAt(asAt);
  return {
    ...state,
    ranking: rankByPeople(state.ranking, people),
    after: cursor?.slice(1),
    next: (end) => (end === undefined ? null : writeCursor(name, [people.id, ...end])),
  };
}

function rankingOf(
  rankings: PeopleRankings,
  cursor: Position | undefined,
  asAt: Date | undefined,
): Promise<PeopleRanking> {
  if (cursor !== undefined) return rankings.named(String(cursor[0]));
  return asAt === undefined ? rankings.current() : rankings.asAt(asAt);
}
