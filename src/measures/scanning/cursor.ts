/** Where a page of findings ended, as the text that the next one is asked with. */
import { readCursor, writeCursor } from '../../kernel/cursor.ts';
import type { PeoplePosition } from './by-people.ts';
import type { FindingOrder, ListedFinding } from './model.ts';
import type { FindingFilter } from './store.ts';

/** By people it names the order that the page is of: the next one is of the same, whatever is learned meanwhile. */
export type FindingCursor =
  | ({ readonly order: 'rank' } & NonNullable<FindingFilter['after']>)
  | ({ readonly order: 'people'; readonly ranking: string } & PeoplePosition);

/** Of the last finding of the page: rank, component and key, and by people the order and the place in it. */
export function cursorText(
  { rank, component, finding, place }: ListedFinding,
  ranking?: string,
): string {
  const last = [rank, component, finding.key];
  return ranking === undefined || place === undefined
    ? writeCursor('findings by rank', last)
    : writeCursor('findings by people', [...last, ranking, place]);
}

/** @throws HoldfastError `bad_input` for what no page gave, or not one in this order. */
export function cursorOf(text: string | undefined, order: FindingOrder): FindingCursor | undefined {
  if (text === undefined) return undefined;
  const shape = order === 'rank' ? [0, 0, ''] : [0, 0, '', '', 0];
  const [rank, component, key, ranking, place] = readCursor(text, `findings by ${order}`, shape);
  const last = { rank: Number(rank), component: Number(component), key: String(key) };
  return order === 'rank'
    ? { order, ...last }
    : { order, ...last, ranking: String(ranking), place: Number(place) };
}
