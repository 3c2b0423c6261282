/** An answer as it leaves the process. */
import type { AskedAnswer } from './ask.ts';
import type { PeopleCount, ReverseTotals } from './model.ts';
import type { Affected } from './schema.ts';

export function shownAnswer(answer: AskedAnswer): Affected {
  const { about, asOf, affectedComponents, unknownComponents, rows, next, problem } = answer;
  return {
    about,
    asOf: asOf.toISOString(),
    affectedComponents,
    unknownComponents,
    affected: shownTotals(answer.affected),
    possible: shownTotals(answer.possible),
    rows: rows.map(({ components, ...row }) => ({
      ...row,
      components: components.map((id) => answer.purls.get(id) ?? ''),
    })),
    next,
    problem: problem ?? null,
  };
}

function shownTotals({ people, ...counts }: ReverseTotals): Affected['affected'] {
  return { ...counts, people: { ...people, living: { ...people.living }, by: { ...people.by } } };
}

/** `1,204 people (1,190 to 1,260), people of 3 holdings unknown`. */
export function peopleText({ living, unknownHoldings, exact }: PeopleCount): string {
  const { low, best, high } = living;
  const range = low === high ? '' : ` (${low} to ${high})`;
  const count = `${best} ${best === 1 ? 'person' : 'people'}${range}`;
  const twice = exact || best === 0 ? '' : ', some perhaps counted twice';
  if (unknownHoldings === 0) return count + twice;
  const unknown = `people of ${unknownHoldings} ${unknownHoldings === 1 ? 'holding' : 'holdings'} unknown`;
  return best === 0 ? unknown : `${count}${twice}, ${unknown}`;
}
