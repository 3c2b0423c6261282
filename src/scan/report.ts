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
  /** What was left out on purpose, and why: `--deep` looks there too. */
  readonly skipped: NonNullable<TargetInventory['skipped']>;
  readonly components: readonly ReportComponent[];
  /** Affected first, then undecided, each in order of what to look at first; not affected only where it was asked for. */
  readonly findings: readonly Finding[];
  /** Where VEX documents were given. */
  readonly vex?: VexReport;
}

export interface VexReport {
  readonly documents: readonly {
    readonly name: string;
    readonly format: string;
    readonly statements: number;
  }[];
  /** Findings that a statement decided. */
  readonly applied: number;
  /** Statements that spoke of nothing in this target: each with what came nearest. */
  readonly unmatched: readonly VexMiss[];
  /** Parts of documents that could not be understood. */
  readonly problems: readonly {
    readonly document: string;
    readonly field: string;
    readonly problem: string;
  }[];
}

export interface VexMiss {
  readonly document: string;
  readonly number: number;
  readonly vulnerability: string;
  /** The product as the document names it. */
  readonly product: string;
  /** The component that came nearest, and the fields in which it differs: `version: 1.2 ≠ 1.3`. */
  readonly nearest: { readonly purl: string; readonly differs: readonly string[] } | null;
  readonly because: string;
}
