/** What the composition lends to patching: other parts know it. */
import type { PeopleRanking } from '../../estate/reached.ts';
import type { FactSources } from './asset-facts.ts';

export interface PatchingTools {
  /** What rules ask of assets; read only where a deadline is worked out anew. */
  facts(): Promise<FactSources>;
  /** The site's zone, in which deadlines are shown and counted. */
  readonly zone: string;
  /** People at risk from each asset, now or as it was known at a past moment. */
  people(asAt?: Date): Promise<PeopleRanking>;
  /** The order by people that a page before was of. */
  peopleNamed(id: string): Promise<PeopleRanking>;
  /** Whether the measure that an exception leans on holds. */
  mitigated(measure: string): Promise<boolean>;
}
