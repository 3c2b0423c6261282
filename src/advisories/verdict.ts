/** What matching says of a component and of each advisory that concerns it. */
import type { AdvisoryRecord, Intel } from './model.ts';

export const FINDING_STATES = ['affected', 'not_affected', 'unknown'] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/**
 * Why a verdict is unknown. Of a component: no feed answers for its ecosystem (`no-ecosystem`: nobody publishes one that
 * we know; `no-feed`: it was not brought here), the feed is empty, stale or lacks its canary, the version is missing or
 * cannot be read. Of an advisory besides: only commits are named, nothing is named, its own range cannot be read, or it
 * speaks of one module stream, or of one edition or platform, and the component's is not known.
 */
export const UNKNOWN_REASONS = [
  'no-ecosystem',
  'no-feed',
  'empty-feed',
  'stale-feed',
  'canary',
  'no-version',
  'version',
  'advisory-version',
  'git-only',
  'no-range',
  'module',
  'setting',
  'updates',
  'platform',
] as const;
export type VerdictUnknownReason = (typeof UNKNOWN_REASONS)[number];

export interface SeverityRating {
  /** `none`, `low`, `medium`, `high`, `critical`, or `unknown` where nobody rated it. */
  readonly word: 'none' | 'low' | 'medium' | 'high' | 'critical' | 'unknown';
  /** Base score of `vector`, 0 to 10. */
  readonly score: number | null;
  /** The vector that counts: of the newest CVSS version that somebody gave. */
  readonly vector: string | null;
  /** Every vector given, with who gave it. */
  readonly all: readonly {
    readonly vector: string;
    readonly score: number | null;
    readonly from: string;
  }[];
  /** The vendor's own word, as it writes it. */
  readonly vendor: string | null;
}

/** What one feed says of one component and one cluster of advisories, for the explanation. */
export interface FeedWord {
  readonly feed: string;
  /** Its record; null where it has none of this cluster. */
  readonly record: string | null;
  /** `affected`, `not_affected`, `fixed`…: the row's word; `outside`: its range does not hold the version; `silent`. */
  readonly says:
    | 'affected'
    | 'not_affected'
    | 'fixed'
    | 'outside'
    | 'unknown'
    | 'withdrawn'
    | 'rejected'
    | 'silent';
  /** The range in words: `>= 1.0, < 1.4`, or why it is silent. */
  readonly because: string;
  /** Whether its silence means anything now. */
  readonly fresh: boolean;
}

export interface Explanation {
  /** The package under which the advisory was found: the source package for Debian and Alpine. */
  readonly matched: {
    readonly ecosystem: string;
    readonly name: string;
    readonly version: string;
    /** `component`, `source`, or `owner`: the distribution's package that brought the files. */
    readonly by: 'component' | 'source' | 'owner';
  };
  /** The comparator: `deb`, `semver`, `pep440`… */
  readonly comparator: string;
  readonly feeds: readonly FeedWord[];
  /** One sentence for a person. */
  readonly sentence: string;
}

/** A statement of a VEX document that decided. */
export interface VexWord {
  readonly document: string;
  readonly number: number;
  readonly status: 'not_affected' | 'affected' | 'fixed' | 'under_investigation';
  readonly justification: string | null;
  readonly timestamp: string;
}

/** One component against one cluster of advisories that name the same flaw. */
export interface Finding {
  /** Hex; of (purl, cluster): the same in every run, whatever the order of feeds. */
  readonly key: string;
  readonly purl: string;
  /** The record that says it, of the feed closest to the component; the other names are aliases. */
  readonly id: string;
  readonly aliases: readonly string[];
  /** CVEs that a notice is made of, besides the aliases. */
  readonly upstream: readonly string[];
  readonly state: FindingState;
  readonly reason?: VerdictUnknownReason;
  readonly status: AdvisoryRecord['status'];
  readonly summary: string;
  readonly url: string;
  readonly published: string;
  readonly modified: string;
  /** Versions that repair it in this line, smallest first; empty where no fix is known. */
  readonly fixed: readonly string[];
  /** The vendor said that there will be none, or is still looking. */
  readonly fixState: 'fixed' | 'none-known' | 'wont-fix' | 'under-investigation';
  /** The day (ISO 8601) on which a fix was first published, and who says so; left out where nobody does. */
  readonly fixReleased?: { readonly at: string; readonly from: string };
  readonly severity: SeverityRating;
  readonly kev: Required<Intel>['kev'] | null;
  readonly epss: Required<Intel>['epss'] | null;
  readonly ssvc: Required<Intel>['ssvc'] | null;
  readonly explain: Explanation;
  /** Present where a VEX statement spoke of it, whatever it said. */
  readonly vex?: VexWord;
}

export interface ComponentVerdict {
  readonly purl: string;
  /** `assessed`: a fresh feed answers for it, so that what is not found is not known to exist. */
  readonly state: 'assessed' | 'unknown';
  readonly reason?: VerdictUnknownReason;
  /** What the feeds that answer cannot tell, in words: an errata-only feed is silent about flaws without a fix. */
  readonly limits: readonly string[];
}
