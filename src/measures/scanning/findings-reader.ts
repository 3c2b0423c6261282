/** Pages of findings for the API and the console: all pages of a list are of one order, the one that the first was of. */
import type { PeopleRankings } from '../../estate/reached.ts';
import type { Database } from '../../kernel/sql/database.ts';
import { cursorOf, cursorText } from './cursor.ts';
import { keptHeld } from './held-kept.ts';
import type { FindingOrder } from './model.ts';
import { readFindingsPage, type FindingsPage, type FindingsQuestion } from './read.ts';

export interface PagedFindings extends FindingsPage {
  /** The moment of which the people tell. */
  readonly peopleAt: Date;
  /** What the next page is asked with. */
  readonly next: string | null;
}

export interface PagedQuestion extends Omit<FindingsQuestion, 'after'> {
  readonly order: FindingOrder;
  readonly after?: string | undefined;
}

/**
 * @throws HoldfastError `bad_input` for a cursor that no page gave, `stale` for one of an order that is not kept any more,
 *   `not_found` where nothing has that key.
 */
export type FindingsReader = (question: PagedQuestion) => Promise<PagedFindings>;

export function findingsReader({
  database,
  rankings,
}: {
  readonly database: Database;
  readonly rankings: PeopleRankings;
}): FindingsReader {
  const held = keptHeld();
  return async ({ order, after, limit, ...question }) => {
    const cursor = cursorOf(after, order);
    const ranking = await (cursor?.order === 'people'
      ? rankings.named(cursor.ranking)
      : rankings.current());
    const page = await database.transaction('everything', (sql) =>
      readFindingsPage(
        sql,
        { ...question, limit: limit + 1, after: cursor },
        order,
        (own, assets) => held(own, ranking, assets),
      ),
    );
    const findings = page.findings.slice(0, limit);
    const last = page.findings.length > limit ? findings.at(-1) : undefined;
    return {
      ...page,
      findings,
      peopleAt: ranking.at,
      next: last === undefined ? null : cursorText(last, ranking.id),
    };
  };
}
