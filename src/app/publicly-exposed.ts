/** Whether the internet reaches an asset, for the rules of patching: read anew only where the estate was collected again. */
import { readEstateStamp } from '../estate/store-voices.ts';
import { publiclyExposed, type PubliclyExposed } from '../exposure/publicly-exposed.ts';
import { readFacts } from '../exposure/read-facts.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Database } from '../kernel/sql/database.ts';
import { readMfa } from '../measures/mfa/read.ts';

interface Tools {
  readonly database: Database;
  readonly clock: Clock;
}

let last:
  { readonly of: Database; readonly stamp: string; readonly answer: PubliclyExposed } | undefined;

export function isPubliclyExposed({ database, clock }: Tools): Promise<PubliclyExposed> {
  return database.transaction('everything', async (sql) => {
    const stamp = await readEstateStamp(sql);
    if (last?.of === database && last.stamp === stamp) return last.answer;
    const now = clock.now();
    const answer = publiclyExposed(await readFacts(sql, await readMfa(sql, now), now));
    last = { of: database, stamp, answer };
    return answer;
  });
}
