/** The words of advisories: rows of the index, feeds, and what is known of a CVE. */
import type { OsvAffected } from '../versions/range.ts';

/**
 * What the source says of the package. `affected` by its ranges; `not_affected` and `fixed` are the source's explicit
 * word against a match; `wont_fix` and `under_investigation` are affected with the vendor's word on the fix.
 */
export const ROW_STATES = [
  'affected',
  'not_affected',
  'fixed',
  'wont_fix',
  'under_investigation',
] as const;
export type RowState = (typeof ROW_STATES)[number];

/** What one record of one feed says of one package: a value of the index under (ecosystem, name). */
export interface AdvisoryRow extends OsvAffected {
  /** Of the record: `GHSA-…`, `ALSA-…`, `DEBIAN-CVE-…`. */
  readonly id: string;
  readonly state: RowState;
  /** RPM module stream, `name:stream`: it speaks of no other. */
  readonly module?: string;
  /** Architectures that it is restricted to. */
  readonly arch?: readonly string[];
  /** Go: packages or symbols, Debian: `unimportant`… shown in the explanation. */
  readonly qualifier?: string;
  /** The vendor's urgency or severity in its own word for this package. */
  readonly urgency?: string;
}

export const RECORD_STATUSES = ['active', 'withdrawn', 'rejected', 'disputed'] as const;

/** One record of one feed, without its packages. */
export interface AdvisoryRecord {
  readonly id: string;
  readonly status: (typeof RECORD_STATUSES)[number];
  /** The same flaw under other names. */
  readonly aliases: readonly string[];
  /** Flaws that it is made of or derived from (a distribution's notice names several CVEs). */
  readonly upstream: readonly string[];
  readonly summary: string;
  readonly published: string;
  readonly modified: string;
  /** Vectors as given: `CVSS:3.1/AV:N/…`. */
  readonly cvss: readonly string[];
  /** The source's own word: `critical`, `Moderate`, `important`… */
  readonly severity?: string;
  readonly cwes: readonly string[];
  /** The one page to read. */
  readonly url: string;
}

/** What is known of one CVE besides who is affected; each part has its own feed. */
export interface Intel {
  readonly kev?: {
    readonly added: string;
    readonly due: string;
    readonly ransomware: boolean;
    readonly name: string;
  };
  readonly epss?: {
    readonly score: number;
    readonly percentile: number;
    readonly model: string;
    readonly date: string;
  };
  readonly ssvc?: {
    readonly exploitation: string;
    readonly automatable: string;
    readonly impact: string;
  };
  /** From the CVE record: vectors, and whether it was rejected or is disputed. */
  readonly cvss?: readonly string[];
  readonly status?: AdvisoryRecord['status'];
}

/** The life of one product, by release cycle. */
export interface EolProduct {
  /** `debian`, `nodejs`: endoflife.date's name. */
  readonly slug: string;
  readonly title: string;
  readonly url: string;
  /** Package URLs without a version, and CPEs. */
  readonly identifiers: readonly string[];
  readonly cycles: readonly EolCycle[];
}

/** Dates as the source gives them (YYYY-MM-DD); a boolean where it knows no date, `false` for not ended. */
export interface EolCycle {
  readonly cycle: string;
  readonly codename?: string;
  readonly released?: string;
  /** End of active support. */
  readonly support?: string | boolean;
  /** End of security fixes. */
  readonly eol?: string | boolean;
  /** End of security fixes for those who pay. */
  readonly extended?: string | boolean;
  readonly latest?: string;
}

/** One feed as it stands: one source for one ecosystem (`osv:npm`, `debian:Debian:12`), or one kind of intelligence (`kev`). */
export interface Feed {
  readonly id: string;
  readonly source: string;
  /** The ecosystem that it answers for, with release where the source divides them; empty for intelligence. */
  readonly ecosystem: string;
  /** The time up to which the source's content is known to be whole, ISO 8601 UTC. */
  readonly asOf: string;
  /** When it was brought here. */
  readonly updatedAt: string;
  /** Older than this it no longer proves that nothing is wrong. */
  readonly maxAgeSeconds: number;
  readonly records: number;
  readonly rows: number;
  /** Of the content as it was read. */
  readonly sha256: string;
  /** An identifier that a whole feed must hold, and whether it does. */
  readonly canary?: { readonly id: string; readonly found: boolean };
  /** Whether it tells of flaws that no fix exists for. An errata-only feed is silent about them. */
  readonly seesUnfixed: boolean;
  /** What its package names are; left out, it is as usual for the ecosystem (`match-names.ts`). */
  readonly names?: 'source' | 'binary' | 'both';
  /** File name of its part of the index, named by its content. */
  readonly segment: string;
  /** Where it came from, as a person would recognise it. */
  readonly from: string;
}

/** The index as a whole: the file `manifest.json`, replaced in one step. */
export interface Manifest {
  readonly schema: 'holdfast.advisories/1';
  readonly feeds: readonly Feed[];
}

/** Whether the silence of the feed means anything at `now`; where it does not, why. */
export function feedProblem(feed: Feed, now: Date): 'empty' | 'canary' | 'stale' | undefined {
  if (feed.rows === 0) return 'empty';
  if (feed.canary?.found === false) return 'canary';
  const age = now.getTime() - Date.parse(feed.asOf);
  return age <= feed.maxAgeSeconds * 1000 ? undefined : 'stale';
}
