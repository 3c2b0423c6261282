/** One page of what is to be patched; all pages of a list are of one order by people and of one moment. */
import type { PeopleRanking } from '../../estate/reached.ts';
import { comparePositions, readCursor, writeCursor, type Position } from '../../kernel/cursor.ts';
import type { PatchState, StandingItem } from './read.ts';
import { itemPosition, orderedItems, type PatchFilter, type PatchOrder } from './show.ts';

export interface PatchCursor {
  /** Name of the order by people. */
  readonly ranking: string;
  /** When the first page was asked for: what is past its deadline is judged then, so that nothing moves between pages. */
  readonly at: Date;
  readonly position: Position;
}

export interface PatchPage extends PatchFilter {
  readonly order: PatchOrder;
  readonly limit: number;
  readonly cursor: PatchCursor | undefined;
}

/** Of the order, the moment and a position: enough to tell what no page gave. */
const SHAPE: Position = ['', 0, 0, 0, 0, '', ''];

/** @throws HoldfastError `bad_input` for what no page in this order gave. */
export function readPage(after: string | undefined, order: PatchOrder): PatchCursor | undefined {
  if (after === undefined) return undefined;
  const [ranking, at, ...position] = readCursor(after, `patches by ${order}`, SHAPE);
  return { ranking: String(ranking), at: new Date(Number(at)), position };
}

export function nextPage(
  state: PatchState,
  people: PeopleRanking,
  { order, limit, cursor, ...filter }: PatchPage,
): { readonly items: StandingItem[]; readonly next: string | null } {
  const left = orderedItems(state, filter, people, order).filter(
    (each) =>
      cursor === undefined ||
      comparePositions(itemPosition(each, people, order), cursor.position) > 0,
  );
  const items = left.slice(0, limit);
  const last = left.length > limit ? items.at(-1) : undefined;
  const end = last === undefined ? [] : itemPosition(last, people, order);
  return {
    items,
    next:
      last === undefined
        ? null
        : writeCursor(`patches by ${order}`, [people.id, state.at.getTime(), ...end]),
  };
}
