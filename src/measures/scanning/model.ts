/** What the measure of scanning keeps, and what it answers. */
import type { Feed } from '../../advisories/model.ts';
import type { ComponentVerdict, Finding } from '../../advisories/verdict.ts';
import type { ReachedPeople } from '../../estate/reached.ts';
import type { LocatedFact, Package } from '../../inventory/schema.ts';

/** Matches packages against the advisories at hand. */
export interface Matcher {
  readonly feeds: readonly Feed[];
  /** `facts` are what is known of the machine besides its packages. */
  match(
    packages: readonly Package[],
    facts?: readonly LocatedFact[],
  ): {
    readonly findings: readonly Finding[];
    /** In the order of the packages. */
    readonly components: readonly ComponentVerdict[];
  };
}

/** One line of findings: one flaw in one component, with how many assets hold it. */
export interface ListedFinding {
  readonly component: number;
  readonly rank: number;
  readonly assets: number;
  readonly firstSeen: Date;
  readonly finding: Finding;
  /**
   * Living people reached from the asset with most of them that holds the component; null: unknown, left out: nobody
   * asked.
   */
  readonly people?: ReachedPeople | null;
  /** Place of these people in the order that was asked for. */
  readonly place?: number;
}

export const FINDING_ORDERS = ['people', 'rank'] as const;
export type FindingOrder = (typeof FINDING_ORDERS)[number];

export const SCAN_KINDS = ['packages', 'advisories', 'services'] as const;
export type ScanKind = (typeof SCAN_KINDS)[number];

export const COVERAGE_STATES = ['covered', 'uncovered', 'unknown'] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

/** Whether one asset had one kind of scan that it should have. */
export interface Coverage {
  readonly asset: string;
  readonly kind: ScanKind;
  readonly state: CoverageState;
  /** A code and the words for it; empty where it is covered. */
  readonly reason: string;
  /** When it was last looked at, if ever. */
  readonly at: Date | null;
  /** Something answers there and nobody knows what it is. */
  readonly unidentified: boolean;
}

/** Components that a flaw is in, by their numbers in the estate. */
export interface ConcernedComponents {
  readonly affected: readonly number[];
  /** Whether they have it cannot be told: a version that cannot be compared, say. */
  readonly unknown: readonly number[];
}
