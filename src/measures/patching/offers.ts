/** What machines are offered, as evidence of when a fix was released. */
import type { Sql } from '../../kernel/sql/database.ts';
import { schemeOfType } from '../../versions/index.ts';
import type { Fix } from './model.ts';
import { readOffered, type Offered, type StoredFacts } from './store-items.ts';
import { addClockFacts, readFixes, readNeeds } from './store-needs.ts';

/**
 * A version that an enabled repository offers was released by then: by the date that the repository gives its list, and by the
 * first sight of a machine that we had looked at before. The first sight of a new one only says that the fix is older.
 */
export async function learnOffers(
  sql: Sql,
  since: Date,
  stored: ReadonlyMap<number, StoredFacts>,
  now: Date,
): Promise<number[]> {
  const offered = (await readOffered(sql, since)).flatMap((offer) => {
    const at = outBy(offer, stored.get(offer.asset)?.firstEvaluated);
    return at === undefined ? [] : [{ ...offer, at }];
  });
  if (offered.length === 0) return [];
  const needs = Map.groupBy(await readNeeds(sql), ({ component }) => component);
  const fixes = await readFixes(sql);
  const learned = offered.flatMap((offer) =>
    (needs.get(offer.component) ?? []).flatMap(({ fix }) => {
      const target = fixes.get(fix);
      if (target === undefined || !repairs(offer, target)) return [];
      const from = offer.from ?? 'a repository';
      return {
        fix,
        facts: [{ at: offer.at, source: 'repository' as const, from, observedAt: now }],
      };
    }),
  );
  return addClockFacts(sql, learned);
}

function outBy({ at, releasedAt }: Offered, firstEvaluated: Date | undefined): Date | undefined {
  if (releasedAt !== null) return releasedAt < at ? releasedAt : at;
  return firstEvaluated !== undefined && firstEvaluated < at ? at : undefined;
}

function repairs({ version }: Offered, { to, subject }: Fix): boolean {
  const scheme = schemeOfType(subject.type);
  if (to === null || scheme === undefined) return false;
  const [offered, wanted] = [scheme.parse(version), scheme.parse(to)];
  return offered !== undefined && wanted !== undefined && scheme.compare(offered, wanted) >= 0;
}
