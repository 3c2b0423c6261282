/** Where a page of findings ended, as the text that the next one is asked with. */
import * as z from 'zod';
import { HoldfastError } from '../../kernel/errors.ts';
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
  const all = ranking === undefined || place === undefined ? last : [...last, ranking, place];
  return Buffer.from(JSON.stringify(all)).toString('base64url');
}

const Last = [z.number(), z.int().min(0), z.string()] as const;
const Written = z.union([
  z.tuple([...Last]),
  z.tuple([...Last, z.string().max(64), z.int().min(0)]),
]);

/** @throws HoldfastError `bad_input` for what no page gave, or not one in this order. */
export function cursorOf(text: string | undefined, order: FindingOrder): FindingCursor | undefined {
  if (text === undefined) return undefined;
  const read = Written.safeParse(parsed(text)).data;
  if (read === undefined)
    throw new HoldfastError('bad_input', '`after` is not what a page before gave as `next`');
  const [rank, component, key, ranking, place] = read;
  const cursor: FindingCursor =
    ranking === undefined || place === undefined
      ? { order: 'rank', rank, component, key }
      : { order: 'people', rank, component, key, ranking, place };
  if (cursor.order === order) return cursor;
  throw new HoldfastError(
    'bad_input',
    `\`after\` is of a page by ${cursor.order}, not by ${order}`,
    {
      remedy: 'Ask for the next page in the order of the one before.',
    },
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
