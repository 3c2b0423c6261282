/** The answer of a scan: what `--format json` prints, and what every other format is made from. */
import type { Feed } from '../advisories/model.ts';
import type { ComponentVerdict, Finding } from '../advisories/verdict.ts';
import type { ExtractorStatus, Package, TargetInventory, Unread } from '../inventory/schema.ts';

/** Additions keep the number; a change of meaning raises it (docs/reference/scan-report.md). */
export const SCAN_SCHEMA = 'holdfast.scan/1';

export interface ReportFeed {
  readonly id: string;
  readonly ecosystem: string;
  /** ISO 8601 UTC. */
  readonly asOf: string;
  readonly rows: number;
  readonly fresh: boolean;
  /** Why it is not fresh. */
  readonly problem?: 'empty' | 'canary' | 'stale';
  readonly seesUnfixed: Feed['seesUnfixed'];
}

export interface ReportComponent extends Package {
  readonly verdict: Omit<ComponentVerdict, 'purl'>;
}

export interface ScanSummary {
  readonly components: number;
  /** Components that a fresh feed answers for. */
  readonly assessed: number;
  readonly unknown: number;
  /** Components that at least one advisory affects. */
  readonly affectedComponents: number;
  readonly affected: number;
  readonly undecided: number;
  readonly knownExploited: number;
  readonly fixable: number;
  readonly bySeverity: Readonly<Record<Finding['severity']['word'], number>>;
  /** Whether everything was read and a fresh feed answers for every component: only then does silence mean "none known". */
  readonly complete: boolean;
}

export interface ScanReport {
  readonly schema: typeof SCAN_SCHEMA;
  /** When the scan was made, ISO 8601 UTC. */
  readonly at: string;
  readonly version: string;
  readonly target: TargetInventory['target'];
  readonly summary: ScanSummary;
  readonly feeds: readonly ReportFeed[];
  readonly extractors: readonly ExtractorStatus[];
  readonly unread: readonly Unread[];
  readonly components: readonly ReportComponent[];
  /** Affected first, then undecided, each in order of what to look at first; not affected only where it was asked for. */
  readonly findings: readonly Finding[];
}
